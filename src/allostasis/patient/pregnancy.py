"""Pregnancy: activity of enzymes by trimester, albumin, measured ratios; transfer to the newborn."""

from collections.abc import Iterable

from allostasis import library
from allostasis.library import Drug
from allostasis.patient.binding import albumin
from allostasis.patient.body import Patient
from allostasis.patient.effect import Cause, Causes, merged, spread
from allostasis.patient.tables import COVARIATES, row, rows
from allostasis.quantity import Parameter, UnknownNameError

COVARIATE = "pregnancy"
SECOND_TRIMESTER, THIRD_TRIMESTER = 14.0, 28.0


def trimester(weeks: float | int) -> str:
    """Trimester of a week of gestation.

    >>> trimester(8), trimester(14), trimester(30)
    ('first', 'second', 'third')
    """
    return "first" if weeks < SECOND_TRIMESTER else "second" if weeks < THIRD_TRIMESTER else "third"


def pathways(patient: Patient, names: Iterable[str]) -> Causes:
    """Activity of metabolic pathways over that before pregnancy; a pathway that was not measured is unchanged.

    >>> pathways(Patient(pregnancy_weeks=30), ["CYP2C19"])["CYP2C19"][0].factor
    0.5
    """
    if patient.pregnancy_weeks is None:
        return {}
    table, now, causes = rows(COVARIATES, COVARIATE, "activity"), trimester(patient.pregnancy_weeks), {}
    for name in names:
        measured = table.get(f"{name}.{now}")
        own_filtration = name == "renal" and patient.creatinine_clearance_mL_min is not None
        if measured is not None and not own_filtration:
            causes[name] = [Cause(COVARIATE, measured.value, (measured,), rule=True)]
    return causes


def albumin_in_pregnancy(weeks: float | int) -> tuple[float, tuple[Parameter, ...]]:
    """Albumin over that before pregnancy [1], and the rows behind it: straight lines through 0, 7 and 36 weeks.

    >>> round(albumin_in_pregnancy(36)[0], 2), albumin_in_pregnancy(0)[0]
    (0.78, 1.0)
    """
    held = rows(COVARIATES, COVARIATE, "albumin")
    early, late = held["early_week"].to("week"), held["late_week"].to("week")
    if weeks <= early:
        change = held["early"].value * weeks / early
    else:
        passed = min((weeks - early) / (late - early), 1.0)
        change = held["early"].value + passed * (held["late"].value - held["early"].value)
    return 1 + change / held["before"].value, tuple(held.values())


def pregnancy(patient: Patient, drug: Drug) -> Causes:
    """Measured ratios of a drug, and its unbound fraction by the albumin of the week.

        ratio^p,    p = weeks/28, at most 1        ratio: third trimester over not pregnant

    Unless the patient's own albumin is known, that of the week raises the unbound fraction, and with it clearance and
    volume where the drug has no ratio of its own.

    >>> from allostasis.library import drug
    >>> pregnancy(Patient(pregnancy_weeks=34), drug("lorazepam"))["CL"][0].factor
    1.3
    """
    if patient.pregnancy_weeks is None:
        return {}
    power = min(patient.pregnancy_weeks / row(COVARIATES, COVARIATE, "full").to("week"), 1.0)
    held, causes = rows(COVARIATES, COVARIATE, drug.name), {}
    for key, p in held.items():
        causes |= {name: [Cause(COVARIATE, p.value**power, (p,))] for name in spread(key)}
    if patient.albumin_g_L is not None:
        return causes
    relative, used = albumin_in_pregnancy(patient.pregnancy_weeks)
    bound = albumin(drug, relative, COVARIATE, used)
    return merged(causes, {k: c for k, c in bound.items() if k not in causes})


def cord_to_maternal(substance: str) -> Parameter:
    """Concentration in cord plasma at birth over that of the mother [1].

    Raises:
        UnknownNameError: nothing is known of the substance.

    >>> cord_to_maternal("Valium").value
    1.0
    """
    held, name = rows(COVARIATES, "placenta"), library.canonical(substance, "drug")
    if name not in held:
        raise UnknownNameError("substance with a placental ratio", name, held)
    return held[name]
