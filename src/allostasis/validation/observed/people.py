"""Who took part in a study: the patient to simulate, and what the reader should know."""

import math
import re

import numpy as np

from allostasis import library
from allostasis.patient import Patient
from allostasis.quantity import InputError
from allostasis.validation.observed.folder import number
from allostasis.validation.observed.skip import Skip

ADULT_YEARS, OLD_YEARS = (
    18,
    60,
)  # structural: ages at which the adult model begins and from which age is given to the model
_CHILD = re.compile(r"\b(child|children|infants?|toddlers?|p(a)?ediatric)\b")
_NEWBORN = re.compile(r"\b(neonat\w*|newborns?)\b")
_CONDITION = re.compile(
    r"\b(pregnan\w*|cirrho\w*|hepatitis|(?:liver|hepatic|renal|kidney) (?:disease|failure|impairment|insufficiency)"
    r"|ur(?:a)?emi\w*|dialysis|critically ill|intensive care|sepsis|septic)\b"
)
_INDICATION = re.compile(r"\b(seizures?|epilep\w*|status epilepticus|insomnia|anxiety)\b")
"""What the drug is given for changes no clearance."""
_ALLELES = re.compile(r"\*\d+\w*\s*/\s*\*\d+\w*")
_GENE = re.compile(r"\b(CYP\d\w\d+|UGT2B15|ABCB1)\b", re.IGNORECASE)
_NORMAL = re.compile(r"\b(em|extensive|nm|normal|wild)\b")
_POOR = re.compile(r"\b(pm|poor)\b")
_WEIGHTS_KG, _WEEKS = (0.7, 1.0, 1.7, 2.6, 3.4, 4.5), (26.0, 28.0, 32.0, 36.0, 40.0, 44.0)
"""Median weight against postmenstrual age (fetal growth, recalled)."""


def patient_of(row: dict[str, str]) -> tuple[Patient, list[str]]:
    """Build the patient of a row of studies.csv.

    Raises:
        Skip: a condition that is not modelled, or too little known of a child.
    """
    population = row.get("population", "").lower()
    who = " ".join(row.get(name, "") for name in ("population", "disease", "arm")).lower()
    if (disease := row.get("disease", "")) and not _INDICATION.search(disease.lower()):
        raise Skip("disease", f"disease not modelled: {disease}")
    if found := _CONDITION.search(who):
        raise Skip("disease", f"condition not modelled: {found[0]}")
    genotype, flags = _genotype(row)
    flags += [word for word in ("obese", "patients") if word in population]
    weight = number(row.get("weight_mean", ""))
    age = next((a for a in (number(row.get(n, "")) for n in ("age_mean", "age_max")) if not math.isnan(a)), math.nan)
    is_child = bool(_CHILD.search(population)) or age < ADULT_YEARS
    known: dict = {}
    if _NEWBORN.search(population):
        known, more = _newborn(weight, age)
    elif is_child:
        known, more = _child(weight, age)
    elif age >= OLD_YEARS or "elderly" in who:
        known, more = {"age_y": OLD_YEARS + 10.0 if math.isnan(age) else age}, ["elderly"]
    else:
        more = []
    flags += more
    if math.isnan(weight):
        weight = library.parameter_set("patient")["reference_weight"].to("kg")
        flags.append(f"weight not reported: {weight:g} kg taken")
    try:
        return Patient(weight_kg=weight, genotype=genotype, **known), flags
    except InputError as error:
        raise Skip("model", str(error)) from error


def _newborn(weight: float, age: float) -> tuple[dict, list[str]]:
    if math.isnan(weight):
        raise Skip("children", "a newborn whose weight is not reported")
    weeks = float(np.interp(weight, _WEIGHTS_KG, _WEEKS))
    note = f"newborn: postmenstrual age of {weeks:.0f} weeks taken from the weight"
    return {"postmenstrual_age_weeks": weeks, "age_y": 0.0 if math.isnan(age) else age}, [note]


def _child(weight: float, age: float) -> tuple[dict, list[str]]:
    if math.isnan(weight) or math.isnan(age):
        raise Skip("children", "a child whose age or weight is not reported")
    return {"age_y": age}, ["children"]


def _genotype(row: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    text = row.get("genotype", "")
    alleles = _ALLELES.search(text or row.get("arm", ""))
    gene = _GENE.search(text or row.get("arm", ""))
    if alleles and gene:
        pair = alleles[0].replace(" ", "")
        return {gene[1].upper(): pair}, [f"genotype {gene[1].upper()} {pair}"]
    if alleles:
        raise Skip("genotype", f"genotype of an unknown gene: {text or alleles[0]}")
    said = text.lower()
    if not said or (_NORMAL.search(said) and "hetero" not in said):
        return {}, []
    if _POOR.search(said):
        return {"CYP2C19": "poor"}, ["phenotype CYP2C19 poor"]
    raise Skip("genotype", f"genotype not modelled: {text}")
