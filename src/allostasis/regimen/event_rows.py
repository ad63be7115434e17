"""Rows of an event table in a CSV or Parquet file, with errors that name the row and the column."""

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allostasis.quantity.errors import InputError, NotModelledError, UnknownNameError
from allostasis.regimen.words import ROUTES, plain

#: Columns of an event table under one name each; any other column is a covariate.
COLUMNS = ("ID", "TIME", "AMT", "RATE", "II", "ADDL", "SS", "CMT", "ROUTE", "EVID", "MDV", "DV")
#: What a modelled value of a dose may be called: for any compartment, and with the number of one behind it.
MODELLED = {
    "rate": (("RATE_", "R_"), "R"), "duration": (("DUR_", "D_"), "D"),
    "lag": (("ALAG", "LAGT"), "ALAG"), "fraction": (("BIOAV", "F"), "F"),
}  # fmt: skip
_NUMBERED = re.compile(r"(R|D|ALAG|F)(\d+)")
#: What stands for a missing value.
MISSING = ("", ".", "NA", "NaN", "nan")
FORMATS = (".csv", ".parquet")
NEEDED = ("ID", "TIME", "AMT")


@dataclass(frozen=True)
class Row:
    """One row: its number in the file (the header is row 1) and its values as text by column."""

    line: int
    values: dict[str, str]

    def is_missing(self, name: str) -> bool:
        """Tell whether a column is absent or its value is missing."""
        return self.values.get(name, "") in MISSING

    def error(self, name: str, what: str, expected: str) -> InputError:
        """Build the error for a value of this row."""
        value = self.values.get(name)
        return InputError(f"row {self.line}, column {name}: {what}", value=value, expected=expected)

    def number(self, name: str) -> float:
        """Return a finite number, 0 where it is missing."""
        if self.is_missing(name):
            return 0.0
        try:
            value = float(self.values[name])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            if name == "TIME" and ":" in self.values[name]:
                what = f"clock time in row {self.line}"
                raise NotModelledError(
                    what, value=self.values[name], expected="TIME in h", fix="write hours, such as 8.5"
                )
            raise self.error(name, "value is not a finite number", "a number, or '.' for a missing value")
        return value

    def whole(self, name: str, missing: int) -> int:
        """Return a whole number, `missing` where there is none."""
        value = self.number(name)
        if value != int(value):
            raise self.error(name, "value is not a whole number", "a whole number")
        return missing if self.is_missing(name) else int(value)

    def identity(self) -> int | str:
        """Return the ID, as a whole number where it is one."""
        text = self.values["ID"]
        if text in MISSING:
            raise self.error("ID", "ID is missing", "a number or a name")
        try:
            return int(float(text)) if float(text).is_integer() else text
        except ValueError:
            return text

    def modelled(self, kind: str, sole: bool = False) -> float | None:
        """Return a modelled value ("rate", "duration", "lag", "fraction") of this row, None where the table has none.

        A column without a number (ALAG, BIOAV ...) holds for every row, one with a number (ALAG1, F2 ...) for the rows of
        that CMT, as in NONMEM. With `sole`, the only numbered column of its kind holds for every row.
        """
        names, letter = MODELLED[kind]
        own = [f"{letter}{self.whole('CMT', 0)}"] if not self.is_missing("CMT") else []
        if sole:
            numbered = [name for name in self.values if re.fullmatch(rf"{letter}\d+", name)]
            own += numbered if len(numbered) == 1 else []
        found = {name: self.number(name) for name in (*names, *own) if not self.is_missing(name)}
        if len(set(found.values())) > 1:
            raise self.error(next(iter(found)), "columns contradict one another: " + ", ".join(found), "one value")
        return next(iter(found.values()), None)

    def route(self, routes: dict[int, str]) -> str:
        """Return the route of the row by its ROUTE or CMT, or the only route where the table has neither."""
        if not self.is_missing("ROUTE"):
            written = plain(self.values["ROUTE"])
            if written not in ROUTES:
                raise self.error("ROUTE", "route is not known", "one of " + ", ".join(sorted(set(ROUTES.values()))))
            return ROUTES[written]
        if self.is_missing("CMT"):
            if len(routes) == 1:
                return next(iter(routes.values()))
            raise self.error("CMT", "compartment is missing", f"CMT, or one route in routes, not {routes}")
        number = self.whole("CMT", 0)
        if number not in routes:
            raise self.error("CMT", "compartment has no route", f"one of {routes}; give routes={{{number}: 'oral'}}")
        return routes[number]


