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

DELAYS_MIN = (5, 10, 20, 30, 45, 60, 90, 120, 180)
SEVERITIES, EXITS, SPREAD, REACH = 25, 9, 2.5, 0.6
"""How many severities and exits, over how many sd of the exit, and how far the severity reaches to either side."""
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

    def border(self, share: Float[np.ndarray, "severities delays"], level: float | int) -> Float[np.ndarray, " delays"]:
        """Largest severity at which at least this share stops, for each delay; nan where none does or all do."""
        found = []
        for column in share.T:
            above = np.flatnonzero(np.nan_to_num(column, nan=1.0) >= level)
            inside = above.size and above[-1] < len(column) - 1
            if not inside:
                found.append(np.nan)
                continue
            k = int(above[-1])
            first, second = np.nan_to_num(column[k], nan=1.0), column[k + 1]
            part = (first - level) / (first - second)
            found.append(self.severity[k] + part * (self.severity[k + 1] - self.severity[k]))
        return np.array(found)


@cache
def delay_map(delays_min: tuple[int, ...] = DELAYS_MIN) -> DelayMap:
    """Run lorazepam 4 mg and nothing at every delay."""
    prep = preparation(HUMAN)
    shift, z = np.linspace(-REACH, REACH, SEVERITIES), np.linspace(-SPREAD, SPREAD, EXITS)
    severity = np.repeat(prep.severity.value + shift, EXITS)
    leave = np.tile(prep.exit.value * np.exp(prep.exit_spread.value * z), SEVERITIES)
    weight = np.tile(stats.norm.pdf(z), SEVERITIES)
    arms = (Protocol("lorazepam", (Step("lorazepam", DOSE_MG, over_min=2),)), Protocol("untreated"))
    shares: tuple[list, list] = ([], [])
    for delay in delays_min:
        setting = Setting(HUMAN, delay, WITHIN_MIN + 1, individuals=len(severity), spread=False)
        study = run_study(arms, setting, laid_out={"severity": severity, "exit": leave})
        for column, course in zip(shares, study.courses, strict=True):
            met = np.zeros(len(severity), bool)
            met[study.enrolled] = Endpoint(WITHIN_MIN, WITHIN_MIN).met(course.activity, course.minutes)
            grid = [(weight * x).reshape(SEVERITIES, EXITS).sum(axis=1) for x in (met, study.enrolled)]
            column.append(np.divide(grid[0], grid[1], out=np.full(SEVERITIES, np.nan), where=grid[1] > 0))
    return DelayMap(delays_min, shift, np.array(shares[0]).T, np.array(shares[1]).T)
