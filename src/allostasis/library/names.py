"""One alias table for drugs, metabolites, routes and other things: every spelling to one canonical name."""

from __future__ import annotations

import csv
from pathlib import Path

from allostasis.quantity import InputError, UnknownNameError

# A drug may be asked for by a name filed under metabolites; an analyte is a drug or a metabolite.
_FALLBACK = {"drug": ("metabolite",), "metabolite": ("drug",), "analyte": ("drug", "metabolite")}
_COLUMNS = ["canonical", "alias", "kind"]


class AliasTable:
    """Spellings to canonical names, per kind, without regard to case."""

    def __init__(self, rows: list[tuple[str, str, str]]):
        self._names: dict[str, dict[str, str]] = {}
        for canonical, alias, kind in rows:
            names = self._names.setdefault(kind, {})
            for spelling in (alias, canonical):
                key = _key(spelling)
                if names.setdefault(key, canonical) != canonical and spelling == alias:
                    raise InputError(f"the {kind} name stands for two things", value=alias,
                                     expected=f"{names[key]!r} or {canonical!r}")  # fmt: skip

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of names in the table."""
        return tuple(sorted(self._names))

    def find(self, name: str, kind: str) -> str | None:
        """Return the canonical name, or None."""
        if kind not in self._names:
            raise UnknownNameError("kind of name", kind, self.kinds)
        for each in (kind, *_FALLBACK.get(kind, ())):
            found = self._names.get(each, {}).get(_key(name))
            if found is not None:
                return found
        return None

    def canonical_names(self, kind: str) -> list[str]:
        """Return the canonical names of a kind."""
        return sorted(set(self._names.get(kind, {}).values()))

    def known(self, kind: str) -> list[str]:
        """Return every spelling that `find` would accept for a kind."""
        return [name for each in (kind, *_FALLBACK.get(kind, ())) for name in self._names.get(each, {})]


def read_aliases(*paths: Path, drugs: tuple[str, ...] = ()) -> AliasTable:
    """Read alias tables; `drugs` are added as names of themselves where no table has them."""
    rows: list[tuple[str, str, str]] = []
    for path in paths:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            if reader.fieldnames != _COLUMNS:
                raise InputError(
                    f"{path} has other columns", value=reader.fieldnames, expected=", ".join(_COLUMNS)
                )
            for line in reader:
                row = (line["canonical"] or "", line["alias"] or "", line["kind"] or "")
                if None in line or not all(row):
                    raise InputError(
                        f"{path} has an incomplete row", value=list(line.values()), expected="3 cells"
                    )
                rows.append(row)
    named = {canonical for canonical, _, kind in rows if kind in ("drug", "metabolite")}
    rows += [(drug, drug, "drug") for drug in drugs if drug not in named]
    return AliasTable(rows)


def _key(name: str) -> str:
    return " ".join(name.lower().split())
