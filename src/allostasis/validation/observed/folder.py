"""Read a folder of observed concentrations: studies.csv and observations.csv."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from allostasis.quantity import InputError

STUDY_COLUMNS = (
    "study_id", "publication", "drug", "analyte", "matrix", "route", "dose_value", "dose_unit",
    "dose_times_h",
)  # fmt: skip
OBSERVATION_COLUMNS = ("study_id", "time_h", "value")
UNIT = "ng/ml"


class Point(NamedTuple):
    """One row of observations: time [h], concentration [ng/mL], and why it cannot be used ("" if it can)."""

    time_h: float
    value: float
    unusable: str


@dataclass(frozen=True)
class Folder:
    """What was read.

    Attributes:
        studies: one row per study, column -> text (absent columns are absent keys).
        points: study id -> its points in order of time.
        unreadable: rows of observations whose time is no number, by study id.
        orphans: rows of observations that belong to no study.
    """

    studies: list[dict[str, str]]
    points: dict[str, list[Point]]
    unreadable: dict[str, int]
    orphans: int


def number(text: str) -> float:
    """Return a finite number, or NaN for anything else.

    >>> number("1.5"), math.isnan(number("about 2")), math.isnan(number("inf"))
    (1.5, True, True)
    """
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def read_folder(folder: str | Path) -> Folder:
    """Read studies and observations.

    Raises:
        InputError: a folder, file or column that is not there, or a file that is no table of text.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(
            "no such folder of observed data",
            value=str(folder),
            expected="a folder with studies.csv and observations.csv",
        )
    studies = _with_regimens(_rows(folder / "studies.csv", STUDY_COLUMNS))
    if not studies:
        raise InputError(
            "studies.csv has no rows", value=str(folder), expected="one row per concentration-time profile"
        )
    known = {row["study_id"] for row in studies}
    points: dict[str, list[Point]] = {}
    unreadable: dict[str, int] = {}
    orphans = 0
    for row in _rows(folder / "observations.csv", OBSERVATION_COLUMNS):
        study = row["study_id"]
        time_h = number(row["time_h"])
        if study not in known:
            orphans += 1
        elif math.isnan(time_h):
            unreadable[study] = unreadable.get(study, 0) + 1
        else:
            points.setdefault(study, []).append(_point(time_h, row))
    for found in points.values():
        found.sort(key=lambda point: point.time_h)
    return Folder(studies, points, unreadable, orphans)


def _with_regimens(studies: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Fill an empty regimen of a co-medication from the other arms of the publication, where these all state the same one."""
    stated: dict[tuple[str, ...], set[str]] = {}
    for row in studies:
        if row.get("comedication_regimen"):
            stated.setdefault(_arm(row), set()).add(row["comedication_regimen"])
    filled = []
    for row in studies:
        same = stated.get(_arm(row), set())
        take = row.get("comedication") and not row.get("comedication_regimen") and len(same) == 1
        filled.append(row | {"comedication_regimen": next(iter(same))} if take else row)
    return filled


def _arm(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in ("publication", "drug", "comedication"))


def _point(time_h: float, row: dict[str, str]) -> Point:
    """Read a point; a reading under the axis counts as 0, which no fold error can be formed with."""
    value, censored = number(row["value"]), row.get("censored", "").lower()
    unit = row.get("unit", "").replace(" ", "").lower()
    if censored == "below_lloq":
        return Point(time_h, math.nan, "below the limit of quantification")
    if unit not in ("", UNIT):
        return Point(time_h, math.nan, f"unit {row['unit']} instead of ng/mL")
    if math.isnan(value):
        return Point(time_h, math.nan, "no number")
    if censored == "negative_digitised" or value <= 0:
        return Point(time_h, 0.0, "zero or negative")
    return Point(time_h, value, "")


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    if not path.is_file():
        raise InputError(f"{path.name} is missing", value=str(path.parent), expected="studies.csv and observations.csv")
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="")
            header = [name.strip() for name in reader.fieldnames or []]
            reader.fieldnames = header
            missing = [name for name in columns if name not in header]
            if missing:
                raise InputError(
                    f"{path.name} lacks columns",
                    value=", ".join(missing),
                    expected="at least the columns " + ", ".join(columns),
                    fix=f"name these columns in the first line of {path.name}; see docs/validation.md",
                )
            return [{k: v.strip() for k, v in row.items() if k and isinstance(v, str)} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"{path.name} is no table of text", value=str(error), expected="comma-separated UTF-8"
        ) from error
