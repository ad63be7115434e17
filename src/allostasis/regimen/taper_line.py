"""Tapers in the regimen language: `taper 10 % of current every 14 d to 0.5 mg`."""

from allostasis.quantity.errors import InputError
from allostasis.regimen.cursor import Cursor, placed
from allostasis.regimen.taper import DEFAULT_FLOOR_PERCENT, Taper

TAPER_EXAMPLE = "write 'taper 10 % of current every 14 d'"


def read_taper(cursor: Cursor) -> Taper:
    """Read a taper, the cursor at its first word.

    Raises:
        GrammarError: a part is missing, contradicts another or is out of range.

    """
    begin = cursor.read()
    cursor.skip_words("by")
    kind, step, unit = _step(cursor)
    if cursor.skip_words("weekly"):
        every = 168.0
    elif cursor.skip_words("every"):
        every = cursor.duration("interval of the taper")
    else:
        raise cursor.refuse(
            "interval of the taper is missing", expected="'every' and a time", fix=TAPER_EXAMPLE
        )
    geometric = kind == "percent_of_current"
    floor, floor_unit, hold = (DEFAULT_FLOOR_PERCENT, "%", False) if geometric else (0.0, "mg", True)
    if cursor.token.kind == "comma" and cursor.look(1).text.lower() in ("to", "until"):
        cursor.read()
    if cursor.skip_words("to"):
        floor, floor_unit, hold = *_floor(cursor), True
    elif cursor.skip_words("until", "below"):
        floor, floor_unit, hold = *_floor(cursor), False
    start = cursor.instant("start of the taper") if cursor.skip_words("from") else None
    try:
        return Taper(kind, step, unit, every, floor, floor_unit, hold, start)
    except InputError as error:
        raise placed(cursor, error, begin) from error


def _step(cursor: Cursor) -> tuple[str, float, str]:
    if cursor.look(1).kind != "percent":
        amount = cursor.amount("step of the taper")
        return "fixed", amount.daily, amount.unit
    step = cursor.number("percentage of the taper", "taper 10 % of current every 14 d")
    cursor.read()
    if cursor.skip_words("of"):
        cursor.skip_words("the")
        word = cursor.phrase(("current", "start", "starting", "initial", "original"))
        if word is not None:
            cursor.skip_words("dose")
            return ("percent_of_current" if word == "current" else "percent_of_start"), step, "%"
    raise cursor.refuse(
        "percentage of what",
        expected="'of current' (each step smaller than the last) or 'of start' (equal steps)",
        fix=TAPER_EXAMPLE,
    )


def _floor(cursor: Cursor) -> tuple[float, str]:
    if cursor.look(1).kind != "percent":
        amount = cursor.amount("floor of the taper")
        return amount.daily, amount.unit
    percent = cursor.number("floor of the taper", "until below 5 % of start")
    cursor.read()
    if not cursor.skip_words("of", "start"):
        raise cursor.refuse(
            "floor is a percentage of what", expected="'of start'", fix="write 'to 10 % of start'"
        )
    return percent, "%"
