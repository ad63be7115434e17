"""The thorough check of the library, for tests and users' own files: every file, every unit put to pint."""

from __future__ import annotations

from collections.abc import Iterator

from allostasis.library.loader import SETS, Library, current
from allostasis.library.rows import TABLES, rows
from allostasis.quantity import InputError, Parameter
from allostasis.quantity.units import unit_registry


def all_parameters(library: Library | None = None) -> Iterator[Parameter]:
    """Iterate over every number of every set and drug."""
    library = library or current()
    for name in SETS:
        yield from library.parameter_set(name).values()
    for name in library.drug_files:
        yield from library.drug(name).parameters()


def check_library(library: Library | None = None) -> int:
    """Check every number: sources exist, ranges hold, pint knows the unit, none unused, weights sum to 1.

    Returns:
        The count of numbers checked.

    Raises:
        InputError: at the first fault.

    """
    library = library or current()
    used: set[str] = set()
    count = 0
    for parameter in all_parameters(library):
        unit = "" if parameter.unit == "1" else parameter.unit
        try:
            unit_registry().parse_units(unit)
        except Exception:
            raise InputError(f"{parameter.name} has a unit that pint refuses", value=parameter.unit) from None
        used |= {parameter.source, parameter.spread_source}
        count += 1
    for name in SETS:
        used |= {said["source"] for said in library.words(name).values()}
    used |= {row["source"] for table in TABLES for row in rows(table)}
    unused = set(library.bibliography) - used
    if unused:
        raise InputError("sources that no number uses", value=", ".join(sorted(unused)), fix="remove them")
    _check_weights(library)
    return count


def _check_weights(library: Library) -> None:
    groups = {
        "receptor.weight": library.parameter_set("receptor"),
        "clinic.effect_weight": library.parameter_set("clinic"),
        "subtype_effects.weight": library.parameter_set("subtype_effects"),
    }
    sums: dict[str, float] = {}
    for label, entries in groups.items():
        prefix = label.split(".", 1)[1] + "."
        for key, parameter in entries.items():
            if key.startswith(prefix):
                group = f"{label.split('.', 1)[0]}.{key.rpartition('.')[0]}"
                sums[group] = sums.get(group, 0.0) + parameter.value
    for group, total in sums.items():
        if abs(total - 1) > 1e-9:
            raise InputError(f"weights of {group} do not sum to 1", value=round(total, 9))
