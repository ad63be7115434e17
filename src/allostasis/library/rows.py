"""Tables of facts that are not numbers of an equation: one row a fact, each with a source of the bibliography and a status."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from allostasis.library.loader import DATA, Library
from allostasis.library.tables import in_file
from allostasis.quantity import InputError, UnknownNameError
from allostasis.quantity.parameter import STATUSES

TABLES: dict[str, tuple[str, ...]] = {
    "formulations": (
        "drug", "form", "route", "strength", "unit", "parts", "step_mL", "region", "scored", "source", "status", "note",
    ),
    "equivalents": (
        "drug", "table", "printed_low_mg", "printed_high_mg", "diazepam_low_mg", "diazepam_high_mg",
        "low_mg", "high_mg", "counts", "source", "status", "note",
    ),
    "taper_examples": (
        "schedule", "step", "start_week", "weeks", "drug", "dose", "unit", "morning_mg", "night_mg", "source", "status", "note",
    ),
    "interventions": (
        "name", "title", "kind", "section", "seed_terms", "mechanism", "measure", "effect", "control", "unit", "population",
        "species", "grade", "verdict", "drugs", "example_regimen", "source", "status", "conflict",
    ),
    "intervention_levers": (
        "therapy", "lever", "operation", "size", "low", "high", "onset_h", "offset_h", "source", "kind", "status", "note",
    ),
    "cytokine_signs": (
        "cytokine", "target", "sign", "finding", "preparation", "option", "source", "status", "note",
    ),
    "remodelling": ("section", "branch", "state", "port", "source", "status", "note"),
    "safety": (
        "drug", "second", "effect", "rate", "low", "high", "exposure", "population", "source", "status", "note",
    ),
    "individualise": ("kind", "value", "what", "verdict", "reason", "source", "status", "note"),
    "polytherapy": (
        "drugs", "verdict", "species", "model", "timing", "comparator", "outcome", "result", "n", "source", "status", "note",
    ),
    "se_trials": (
        "trial", "arm", "preparation", "weight_kg", "age_y", "delay_min", "severity", "counted_from_min", "within_min",
        "until_min", "free_of", "and_responsive", "before", "before_min", "before_share", "steps", "events", "of", "target",
        "source", "status", "note",
    ),
    "se_ladders": ("preset", "protocol", "delay", "horizon", "steps", "source", "status", "note"),
    "se_cost_anchors": (
        "cost", "trial", "steps", "events", "of", "from_min", "until_min", "seizing", "free_offset", "source", "status", "note",
    ),
    "saccade_studies": (
        "study", "dose", "statistic", "value", "unit", "participants", "use", "source", "status", "note",
    ),
}  # fmt: skip
"""Tables by name, with their columns in order."""


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a packaged table as text, checked: columns, a known source, a known status.

    Args:
        name: one of `TABLES`.

    Raises:
        UnknownNameError: another table, a source that the bibliography lacks, or an unknown status.
        InputError: other columns, or a row that is too short or too long.

    >>> rows("formulations")[0]["drug"]
    'alprazolam'
    """
    if name not in TABLES:
        raise UnknownNameError("table of the library", name, TABLES)
    path = DATA / f"{name}.csv"
    sources = Library().bibliography
    with in_file(path), path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != TABLES[name]:
            raise InputError("other columns", value=reader.fieldnames, expected=", ".join(TABLES[name]))
        found = list(reader)
        for number, row in enumerate(found, 2):
            where = f"row {number}"
            if None in row or None in row.values():
                raise InputError(f"{where} is too short or too long", expected=f"{len(TABLES[name])} cells")
            if row["source"] not in sources:
                raise UnknownNameError(f"source of {where}", row["source"], sources, expected="an id of bibliography.toml")
            if row["status"] not in STATUSES:
                raise UnknownNameError(f"status of {where}", row["status"], STATUSES)
    return tuple(MappingProxyType(row) for row in found)
