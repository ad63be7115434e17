"""What a reader must know about a run: what has no effect, whose strength nothing calibrates, a step too long."""

from collections.abc import Mapping

from allostasis import library
from allostasis.library.reach import BESIDE, why_not
from allostasis.model import Port
from allostasis.regimen import Regimen
from allostasis.simulation.case import Case

LONG_STEP_H = 1 / 12
"""A bolus into a vein peaks within minutes: five of them are the longest step that sees it."""


def site_notes(ports: Mapping[str, Port]) -> tuple[str, ...]:
    """Which active substances of a run do nothing at the receptor, and why; whose strength there nothing calibrates."""
    found: dict[str, list[str]] = {}
    uncalibrated = []
    for name in ports["plasma"].components:
        drug = library.drug(name)
        if reason := why_not(drug):
            found.setdefault(reason, []).append(name)
        elif drug.active and drug.in_vivo_scale is not None and drug.in_vivo_scale.status == "assumed":
            uncalibrated.append(name)
    elsewhere = found.pop(BESIDE, [])
    notes = [
        f"Only concentrations of {', '.join(names)} are simulated, no effect: {reason}."
        for reason, names in found.items()
    ]
    if elsewhere:
        notes.append(
            f"Only concentrations of {', '.join(elsewhere)} are simulated here: what it does beside the receptor belongs to the"
            " acute clock."
        )
    if uncalibrated:
        notes.append(
            f"How strongly {', '.join(uncalibrated)} binds in man is a class value that nothing calibrates: the size of"
            " its effect may be wrong several-fold, its timing less."
        )
    return tuple(notes)


def epilepsy_notes(case: Case) -> tuple[str, ...]:
    """Which words about an epilepsy a run does not use."""
    said = [key for key in ("aetiology", "seizure_type", "variant") if getattr(case.patient, key) is not None]
    if not said:
        return ()
    return (f"{', '.join(said)} of the patient change nothing in a run; 'allostasis individualise CASE.toml' reads them.",)


def step_notes(case: Case, regimens: Mapping[str, Regimen]) -> tuple[str, ...]:
    """What a reader must know about the grid of this run."""
    fast = sorted(
        {
            dose.drug
            for regimen in regimens.values()
            for dose in (*regimen.doses(case.horizon_h, case.weight_kg), *regimen.rules_in_mg(case.weight_kg))
            if dose.route == "iv" and getattr(dose, "duration_h", 0.0) < case.step_h
        }
    )
    if not fast or case.step_h <= LONG_STEP_H:
        return ()
    return (
        f"{', '.join(fast)} is given into a vein, and concentrations are sampled at the end of each step of "
        f'{case.solver.step}: the peak right after such a dose is not seen. Write [solver] step = "1 min" to see it.',
    )
