"""Concentration-response data from a CSV file: columns concentration, response, and if wanted sd and curve."""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from allostasis.quantity import InputError, UnknownNameError

NEEDED, OPTIONAL = ("concentration", "response"), ("sd", "curve")
ONLY = "data"
"""Name of the curve where the file has no column `curve`."""


class Responses(NamedTuple):
    """Data of one curve.

    Attributes:
        name: name of the curve.
        x: concentrations, in the unit of the file.
        y: responses.
        sd: standard error of each point, or None.
    """

    name: str
    x: Float[np.ndarray, " points"]
    y: Float[np.ndarray, " points"]
    sd: Float[np.ndarray, " points"] | None


def read_responses(path: str | Path) -> list[Responses]:
    r"""Read the curves of a file in the order in which they appear; every row is a point, replicates are rows.

    Raises:
        InputError: no such file, another column, a cell that is no number (with its line), or no row.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "data.csv")
    ...     _ = path.write_text("concentration,response,curve\n1,10,a\n10,50,a\n1,5,b\n", encoding="utf-8")
    ...     [(found.name, found.x.tolist()) for found in read_responses(path)]
    [('a', [1.0, 10.0]), ('b', [1.0])]
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError("no such table of responses", value=str(path), expected="a CSV file") from None
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not text in UTF-8", fix="save it as CSV (UTF-8)") from None
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}", value=str(path)) from None
    lines = csv.reader(text.splitlines())
    columns = [cell.strip().lower() for cell in next(lines, [])]
    _check_columns(path, columns)
    curves: dict[str, list[tuple[float, ...]]] = {}
    for row in lines:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(columns):
            raise InputError(f"line {lines.line_num} of {path.name} has {len(row)} cells", expected=str(len(columns)))
        cells = dict(zip(columns, (cell.strip() for cell in row), strict=True))
        name = cells.pop("curve", ONLY) or ONLY
        numbers = tuple(_number(path, lines.line_num, c, cells[c]) for c in (*NEEDED, "sd") if c in cells)
        curves.setdefault(name, []).append(numbers)
    if not curves:
        raise InputError(f"{path.name} has no row of data", expected="one row per point")
    found = []
    for name, rows in curves.items():
        x, y, *sd = np.array(rows).T
        found.append(Responses(name, x, y, sd[0] if sd else None))
    return found


def _check_columns(path: Path, columns: list[str]) -> None:
    expected = ", ".join(NEEDED) + "; " + ", ".join(OPTIONAL) + " if wanted"
    for name in columns:
        if name not in (*NEEDED, *OPTIONAL):
            if ";" in name:
                raise InputError(f"{path.name} is not separated by commas", value=name, expected="a comma between cells",
                                 fix="save it with commas between cells and points in numbers")  # fmt: skip
            raise UnknownNameError(f"column of {path.name}", name, (*NEEDED, *OPTIONAL))
        if columns.count(name) > 1:
            raise InputError(f"{path.name} has a column twice", value=name, expected=expected)
    for name in NEEDED:
        if name not in columns:
            raise InputError(f"{path.name} lacks the column {name!r}", expected=expected)


def _number(path: Path, line: int, column: str, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise InputError(f"{column} on line {line} of {path.name} is no number", value=cell,
                         fix="write a number with a decimal point, or remove the line") from None  # fmt: skip
