"""Which studies the library can simulate, and why not the others."""

import re
from dataclasses import dataclass

from allostasis import library
from allostasis.patient import Patient
from allostasis.quantity import InputError
from allostasis.simulation.assemble import closure
from allostasis.validation.observed.comedication import comedication_of
from allostasis.validation.observed.dosing import Input, check_route, inputs_of
from allostasis.validation.observed.people import patient_of
from allostasis.validation.observed.skip import Skip

MATRICES = ("plasma", "serum", "arterial plasma")
_CONJUGATE = re.compile(r"glucuronide|sulfate|sulphate|conjugate")
_TOTAL = re.compile(r"\btotal\b|\bplus\b|\+")


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
    patient, remarks = patient_of(row)
    flags += remarks
    if "normalised" in row.get("notes", ""):
        flags.append("values normalised to a dose by the source")
    inputs = inputs_of(row, drug, float(patient.weight_kg))
    remarks, given = comedication_of(row, inputs)
    flags += remarks
    route = "+".join(sorted({dose.route for dose in inputs}))
    return Study(row["study_id"], row["publication"], drug, analyte, route, patient, inputs, tuple(flags), given)


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
