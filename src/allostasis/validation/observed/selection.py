"""Which studies the library can simulate, and why not the others."""

import math
import re
from dataclasses import dataclass

from allostasis import library
from allostasis.patient import Patient
from allostasis.quantity import InputError
from allostasis.simulation.assemble import closure
from allostasis.validation.observed.comedication import comedication_of
from allostasis.validation.observed.dosing import Input, check_route, inputs_of
from allostasis.validation.observed.folder import number
from allostasis.validation.observed.skip import Skip

MATRICES = ("plasma", "serum", "arterial plasma")
ADULT_YEARS, OLD_YEARS = 18, 65  # structural: ages at which the adult model begins and the reader is warned
_CHILD = re.compile(r"\b(child|children|infants?|neonat\w*|newborns?|toddlers?|p(a)?ediatric)\b")
_CONDITION = re.compile(
    r"\b(pregnan\w*|cirrho\w*|hepatitis|(?:liver|hepatic|renal|kidney) (?:disease|failure|impairment|insufficiency)"
    r"|ur(?:a)?emi\w*|dialysis|critically ill|intensive care|sepsis|septic)\b"
)
_CONJUGATE = re.compile(r"glucuronide|sulfate|sulphate|conjugate")
_TOTAL = re.compile(r"\btotal\b|\bplus\b|\+")
_ALLELE = re.compile(r"\*\d+\w*")
_WILD_TYPE = re.compile(r"\b(em|extensive|nm|normal|wild)\b")


@dataclass(frozen=True)
class Study:
    """A study that can be simulated: canonical names, who, doses, co-medication, and what the reader should know."""

    study_id: str
    publication: str
    drug: str
    analyte: str
    route: str
    patient: Patient
    inputs: tuple[Input, ...]
    flags: tuple[str, ...]
    comedication: tuple[tuple[str, Input], ...] = ()

    @property
    def weight_kg(self) -> float:
        """Body weight [kg]."""
        return float(self.patient.weight_kg)


def select(row: dict[str, str]) -> Study:
    """Turn a row of studies.csv into a study that can be simulated.

    Raises:
        Skip: with the reason.
    """
    drug = _modelled(row["drug"], "drug")
    analyte = _analyte(row["analyte"], drug)
    flags = _quality(row) + _matrix(row["matrix"])
    for part in row["route"].split("+"):
        check_route(drug, part.strip())
    flags += _people(row) + _genotype(row)
    weight = number(row.get("weight_mean", ""))
    if math.isnan(weight):
        weight = library.parameter_set("patient")["reference_weight"].to("kg")
        flags.append(f"weight not reported: {weight:g} kg taken")
    if "normalised" in row.get("notes", ""):
        flags.append("values normalised to a dose by the source")
    inputs = inputs_of(row, drug, weight)
    remarks, given = comedication_of(row, inputs)
    flags += remarks
    route = "+".join(sorted({dose.route for dose in inputs}))
    return Study(row["study_id"], row["publication"], drug, analyte, route, _patient(weight), inputs, tuple(flags), given)


def _patient(weight: float) -> Patient:
    try:
        return Patient(weight_kg=float(weight))
    except InputError as error:
        raise Skip("model", str(error)) from error


def _quality(row: dict[str, str]) -> list[str]:
    quality = row.get("quality_flag", "")
    if quality.lower().startswith("suspect"):
        why = row.get("notes") or quality[len("suspect") :].lstrip(": ")
        raise Skip("quality", "marked as suspect in the data" + (f": {why}" if why else ""))
    return [quality] if quality else []


def _modelled(name: str, kind: str) -> str:
    try:
        canonical = library.canonical(name, kind)
    except InputError:
        raise Skip(f"{kind} not in the library", f"{kind} {name!r} is not known") from None
    if canonical not in library.drug_names():
        raise Skip(f"{kind} not in the library", f"{kind} {canonical} has no numbers in the library")
    return canonical


def _analyte(name: str, drug: str) -> str:
    try:
        known = library.canonical(name, "analyte")
    except InputError:
        known = name.lower()
    if _CONJUGATE.search(known):
        raise Skip("conjugate", f"{known}: conjugates are not modelled")
    if _TOTAL.search(known.replace("-", " ")):
        raise Skip("total", f"{known}: a total of several substances is not modelled")
    analyte = _modelled(name, "analyte")
    if analyte not in closure([drug]):
        raise Skip("analyte", f"the library forms no {analyte} from {drug}")
    return analyte


def _matrix(text: str) -> list[str]:
    matrix = " ".join(text.lower().split())
    if matrix not in MATRICES:
        why = "no blood-to-plasma ratio in the library" if "blood" in matrix else "only plasma and serum are modelled"
        raise Skip("matrix", f"measured in {matrix or 'an unknown matrix'}: {why}")
    return ["arterial plasma"] if matrix.startswith("arterial") else []


def _people(row: dict[str, str]) -> list[str]:
    who = " ".join(row.get(name, "") for name in ("population", "disease", "arm")).lower()
    ages = [number(row.get(name, "")) for name in ("age_mean", "age_max")]
    age = next((a for a in ages if not math.isnan(a)), math.nan)
    if _CHILD.search(row.get("population", "").lower()) or age < ADULT_YEARS:
        raise Skip("children", "children are not modelled: clearances and volumes are those of adults")
    if row.get("disease"):
        raise Skip("disease", f"disease not modelled: {row['disease']}")
    if found := _CONDITION.search(who):
        raise Skip("disease", f"condition not modelled: {found[0]}")
    flags = []
    if age > OLD_YEARS or "elderly" in who:
        flags.append("elderly: age not modelled")
    if "obese" in who:
        flags.append("obese: scaled by reported body weight only")
    if "patients" in row.get("population", "").lower():
        flags.append("patients")
    return flags


def _genotype(row: dict[str, str]) -> list[str]:
    text = row.get("genotype", "")
    alleles = _ALLELE.findall(text or row.get("arm", ""))
    if alleles:
        if all(allele == "*1" for allele in alleles):
            return []
        raise Skip("genotype", f"genotype not modelled: {text or '/'.join(alleles)}")
    if not text or (_WILD_TYPE.search(text.lower()) and "hetero" not in text.lower()):
        return []
    raise Skip("genotype", f"genotype not modelled: {text}")

