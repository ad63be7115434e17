"""One patient and one drug: every factor on the drug's numbers with its reasons, and which covariates found no number."""

from collections.abc import Iterable, Iterator

from allostasis import library
from allostasis.library import Drug
from allostasis.patient import age, binding, genotype, maturation, organs, pathways, pregnancy, size
from allostasis.patient.body import Patient
from allostasis.patient.effect import Causes, Effect, merged
from allostasis.patient.tables import COVARIATES, METABOLISM, row, rows
from allostasis.quantity import Parameter


def _causes(patient: Patient, drug: Drug) -> Causes:
    parts = [
        size.size(patient, drug), pathways.clearance(patient, drug), maturation.newborn(patient, drug),
        age.age(patient, drug), age.sex(patient, drug), organs.liver(patient, drug), organs.kidney(patient, drug),
        pregnancy.pregnancy(patient, drug), genotype.transport(patient.genotype, drug.name),
    ]  # fmt: skip
    if patient.albumin_g_L is not None:
        normal = row(COVARIATES, "binding", "albumin")
        parts.append(binding.albumin(drug, patient.albumin_g_L / normal.to("g/L"), "albumin", (normal,)))
    return merged(*parts)


def _has(drug: Drug, key: str) -> bool:
    """Whether a drug has the number that a factor is for."""
    if key.startswith("F."):
        return key.removeprefix("F.") in drug.routes
    if key in ("fu_plasma", "Kp_uu"):
        return drug.brain is not None
    return key in ("CL", "Bmax") or key.startswith("fm.") or getattr(drug, key) is not None


def factors(patient: Patient, drug: Drug | str) -> dict[str, Effect]:
    """Factors on the numbers of a drug for one patient.

    Keys: "CL" (Vmax where elimination saturates, the clearance of unbound drug where binding does), "V1", "V2", "V3",
    "Q2", "Q3", "fu_plasma", "Kp_uu", "Bmax", "F.<route>" and "fm.<pathway>"; what has no key is unchanged. A patient with
    a weight alone has allometry alone.

    Args:
        patient: who.
        drug: a drug or its name.

    Raises:
        UnknownNameError: no such drug.

    >>> effects = factors(Patient(genotype={"CYP2C19": "*2/*2"}), "diazepam")
    >>> effects["CL"].factor, effects["V1"].factor, [c.covariate for c in effects["CL"].causes]
    (0.5, 1.0, ['weight', 'CYP2C19'])
    """
    drug = library.drug(drug) if isinstance(drug, str) else drug
    found = _causes(patient, drug)
    return {key: Effect(tuple(causes)) for key, causes in found.items() if _has(drug, key)}


def used(effects: dict[str, Effect]) -> Iterator[Parameter]:
    """Library rows behind effects, those of body weight apart, each once.

    >>> [p.name for p in used(factors(Patient(age_y=70), "diazepam"))]
    ['covariates.age.diazepam.CL', 'covariates.age.diazepam.V']
    """
    yield from dict.fromkeys(p for effect in effects.values() for cause in effect.causes for p in cause.rows)


def given(patient: Patient) -> tuple[str, ...]:
    """Covariates of a patient beside the weight that may act, by the names that causes use.

    >>> given(Patient(age_y=70, child_pugh="A", genotype={"CYP2C9": "*1/*3"}))
    ('age', 'liver', 'CYP2C9')
    """
    bmi, clearance = patient.bmi, patient.creatinine_clearance_mL_min
    said = {
        "immaturity": patient.is_child,
        "age": not patient.is_child and patient.age_y is not None and age.aged(patient.age_y) > 0,
        "sex": patient.sex is not None and not patient.is_child,
        "excess weight": bmi is not None and bmi > row(COVARIATES, "size", "normal_bmi").value and not patient.is_child,
        "albumin": patient.albumin_g_L is not None,
        "liver": patient.child_pugh is not None,
        "kidney": clearance is not None and clearance < row(COVARIATES, "renal", "reference").to("mL/min"),
        "pregnancy": patient.pregnancy_weeks is not None,
    }
    return tuple(name for name, yes in said.items() if yes) + tuple(patient.genotype)


def _standing(patient: Patient, drug: Drug) -> dict[str, str]:
    """Covariate -> "own", "rule" or "none": by what it acts on this drug."""
    asked = given(patient)
    causes = [c for effect in factors(patient, drug).values() for c in effect.causes if c.covariate in asked]
    causes += [c for found in pathways.activities(patient, drug).values() for c in found]
    known, standing = bool(rows(METABOLISM, "fm", drug.name)), {}
    for name in asked:
        mine = [c for c in causes if c.covariate == name]
        without = "irrelevant" if known and name in patient.genotype else "none"
        standing[name] = without if not mine else "own" if any(not c.rule for c in mine) else "rule"
    return standing


def patient_notes(patient: Patient, drugs: Iterable[str]) -> tuple[str, ...]:
    """What a reader must know: which covariates have no number for which drug, and which act by a class rule.

    >>> for note in patient_notes(Patient(age_y=70), ["midazolam", "ketamine"]): print(note)
    Age changes nothing for ketamine: the library has no number.
    """
    notes, names = [], list(drugs)
    standing = {name: _standing(patient, library.drug(name)) for name in names}
    for covariate in given(patient):
        label = covariate if covariate in patient.genotype else covariate.capitalize()
        by = {kind: [n for n in names if standing[n][covariate] == kind] for kind in ("none", "rule")}
        if by["none"]:
            notes.append(f"{label} changes nothing for {', '.join(by['none'])}: the library has no number.")
        if by["rule"]:
            notes.append(f"{label} acts on {', '.join(by['rule'])} by a class rule, not by measurements of the drug.")
    return tuple(notes)
