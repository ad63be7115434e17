"""A case with and without an intervention: two arms, the imbalance of both, and what that means for seizures."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.clinic.interventions.course import strength
from allostasis.clinic.interventions.diary_trial import DiaryTrial, share_improved
from allostasis.clinic.interventions.levers import Levers, at_ports, levers, log_imbalance_change
from allostasis.clinic.interventions.silent import silent_levers
from allostasis.clinic.interventions.therapy import Therapy, calibrated_sizes, therapy
from allostasis.clinic.simulate import simulate
from allostasis.library.reach import closure, why_not
from allostasis.quantity import InputError
from allostasis.simulation import Case, parse_case
from allostasis.simulation.simulate import arm_regimens

WANTED = {"imbalance": ("mean",)}
STANDS_IN = "{}: in its place stands, all along, the fall of the log imbalance that was calibrated to the rate of its trial."
DAY = 24.0  # structural: hours in a day


@dataclass(frozen=True, eq=False)
class AppliedArm:
    """One arm of the case, without and with the intervention.

    Attributes:
        name: of the arm.
        without, given: imbalance [seizure thresholds] at each time.
        rate_ratio: seizure rate with it over that without, mean over the last day: of the typical patient, or of all patients
            where it works in a share of them.
        responders: share of patients with half as many seizures or fewer in a diary trial, at the end of the case.
    """

    name: str
    without: Float[np.ndarray, " times"]
    given: Float[np.ndarray, " times"]
    rate_ratio: float
    responders: float


@dataclass(frozen=True, eq=False)
class Applied:
    """What an intervention does to a case.

    Attributes:
        therapy: which.
        case: the question.
        moves: its levers, at ports.
        time: end of each output interval [h].
        arms: one for each arm of the case.
        natural: share of responders by the noise of a diary alone.
        free_share: share of patients whose seizures stop, for an all-or-none therapy; else None.
        regimen: doses that were added, "" for a therapy that is no drug.
        notes: what a reader must know: levers that found nothing to act on, drugs without a site.
    """

    therapy: Therapy
    case: Case
    moves: Levers
    time: Float[np.ndarray, " times"]
    arms: tuple[AppliedArm, ...]
    natural: float
    free_share: float | None
    regimen: str
    notes: tuple[str, ...]


def apply(
    name: str, case: Case, *, regimen: str | None = None, start_h: float | int = 0.0, stop_h: float | int = np.inf,
    species: str = "human", a1: bool = True, on_progress: Callable[[float], None] | None = None,
) -> Applied:  # fmt: skip
    """Simulate a case without and with a therapy.

    A drug of the library goes through the chain beside the doses of each arm. Every other therapy moves the log imbalance by what
    its levers do to the naive balance, with its onset: a first-order answer, without what adaptation would make of it. A lever on
    P-glycoprotein acts on the entry of the drugs of the case into the brain.

    Args:
        name: name or title of the therapy.
        case: the question.
        regimen: doses of a drug; the example of the table when left out. Never a dose for a person.
        start_h: when a therapy that is no drug begins [h].
        stop_h: when it ends [h].
        species: see `at_ports`.
        a1: see `at_ports`.
        on_progress: called with the share done, 0 to 1.

    Raises:
        UnknownNameError: no such therapy.
        NotModelledError: DMCM without flumazenil.
        InputError: a regimen for what is no drug; a start for a drug; arms written as tables with a drug.
    """
    found = therapy(name)
    moves = at_ports(levers(name), species=species, a1=a1)
    drug = "drug" in moves
    _check(found, drug, regimen, start_h, stop_h)
    added = (regimen or found.example_regimen) if drug else ""
    treated = _with_doses(case, added) if drug else case
    base = simulate(case, wanted=WANTED, on_progress=on_progress).data["imbalance_mean"]
    factors = {} if drug else _access(case, moves)
    other = simulate(treated, wanted=WANTED, factors=factors).data["imbalance_mean"] if drug or factors else base
    time = base["time"].values
    fall = _trial_fall(found) if drug else -log_imbalance_change(moves)
    slowest = max(found.moves, key=lambda m: m.onset_h, default=None)
    course = np.zeros_like(time)
    if slowest is not None:
        course = strength(time, slowest.onset_h, slowest.offset_h, start_h=start_h, stop_h=stop_h)
    elif fall:
        course = np.ones_like(time)
    shift = -fall * course
    threshold = library.parameter_set("circuit")["seizure_threshold"].value
    trial = DiaryTrial.from_library()
    share = calibrated_sizes().get(f"{found.name}.share")
    stopped = 0.0 if share is None else share.value
    arms = tuple(
        _arm(str(arm), base.values[k, 0], other.values[k, 0] + shift / threshold if shift.any() else other.values[k, 0],
             time, trial, threshold, stopped)
        for k, arm in enumerate(base["arm"].values)
    )  # fmt: skip
    return Applied(
        found, case, moves, time, arms, share_improved(trial), None if share is None else share.value, added,
        (*silent_levers(found, moves, bool(factors)), *(STANDS_IN.format(found.name),) * bool(drug and fall)),
    )  # fmt: skip


def _check(found: Therapy, drug: bool, regimen: str | None, start_h: float | int, stop_h: float | int) -> None:
    if regimen is not None and not drug:
        raise InputError("a regimen for what is no drug of the library", value=found.name, fix="leave --regimen out")
    if drug and (start_h or np.isfinite(stop_h)):
        raise InputError(
            "start and stop of a drug stand in its regimen", value=found.name,
            fix=f'write --regimen "{found.example_regimen}" with the times that you want',
        )  # fmt: skip


def _trial_fall(found: Therapy) -> float:
    """Fall calibrated to the trial of a drug, where no part of this clock carries its effect; else 0."""
    held = calibrated_sizes().get(f"{found.name}.fall")
    carried = any(not why_not(library.drug(drug)) for drug in found.drugs)
    return 0.0 if held is None or carried else held.value


def _with_doses(case: Case, added: str) -> Case:
    table = case.model_dump()
    for arm in table["arm"]:
        if not isinstance(arm["regimen"], str):
            raise InputError("doses are added to regimens in words only", value=arm["name"], fix="write the regimen as text")
        arm["regimen"] = f"{arm['regimen']}; {added}"
    return parse_case(table)


def _access(case: Case, moves: Levers) -> dict[str, np.ndarray]:
    """Factor on the brain entry of each drug of the case, where P-glycoprotein carries it; none where nothing changes."""
    if "pgp_activity" not in moves:
        return {}
    activity, rows = moves["pgp_activity"][1], library.parameter_set("efflux")
    named = {d.drug for r in arm_regimens(case).values() for d in r.doses(case.horizon_h, case.weight_kg)}
    found = {}
    for drug in closure(sorted(named)):
        share = rows[f"share.{drug}"].value if f"share.{drug}" in rows else 0.0
        if share and library.drug(drug).brain is not None:
            found[f"exposure.{drug}.Kp_uu"] = np.array([1 / (1 - share + share * activity)])
    return found


def _arm(name: str, without, given, time, trial: DiaryTrial, threshold: float, stopped: float) -> AppliedArm:
    last = time > time[-1] - DAY
    slope = trial.sensitivity * threshold
    ratio = float(np.mean(np.exp(slope * given[last])) / np.mean(np.exp(slope * without[last])))
    fall = float(np.mean(without[last] - given[last])) * threshold
    left = 1 - stopped
    return AppliedArm(name, without, given, left * ratio, stopped + left * share_improved(trial, fall))
