"""When lorazepam still stops a seizure in man, over its severity and the delay to the dose.

Patients differ in severity and in how easily their seizures end by themselves; both are laid out evenly, the latter weighted by
its distribution. Of those who still have a seizure at the dose, the share whose seizure is over 20 min later is read at each
severity.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float
from scipy import stats

from allostasis.clinic.status_epilepticus import Endpoint, Protocol, Step
from allostasis.simulation.acute_numbers import preparation
from allostasis.study.status_epilepticus import Setting, run_study

DELAYS_MIN = (5, 10, 20, 30, 45, 60, 90, 120)
SEVERITIES = (0.0, 0.4, 0.8, 1.2, 1.6)
"""Added to the severity of the typical patient; 0.8 is its standard deviation in man."""
EXITS, SPREAD = 121, 2.5
"""How many exits are laid out, over how many standard deviations to either side."""
WITHIN_MIN, DOSE_MG = 20, 4
HUMAN = "human"


@dataclass(frozen=True, eq=False)
class DelayMap:
    """Share stopped over severity and delay.

    Attributes:
        delays_min: from onset to the dose [min].
        severity: added to that of the preparation.
        lorazepam, untreated: share of those seizing at the dose whose seizure is over after 20 min; nan where nobody is seizing.
    """

    delays_min: tuple[int, ...]
    severity: Float[np.ndarray, " severities"]
    lorazepam: Float[np.ndarray, "severities delays"]
    untreated: Float[np.ndarray, "severities delays"]


@cache
def delay_map(delays_min: tuple[int, ...] = DELAYS_MIN) -> DelayMap:
    """Run lorazepam 4 mg and nothing at every delay."""
    prep = preparation(HUMAN)
    z = np.linspace(-SPREAD, SPREAD, EXITS)
    shift, n = np.array(SEVERITIES), len(SEVERITIES)
    severity = np.repeat(prep.severity.value + shift, EXITS)
    leave = np.tile(prep.exit.value * np.exp(prep.exit_spread.value * z), n)
    weight = np.tile(stats.norm.pdf(z), n)
    arms = (Protocol("lorazepam", (Step("lorazepam", DOSE_MG, over_min=2),)), Protocol("untreated"))
    shares: tuple[list, list] = ([], [])
    for delay in delays_min:
        setting = Setting(HUMAN, delay, WITHIN_MIN + 1, individuals=len(severity), spread=False)
        study = run_study(arms, setting, laid_out={"severity": severity, "exit": leave})
        for column, course in zip(shares, study.courses, strict=True):
            met = np.zeros(len(severity), bool)
            met[study.enrolled] = Endpoint(WITHIN_MIN, WITHIN_MIN).met(course.activity, course.minutes)
            grid = [(weight * x).reshape(n, EXITS).sum(axis=1) for x in (met, study.enrolled)]
            column.append(np.divide(grid[0], grid[1], out=np.full(n, np.nan), where=grid[1] > 0))
    return DelayMap(delays_min, shift, np.array(shares[0]).T, np.array(shares[1]).T)
