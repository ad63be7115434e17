"""Seizures of 10 to 29 min: which of them end by themselves, and which end after treatment.

A series of such seizures holds those that ended within the window whatever ended them. So everybody gets lorazepam at a time of
his own, spread as the first benzodiazepine of a cohort, if the seizure still runs then. Of the seizures that run at 10 min and
are over by 29 min, those count as ended by themselves that ended before their treatment came.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
from scipy import stats

from allostasis import library
from allostasis.clinic.status_epilepticus import SEIZING, Protocol, Step
from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.study.status_epilepticus import Setting, run_study

WINDOW_MIN = (10, 29)
"""Length of the seizures of the series [min]."""
STRATA = 16
"""Times of treatment that stand for their spread, each for an equal share."""
DOSE = Step("lorazepam", 4, condition=SEIZING)
"""What everybody gets at his time."""


def treatment_times() -> np.ndarray:
    """Time from onset to the first benzodiazepine in the middle of each stratum [min].

    >>> times = treatment_times()
    >>> len(times), bool((times > 0).all()), round(float(np.median(times)))
    (16, True, 16)
    """
    rows = library.parameter_set("status_epilepticus")
    low, median, high = (rows[f"first_treatment.{name}"].to("min") for name in ("first_quartile", "median", "third_quartile"))
    spread = np.log(high / low) / (2 * stats.norm.ppf(3 / 4))  # structural: quartiles of a normal distribution
    return median * np.exp(spread * stats.norm.ppf((np.arange(STRATA) + 1 / 2) / STRATA))


def share_by_themselves(individuals: int = 400, seed: int = 1) -> float:
    """Share of the seizures that end within the window that end before they are treated [1]."""
    _, last = WINDOW_MIN
    minutes = Counter(max(round(time), 1) for time in treatment_times())
    strata = {minute: count for minute, count in minutes.items() if minute < last}
    protocols = [
        Protocol(f"treated at {minute} min", (replace(DOSE, at_min=minute - 1),)) for minute in strata
    ] + [Protocol("treated later")]
    counts = [*strata.values(), STRATA - sum(strata.values())]
    study = run_study(protocols, Setting("human", 1, last, individuals=individuals, seed=seed))
    ended = natural = 0.0
    for course, count in zip(study.courses, counts, strict=True):
        runs, over = (course.activity[:, minute - 2] for minute in WINDOW_MIN)  # structural: the first column ends minute 2
        counted = (runs >= STOPPED) & (over < STOPPED)
        treated = course.given[0][:, 0] if course.given else np.zeros(len(counted), bool)
        ended += count * counted.sum()
        natural += count * (counted & ~treated).sum()
    return float(natural / ended)
