"""Published trials run as virtual ones, with one set of numbers for all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float

from allostasis.clinic.status_epilepticus.consciousness import responsive
from allostasis.clinic.status_epilepticus.endpoints import STOPPED, wilson
from allostasis.clinic.status_epilepticus.trials import Arm, arms, treated_before, trial
from allostasis.patient import Patient
from allostasis.study.se_costs import costs, levels
from allostasis.study.status_epilepticus import Course, Setting, Study, run_study

INDIVIDUALS = 1_200


@dataclass(frozen=True)
class TrialResult:
    """What one arm gave.

    Attributes:
        arm: the arm.
        met: share that met the end point [1].
        low: lower end of its Wilson 95 % interval.
        high: upper end.
        counted: in how many individuals.
    """

    arm: Arm
    met: float
    low: float
    high: float
    counted: int


def trial_setting(own: Sequence[Arm], individuals: int = INDIVIDUALS, seed: int = 1) -> Setting:
    """Who has the seizure in a trial, and when treatment begins; the arms of one trial share it."""
    first = own[0]
    patient = None
    if first.preparation == "human":
        patient = Patient(weight_kg=first.weight_kg, age_y=first.age_y)
    horizon = int(max(arm.counted_from_min + arm.endpoint.until_min for arm in own)) + 1
    return Setting(
        first.preparation, first.delay_min, horizon, severity=first.severity, individuals=individuals, seed=seed,
        weight_kg=first.weight_kg, patient=patient,
    )  # fmt: skip


def met_by(arm: Arm, study: Study, course: Course) -> Float[np.ndarray, " counted"]:
    """Probability of the end point of an arm for each of those who have a seizure when counting begins.

    Where the end point excludes a cost of treatment, or asks for a response to people, each who met the rest counts with the
    probability of that.
    """
    minutes, counted = course.minutes - arm.counted_from_min, np.ones(len(course.activity), bool)
    if arm.counted_from_min:
        counted = course.activity[:, int(arm.counted_from_min) - 1] >= STOPPED
    met = arm.endpoint.met(course.activity[counted], minutes).astype(float)
    if arm.free_of:
        met = met * (1 - costs(study, course)[arm.free_of].probability[counted])
    if arm.and_responsive:
        there = {name: values[counted] for name, values in levels(study, course).items()}
        met = met * responsive(course.activity[counted], minutes, arm.endpoint.until_min, there)
    return met


def arm_result(arm: Arm, parts: Sequence[Float[np.ndarray, " _"]]) -> TrialResult:
    """Who met the end point of an arm.

    Args:
        arm: the arm.
        parts: of `met_by`, first in those whom the trial treated first, then in those who had got something before, if any.
    """
    shares = [1.0] if arm.before is None else [1 - arm.before.share, arm.before.share]
    counted = sum(len(part) for part in parts)
    if not all(len(part) for part in parts):
        return TrialResult(arm, float("nan"), 0.0, 1.0, counted)
    met = float(sum(share * part.mean() for share, part in zip(shares, parts, strict=True)))
    low, high = wilson(round(met * counted), counted)
    return TrialResult(arm, met, low, high, counted)


def run_arms(
    own: Sequence[Arm], individuals: int = INDIVIDUALS, seed: int = 1, *, beside: Iterable[tuple[str, str]] = ()
) -> tuple[tuple[Study, Course], ...]:
    """Run the arms of one trial in the same virtual individuals; `beside` as in `run_study`."""
    study = run_study([arm.protocol for arm in own], trial_setting(own, individuals, seed), beside=beside)
    return tuple((study, course) for course in study.courses)


def results(
    own: Sequence[Arm], runs: Sequence[tuple[Study, Course]], individuals: int = INDIVIDUALS, seed: int = 1, *,
    beside: Iterable[tuple[str, str]] = (),
) -> tuple[TrialResult, ...]:
    """What each arm gave, from its run; those who had got something before are run here."""
    parts = [[met_by(arm, *run)] for arm, run in zip(own, runs, strict=True)]
    earlier = [(k, treated_before(arm)) for k, arm in enumerate(own) if arm.before]
    if earlier:
        again = run_arms([arm for _, arm in earlier], individuals, seed, beside=beside)
        for (k, arm), run in zip(earlier, again, strict=True):
            parts[k].append(met_by(arm, *run))
    return tuple(arm_result(arm, found) for arm, found in zip(own, parts, strict=True))


@cache
def run_trial(name: str, individuals: int = INDIVIDUALS, seed: int = 1) -> tuple[TrialResult, ...]:
    """Run every arm of a trial in the same virtual individuals.

    Raises:
        UnknownNameError: no such trial.
    """
    own = trial(name)
    return results(own, run_arms(own, individuals, seed), individuals, seed)


def all_trials(individuals: int = INDIVIDUALS, seed: int = 1) -> tuple[TrialResult, ...]:
    """Run every trial of the library."""
    names = dict.fromkeys(arm.trial for arm in arms())
    return tuple(result for name in names for result in run_trial(name, individuals, seed))


def main() -> None:
    """Print every arm beside what was reported."""
    for r in all_trials():
        seen = f"{100 * r.arm.events / r.arm.of:.0f} %" if r.arm.events is not None and r.arm.of else "not at hand"
        share = f"{100 * r.met:5.1f} % ({100 * r.low:.0f} to {100 * r.high:.0f}, n {r.counted})"
        print(f"{r.arm.trial:12} {r.arm.protocol.name:32} {share}, reported {seen}")


if __name__ == "__main__":
    main()
