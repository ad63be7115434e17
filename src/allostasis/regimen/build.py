"""From the parts of a dosing line to its statement."""

from allostasis.quantity.errors import InputError
from allostasis.regimen.cursor import Cursor, placed
from allostasis.regimen.parts import EXAMPLE, Line
from allostasis.regimen.statement import HOURS_PER_DAY, Infusion, Repeated, Single
from allostasis.regimen.tokens import GrammarError
from allostasis.regimen.words import RATE_ROUTES

ALTERNATING = "write '0.5 mg and 1 mg oral alternating daily for 30 d'"


def build_statement(cursor: Cursor, line: Line, now_h: float) -> Single | Infusion | Repeated:
    """Build the statement that a line asks for; its parts decide the kind.

    Args:
        cursor: for the place of an error.
        line: the parts.
        now_h: where the course has come to [h], the start of a line that has none.

    Raises:
        GrammarError: the parts contradict one another or leave the dosing open.

    """
    first, *others = line.amounts
    try:
        if first.rate_per_h is not None:
            return _infusion(cursor, line, now_h)
        if line.interval_h is not None or line.clock_h:
            return _repeated(cursor, line, now_h)
        lasting = line.length_h is not None or line.until_h is not None or line.number_of_doses is not None
        if line.pattern is not None and not line.once and (lasting or line.start_h is None):
            return _as_before(cursor, line, now_h, line.pattern)
        if lasting or line.start_word in ("from", "starting"):
            raise cursor.refuse(
                "frequency is missing",
                first.token,
                expected="how often: daily, bid, tid, every 6 h ...",
                fix="write '1 mg oral tid for 28 d', or '10 mg iv over 12 h' for one slow dose",
            )
        if others:
            raise cursor.refuse(
                "several amounts at one time",
                others[0].token,
                expected="one amount, or 'alternating'",
                fix=ALTERNATING,
            )
        return Single(line.drug, line.route, first.value, first.unit, line.start_h, line.over_h or 0.0)
    except GrammarError:
        raise
    except InputError as error:
        raise placed(cursor, error, first.token) from error


def _length(cursor: Cursor, line: Line, now_h: float, interval_h: float | None, per_day: int) -> float | None:
    """Duration of a line [h], from "for", "for N doses" or "until"; None where it is open."""
    if line.number_of_doses is not None:
        if interval_h is None or line.number_of_doses % max(1, per_day):
            raise cursor.refuse(
                "number of doses does not fit",
                line.begin,
                value=f"{line.number_of_doses} doses",
                expected="whole days of doses at times of day",
                fix="write 'for 30 d'",
            )
        return line.number_of_doses / max(1, per_day) * interval_h
    if line.until_h is None:
        return line.length_h
    start = now_h if line.start_h is None else line.start_h
    if line.length_h is not None or not line.until_h > start:
        what = (
            "both 'for' and 'until' are given"
            if line.length_h is not None
            else "dosing ends before it begins"
        )
        raise cursor.refuse(
            what,
            line.begin,
            value=f"until {line.until_h:g} h",
            expected=f"one end, after {start:g} h",
            fix=EXAMPLE,
        )
    return line.until_h - start


def _infusion(cursor: Cursor, line: Line, now_h: float) -> Infusion:
    amount = line.amounts[0]
    assert amount.rate_per_h is not None
    if line.route not in RATE_ROUTES:
        raise cursor.refuse(
            f"a rate by the {line.route} route",
            amount.token,
            expected="a rate only for " + ", ".join(RATE_ROUTES),
            fix=f"write '{amount.daily:g} {amount.unit} {line.route} daily' for a daily dose",
        )
    if len(line.amounts) > 1 or line.interval_h is not None or line.clock_h or line.over_h is not None:
        raise cursor.refuse(
            "a rate with a frequency, 'over' or a second amount",
            amount.token,
            expected="a rate and a time",
            fix="write 'midazolam 2 mg/h iv for 12 h'",
        )
    length = _length(cursor, line, now_h, None, 1)
    return Infusion(line.drug, line.route, amount.rate_per_h, amount.unit, line.start_h, length)


def _repeated(cursor: Cursor, line: Line, now_h: float) -> Repeated:
    values = tuple(amount.value for amount in line.amounts)
    interval = line.interval_h if line.interval_h is not None else HOURS_PER_DAY
    if line.once:
        raise cursor.refuse(
            "'once' with a frequency", line.begin, expected="one of the two", fix="write '1 mg oral once'"
        )
    if line.clock_h:
        if interval not in (HOURS_PER_DAY, HOURS_PER_DAY / len(line.clock_h)):
            raise cursor.refuse(
                "frequency and times of day do not match",
                line.begin,
                expected="as many times as doses a day",
                fix="write '5 mg oral bid at 8:00, 20:00 for 30 d'",
            )
        ended = line.length_h is not None or line.until_h is not None or line.number_of_doses is not None
        if not (line.daily or ended or line.interval_h is not None):
            raise cursor.refuse(
                "is this dose given once or every day?",
                line.amounts[0].token,
                expected="'daily at 8:00' or 'at 8 h'",
                fix="write 'daily at 8:00', or 'at 8 h' for one dose",
            )
        interval = HOURS_PER_DAY
        if len(values) == len(line.clock_h):
            pairs = sorted(zip(line.clock_h, values, strict=True))
            line.clock_h, values = tuple(p[0] for p in pairs), tuple(p[1] for p in pairs)
        line.clock_h = tuple(sorted(line.clock_h))
    if line.alternating != (len(values) > 1 and not line.clock_h):
        raise cursor.refuse(
            "several amounts need 'alternating' or times of day, one amount has neither to alternate with",
            line.amounts[-1].token,
            expected="'0.5 mg and 1 mg ... alternating daily' or one time of day per amount",
            fix=ALTERNATING,
        )
    length = _length(cursor, line, now_h, interval, len(line.clock_h))
    unit = line.amounts[0].unit
    return Repeated(
        line.drug, line.route, values, unit, interval, line.clock_h, line.start_h, length, line.over_h or 0.0
    )


def _as_before(cursor: Cursor, line: Line, now_h: float, before: Repeated) -> Repeated:
    """Carry the frequency of the former statement over to a line that has a dose only."""
    values = tuple(amount.value for amount in line.amounts)
    if len(values) > 1 and not before.clock_h and len(before.amounts) == 1 and not line.alternating:
        raise cursor.refuse(
            "several amounts at one time", line.amounts[-1].token, expected="'alternating'", fix=ALTERNATING
        )
    length = _length(cursor, line, now_h, before.interval_h, len(before.clock_h))
    over = before.over_h if line.over_h is None else line.over_h
    unit = line.amounts[0].unit
    return Repeated(
        line.drug, line.route, values, unit, before.interval_h, before.clock_h, line.start_h, length, over
    )
