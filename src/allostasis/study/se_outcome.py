"""What each protocol of a study of status epilepticus came to: one row per protocol, and one per step."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from allostasis.circuit.eeg import eeg_power
from allostasis.clinic.status_epilepticus import Endpoint, time_to_stop, wilson
from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.clinic.status_epilepticus.protocol import SEIZING
from allostasis.clinic.status_epilepticus.question import Question
from allostasis.study.status_epilepticus import Course, Study

HOURS_OF_POWER = (1, 6)
"""Hours over which EEG power is integrated, as experiments report it."""
OF_EEG = ("excitation", "inhibition_fast", "inhibition_slow", "driving_force", "activity")


@dataclass(frozen=True, eq=False)
class Outcome:
    """One protocol.

    Attributes:
        name: of the protocol.
        patients: how many were treated.
        counted: how many patients count: those with a seizure when counting begins.
        met: how many of them met the endpoint.
        low, high: Wilson 95 % interval of their share [1]; it tells how many were simulated, not how sure the model is.
        median_stop_min: median time to the end of the seizure over all patients, infinite where half of them never stop [min].
        stopped: how many stopped at some time.
        recurred: how many of these had a seizure again later.
        seizing: how many have a seizure at the end of the run.
        needed: share of all patients that got each step [steps].
        doses: mean number of doses of each step [steps].
        eeg: hours -> EEG power over baseline, mean over that time and over patients; only hours that the run has.
        mg: drug -> mg given, mean over all patients.
        mg_among: drug -> mean over those who got it.
    """

    name: str
    patients: int
    counted: int
    met: int
    low: float
    high: float
    median_stop_min: float
    stopped: int
    recurred: int
    seizing: int
    needed: tuple[float, ...]
    doses: tuple[float, ...]
    eeg: Mapping[int, float]
    mg: Mapping[str, float]
    mg_among: Mapping[str, float]

    @property
    def probability(self) -> float:
        """Share that met the endpoint [1]; not a number where nobody counts."""
        return self.met / self.counted if self.counted else float("nan")


def outcomes(study: Study, endpoint: Endpoint, counted_from_min: float | int = 0) -> tuple[Outcome, ...]:
    """What each protocol came to.

    Args:
        study: a finished study.
        endpoint: what counts, from `counted_from_min` on.
        counted_from_min: who has a seizure then counts [min from the first treatment on].
    """
    return tuple(_outcome(course, endpoint, float(counted_from_min)) for course in study.courses)


def outcomes_of(question: Question, study: Study) -> tuple[Outcome, ...]:
    """Outcomes by the endpoint of a question."""
    return outcomes(study, question.counted, question.counted_from_min)


def _outcome(course: Course, endpoint: Endpoint, counted_from_min: float) -> Outcome:
    activity, minutes = course.activity, course.minutes
    counts = np.ones(len(activity), bool)
    if counted_from_min:
        counts = activity[:, round(counted_from_min) - 1] >= STOPPED
    met = int(endpoint.met(activity[counts], minutes - counted_from_min).sum())
    low, high = wilson(met, int(counts.sum())) if counts.any() else (0.0, 1.0)
    stopped = time_to_stop(activity, minutes)
    power = power_over_baseline(course)
    got = {drug: mg > 0 for drug, mg in course.doses_mg.items()}
    return Outcome(
        course.protocol.name, len(activity), int(counts.sum()), met, low, high, float(np.quantile(stopped, 0.5, method="higher")),
        int(np.isfinite(stopped).sum()), int(recurrences(activity).sum()), int((activity[:, -1] >= STOPPED).sum()),
        tuple(float(given.any(axis=1).mean()) for given in course.given),
        tuple(float(given.sum(axis=1).mean()) for given in course.given),
        {h: float(power[:, : 60 * h].mean()) for h in HOURS_OF_POWER if power.shape[1] >= 60 * h},  # structural: minutes
        {drug: float(mg.mean()) for drug, mg in course.doses_mg.items()},
        {drug: float(mg[got[drug]].mean()) if got[drug].any() else 0.0 for drug, mg in course.doses_mg.items()},
    )  # fmt: skip


def recurrences(activity: Float[np.ndarray, "patients minutes"]) -> Bool[np.ndarray, " patients"]:
    """Who has a seizure again after it had stopped.

    >>> recurrences(np.array([[0.9, 0.1, 0.9], [0.9, 0.1, 0.1], [0.9, 0.9, 0.9]]))
    array([ True, False, False])
    """
    seizing = activity >= STOPPED
    return np.any(~np.minimum.accumulate(seizing, axis=1) & seizing, axis=1)


def power_over_baseline(course: Course) -> Float[np.ndarray, "patients minutes"]:
    """EEG power over that of the naive brain, once a minute, from the recorded ports (`circuit.eeg.eeg_power`)."""
    return np.asarray(eeg_power(*(course.port(name) for name in OF_EEG)))


def summary(found: tuple[Outcome, ...]) -> pd.DataFrame:
    """One row per protocol; an infinite time is one that never came."""
    rows = []
    for o in found:
        row: dict = {
            "protocol": o.name, "patients": o.patients, "counted": o.counted, "met": o.met, "probability": o.probability,
            "low": o.low, "high": o.high,
            "median_stop_min": o.median_stop_min, "stopped": o.stopped, "recurred": o.recurred, "seizing_at_end": o.seizing,
        }  # fmt: skip
        row |= {f"eeg_power_{h}_h": o.eeg.get(h, np.nan) for h in HOURS_OF_POWER}
        row |= {f"mg_{drug}": mg for drug, mg in o.mg.items()}
        rows.append(row)
    return pd.DataFrame(rows)


def steps(study: Study, found: tuple[Outcome, ...]) -> pd.DataFrame:
    """One row per step: what, when, for whom, and the share of patients that got it."""
    return pd.DataFrame([
        {
            "protocol": o.name, "step": k + 1, "text": step.text(), "at_min": step.at_min,
            "only_if_seizing": step.condition == SEIZING, "share": o.needed[k], "doses": o.doses[k],
        }
        for course, o in zip(study.courses, found, strict=True) for k, step in enumerate(course.protocol.steps)
    ], columns=["protocol", "step", "text", "at_min", "only_if_seizing", "share", "doses"])  # fmt: skip
