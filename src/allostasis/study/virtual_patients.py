"""Virtual patients by their covariates: age, sex, body size and genotype, turned into factors on parameters."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from allostasis.library.reach import closure
from allostasis.patient import Patient
from allostasis.patient.tables import COVARIATES, GENOTYPE, row, rows
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.simulation import Case
from allostasis.simulation.book import Book
from allostasis.simulation.exposure_numbers import exposure
from allostasis.simulation.simulate import arm_regimens
from allostasis.study.population import check_whole, stream

SUBMODELS = ("exposure", "clearance")
"""Whose numbers covariates move."""
LEAST_FACTOR = 1e-9
"""A pathway that a person lacks altogether keeps this much, since a factor is above 0."""


class VirtualPatients(NamedTuple):
    """A sample: who, and "submodel.name" -> factor per patient, for `simulate(case, factors=...)`."""

    patients: tuple[Patient, ...]
    factors: dict[str, Float[np.ndarray, " patients"]]


def ancestries() -> tuple[str, ...]:
    """Ancestries with allele frequencies.

    >>> ancestries()
    ('african', 'american', 'east_asian', 'european', 'oceanian', 'south_asian')
    """
    return tuple(sorted({key.split(".")[1] for key in rows(GENOTYPE, "frequency")}))


def allele_frequencies(ancestry: str) -> dict[str, dict[str, float]]:
    """Gene -> allele -> frequency in one ancestry; a gene without data for it is left out.

    Raises:
        UnknownNameError: an ancestry without data.

    >>> allele_frequencies("east_asian")["CYP2C19"]["*2"]
    0.3125
    """
    if ancestry not in ancestries():
        raise UnknownNameError("ancestry", ancestry, ancestries())
    found: dict[str, dict[str, float]] = {}
    for key, p in rows(GENOTYPE, "frequency").items():
        gene, whose, allele = key.split(".")
        if whose == ancestry:
            found.setdefault(gene, {})[allele] = p.value
    return found


def sample_genotypes(ancestry: str, patients: int, seed: int) -> list[dict[str, str]]:
    """Genotypes in Hardy-Weinberg proportions: two independent alleles of each gene, genes independent of each other.

    Args:
        ancestry: one of `ancestries`.
        patients: how many.
        seed: any non-negative integer.

    Raises:
        UnknownNameError: an ancestry without data.
        InputError: patients or seed is no whole number in range.
    """
    check_whole("number of patients", patients, 1)
    check_whole("seed", seed, 0)
    drawn: list[dict[str, str]] = [{} for _ in range(patients)]
    for gene, frequency in allele_frequencies(ancestry).items():
        names, p = list(frequency), np.array(list(frequency.values()))
        pairs = stream(seed, f"genotype.{gene}").choice(len(names), (patients, 2), p=p / p.sum())
        for person, (first, second) in zip(drawn, pairs, strict=True):
            person[gene] = f"{names[first]}/{names[second]}"
    return drawn


def sample_patients(
    case: Case,
    patients: int,
    seed: int,
    *,
    ancestry: str | None = None,
    age: tuple[float | int, float | int] | None = (18, 80),
    female: float | int | None = 0.5,
    size: bool = True,
) -> VirtualPatients:
    """Draw adults and turn their covariates into factors on the numbers of a case.

    Age is uniform, height normal and body mass index log-normal by sex (the library's "population" rows), alleles follow the
    ancestry. Everything else, organ failure for one, is that of the case's patient. Doses per kg are given for the weight
    of the case. The spread that no covariate explains is `sample_factors`; `join_factors` multiplies both.

    Args:
        case: the case.
        patients: how many.
        seed: any non-negative integer.
        ancestry: one of `ancestries`; None leaves the genotype of the case.
        age: lowest and highest age [years]; None leaves that of the case.
        female: share of women; None leaves the sex of the case.
        size: whether height and weight vary.

    Raises:
        UnknownNameError: an ancestry without data.
        InputError: a number out of range.
        NotModelledError: the patient of the case is a child.

    >>> from allostasis.simulation import parse_case
    >>> case = parse_case({"title": "t", "horizon": "7 d", "arm": [{"name": "a", "regimen": "diazepam 5 mg po bid for 3 d"}]})
    >>> drawn = sample_patients(case, 3, seed=1, ancestry="european")
    >>> len(drawn.patients), drawn.factors["exposure.diazepam.CL"].shape
    (3, (3,))
    """
    people = _draw(case, patients, seed, ancestry, age, female, size)
    sites = sorted(set().union(*(r.sites(case.horizon_h) for r in arm_regimens(case).values())))
    names = closure(sorted({drug for drug, _ in sites}))
    base = _numbers(names, sites, case.person)
    drawn = [_numbers(names, sites, person) for person in people]
    factors = {}
    for key, value in base.items():
        ratio = np.array([numbers[key] / value if value else 1.0 for numbers in drawn])
        if np.any(ratio != 1):
            factors[key] = np.maximum(ratio, LEAST_FACTOR)
    return VirtualPatients(tuple(people), factors)


def _draw(case, patients, seed, ancestry, age, female, size) -> list[Patient]:
    check_whole("number of patients", patients, 1)
    check_whole("seed", seed, 0)
    whose = case.person
    if whose.is_child:
        raise NotModelledError("virtual children", value=case.patient.age, fix="give the case an adult patient")
    if age is not None and not 18 <= age[0] <= age[1] <= 110:
        raise InputError("range of ages", value=age, expected="lowest and highest age of adults, 18 to 110 years")
    if female is not None and not 0 <= female <= 1:
        raise InputError("share of women", value=female, expected="0 to 1")
    change: list[dict] = [{} for _ in range(patients)]
    if female is not None:
        share = 1.0 if whose.pregnancy_weeks is not None else female
        for person, u in zip(change, stream(seed, "sex").random(patients), strict=True):
            person["sex"] = "female" if u < share else "male"
    if age is not None:
        for person, u in zip(change, stream(seed, "age").random(patients), strict=True):
            person["age_y"] = float(age[0] + u * (age[1] - age[0]))
    if size:
        z = stream(seed, "size").standard_normal((patients, 2))
        for person, (tall, wide) in zip(change, z, strict=True):
            person.update(_body(person.get("sex", whose.sex), tall, wide))
    if ancestry is not None:
        for person, genotype in zip(change, sample_genotypes(ancestry, patients, seed), strict=True):
            person["genotype"] = genotype
    return [replace(whose, **person) for person in change]


def _body(sex: str | None, tall: float, wide: float) -> dict[str, float]:
    """Height [cm] and weight [kg] of one draw, inside the range of the adult model."""
    height, bmi = (row(COVARIATES, "population", what, sex or "male") for what in ("height", "bmi"))
    assert height.spread is not None
    cm = float(np.clip(height.to("cm") + height.spread * tall, 140, 210))
    kg = bmi.value * np.exp(bmi.log_spread * wide) * (cm / 100) ** 2
    return {"height_cm": cm, "weight_kg": float(np.clip(kg, 40, 200))}


def _numbers(names: tuple[str, ...], sites: list[tuple[str, str]], person: Patient) -> dict[str, float]:
    book = Book()
    exposure(book, names, sites, person)
    return {
        f"{submodel}.{key}": value
        for submodel in SUBMODELS
        for key, value in book.values.get(submodel, {}).items()
        if isinstance(value, float | int)
    }

