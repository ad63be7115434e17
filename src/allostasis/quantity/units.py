"""Units at the public boundary: text such as "4 mg" or "2 weeks" becomes a plain number in a named unit.

Inside the package numbers are plain arrays in fixed units; this module is the only door. The common
conversions (time, mass, concentration) are a short table, so that reading an ordinary case does not wait for
pint to build its registry; everything else asks pint, and a test holds the table equal to pint.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from allostasis.quantity.errors import InputError

if TYPE_CHECKING:
    from pint import UnitRegistry

_TIME = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "week": 604800.0}
_MASS = {"ng": 1.0, "ug": 1e3, "mg": 1e6, "g": 1e9, "kg": 1e12}
_CONCENTRATION = {"pM": 1.0, "nM": 1e3, "uM": 1e6, "mM": 1e9}
_TABLES = (_TIME, _MASS, _CONCENTRATION)

_SPELLINGS = {
    "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "mins": "min", "minute": "min", "minutes": "min",
    "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "day": "d", "days": "d",
    "wk": "week", "wks": "week", "weeks": "week",
    "months": "month", "y": "year", "yr": "year", "years": "year",
    "mcg": "ug", "microgram": "ug", "micrograms": "ug",
    "milligram": "mg", "milligrams": "mg", "gram": "g", "grams": "g",
    "kilogram": "kg", "kilograms": "kg",
    "%": "percent", "1": "", "dimensionless": "",
}  # fmt: skip

_EXAMPLES = {
    "mg": "4 mg", "mg/kg": "0.1 mg/kg", "h": "8 h", "min": "30 min", "d": "180 d", "kg": "70 kg",
    "nM": "20 nM", "1": "0.5", "": "0.5",
}  # fmt: skip

_NAME = r"[A-Za-z%](?:[A-Za-z_]*[A-Za-z])?(?:\^-?[0-9])?"
_UNIT = re.compile(rf"(?:1|(?:1\s*/\s*)?{_NAME}(?:\s*[*/]\s*{_NAME})*)", re.ASCII)
_NUMBER_AND_UNIT = re.compile(
    r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*(.*?)\s*", re.ASCII
)
_LONGEST_TEXT = 80


@cache
def unit_registry() -> UnitRegistry:
    """Build the package's single pint registry at first use."""
    from pint import UnitRegistry

    return UnitRegistry()


def __getattr__(name: str) -> Any:
    if name == "registry":
        return unit_registry()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def canonical_unit(text: str) -> str:
    """Return the spelling of a unit that this package uses.

    >>> canonical_unit("mcg / hours"), canonical_unit("weeks"), canonical_unit("µmol/L")
    ('ug/h', 'week', 'umol/L')
    """
    text = text.strip().replace("µ", "u").replace("μ", "u").replace("**", "^")
    parts = [part.strip() for part in re.split(r"([*/])", text)]
    if len(parts) == 1:
        return _SPELLINGS.get(text, text)
    return "".join(part if part == "1" else _SPELLINGS.get(part, part) for part in parts)


@cache
def is_unit(text: str) -> bool:
    """Tell whether pint understands a unit text.

    >>> is_unit("L/h"), is_unit("nM"), is_unit("wibble")
    (True, True, False)
    """
    text = text.replace("µ", "u").replace("μ", "u")
    if not _UNIT.fullmatch(text):
        return False
    if any(canonical_unit(text) in table for table in _TABLES):
        return True
    try:
        _pint_unit(text)
    except Exception:  # pint raises several unrelated kinds for a malformed unit
        return False
    return True


