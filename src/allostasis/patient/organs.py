"""Liver and kidney: class of cirrhosis and creatinine clearance to factors on pathways and on numbers of a drug."""

from collections.abc import Iterable

from allostasis.library import Drug
from allostasis.patient.binding import albumin, displaced
from allostasis.patient.body import Patient
from allostasis.patient.effect import Cause, Causes, merged, spread
from allostasis.patient.tables import COVARIATES, by_pathway, row, rows
from allostasis.quantity import Parameter

LIVER, KIDNEY = "liver", "kidney"


def liver_pathways(patient: Patient, names: Iterable[str]) -> Causes:
    """Activity of metabolic pathways in cirrhosis: class C as measured, A and B a third and two thirds of its loss.

    >>> round(liver_pathways(Patient(child_pugh="B"), ["CYP3A4"])["CYP3A4"][0].factor, 2)
    0.6
    """
    if patient.child_pugh is None:
        return {}
    table, causes = rows(COVARIATES, "hepatic", "activity"), {}
    for name in names:
        found = by_pathway(table, name, patient.child_pugh)
        assert found is not None
        causes[name] = [Cause(LIVER, found.value, (found,), rule=True)]
    return causes


def liver(patient: Patient, drug: Drug) -> Causes:
    """Measured ratios of a drug in cirrhosis, and its unbound fraction by the albumin of the class.

        ratio of another class = ratio^(severity/severity of the measured class),    severity A 0.5, B 1, C 1.5 (assumed)

    A cirrhosis of unnamed class is B. A drug without a ratio of its own for the unbound fraction has that of the class's
    albumin, unless the patient's own is known; it moves the clearance too where that comes from the pathways.

    >>> from allostasis.library import drug
    >>> [round(liver(Patient(child_pugh=c), drug("midazolam"))["CL"][0].factor, 2) for c in "ABC"]
    [0.77, 0.59, 0.46]
    """
    if patient.child_pugh is None:
        return {}
    held: dict[str, dict[str, Parameter]] = {}
    for key, p in rows(COVARIATES, "hepatic", drug.name).items():
        number, _, level = key.rpartition(".")
        held.setdefault(number, {})[level] = p
    causes: Causes = {}
    for number, table in held.items():
        factor, used = _at_class(table, patient.child_pugh)
        causes |= {name: [Cause(LIVER, factor, used)] for name in spread(number)}
    if "fu_plasma" in held or patient.albumin_g_L is not None:
        return {k: c for k, c in causes.items() if k != "fu_plasma" or patient.albumin_g_L is None}
    control, level = (row(COVARIATES, "hepatic", "albumin", x) for x in ("control", patient.child_pugh))
    bound = albumin(drug, level.value / control.value, LIVER, (level, control))
    return merged(causes, {k: c for k, c in bound.items() if k not in causes and ("CL" not in held or k == "fu_plasma")})


def _at_class(table: dict[str, Parameter], wanted: str) -> tuple[float, tuple[Parameter, ...]]:
    if wanted in table:
        return table[wanted].value, (table[wanted],)
    severity = rows(COVARIATES, "hepatic", "severity")
    nearest = min(table, key=lambda c: abs(severity[c].value - severity[wanted].value))
    power = severity[wanted].value / severity[nearest].value
    return table[nearest].value ** power, (table[nearest], severity[wanted])


def kidney_pathways(patient: Patient) -> Causes:
    """Renal clearance over normal: creatinine clearance over 120 mL/min, at most 1.

    >>> kidney_pathways(Patient(creatinine_clearance_mL_min=30))["renal"][0].factor
    0.25
    """
    if patient.creatinine_clearance_mL_min is None:
        return {}
    reference = row(COVARIATES, "renal", "reference")
    factor = min(patient.creatinine_clearance_mL_min / reference.to("mL/min"), 1.0)
    return {"renal": [Cause(KIDNEY, factor, (reference,), rule=True)]}


def failing(creatinine_clearance: float | int) -> float:
    """How far kidneys have failed, 0 at 60 mL/min to 1 at 30 mL/min, in a straight line (assumed).

    >>> failing(90), failing(45), failing(10)
    (0.0, 0.5, 1.0)
    """
    mild, severe = (row(COVARIATES, "renal", x).to("mL/min") for x in ("mild", "severe"))
    return min(max((mild - creatinine_clearance) / (mild - severe), 0.0), 1.0)


def kidney(patient: Patient, drug: Drug) -> Causes:
    """Measured ratios of a drug in renal failure, ratio^failing; a higher unbound fraction moves clearance and volume with it.

    >>> from allostasis.library import drug
    >>> round(kidney(Patient(creatinine_clearance_mL_min=20), drug("diazepam"))["fu_plasma"][0].factor, 2)
    3.0
    """
    if patient.creatinine_clearance_mL_min is None:
        return {}
    power, causes = failing(patient.creatinine_clearance_mL_min), {}
    held = rows(COVARIATES, "renal", drug.name)
    for key, p in held.items():
        factor = p.value**power
        if key == "fu_plasma" and "CL" not in held:
            causes |= displaced(drug, factor, KIDNEY, (p,), rule=False)
        else:
            causes |= {name: [Cause(KIDNEY, factor, (p,))] for name in spread(key)}
    return causes
