"""Reading of TOML tables: file errors, unknown and missing keys, one entry into one Parameter."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from allostasis.quantity import InputError, Parameter, Source, UnknownNameError

_TEXT = ("unit", "spread_kind", "population", "source", "locator", "kind", "status", "note", "spread_source")
_NUMBERS = ("value", "low", "high", "spread")
_REQUIRED = ("value", "unit", "source", "kind", "status")


class LibraryFileError(InputError):
    """Refusal of a file of the library, whatever asked for it; the message begins with the file.

    >>> print(LibraryFileError(Path("drugs/mypam.toml"), InputError("CL is missing", fix="add [CL]")))
    drugs/mypam.toml: CL is missing. Fix: add [CL].
    """

    def __init__(self, path: Path, error: InputError):
        what = error.what if error.what.startswith(str(path)) else f"{path}: {error.what}"
        super().__init__(what, value=error.value, expected=error.expected, fix=error.fix)


@contextmanager
def in_file(path: Path) -> Iterator[None]:
    """Let every refusal within name this file, and make one of a file that cannot be read."""
    try:
        yield
    except LibraryFileError:
        raise
    except InputError as error:
        raise LibraryFileError(path, error) from None
    except UnicodeDecodeError as error:
        raise LibraryFileError(path, InputError(f"not text in UTF-8 ({error.reason})")) from None
    except OSError as error:
        raise LibraryFileError(path, InputError(f"cannot be read ({error.strerror})", fix="check the path")) from None


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; name the file and line in the refusal of a malformed one."""
    with in_file(path), path.open("rb") as file:
        try:
            return tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise InputError(
                f"not valid TOML ({error})",
                expected="TOML tables such as [CL] with value, unit, source, kind and status",
                fix="mend that line",
            ) from None


def as_table(where: str, table: object) -> dict[str, Any]:
    """Return a table, or refuse what is none."""
    if not isinstance(table, dict):
        raise InputError(f"{where} is not a table", value=table, expected=f"a table such as [{where}.<name>]")
    return table


def check_keys(where: str, table: object, required: Collection[str], optional: Collection[str] = ()) -> None:
    """Refuse a table that is not one, lacks a key, or has an unknown key."""
    if not isinstance(table, dict):
        raise InputError(f"{where} is not a table", value=table, expected=f"a table with {', '.join(required)}")
    for key in table:
        if key not in required and key not in optional:
            raise UnknownNameError(f"key of {where}", key, [*required, *optional])
    missing = [key for key in required if key not in table]
    if missing:
        raise InputError(f"{where} lacks {', '.join(missing)}", fix=f"add: {missing[0]} = ...")


def is_entry(table: object) -> bool:
    """Tell whether a TOML table is a number's entry rather than a group of entries."""
    return isinstance(table, dict) and any(key in table and not isinstance(table[key], dict) for key in _REQUIRED)


def parameter(
    name: str,
    table: object,
    sources: Collection[str],
    *,
    unit: str | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Parameter:
    """Build a Parameter from a table entry.

    Args:
        name: dotted name of the number, used in every refusal.
        table: the TOML table.
        sources: ids of the bibliography.
        unit: the unit that the entry must carry, letter for letter, or None for any.
        low: smallest value that has a meaning.
        high: largest value that has a meaning.

    """
    where = f"parameter {name!r}"
    check_keys(where, table, _REQUIRED, [*_NUMBERS, *_TEXT])
    assert isinstance(table, dict)
    for key, value in table.items():
        fits = isinstance(value, str) if key in _TEXT else isinstance(value, int | float)
        if not fits or isinstance(value, bool):
            wanted = "a text in quotes" if key in _TEXT else "a number without quotes"
            raise InputError(f"{where}: {key} has the wrong type", value=value, expected=wanted)
    result = Parameter(name=name, **table)
    for key in ("source", "spread_source"):
        if table.get(key) and table[key] not in sources:
            raise UnknownNameError(f"{key} of {where}", table[key], sources, expected="an id of bibliography.toml")
    if result.spread is not None and not result.spread_source:
        raise InputError(f"{where}: spread without a source", fix='write spread_source = "..."')
    if unit is not None and result.unit != unit:
        mend = f"convert the value and write unit = {unit!r}"
        raise InputError(f"{where} has the wrong unit", value=result.unit, expected=repr(unit), fix=mend)
    for bound in (result.value, result.low, result.high):
        if bound is not None and ((low is not None and bound < low) or (high is not None and bound > high)):
            raise InputError(f"{where} is out of range", value=bound, expected=f"{low} to {high}")
    return result


def flatten(set_name: str, tables: dict[str, Any], sources: Collection[str]) -> dict[str, Parameter]:
    """Turn nested groups of entries into one dict with dotted keys, such as "K_GABA.a1"."""
    found: dict[str, Parameter] = {}

    def walk(prefix: str, table: dict[str, Any]) -> None:
        for key, value in table.items():
            path = f"{prefix}.{key}" if prefix else key
            if isinstance(value, dict) and not is_entry(value):
                walk(path, value)
            else:
                found[path] = parameter(f"{set_name}.{path}", value, sources)

    walk("", tables)
    return found


def words(set_name: str, table: object, sources: Collection[str]) -> dict[str, dict[str, str]]:
    """Check the words of a set: one table of texts a thing, each with a source of the bibliography."""
    if not isinstance(table, dict):
        raise InputError(f"words of {set_name} are not a table", value=table, expected="[words.<thing>] tables")
    for thing, said in table.items():
        where = f"words.{thing} of {set_name}"
        if not isinstance(said, dict) or not all(isinstance(text, str) for text in said.values()):
            raise InputError(f"{where} is not a table of texts", value=said, expected="texts in quotes")
        if said.get("source") not in sources:
            cited = str(said.get("source"))
            raise UnknownNameError(f"source of {where}", cited, sources, expected="an id of bibliography.toml")
    return table


def source(identifier: str, table: object) -> Source:
    """Build a Source from an entry of bibliography.toml."""
    where = f"source {identifier!r}"
    fields = ("citation", "locator", "status", "quality")
    check_keys(where, table, fields)
    assert isinstance(table, dict)
    for key, value in table.items():
        if not isinstance(value, str):
            raise InputError(f"{where}: {key} is not a text", value=value, expected="a text in quotes")
    return Source(id=identifier, **table)
