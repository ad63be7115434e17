"""Regimens as TOML tables, in and out: one table per statement, each beginning where the former one ended."""

import math
from typing import Any

from allostasis.quantity.errors import InputError, UnknownNameError
from allostasis.regimen.course import Course, Statement
from allostasis.regimen.cursor import Amount, Cursor
from allostasis.regimen.regimen import Regimen
from allostasis.regimen.rule import DosingRule
from allostasis.regimen.statement import HOURS_PER_DAY, Infusion, Repeated, Single, Stop
from allostasis.regimen.taper import DEFAULT_FLOOR_PERCENT, Taper
from allostasis.regimen.words import RATE_ROUTES, ROUTES, plain

KEYS = {
    "dosing": ("drug", "dose", "route", "times_per_day", "every", "clock", "from", "at", "for", "until", "over", "parallel"),
    "taper": ("percent", "percent_of", "by", "every", "floor", "until_below", "from"),
    "stop": ("for", "at"),
    "rule": (
        "drug", "dose", "route", "port", "component", "above", "below",
        "at_most_every", "at_most_doses", "from", "until",
    ),
}  # fmt: skip
STATEMENTS = ("taper", "stop", "rule")


def from_toml(tables: list[dict[str, Any]]) -> Regimen:
    """Build a regimen from a list of TOML tables.

    Args:
        tables: each a dosing (`drug`, `dose`, `route`, then `times_per_day`, `every` or `clock` for repeated doses,
            `for` or `until`, `from` or `at`, `over`), a `taper`, a `stop` or a `rule`. `parallel = true` in a dosing
            begins a course of its own at time 0; `dose` may be a list (doses in turn, or one per clock time).

    Raises:
        InputError: a key is not known (with the nearest one), missing, or has a value that does not fit.

    >>> print(from_toml([{"drug": "lorazepam", "dose": "1 mg", "route": "po", "times_per_day": 3, "for": "28 d"},
    ...                  {"taper": {"percent": 10, "percent_of": "start", "every": "7 d"}}, {"stop": True}]))
    lorazepam 1 mg oral tid for 28 d, then taper 10 % of start every 7 d to 0 mg, then stop
    """
    courses: list[list[Statement]] = []
    rules: list[DosingRule] = []
    for number, table in enumerate(tables, start=1):
        try:
            if not isinstance(table, dict):
                raise InputError("entry of a regimen is not a table", value=table, expected="a table with 'drug'")
            kind = next((key for key in STATEMENTS if key in table), "dosing")
            if kind == "rule":
                _only(table, ("rule",), "rule table")
                rules.append(_rule(_inner(table["rule"], "rule")))
                continue
            if not courses or (kind == "dosing" and table.get("parallel") is True):
                courses.append([])
            courses[-1].append(_statement(kind, table, courses[-1]))
            Course(tuple(courses[-1]))
        except InputError as error:
            error.args = (f"table {number} of the regimen: {error.args[0]}",)
            raise
    return Regimen(tuple(Course(tuple(course)) for course in courses), tuple(rules))


def _statement(kind: str, table: dict[str, Any], before: list[Statement]) -> Statement:
    if kind == "taper":
        _only(table, ("taper",), "taper table")
        return _taper(_inner(table["taper"], "taper"))
    if kind == "stop":
        _only(table, ("stop",), "stop table")
        stop = {} if table["stop"] is True else _inner(table["stop"], "stop")
        return Stop(_instant(stop, "at"), _duration(stop, "for") or 0.0)
    return _dosing(table, before)


def _only(table: dict[str, Any], known: tuple[str, ...], what: str) -> None:
    for key in table:
        if key not in known:
            raise UnknownNameError(f"key of a {what}", str(key), known)


def _inner(table: Any, kind: str) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise InputError(f"{kind} is not a table", value=table, expected="a table with " + ", ".join(KEYS[kind]))
    _only(table, KEYS[kind], f"{kind} table")
    return table


def _needed(table: dict[str, Any], key: str, example: str) -> Any:
    if key not in table:
        raise InputError(f"key {key!r} is missing", expected=f"{key} = {example}", fix=f"add {key} = {example}")
    return table[key]


def _cursor(value: Any, key: str, example: str) -> Cursor:
    if not isinstance(value, str):
        raise InputError(f"value of {key!r} is not a text with a unit", value=value, expected=f"a text such as {example!r}")
    return Cursor(value)


def _ended(cursor: Cursor, key: str, example: str) -> None:
    if cursor.token.kind != "end":
        raise cursor.refuse(f"value of {key!r} is not understood", expected=f"only {example!r}", fix=f"write {example!r}")


def _duration(table: dict[str, Any], key: str) -> float | None:
    if key not in table:
        return None
    cursor = _cursor(table[key], key, "14 d")
    hours = cursor.duration(f"{key!r}")
    _ended(cursor, key, "14 d")
    return hours


def _instant(table: dict[str, Any], key: str) -> float | None:
    if key not in table:
        return None
    cursor = _cursor(table[key], key, "150 d")
    hours = cursor.instant(f"{key!r}")
    _ended(cursor, key, "150 d")
    return hours


def _amount(value: Any, key: str, what: str = "dose") -> Amount:
    cursor = _cursor(value, key, "1 mg")
    amount = cursor.amount(what)
    _ended(cursor, key, "1 mg")
    return amount


def _route(table: dict[str, Any]) -> str:
    route = _needed(table, "route", '"oral"')
    if not isinstance(route, str) or plain(route) not in ROUTES:
        raise UnknownNameError("route", str(route), sorted(set(ROUTES.values())))
    return ROUTES[plain(route)]


def _text(table: dict[str, Any], key: str, example: str) -> str:
    value = _needed(table, key, f'"{example}"')
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"value of {key!r} is not a name", value=value, expected=f"a text such as {example!r}")
    return value.strip().lower()
