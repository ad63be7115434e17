"""Fields of a regimen table in TOML: read one at a time, refused with the key and an example."""

import re
from typing import Any

from allostasis.quantity.errors import InputError, UnknownNameError
from allostasis.regimen.cursor import Amount, Cursor
from allostasis.regimen.dose import finite
from allostasis.regimen.words import ROUTES, plain

KEYS = {
    "dosing": (
        "drug", "dose", "route", "times_per_day", "every", "clock",
        "from", "at", "for", "until", "over", "parallel",
    ),
    "taper": ("percent", "percent_of", "by", "every", "floor", "until_below", "from"),
    "stop": ("for", "at"),
    "rule": (
        "drug", "dose", "route", "port", "component", "above", "below",
        "at_most_every", "at_most_doses", "from", "until",
    ),
    "event": ("drug", "dose", "route", "at", "rate", "over", "every", "more", "steady", "lag", "available", "reset"),
}  # fmt: skip


def only_known(table: dict[str, Any], known: tuple[str, ...], what: str) -> None:
    """Refuse a key that is not known."""
    for key in table:
        if key not in known:
            raise UnknownNameError(f"key of a {what}", str(key), known)


def inner_table(table: Any, kind: str) -> dict[str, Any]:
    """Return the table behind `taper`, `stop` or `rule`, its keys checked."""
    if not isinstance(table, dict):
        raise InputError(
            f"{kind} is not a table", value=table, expected="a table with " + ", ".join(KEYS[kind])
        )
    only_known(table, KEYS[kind], f"{kind} table")
    return table


def needed(table: dict[str, Any], key: str, example: str) -> Any:
    """Return the value of a key that must be there."""
    if key not in table:
        raise InputError(
            f"key {key!r} is missing", expected=f"{key} = {example}", fix=f"add {key} = {example}"
        )
    return table[key]


def _cursor(value: Any, key: str, example: str) -> Cursor:
    if not isinstance(value, str):
        raise InputError(
            f"value of {key!r} is not a text with a unit", value=value, expected=f"a text such as {example!r}"
        )
    return Cursor(value)


def _ended(cursor: Cursor, key: str, example: str) -> None:
    if cursor.token.kind != "end":
        raise cursor.refuse(
            f"value of {key!r} is not understood", expected=f"only {example!r}", fix=f"write {example!r}"
        )


def duration(table: dict[str, Any], key: str) -> float | None:
    """Return the time behind a key [h], or None without the key."""
    if key not in table:
        return None
    cursor = _cursor(table[key], key, "14 d")
    hours = cursor.duration(repr(key))
    _ended(cursor, key, "14 d")
    return hours


def instant(table: dict[str, Any], key: str) -> float | None:
    """Return the point in time behind a key [h], or None without the key."""
    if key not in table:
        return None
    cursor = _cursor(table[key], key, "150 d")
    hours = cursor.instant(repr(key))
    _ended(cursor, key, "150 d")
    return hours


def amount(value: Any, key: str, what: str = "dose") -> Amount:
    """Return an amount with its unit."""
    cursor = _cursor(value, key, "1 mg")
    found = cursor.amount(what)
    _ended(cursor, key, "1 mg")
    return found


def route(table: dict[str, Any]) -> str:
    """Return the canonical route of a table."""
    word = needed(table, "route", '"oral"')
    if not isinstance(word, str) or plain(word) not in ROUTES:
        raise UnknownNameError("route", str(word), sorted(set(ROUTES.values())))
    return ROUTES[plain(word)]


def name(table: dict[str, Any], key: str, example: str) -> str:
    """Return a name in lower case."""
    value = needed(table, key, f'"{example}"')
    if not isinstance(value, str) or not value.strip():
        raise InputError(
            f"value of {key!r} is not a name", value=value, expected=f"a text such as {example!r}"
        )
    return value.strip().lower()


def number(table: dict[str, Any], key: str) -> float:
    """Return the plain number behind a key."""
    value = needed(table, key, "3")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"value of {key!r} is not a number", value=value, expected="a plain number")
    above = 0.0 if key in ("times_per_day", "at_most_doses") else None
    return finite(value, f"value of {key!r}", above=above)


def clock(times: Any) -> tuple[float, ...]:
    """Return the times of day of a list such as ["8:00", "22:00"] [h after midnight]."""
    listed = times if isinstance(times, list) else [times]
    found = []
    for text in listed:
        match = re.fullmatch(r"(\d{1,2}):(\d{2})", text) if isinstance(text, str) else None
        if match is None or int(match[1]) > 23 or int(match[2]) > 59:
            raise InputError(
                "time of day is not understood", value=text, expected='a list such as ["8:00", "22:00"]'
            )
        found.append((int(match[1]) * 60 + int(match[2])) / 60)
    return tuple(found)


def percent_or_amount(value: Any, key: str) -> tuple[float, str]:
    """Return a floor as (number, unit), the unit "%" for a share of the starting dose ("5 % of start")."""
    if isinstance(value, str) and "%" in value:
        cursor = Cursor(value)
        share = cursor.number(repr(key), "5 % of start")
        if cursor.token.kind == "percent":
            cursor.read()
        cursor.skip_words("of", "start")
        _ended(cursor, key, "5 % of start")
        return share, "%"
    found = amount(value, key, "floor of the taper")
    return found.daily, found.unit
