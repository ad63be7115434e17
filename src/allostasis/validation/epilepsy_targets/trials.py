"""Trials of status epilepticus and seizure clusters in man, as virtual ones: one set of numbers for all of them.

What differs between trials is declared with them in the library: who, when, what and what counted. All are composed for the
same drugs, so that they share one compiled program.
"""

from collections.abc import Callable
from functools import cache

import numpy as np

from allostasis.clinic.status_epilepticus import time_to_stop
from allostasis.clinic.status_epilepticus.trials import Arm, arms, trial
from allostasis.study.natural_end import share_by_themselves
from allostasis.study.status_epilepticus import Course, Study
from allostasis.study.virtual_trials import results, run_arms

PERCENT = 100.0
OF_TARGETS = {
    "SE36": "VA overt", "SE37": "VA overt", "SE39": "VA subtle", "SE40": "PHTSE", "SE42": "PHTSE", "SE44": "RAMPART",
    "SE47": "PECARN", "SE49": "McIntyre", "SE50": "McIntyre", "SE53": "ESETT", "SE70": "RAISE",
    "SE74": "ARTEMIS-1", "SE75": "ARTEMIS-1", "SR15": "EcLiPSE",
}  # fmt: skip
"""Target -> the trial whose arms of that target give it."""
TIMED = {"SE45": "SE43", "SE46": "SE44"}
"""Target of a time to the end of the seizure -> the target of its arm in RAMPART."""
ARRIVAL_MIN = 20.0
"""Seizures that ended before arrival at the hospital [min]."""
MIDDLE_MIN = 0.5
"""An end within a minute is read at the middle of that minute [min]."""


@cache
def sites() -> tuple[tuple[str, str], ...]:
    """Drugs and routes of all these trials."""
    used = set(OF_TARGETS.values())
    return tuple(sorted(set().union(*(arm.protocol.sites() for arm in arms() if arm.trial in used))))


@cache
def courses(name: str) -> tuple[tuple[Arm, Study, Course], ...]:
    """Every arm of a trial in the same virtual patients."""
    own = trial(name)
    return tuple((arm, *run) for arm, run in zip(own, run_arms(own, beside=sites()), strict=True))


@cache
def shares(name: str) -> tuple[tuple[Arm, float], ...]:
    """Every arm of a trial with the share of its patients that met the end point."""
    own, runs = trial(name), [(study, course) for _, study, course in courses(name)]
    return tuple((found.arm, found.met) for found in results(own, runs, beside=sites()))


def met(target: str) -> float:
    """Patients that met the end point, mean over the arms of a target [%]."""
    own = [share for arm, share in shares(OF_TARGETS[target]) if arm.target == target]
    return PERCENT * float(np.mean(own))


def median_time(target: str) -> float:
    """Median time from the injection to the end of the seizure, of those that ended before arrival [min]."""
    arm, course = next((a, c) for a, _, c in courses("RAMPART") if a.target == TIMED[target])
    ended = time_to_stop(course.activity, course.minutes)
    since = ended[ended <= ARRIVAL_MIN] - MIDDLE_MIN - float(arm.protocol.steps[0].at_min)
    return float(np.median(since[since > 0]))


SIMULATED: dict[str, Callable[[], float | bool]] = {
    **{target: (lambda target=target: met(target)) for target in OF_TARGETS},
    **{target: (lambda target=target: median_time(target)) for target in TIMED},
    "SE63": lambda: PERCENT * share_by_themselves(),
}
"""Target -> what gives it."""
