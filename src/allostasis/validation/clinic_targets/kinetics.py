"""Inputs that the platform gives back: kinetics by age, liver and milk, guideline steps, flumazenil. They confirm nothing."""

from collections.abc import Callable

import numpy as np

from allostasis.clinic.simulate import simulate
from allostasis.clinic.taper.published import initial_pace_by_asam, largest_fall_by_asam, weeks_by_nice
from allostasis.exposure import CompartmentModel
from allostasis.patient import Patient
from allostasis.patient.lactation import milk_to_plasma, relative_infant_dose
from allostasis.simulation import parse_case
from allostasis.simulation.assemble import assemble

YOUNG, OLD = 20.0, 80.0
"""Ages of the study on diazepam [years]."""
ANTIDOTE_MG = 0.2


def half_life(drug: str, route: str, patient: Patient) -> float:
    """Terminal half-life [h]: the slowest mode of the parent's own compartments."""
    system = assemble([(drug, route)], patient)
    model = system.composition.linear
    assert isinstance(model, CompartmentModel)
    matrix = np.asarray(model.matrix(model.prepare(system.parameters["exposure"])), float)
    names = [s.name for s in model.states]
    own = [i for i, name in enumerate(names) if name.startswith((f"{drug}.central", f"{drug}.peripheral"))]
    return float(np.log(2) / np.min(-np.real(np.linalg.eigvals(matrix[np.ix_(own, own)]))))


def clearance(drug: str, patient: Patient) -> float:
    """Clearance [L/h]."""
    return float(assemble([(drug, "oral")], patient).parameters["exposure"][f"{drug}.CL"])


def onset_of_flumazenil() -> float:
    """Minutes until four fifths of the largest fall of occupancy after flumazenil."""
    regimen = f"diazepam 20 mg iv at 0 min; flumazenil {ANTIDOTE_MG} mg iv at 30 min"
    case = parse_case({
        "title": "onset", "horizon": "1 h", "solver": {"step": "30 s"}, "output": {"every": "30 s"},
        "arm": [{"name": "a", "regimen": regimen}],
    })  # fmt: skip
    sedation = simulate(case).data["effect_mean"].isel(arm=0, patient=0).sel(effect="sedation")
    after = sedation.where(sedation["time"] > 0.5, drop=True)
    fall = float(sedation.sel(time=0.5)) - after.values
    return float(60 * (after["time"].values[np.argmax(fall >= 0.8 * fall.max())] - 0.5))


SIMULATED: dict[str, Callable[[], float | bool]] = {
    "ct41": lambda: float(np.mean(weeks_by_nice())),
    "ct43": lambda: float(np.mean(initial_pace_by_asam()[0])),
    "ct44": lambda: float(largest_fall_by_asam()),
    "ct48": lambda: half_life("diazepam", "oral", Patient(age_y=YOUNG)),
    "ct49": lambda: half_life("diazepam", "oral", Patient(age_y=OLD)),
    "ct50": lambda: clearance("diazepam", Patient(age_y=OLD)) / clearance("diazepam", Patient(age_y=YOUNG)),
    "ct51": lambda: half_life("diazepam", "oral", Patient(child_pugh="B")) / half_life("diazepam", "oral", Patient()),
    "ct52": lambda: half_life("diazepam", "oral", Patient(age_y=1 / 365, weight_kg=3.5)),
    "ct53": lambda: milk_to_plasma("diazepam").value,
    "ct54": lambda: relative_infant_dose("diazepam"),
    "ct60": lambda: 60 * half_life("flumazenil", "iv", Patient()),
    "ct61": onset_of_flumazenil,
    "ct63": lambda: half_life("flumazenil", "iv", Patient(child_pugh="C")),
}  # fmt: skip
