"""Parts of a dosing line behind its amounts: route, frequency, and when."""

from dataclasses import dataclass, replace

from allostasis.regimen.cursor import Amount, Cursor
from allostasis.regimen.rule import DosingRule
from allostasis.regimen.statement import Repeated
from allostasis.regimen.tokens import Token
from allostasis.regimen.words import INTERVALS, ROUTES, TIME_UNITS, TIMES_OF_DAY, plain

EXAMPLE = "write 'lorazepam 1 mg oral tid for 28 d'"
SPANS = {"daily": 24.0, "a day": 24.0, "per day": 24.0, "weekly": 168.0, "a week": 168.0, "per week": 168.0}


@dataclass
class Line:
    """Parts of a line as they are read; None where a part is not written."""

    begin: Token
    drug: str = ""
    drug_token: Token | None = None
    amounts: tuple[Amount, ...] = ()
    route: str = ""
    route_token: Token | None = None
    interval_h: float | None = None
    clock_h: tuple[float, ...] = ()
    alternating: bool = False
    once: bool = False
    daily: bool = False
    over_h: float | None = None
    start_h: float | None = None
    start_word: str = ""
    length_h: float | None = None
    number_of_doses: int | None = None
    until_h: float | None = None
    rule: DosingRule | None = None
    pattern: Repeated | None = None

    def rename_rule(self) -> None:
        """Carry the resolved names into the rule, where there is one."""
        if self.rule is not None:
            self.rule = replace(self.rule, drug=self.drug, route=self.route)


def read_route(cursor: Cursor, line: Line) -> bool:
    """Read a route if one comes next, and tell whether it did."""
    if cursor.at_words("in", "the"):
        return False
    token = cursor.token
    phrase = cursor.phrase(ROUTES)
    if phrase is None:
        return False
    if line.route:
        raise cursor.refuse("route is given twice", token, expected="one route", fix=EXAMPLE)
    line.route, line.route_token = ROUTES[phrase], token
    return True


def read_frequency(cursor: Cursor, line: Line) -> bool:
    """Read a frequency, times of day, "alternating" or "once" if one comes next, and tell whether it did."""
    token = cursor.token
    if (word := cursor.phrase(TIMES_OF_DAY)) is not None:
        line.clock_h = (*line.clock_h, TIMES_OF_DAY[word])
        line.daily = True
        return True
    if (word := cursor.phrase(INTERVALS)) is not None:
        interval = INTERVALS[word]
    elif cursor.skip_words("once"):
        line.once = True
        return True
    elif cursor.skip_words("alternating"):
        line.alternating = True
        return True
    elif cursor.skip_words("every") or cursor.skip_words("q"):
        interval = cursor.duration("dosing interval")
    elif token.kind == "word":
        interval = _q_word(cursor)
    else:
        interval = _times_a_day(cursor) if token.kind == "number" else None
    if interval is None:
        return False
    if line.interval_h is not None:
        raise cursor.refuse("frequency is given twice", token, expected="one frequency", fix=EXAMPLE)
    line.interval_h = interval
    return True


def _q_word(cursor: Cursor) -> float | None:
    """Interval of a word such as q8h [h]; None, with nothing read, for another word."""
    token = cursor.token
    word = plain(token.text)
    digits = word[1:].rstrip("abcdefghijklmnopqrstuvwxyz")
    if not word.startswith("q") or not (digits.isascii() and digits.isdigit()):
        return None
    unit = word[1 + len(digits) :]
    if unit not in TIME_UNITS or int(digits) == 0:
        raise cursor.refuse(
            "dosing interval is not understood", expected="a word such as q8h", fix="write 'every 8 h'"
        )
    cursor.read()
    times, divisor = TIME_UNITS[unit]
    return int(digits) * times / divisor


def _times_a_day(cursor: Cursor) -> float | None:
    """Interval of "3 times daily" or "3x a week" [h]; None, with nothing read, for another number."""
    if cursor.look(1).text.lower() not in ("times", "x"):
        return None
    token = cursor.token
    count = cursor.number("number of doses", "3 times daily")
    cursor.read()
    span = cursor.phrase(SPANS)
    if span is None or not 0 < count < 1e6:
        raise cursor.refuse(
            "frequency is not understood",
            token,
            expected="a number of times a day or a week",
            fix="write '3 times daily'",
        )
    return SPANS[span] / count


def read_when(cursor: Cursor, line: Line) -> bool:
    """Read "over", "for", "until", "from" or "at" with its time, and tell whether one came next."""
    token = cursor.token
    word = cursor.phrase(("over", "for", "until", "from", "starting", "at"))
    if word is None or (word == "at" and cursor.at_words("most")):
        cursor.index -= word is not None
        return False
    if word == "at" and cursor.token.kind == "clock":
        _clock(cursor, line)
        return True
    if word == "starting":
        cursor.phrase(("at", "on", "from"))
    field = {"over": "over_h", "for": "length_h", "until": "until_h"}.get(word, "start_h")
    if getattr(line, field) is not None or (line.number_of_doses is not None and field == "length_h"):
        raise cursor.refuse("this is given twice", token, expected=f"{word!r} once in a line", fix=EXAMPLE)
    if field == "length_h" and cursor.look(1).text.lower() in ("dose", "doses"):
        line.number_of_doses = _whole(cursor)
    elif field in ("over_h", "length_h"):
        setattr(line, field, cursor.duration(f"time behind {word!r}"))
    else:
        setattr(line, field, cursor.instant(f"time behind {word!r}"))
        line.start_word = word if field == "start_h" else line.start_word
    return True


def _whole(cursor: Cursor) -> int:
    token = cursor.token
    count = cursor.number("number of doses", "for 3 doses")
    if count != int(count) or count < 1:
        raise cursor.refuse(
            "number of doses is not a whole number", token, expected="1 or more", fix="write 'for 3 doses'"
        )
    cursor.read()
    return int(count)


def _clock(cursor: Cursor, line: Line) -> None:
    while True:
        token = cursor.read()
        hours, minutes = (int(part) for part in token.text.split(":"))
        if hours > 23 or minutes > 59:
            raise cursor.refuse(
                "time of day is out of range", token, expected="0:00 to 23:59", fix="write 'at 8:00, 22:00'"
            )
        line.clock_h = (*line.clock_h, (hours * 60 + minutes) / 60)
        joined = cursor.token.kind == "comma" or cursor.at_words("and")
        if not joined or cursor.look(1).kind != "clock":
            return
        cursor.read()
