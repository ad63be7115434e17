"""Read a seizure diary, its treatments, and the course of a status epilepticus from CSV files; bad rows are refused by line.

    date,seizures          drug,start,end,appropriate,adequate,tolerated          time_min,event,drug,adequate
    2026-01-01,2           lamotrigine,2026-02-01,2026-06-30,yes,yes,yes          0,seizure starts,,
    2026-01-02,0           lamotrigine + clobazam,2026-07-01,,yes,yes,yes         8,benzodiazepine,lorazepam,yes
                                                                                  41,seizure stops,,

Lines that begin with # are skipped. An empty end means that the treatment goes on.
"""

import csv
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from allostasis.clinic.drug_resistance import SeizureDiary, StatusCourse, StatusTreatment, Trial, diary_of
from allostasis.clinic.drug_resistance.status import LINES
from allostasis.quantity import InputError, UnknownNameError

DIARY = ("date", "seizures")
TRIALS = ("drug", "start", "end", "appropriate", "adequate", "tolerated")
COURSE = ("time_min", "event", "drug", "adequate")
STARTS, STOPS = "seizure starts", "seizure stops"
_ANSWERS = {"yes": True, "no": False}
type Rows = list[tuple[str, dict[str, str]]]


def read_seizure_diary(path: str | Path, *, quiet: bool = False) -> SeizureDiary:
    """Read a diary; several rows of one day are refused.

    Args:
        path: the file, columns date and seizures.
        quiet: whether days without a row had no seizure.

    Raises:
        InputError: no such file, other columns, a cell that is no date or no whole number, a day twice, a day left out.
    """
    counts: dict[date, int] = {}
    for where, row in _rows(Path(path), DIARY):
        day, text = _date(where, row["date"], "date"), row["seizures"]
        if not text.isdecimal():
            raise InputError(
                f"{where}: seizures", value=text, expected="a whole number, 0 or more",
                fix="leave the row out where nobody counted, and say so with --quiet-days only if there was none",
            )  # fmt: skip
        if day in counts:
            raise InputError(f"{where}: a day twice", value=day.isoformat(), fix="give each day one row with its sum")
        counts[day] = int(text)
    try:
        return diary_of(counts, quiet=quiet)
    except InputError as error:
        raise InputError(f"{Path(path).name}: {error.what}", value=error.value, expected=error.expected, fix=error.fix) from None


def read_trials(path: str | Path) -> tuple[Trial, ...]:
    """Read treatments.

    Raises:
        InputError: no such file, other columns, a cell that is no date or no yes or no, an end before the start.
    """
    found = []
    for where, row in _rows(Path(path), TRIALS):
        if not row["drug"]:
            raise InputError(f"{where}: a treatment without a name", fix="write the drug, or the drugs of the schedule")
        start = _date(where, row["start"], "start")
        end = _date(where, row["end"], "end") if row["end"] else None
        said = {key: _yes(where, row[key], key) for key in TRIALS[3:]}
        try:
            found.append(Trial(row["drug"], start, end, **said))
        except InputError as error:
            raise InputError(f"{where}: {error.what}", value=error.value, expected=error.expected) from None
    return tuple(found)


def read_course(path: str | Path, *, kind: str = "convulsive") -> StatusCourse:
    """Read the course of a status epilepticus.

    Raises:
        InputError: no such file, other columns, times that fall, a seizure that starts or stops twice.
        UnknownNameError: another event.
    """
    seizing: list[tuple[float, float]] = []
    treatments: list[StatusTreatment] = []
    since, before = None, -math.inf
    for where, row in _rows(Path(path), COURSE):
        time, event = _minutes(where, row["time_min"], before), row["event"].lower()
        before = time
        if event in LINES:
            if not row["drug"]:
                raise InputError(f"{where}: a {event} without a name", fix="write the drug")
            treatments.append(StatusTreatment(time, row["drug"], event, _yes(where, row["adequate"], "adequate")))
        elif event not in (STARTS, STOPS):
            raise UnknownNameError(f"{where}: event", row["event"], (STARTS, STOPS, *LINES))
        elif (event == STARTS) == (since is not None):
            raise InputError(f"{where}: a seizure that {event.split()[1]} twice", value=row["time_min"])
        elif event == STARTS:
            since = time
        else:
            assert since is not None
            seizing.append((since, time))
            since = None
    if since is not None:
        seizing.append((since, math.inf))
    return StatusCourse(tuple(seizing), tuple(treatments), kind)


def _rows(path: Path, columns: tuple[str, ...]) -> Rows:
    """(place, cells by column) of every row."""
    example = ", ".join(columns)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError("cannot be read", value=str(path), expected=f"a CSV file in UTF-8 with columns {example}") from None
    reader = csv.reader(text.splitlines(), skipinitialspace=True)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise InputError(f"{path.name} is no table of text", value=str(error), expected=f"columns {example}") from None
    lines = [(number, cells) for number, cells in lines if any(cells) and not cells[0].startswith("#")]
    if not lines:
        raise InputError(f"{path.name} is empty", expected=f"a header line with {example}")
    (first, names), *rest = lines
    header = [name.lower() for name in names]
    for name in header:
        if name not in columns:
            raise UnknownNameError(f"{path.name}, line {first}: column", name or "(empty)", columns)
    missing = [name for name in columns if name not in header]
    if missing or len(set(header)) != len(header):
        raise InputError(f"{path.name}, line {first}: columns", value=", ".join(header), expected=f"each of {example} once")
    for number, cells in rest:
        if len(cells) != len(header):
            raise InputError(
                f"{path.name}, line {number} has {len(cells)} cells", value=",".join(cells),
                expected=f"{len(header)}, one per column",
            )  # fmt: skip
    return [(f"{path.name}, line {number}", dict(zip(header, cells, strict=True))) for number, cells in rest]


def _date(where: str, text: str, what: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{where}: {what}", value=text, expected="year-month-day, such as 2026-01-31") from None


def _yes(where: str, text: str, what: str) -> bool:
    found: Mapping[str, bool] = _ANSWERS
    if text.lower() not in found:
        raise InputError(f"{where}: {what}", value=text, expected="yes or no")
    return found[text.lower()]


def _minutes(where: str, text: str, before: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{where}: time_min", value=text, expected="minutes since the onset")
    if value < before:
        raise InputError(f"{where}: times fall", value=text, expected=f"{before:g} min or later", fix="sort the rows")
    return value
