"""Read a diary from a CSV file: one row a week, from the start of the plan on.

    day,score,note
    6,14,
    13,22,bad sleep
    20,,forgotten
    27,17,

`date` (year-month-day) may stand in place of `day`, which counts from 0 at the start of the plan; either names the last day of
the week. `scale` names another scale than points of 100. An empty score says that the week has none. The clusters psychological,
physiological, neurological and perceptual may each have a column, in points of 100. Lines that begin with # are skipped.
"""

import csv
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from allostasis.clinic.diary import POINTS, Diary, Entry, points, scale_name
from allostasis.clinic.symptoms import CLUSTERS
from allostasis.quantity import InputError, UnknownNameError

COLUMNS = ("day", "date", "score", "scale", "note", *CLUSTERS)
EXAMPLE = "the columns day (or date) and score, as in 'day,score' and '6,14'"


def read_diary(path: str | Path, start: date, *, scale: str = POINTS, allow_gaps: bool = False) -> Diary:
    """Read a diary.

    Args:
        path: the CSV file.
        start: date of day 0 of the plan.
        scale: of every score whose row names no other.
        allow_gaps: accept weeks without a row; they stay out of the likelihood.

    Raises:
        InputError: no such file, no table, a column that is missing, unknown or there twice, a cell that is no number, no date or
            out of range, and whatever `Diary` refuses; with the line, the value and what to write instead.
    """
    path, usual = Path(path), scale_name(scale)
    header, rows = _table(path)
    entries = tuple(
        _entry(f"{path.name}, line {number}", dict(zip(header, cells, strict=True)), start, usual) for number, cells in rows
    )
    if not entries:
        raise InputError(f"{path.name} has no rows", expected="one row a week, such as '6,14'")
    return Diary(entries, allow_gaps=allow_gaps)


def _table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Names of the columns, and (number of the line, cells) of each row."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("the diary cannot be read", value=str(path), expected=f"a CSV file in UTF-8 with {EXAMPLE}") from error
    reader = csv.reader(text.splitlines(), skipinitialspace=True)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise InputError(f"{path.name} is no table of text", value=str(error), expected=EXAMPLE) from None
    lines = [(number, cells) for number, cells in lines if any(cells) and not cells[0].startswith("#")]
    if not lines:
        raise InputError(f"{path.name} is empty", expected=f"a header line with {EXAMPLE}")
    (first, names), *rows = lines
    header = [name.lower() for name in names]
    _check_header(f"{path.name}, line {first}", header)
    for number, cells in rows:
        if len(cells) != len(header):
            raise InputError(
                f"{path.name}, line {number} has {len(cells)} cells", value=",".join(cells),
                expected=f"{len(header)}, one per column",
                fix="write a decimal point, not a comma, and put a note with commas into double quotes",
            )  # fmt: skip
    return header, rows


def _check_header(where: str, header: list[str]) -> None:
    for name in header:
        if name not in COLUMNS:
            raise UnknownNameError(f"{where}: column of a diary", name or "(empty)", COLUMNS)
    if len(set(header)) != len(header):
        raise InputError(f"{where}: a column twice", value=", ".join(header), expected="each column once")
    if ("day" in header) == ("date" in header):
        raise InputError(
            f"{where}: a diary needs either day or date", value=", ".join(header), expected=EXAMPLE,
            fix="name the last day of each week by one of the two",
        )  # fmt: skip
    clusters = [name for name in CLUSTERS if name in header]
    if "score" not in header and not clusters:
        raise InputError(f"{where}: a diary without scores", value=", ".join(header), expected=EXAMPLE)
    if clusters and len(clusters) != len(CLUSTERS):
        raise InputError(
            f"{where}: some clusters have a column and others do not", value=", ".join(clusters),
            expected="columns of all: " + ", ".join(CLUSTERS),
        )  # fmt: skip


def _entry(where: str, row: Mapping[str, str], start: date, usual: str) -> Entry:
    try:
        scale = scale_name(row.get("scale") or usual)
        score = None if not row.get("score") else points(_number(row["score"], "score"), scale)
        clusters = {name: _number(row[name], name) for name in CLUSTERS if row.get(name)}
        return Entry(_day(row, start), score, clusters, row.get("note", ""), where)
    except InputError as error:
        if not str(error).startswith(where):
            error.args = (f"{where}: {error}",)
        raise


def _day(row: Mapping[str, str], start: date) -> int:
    if "day" in row:
        day = _number(row["day"], "day")
        if day != int(day):
            raise InputError("day of a score", value=row["day"], expected="a whole number of days since the start of the plan")
        return int(day)
    try:
        found = date.fromisoformat(row["date"])
    except ValueError:
        raise InputError(
            "date of a score", value=row["date"], expected="year-month-day", fix=f"write it as {start.isoformat()}"
        ) from None
    if found < start:
        raise InputError(
            "a score before the plan", value=row["date"], expected=f"{start.isoformat()}, the start of the plan, or later",
            fix="leave the row out: scores from before the plan are not part of its diary",
        )  # fmt: skip
    return (found - start).days


def _number(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        fix = None if what == "day" else "leave it empty where there is none"
        raise InputError(f"{what} is not a number", value=text, expected="a number", fix=fix)
    return value
