"""What may move in each calibration: parameter -> (figure of the literature, sd of its ln), in the unit of the chain."""

from typing import NamedTuple

COMMON = ("elderly", "obese", "children", "genotype", "phenotype", "neonate")


class Group(NamedTuple):
    """Drugs and analytes whose studies are used together, the priors, and words that keep a study out."""

    drugs: tuple[str, ...]
    analytes: tuple[str, ...]
    prior: dict[str, tuple[float, float]]
    left_out: tuple[str, ...] = COMMON
    routes: tuple[str, ...] = ()
    """Routes whose studies are used; all when empty."""


def _named(drug: str, **prior: tuple[float, float]) -> dict[str, tuple[float, float]]:
    dotted = {}
    for key, value in prior.items():
        name = key.replace("__", ".").replace("_", "-")
        dotted[name.replace("F-max", "F_max").replace("first-pass", "first_pass")] = value
    return {f"exposure.{drug}.{key}": value for key, value in dotted.items()}


GROUPS = {
    "alprazolam": Group(
        ("alprazolam",), ("alprazolam",),
        _named("alprazolam", CL=(3.11, 0.2), V1=(56.0, 0.2), oral__ka=(1.1, 0.5), oral__F=(0.9, 0.05), oral__Tlag=(0.02, 1.0)),
    ),
    "triazolam": Group(
        ("triazolam",), ("triazolam",),
        _named(
            "triazolam", CL=(13.3, 0.25), V1=(20.0, 0.5), Q2=(40.75, 0.7), V2=(25.0, 0.5), oral__ka=(4.0, 0.6),
            oral__F=(0.44, 0.15), oral__Tlag=(0.05, 1.0),
        ),
    ),
    "midazolam": Group(
        ("midazolam", "1-hydroxymidazolam"), ("midazolam", "1-hydroxymidazolam"),
        _named(
            "midazolam", CL=(24.9, 0.2), V1=(20.0, 0.7), Q2=(80.0, 0.7), V2=(25.0, 0.5), Q3=(12.0, 0.7), V3=(40.0, 0.4),
            oral__ka=(6.0, 0.6), oral__F=(0.3, 0.3), oral__F_max=(0.6, 0.15), oral__D50=(30.0, 0.7), oral__Tlag=(0.03, 1.0),
            oral__first_pass__1_hydroxymidazolam=(0.15, 0.5), fraction__1_hydroxymidazolam=(0.25, 0.5),
        ) | _named("1-hydroxymidazolam", CL=(37.8, 0.4), V1=(56.0, 0.4)),
    ),
    "diazepam": Group(
        ("diazepam", "nordazepam", "nordiazepam"), ("diazepam", "nordazepam", "nordiazepam"),
        _named(
            "diazepam", CL=(1.56, 0.2), V1=(21.7, 0.4), Q2=(24.5, 0.6), V2=(30.0, 0.4), Q3=(2.4, 0.6), V3=(30.0, 0.4),
            fraction__nordiazepam=(0.5, 0.4),
        ) | _named("nordiazepam", CL=(0.804, 0.15), V1=(30.0, 0.4), Q2=(5.0, 0.7), V2=(33.0, 0.3)),
        routes=("iv", "intramuscular", "rectal", "intranasal"),  # four publications of oral doses contradict each other
    ),
    "oxazepam": Group(
        ("oxazepam",), ("oxazepam",),
        _named(
            "oxazepam", CL=(4.494, 0.2), V1=(18.9, 0.4), Q2=(26.58, 0.6), V2=(22.4, 0.4), oral__ka=(0.8, 0.5),
            oral__F=(0.928, 0.04), oral__Tlag=(0.05, 1.0),
        ),
    ),
    "carbamazepine": Group(
        ("carbamazepine",), ("carbamazepine", "carbamazepine-10,11-epoxide"),
        _named(
            "carbamazepine", CL=(1.36, 0.3), V1=(72.0, 0.2), oral__ka=(0.45, 0.5), oral__F=(0.8, 0.08), oral__Tlag=(0.05, 1.0),
        )
        | {"exposure.carbamazepine.fraction.carbamazepine-10,11-epoxide": (0.4, 0.4)}
        | {f"exposure.carbamazepine-10,11-epoxide.{k}": v for k, v in {"CL": (6.2, 0.4), "V1": (52.0, 0.4)}.items()}
        | {
            "enzymes.Emax.own enzyme of carbamazepine.carbamazepine": (5.39, 0.4),
            "enzymes.EC50.own enzyme of carbamazepine.carbamazepine": (63000.0, 0.5),
            "enzymes.kdeg.liver.own enzyme of carbamazepine": (0.0096, 0.4),
        },
    ),
    "carbamazepine products": Group(
        ("carbamazepine",), ("carbamazepine",),
        _named(
            "carbamazepine", oral_solution__ka=(1.5, 0.7), oral_solution__F=(0.8, 0.08), oral_extended_release__ka=(0.12, 0.7),
            oral_extended_release__F=(0.7, 0.1),
        ),
        routes=("oral-solution", "oral-extended-release"),
    ),
    "propofol": Group(
        ("propofol",), ("propofol",),
        _named(
            "propofol", CL=(107.4, 0.15), V1=(6.28, 0.3), Q2=(105.0, 0.3), V2=(25.5, 0.3), Q3=(66.6, 0.3), V3=(273.0, 0.3),
        ),
        left_out=("genotype",),
    ),
}  # fmt: skip
"""Groups by name."""
