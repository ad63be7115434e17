"""Breast milk: ratio of milk to plasma, and the dose that an infant drinks with it."""

from allostasis import library
from allostasis.patient.body import Patient
from allostasis.patient.individual import factors
from allostasis.patient.tables import COVARIATES, row, rows
from allostasis.quantity import InputError, Parameter, UnknownNameError


def milk_to_plasma(substance: str) -> Parameter:
    """Concentration in milk over that in maternal plasma [1].

    Raises:
        UnknownNameError: nothing is known of the substance.

    >>> milk_to_plasma("alprazolam").value
    0.36
    """
    held, name = rows(COVARIATES, "milk"), library.canonical(substance, "drug")
    if name not in held:
        raise UnknownNameError("substance with a ratio of milk to plasma", name, held)
    return held[name]


def relative_infant_dose(
    substance: str, *, mother: Patient | None = None, route: str = "oral", intake_L_kg_d: float | int | None = None
) -> float:
    """Dose that a breast-fed infant drinks, per kg, over the mother's dose per kg [percent], at steady state.

        RID = 100 (M/P) C_mean intake / (dose per kg and day),    C_mean = F dose / (CL 24 h)

    The substance itself only, without its metabolites; the infant's own clearance is another question.

    Args:
        substance: the drug.
        mother: who takes it; the typical adult when left out.
        route: how she takes it.
        intake_L_kg_d: milk that the infant drinks [L/kg/d]; 0.15 when left out.

    Raises:
        UnknownNameError: no such drug or route, or no ratio of milk to plasma.
        InputError: an intake that is not above 0, or a drug without a constant clearance.

    >>> 1 < relative_infant_dose("alprazolam") < 10
    True
    """
    held = row(COVARIATES, "lactation", "intake").to("L/kg/d") if intake_L_kg_d is None else float(intake_L_kg_d)
    if not held > 0:
        raise InputError("intake of milk", value=held, expected="above 0 L/kg/d", fix="leave it out for 0.15 L/kg/d")
    mother, drug, ratio = mother or Patient(), library.drug(substance), milk_to_plasma(substance)
    effects = factors(mother, drug)
    if drug.CL is None or drug.plasma_binding is not None:
        raise InputError(
            f"{drug.name} has no constant clearance", value=drug.name, expected="a drug with linear kinetics",
            fix="simulate it, and multiply its mean concentration by milk_to_plasma and the intake",
        )  # fmt: skip
    available = drug.route(route).F.to("1")
    if (on_route := effects.get(f"F.{route}")) is not None:
        available = min(available * on_route.factor, 1.0)
    clearance = drug.CL.to("L/h") * effects["CL"].factor
    mean_per_dose = available / (clearance * 24)
    return 100 * ratio.value * mean_per_dose * held * mother.weight_kg
