"""Parallel pathways of clearance: what each covariate does to each of them, joined into one factor on the clearance."""

from math import prod

from allostasis.library import Drug
from allostasis.patient import genotype, maturation, organs, pregnancy
from allostasis.patient.body import Patient
from allostasis.patient.effect import Cause, Causes, merged
from allostasis.patient.tables import COVARIATES, METABOLISM, rows

UNKNOWN = "unknown"
"""The pathway that holds what the library's fractions leave over."""
LEAST = 0.01
"""Smallest factor on a clearance: what is left where every known pathway is gone (assumed)."""


def activities(patient: Patient, drug: Drug) -> Causes:
    """Pathway of a drug -> why its activity differs from that of the typical adult.

    A covariate for which the drug has a measured clearance of its own is left to that (`age`, `organs`, `pregnancy`).

    >>> from allostasis.library import drug
    >>> ill = Patient(child_pugh="B")
    >>> sorted(activities(ill, drug("zolpidem"))), sorted(activities(ill, drug("clobazam")))
    ([], ['CYP2B6', 'CYP2C19', 'CYP3A4'])
    """
    names = (*rows(METABOLISM, "fm", drug.name), UNKNOWN)
    parts = [genotype.pathways(patient.genotype)]
    if not maturation.has_own_clearance(patient, drug):
        parts.append(maturation.pathways(patient, names))
    if not any(key.startswith("CL") for key in rows(COVARIATES, "hepatic", drug.name)):
        parts.append(organs.liver_pathways(patient, names))
    if "CL" not in rows(COVARIATES, "renal", drug.name):
        parts.append(organs.kidney_pathways(patient))
    if "CL" not in rows(COVARIATES, "pregnancy", drug.name):
        parts.append(pregnancy.pathways(patient, names))
    held = {key: causes for key, causes in merged(*parts).items() if key in names}
    if not names[:-1] or sum(p.value for p in rows(METABOLISM, "fm", drug.name).values()) < 1:
        return held
    return {key: causes for key, causes in held.items() if key != UNKNOWN}


def clearance(patient: Patient, drug: Drug) -> Causes:
    """Factor on the clearance, and on the fraction of each pathway that is left of it.

        CL    1 + sum fm (A - 1)            A: product of what acts on the pathway, fm its fraction of the clearance
        fm    A / CL factor                 so that an interaction meets the pathways of this person

    A CYP2C19 poor metaboliser so has half of the clearance of diazepam, all of it by other pathways.

    >>> from allostasis.library import drug
    >>> poor = clearance(Patient(genotype={"CYP2C19": "poor"}), drug("diazepam"))
    >>> poor["CL"][0].factor, poor["fm.CYP3A4"][0].factor
    (0.5, 2.0)
    """
    held = activities(patient, drug)
    if not held:
        return {}
    fractions = rows(METABOLISM, "fm", drug.name)
    active = {name: prod((c.factor for c in causes), start=1.0) for name, causes in held.items()}
    share = {name: p.value for name, p in fractions.items()}
    share[UNKNOWN] = max(1 - sum(share.values()), 0.0)
    factor = max(1 + sum(share[name] * (a - 1) for name, a in active.items()), LEAST)
    causes = [cause for found in held.values() for cause in found]
    used = tuple(p for name, p in fractions.items() if name in held) + tuple(p for c in causes for p in c.rows)
    reasons = " and ".join(dict.fromkeys(c.covariate for c in causes))
    joined = Cause(reasons, factor, tuple(dict.fromkeys(used)), rule=all(c.rule for c in causes))
    result: Causes = {"CL": [joined]}
    for name in fractions:
        result[f"fm.{name}"] = [joined._replace(factor=active.get(name, 1.0) / factor)]
    return result
