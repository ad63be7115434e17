"""From the drives of the symptom clusters to what a person writes down once a week.

    x_k   = drive of cluster k at its worst of the day, in units of its anchor       (of the simulation)
    c_k   = 100 (s x_k)^m / (1 + (s x_k)^m)                                          s: sensitivity, m: steepness
    day   = sum_k share_k c_k
    week  = mean over seven days
    score = 100 b + (1 - b) week                                                     b: background

Each cluster counts with its worst of the day: then sensitivity and background need no simulation of their own. A score of the
week is the mean and not the highest day, because a person who looks back rates a week, and because a mean has no corners. Its
error is normal with the sd of the library's row `error.score`. Where a row of the diary has the four clusters, they are observed
in place of the total, each with the sd of `error.cluster`. A week without a score adds nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.clinic.diary import TOP, WEEK_DAYS, Diary
from allostasis.clinic.symptoms import CLUSTERS
from allostasis.model import Record
from allostasis.study.diary_person import NUMBERS, background

RECORDS = tuple(Record("symptom_cluster", k, "max") for k in range(len(CLUSTERS)))
"""Series of a run that a diary is read from: the highest value of each cluster of each day."""
HIGHEST = TOP * (1 - 1e-12)
"""Of a cluster: its largest severity is reached by no drive."""
TOTAL = -1
"""In place of the index of a cluster: the total."""


def anchored_drives(series: Mapping[Record, Float[np.ndarray, "days people"]]) -> Float[np.ndarray, "people days clusters"]:
    """Drive of each cluster in units of its anchor, at its worst of each day, from the series of a run."""
    steep = library.parameter_set("clinic")["withdrawal.hill"].value
    found = np.minimum(np.stack([series[record] for record in RECORDS], axis=-1), HIGHEST)
    return ((found / (TOP - found)) ** (1 / steep)).transpose(1, 0, 2)


def weekly_scores(
    drives: Float[np.ndarray, "people days clusters"], person: Float[np.ndarray, "people numbers"]
) -> Float[np.ndarray, "people weeks scores"]:
    """What people would write down for whole weeks: the total, then each cluster, in points of 100.

    Args:
        drives: of whole weeks, from `anchored_drives`.
        person: numbers of each, in the order of `NUMBERS`.
    """
    rows = library.parameter_set("clinic")
    share = np.array([rows[f"withdrawal.share.{name}"].value for name in CLUSTERS])
    sensitivity = np.exp(person[:, NUMBERS.index("sensitivity")])[:, None, None]
    ratio = (sensitivity * drives) ** rows["withdrawal.hill"].value
    clusters = TOP * ratio / (1 + ratio)
    weeks = clusters.reshape(len(drives), -1, WEEK_DAYS, len(CLUSTERS)).mean(axis=2)
    both = np.concatenate([(weeks @ share)[..., None], weeks], axis=-1)
    beside = background(person)[:, None, None]
    return TOP * beside + (1 - beside) * both


@dataclass(frozen=True, eq=False)
class Observations:
    """A diary as one row of numbers.

    Attributes:
        value: scores in points of 100.
        sd: error of each.
        week: week of each, index into ``days``.
        cluster: index of the cluster of each; `TOTAL` for the total.
        days: last day of each week with a score.
    """

    value: Float[np.ndarray, " observations"]
    sd: Float[np.ndarray, " observations"]
    week: tuple[int, ...]
    cluster: tuple[int, ...]
    days: tuple[int, ...]

    def rows(self, before: int) -> list[int]:
        """Index of each day of the weeks with a score, into series that begin so many days before the plan."""
        return [before + last - WEEK_DAYS + 1 + k for last in self.days for k in range(WEEK_DAYS)]

    def of_drives(
        self, drives: Float[np.ndarray, "people days clusters"], person: Float[np.ndarray, "people numbers"]
    ) -> Float[np.ndarray, "people observations"]:
        """What people with these drives on the days of `rows` would have written."""
        return weekly_scores(drives, person)[:, list(self.week), [1 + k for k in self.cluster]]


def observations(diary: Diary) -> Observations:
    """The scores of a diary with their errors."""
    rows = library.parameter_set("diary")
    found: list[tuple[float, float, int, int]] = []
    for week, entry in enumerate(diary.observed):
        if entry.clusters:
            error = rows["error.cluster"].value
            found += [(float(entry.clusters[name]), error, week, k) for k, name in enumerate(CLUSTERS)]
        else:
            assert entry.score is not None
            found.append((float(entry.score), rows["error.score"].value, week, TOTAL))
    values, errors, weeks, clusters = zip(*found, strict=True)
    return Observations(np.array(values), np.array(errors), weeks, clusters, tuple(entry.day for entry in diary.observed))
