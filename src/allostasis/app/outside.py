"""A table from outside, as TOML or JSON: the one door for bodies, files and addresses. What it lets in is only ever data."""

import json
import tomllib
from typing import Any, Literal

from allostasis.quantity import InputError

DEEPEST = 12
"""Most levels of a table; a case has four, and what prints or compares tables goes down one level at a time."""
_READERS = {"TOML": tomllib.loads, "JSON": json.loads}


def read_table(what: str, text: bytes, kind: Literal["TOML", "JSON"], *, expected: str | None = None) -> dict[str, Any]:
    r"""Read a table.

    Args:
        what: the text, as a refusal names it.
        text: as it came, in UTF-8.
        kind: how it is written.
        expected: what should stand there instead, for a refusal.

    Raises:
        InputError: not of that kind, no table, nested too deeply, or characters that no text may have.

    >>> read_table("the body", b'title = "t"', "TOML")
    {'title': 't'}
    >>> read_table("the body", b'{"title": "\\ud800"}', "JSON")
    Traceback (most recent call last):
    allostasis.quantity.errors.InputError: the body holds half a character. Fix: write the character itself
    """
    try:
        table = _READERS[kind](text.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # of the reader, of UTF-8, or a number of more digits than Python reads
        raise InputError(f"{what} is not {kind}", value=str(error), expected=expected) from None
    if not isinstance(table, dict):
        raise InputError("a case is a table", value=type(table).__name__, expected="keys such as title, horizon, arm")
    _check(what, table)
    return table


def _check(what: str, table: dict) -> None:
    """Look at every part, without going down by recursion."""
    left: list[tuple[Any, int]] = [(table, 1)]
    while left:
        part, level = left.pop()
        if isinstance(part, str):
            if not part.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in part):
                raise InputError(f"{what} holds half a character", fix="write the character itself")
        elif isinstance(part, dict | list):
            if level > DEEPEST:
                raise InputError(f"{what} is nested too deeply", expected=f"at most {DEEPEST} levels")
            left += [(inner, level + 1) for inner in part]
            left += [(inner, level + 1) for inner in part.values()] if isinstance(part, dict) else []
