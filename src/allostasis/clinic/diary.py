"""A diary of a taper: one score of withdrawal symptoms a week, and what a week's score stands for."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.clinic.symptoms import CLUSTERS
from allostasis.quantity import InputError, UnknownNameError

TOP = 100.0  # structural: top of the score of the model
WEEK_DAYS = 7  # structural: days in a week
LATE_DAYS = 1  # structural: a score may come a day early or late and still be that of a week, a convention of this package
POINTS = "0-100"
"""Name of the scale of the model itself."""


def scales() -> dict[str, float]:
    """Largest total of each scale that a diary may use, by name.

    >>> scales()["ciwa_b"]
    80.0
    """
    rows = library.parameter_set("diary")
    return {POINTS: TOP} | {key.removeprefix("scale."): p.value for key, p in rows.items() if key.startswith("scale.")}


def scale_name(text: str) -> str:
    """The name of a scale by any spelling.

    Raises:
        UnknownNameError: a scale that is not in the library.

    >>> scale_name("CIWA-B"), scale_name(" 0-100 ")
    ('ciwa_b', '0-100')
    """
    known = {name.replace("-", "_"): name for name in scales()}
    wanted = text.strip().lower().replace("-", "_").replace(" ", "_")
    if wanted not in known:
        raise UnknownNameError("scale of a diary", text, scales())
    return known[wanted]


def points(value: float | int, scale: str = POINTS) -> float:
    """A total on a scale as points of 100: its share of the largest total.

    Raises:
        InputError: a total outside the scale.
        UnknownNameError: a scale that is not in the library.

    >>> points(20, "ciwa_b"), points(31)
    (25.0, 31.0)
    """
    name = scale_name(scale)
    top = scales()[name]
    if not 0 <= value <= top:
        fix = None if name != POINTS or value < 0 else "name the scale if it is another one"
        raise InputError(f"score out of the range of the scale {name}", value=value, expected=f"0 to {top:g}", fix=fix)
    return TOP * value / top


@dataclass(frozen=True)
class Entry:
    """One week of a diary.

    Args:
        day: last day of the week, counted from 0 at the start of the plan.
        score: total of the week in points of 100; None where the week has none.
        clusters: score of each symptom cluster in points of 100: of all four, or of none.
        note: what the person wrote.
        where: place in a file, for refusals.

    Raises:
        InputError: a day before the plan, a score that is no number of 0 to 100, or only some of the clusters.

    >>> Entry(6, 18.0).day
    6
    """

    day: int
    score: float | int | None
    clusters: Mapping[str, float | int] = field(default_factory=dict)
    note: str = ""
    where: str = ""

    def __post_init__(self):
        object.__setattr__(self, "clusters", MappingProxyType(dict(self.clusters)))
        if not math.isfinite(self.day) or self.day != int(self.day):
            raise InputError(f"{self.place}day of a score", value=self.day, expected="a whole number of days")
        if self.day < 0:
            raise InputError(
                f"{self.place}a score before the plan", value=f"day {self.day:g}",
                expected="day 0, the first of the plan, or later",
                fix="leave the row out: scores from before the plan are not part of its diary",
            )  # fmt: skip
        object.__setattr__(self, "day", int(self.day))
        if self.clusters and set(self.clusters) != set(CLUSTERS):
            raise InputError(
                f"{self.place}some clusters have a score and others do not", value=", ".join(self.clusters),
                expected="all of " + ", ".join(CLUSTERS) + ", or none",
            )  # fmt: skip
        for what, value in ({"score": self.score} | dict(self.clusters)).items():
            if value is not None and not (math.isfinite(value) and 0 <= value <= TOP):
                raise InputError(f"{self.place}{what} out of range", value=value, expected=f"0 to {TOP:g} points")

    @property
    def place(self) -> str:
        """Where the row stands, as the beginning of a refusal."""
        return f"{self.where}: " if self.where else ""

    @property
    def is_observed(self) -> bool:
        """Whether the week has any score."""
        return self.score is not None or bool(self.clusters)

    @property
    def total(self) -> float | None:
        """Score of the week: as written, or made of the clusters by their shares; None without either."""
        if self.score is not None or not self.clusters:
            return None if self.score is None else float(self.score)
        rows = library.parameter_set("clinic")
        return sum(rows[f"withdrawal.share.{name}"].value * value for name, value in self.clusters.items())


@dataclass(frozen=True)
class Diary:
    """Weekly scores of a plan, from its start on.

    A week without a score is never filled. A row with an empty score says so by itself; weeks without any row are refused unless
    `allow_gaps` is set. Either way they are named by `missing` and stay out of the likelihood.

    Args:
        entries: in order.
        allow_gaps: accept weeks without a row.

    Raises:
        InputError: no scores, days that do not rise, two rows of one week, or weeks without a row.

    >>> Diary((Entry(6, 12.0), Entry(13, None), Entry(20, 15.0))).missing
    ('no score on day 13',)
    """

    entries: tuple[Entry, ...]
    allow_gaps: bool = False

    def __post_init__(self):
        object.__setattr__(self, "entries", tuple(self.entries))
        if not any(entry.is_observed for entry in self.entries):
            raise InputError("a diary without any score", expected="one row a week with the columns day and score")
        for before, after in self._pairs():
            if after.day <= before.day:
                raise InputError(
                    f"{after.place}the days of a diary do not rise", value=f"day {after.day} behind day {before.day}",
                    expected=f"a day after {before.day}", fix="sort the rows, and give each week one row",
                )  # fmt: skip
            if after.day - before.day < WEEK_DAYS - LATE_DAYS:
                raise InputError(
                    f"{after.place}two scores within one week", value=f"days {before.day} and {after.day}",
                    expected=f"{WEEK_DAYS} days between rows, {LATE_DAYS} more or less",
                    fix="give one row a week: the mean of its days",
                )  # fmt: skip
        if not self.allow_gaps and self._gaps():
            first, last, place = self._gaps()[0]
            raise InputError(
                f"{place}weeks of the diary are missing", value=f"nothing for days {first} to {last}",
                expected=f"a row every {WEEK_DAYS} days from the start of the plan on",
                fix="add the rows, with an empty score where there is none, or allow gaps: they then stay out of the likelihood",
            )  # fmt: skip

    def _pairs(self) -> list[tuple[Entry, Entry]]:
        return list(zip(self.entries, self.entries[1:], strict=False))

    def _gaps(self) -> list[tuple[int, int, str]]:
        """First and last day of each stretch that no week covers, and the row behind it."""
        ends = [(-1, self.entries[0]), *((before.day, after) for before, after in self._pairs())]
        late = WEEK_DAYS + LATE_DAYS
        return [(end + 1, row.day - WEEK_DAYS, row.place) for end, row in ends if row.day - end > late]

    @property
    def observed(self) -> tuple[Entry, ...]:
        """Weeks with a score."""
        return tuple(entry for entry in self.entries if entry.is_observed)

    @property
    def missing(self) -> tuple[str, ...]:
        """Weeks without a score, in words."""
        empty = [f"no score on day {entry.day}" for entry in self.entries if not entry.is_observed]
        return (*empty, *(f"no row for days {first} to {last}" for first, last, _ in self._gaps()))

    @property
    def today(self) -> int:
        """First day after the diary."""
        return self.entries[-1].day + 1


def weekly(daily: Float[np.ndarray, "days *lanes"], last: Sequence[int]) -> Float[np.ndarray, "weeks *lanes"]:
    """What a score of the week stands for: the mean over the seven days of the highest value of each day.

    Args:
        daily: highest value of each day.
        last: index of the last day of each week.

    >>> weekly(np.arange(14.0), [6, 13]).tolist()
    [3.0, 10.0]
    """
    return np.stack([daily[day - WEEK_DAYS + 1 : day + 1].mean(axis=0) for day in last])
