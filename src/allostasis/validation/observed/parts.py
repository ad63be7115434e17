"""Build and verify: which publications set numbers of the library. Errors of the two are never averaged."""

import csv
from collections.abc import Iterable
from functools import cache
from importlib import resources

BUILD, VERIFY = "build", "verify"


@cache
def _registry() -> frozenset[tuple[str, str, str]]:
    """(drug, analyte, publication) that set a number, from the library."""
    file = resources.files("allostasis.library") / "data" / "targets" / "exposure_build.csv"
    with file.open(encoding="utf-8") as lines:
        return frozenset((r["drug"], r["analyte"], r["publication"]) for r in csv.DictReader(lines))


def part_of(drug: str, analyte: str, publication: str) -> str:
    """Whether a publication set a number behind the prediction of this analyte, or only checks it.

    A study of a drug whose parameters were calibrated is "build" if its publication was among the data of that calibration, for
    this analyte or for the drug itself, from which the analyte comes.

    >>> part_of("lorazepam", "lorazepam", "Greenblatt 1979")
    'verify'
    """
    known = _registry()
    used = any((drug, each, publication) in known for each in {drug, analyte})
    return BUILD if used else VERIFY


@cache
def _interactions() -> frozenset[tuple[str, str]]:
    """(perpetrator, publication) that set the strength of a perpetrator, from the library."""
    file = resources.files("allostasis.library") / "data" / "targets" / "interaction_build.csv"
    with file.open(encoding="utf-8") as lines:
        return frozenset((r["perpetrator"], r["publication"]) for r in csv.DictReader(lines))


def interaction_part_of(publication: str, perpetrators: Iterable[str]) -> str:
    """Whether a publication set the strength of one of the perpetrators, or only checks it.

    >>> interaction_part_of("Nobody 2001", ("ketoconazole",))
    'verify'
    """
    return BUILD if any((name, publication) in _interactions() for name in perpetrators) else VERIFY