def is_event_column(name: str) -> bool:
    """Tell whether a column belongs to the events, whatever its compartment number; the others are covariates.

    >>> is_event_column("ALAG2"), is_event_column("WT")
    (True, False)
    """
    named = {*COLUMNS, *(name for names, _ in MODELLED.values() for name in names)}
    return name in named or _NUMBERED.fullmatch(name) is not None


def _format(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise UnknownNameError("format of an event table", suffix or path.name, FORMATS)
    return suffix


def read_rows(path: str | Path) -> list[Row]:
    """Read all rows of a table; lines of a CSV file that begin with "#" are skipped.

    Raises:
        InputError: the file is absent, has another format, lacks a column, or has a ragged row.
        NotModelledError: the table has a DATE column.

    """
    path = Path(path)
    if _format(path) == ".parquet":
        header, lines = _read_parquet(path)
    else:
        header, lines = _read_csv(path)
    header = [name.strip() for name in header]
    header = [name.upper() if is_event_column(name.upper()) else name for name in header]
    for name in NEEDED:
        if name not in header:
            raise InputError(
                "column is missing in the event table", value=name, expected="columns " + ", ".join(NEEDED)
            )
    if len(set(header)) != len(header):
        raise InputError(
            "column is given twice in the event table", value=", ".join(header), expected="different columns"
        )
    if any(
        name.upper().startswith("DATE") or (name.upper().startswith("DAT") and name[3:].isdigit()) for name in header
    ):
        raise NotModelledError(
            "DATE in an event table", expected="TIME in h from the first dose", fix="convert dates to hours"
        )
    rows = []
    for number, line in lines:
        if len(line) != len(header):
            raise InputError(f"row {number} has {len(line)} values", expected=f"{len(header)}, one per column")
        rows.append(Row(number, dict(zip(header, (value.strip() for value in line), strict=True))))
    return rows


def _read_csv(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("event table cannot be read", value=str(path), expected="a CSV file in UTF-8") from error
    reader = csv.reader(text.splitlines())
    lines = [(reader.line_num, line) for line in reader if line and not line[0].startswith("#")]
    if not lines:
        raise InputError("event table is empty", value=str(path), expected="a header and rows")
    return lines[0][1], lines[1:]


def _read_parquet(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    import pandas as pd

    try:
        frame = pd.read_parquet(path)
    except Exception as error:
        raise InputError("event table cannot be read", value=str(path), expected="a Parquet file") from error
    rows = frame.itertuples(index=False, name=None)
    texts = (["" if pd.isna(v) else repr(v.item()) if hasattr(v, "item") else str(v) for v in row] for row in rows)
    return [str(name) for name in frame.columns], list(enumerate(texts, start=2))


def write_rows(path: str | Path, columns: Sequence[str], table: list[list[Any]]) -> None:
    """Write a table as CSV (numbers in full, "." where missing) or Parquet, by the suffix of the path."""
    path = Path(path)
    if _format(path) == ".parquet":
        import pandas as pd

        frame = pd.DataFrame(table, columns=list(columns)).astype({"DV": float})
        if any(isinstance(identity, str) for identity in frame["ID"]):  # one column, one type: names and numbers as text
            frame["ID"] = frame["ID"].map(str)
        frame.to_parquet(path, index=False)
        return
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([["." if value is None else value for value in row] for row in table])
