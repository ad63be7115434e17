"""Immaturity: clearance pathways of newborns and children, by a sigmoid of postmenstrual age."""

from collections.abc import Iterable

from allostasis import library
from allostasis.library import Drug
from allostasis.patient.body import Patient, allometric
from allostasis.patient.effect import Cause, Causes, spread
from allostasis.patient.tables import COVARIATES, by_pathway, row, rows

COVARIATE = "immaturity"
PER_KG = "CL_per_kg"
"""Key of a clearance of newborns that was measured per kg."""


def mature_fraction(weeks: float | int, half_weeks: float | int, hill: float | int) -> float:
    """Activity over the adult's for the same size [1].

        activity = PMA^hill / (PMA^hill + half^hill)        (Anderson and Holford 2008)

    Args:
        weeks: postmenstrual age [weeks].
        half_weeks: age of half the adult activity [weeks].
        hill: steepness [1].

    >>> round(mature_fraction(47.7, 47.7, 3.4), 2), round(mature_fraction(40, 47.7, 3.4), 2)
    (0.5, 0.35)
    """
    return 1 / (1 + (half_weeks / weeks) ** hill)


def pathways(patient: Patient, names: Iterable[str]) -> Causes:
    """Maturity of metabolic pathways; nothing for an adult.

    >>> round(pathways(Patient(3.5, age_y=0), ["renal"])["renal"][0].factor, 2)
    0.35
    """
    table, causes = rows(COVARIATES, "maturation"), {}
    for name in names if patient.is_child else ():
        half, hill = (by_pathway(table, name, x) for x in ("half", "hill"))
        assert half is not None
        assert hill is not None
        factor = mature_fraction(patient.postmenstrual_weeks, half.to("week"), hill.value)
        causes[name] = [Cause(COVARIATE, factor, (half, hill), rule=True)]
    return causes


def newborn(patient: Patient, drug: Drug) -> Causes:
    """Ratios that hold for newborns alone: volume per kg, availability, unbound fraction.

    >>> from allostasis.library import drug
    >>> newborn(Patient(1.2, postmenstrual_age_weeks=32), drug("phenobarbital"))["V1"][0].factor
    1.778
    """
    if not is_newborn(patient):
        return {}
    held = rows(COVARIATES, "neonate", drug.name)
    causes = {
        number: [Cause(COVARIATE, p.value, (p,))] for key, p in held.items() if key != PER_KG for number in spread(key)
    }
    if PER_KG in held and drug.CL is not None:
        adult = drug.CL.to("L/h") * allometric(patient, library.parameter_set("patient"))[0]
        causes["CL"] = [Cause(COVARIATE, held[PER_KG].to("L/h/kg") * patient.weight_kg / adult, (held[PER_KG],))]
    return causes


def is_newborn(patient: Patient) -> bool:
    """Whether ratios for newborns hold."""
    return patient.is_child and patient.postmenstrual_weeks <= row(COVARIATES, "neonate", "until").to("week")


def has_own_clearance(patient: Patient, drug: Drug) -> bool:
    """Whether the clearance of newborns was measured for the drug: no class rule is needed then."""
    return is_newborn(patient) and PER_KG in rows(COVARIATES, "neonate", drug.name)