def convert(value: float, unit: str, target: str, what: str = "quantity") -> float:
    """Convert a number from one unit to another; refuse a change of dimension.

    >>> convert(2.0, "week", "h"), convert(90.0, "min", "h")
    (336.0, 1.5)
    """
    unit, target = canonical_unit(unit), canonical_unit(target)
    if unit == target:
        return value
    for table in _TABLES:
        if unit in table and target in table:
            source, goal = table[unit], table[target]
            return value * (source / goal) if source >= goal else value / (goal / source)
    if not is_unit(target or "1"):
        raise InputError(
            f"{what} is asked for in an unknown unit", value=target, expected="a unit such as mg or h"
        )
    if not is_unit(unit or "1") or unit.startswith("Mg"):
        raise InputError(
            f"{what} has an unknown unit",
            value=unit,
            expected=f"a unit that converts to {target or '1'}",
            fix=f"write {_example(target)!r}",
        )
    origin, goal_unit = _pint_unit(unit), _pint_unit(target)
    if origin.dimensionality != goal_unit.dimensionality or _per_weight(unit) != _per_weight(target):
        raise InputError(
            f"{what} has the wrong dimension",
            value=f"{value:g} {unit}",
            expected=f"a quantity that converts to {target or '1'}",
            fix=f"write, for example, {_example(target)!r}",
        )
    return float(unit_registry().Quantity(value, origin).to(goal_unit).magnitude)


def magnitude(text_or_quantity: object, unit: str, what: str = "dose") -> float:
    """Read a quantity written with its unit and return its size in `unit`.

    Args:
        text_or_quantity: text such as "4 mg", or a pint quantity.
        unit: the unit of the returned number; "1" for a ratio (only then is a bare number accepted).
        what: the name of the quantity, used by the refusal.

    >>> magnitude("4 mg", "mg"), magnitude("2 weeks", "h", "duration"), magnitude("250 ug", "mg")
    (4.0, 336.0, 0.25)
    >>> magnitude("4", "mg")
    Traceback (most recent call last):
    allostasis.quantity.errors.InputError: dose has no unit: '4'. Expected a number with a unit ...

    """
    ratio = canonical_unit(unit) == ""
    if isinstance(text_or_quantity, str):
        value, written = _split(text_or_quantity, unit, what)
    elif hasattr(text_or_quantity, "magnitude") and hasattr(text_or_quantity, "units"):
        quantity: Any = text_or_quantity
        value, written = float(quantity.magnitude), canonical_unit(f"{quantity.units:~C}")
    elif ratio and isinstance(text_or_quantity, int | float) and not isinstance(text_or_quantity, bool):
        value, written = float(text_or_quantity), ""
    else:
        raise _no_unit(text_or_quantity, unit, what)
    if written == "" and not ratio:
        raise _no_unit(text_or_quantity, unit, what)
    result = convert(value, written, unit, what)
    if not (math.isfinite(value) and math.isfinite(result)):
        raise InputError(
            f"{what} is not a finite number",
            value=str(text_or_quantity),
            expected=f"such as {_example(unit)!r}",
        )
    return result


def _split(text: str, unit: str, what: str) -> tuple[float, str]:
    match = _NUMBER_AND_UNIT.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    written = canonical_unit(match[2]) if match else ""
    if match is None or (written and not _UNIT.fullmatch(written)):
        raise InputError(
            f"{what} is not a number with a unit",
            value=text[:_LONGEST_TEXT],
            expected=f"one number, a decimal point, and a unit that converts to {unit}",
            fix=f"write, for example, {_example(unit)!r}",
        )
    return float(match[1]), written


def _no_unit(value: object, unit: str, what: str) -> InputError:
    return InputError(
        f"{what} has no unit",
        value=value,
        expected=f"a number with a unit that converts to {unit}",
        fix=f"write, for example, {_example(unit)!r}",
    )


def _example(unit: str) -> str:
    return _EXAMPLES.get(unit, f"1 {unit}")


def _per_weight(unit: str) -> bool:
    """Tell whether a unit is per kilogram of body weight, which pint cannot tell from a plain mass ratio."""
    return "/kg" in unit


def _pint_unit(text: str) -> Any:
    return unit_registry().parse_units(canonical_unit(text))
