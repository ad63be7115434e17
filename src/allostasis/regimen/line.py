"""One dosing line of the regimen language: its parts in any order, and the statement or rule they make."""

from allostasis.regimen.cursor import Cursor
from allostasis.regimen.parts import EXAMPLE, Line, read_frequency, read_route, read_when
from allostasis.regimen.rule_line import read_rule
from allostasis.regimen.words import AS_NEEDED, ROUTES, TIMES_OF_DAY, plain


def read_line(cursor: Cursor, carried: Line | None) -> Line:
    """Read a line up to `then`, a separator or a part that does not belong to it.

    Args:
        cursor: at the first token of the line.
        carried: the former dosing line; its drug, route and frequency stand where none is written.

    """
    line = Line(cursor.token)
    words = []
    while cursor.token.kind == "word" and plain(cursor.token.text) not in ROUTES:
        line.drug_token = line.drug_token or cursor.token
        words.append(cursor.read().text.lower())
    line.drug = " ".join(words)
    read_route(cursor, line)
    if not words:
        if carried is None:
            raise cursor.refuse("drug is missing", expected="the name of a drug first", fix=EXAMPLE)
        line.drug = carried.drug
    if cursor.token.kind != "number":
        raise cursor.refuse(
            f"dose of {line.drug!r} is missing",
            line.begin,
            value=line.drug,
            expected="a drug and its dose",
            fix=EXAMPLE,
        )
    _amounts(cursor, line)
    while _part(cursor, line):
        pass
    if carried is not None and carried.drug == line.drug:
        line.route = line.route or carried.route
        line.pattern = carried.pattern
    if not line.route:
        routes = "oral (po), iv, im, in (intranasal), pr (rectal), buccal, sl, sc, inh (inhaled)"
        token = line.amounts[0].token
        raise cursor.refuse(
            f"route of {line.drug!r} is missing",
            token,
            expected=f"a route behind the dose: {routes}",
            fix=f"write '{line.drug} {line.amounts[0].value:g} {line.amounts[0].unit} oral ...'",
        )
    if cursor.skip_words("if"):
        line.rule = read_rule(cursor, line)
    return line


def _amounts(cursor: Cursor, line: Line) -> None:
    amounts = [cursor.amount()]
    while True:
        read_route(cursor, line)
        phrase = cursor.phrase(TIMES_OF_DAY)
        if phrase is not None:
            line.clock_h, line.daily = (*line.clock_h, TIMES_OF_DAY[phrase]), True
        if cursor.token.kind == "plus" or (cursor.at_words("and") and cursor.look(1).kind == "number"):
            cursor.read()
            amounts.append(cursor.amount())
            continue
        break
    first = amounts[0]
    for other in amounts[1:]:
        if (other.unit, other.rate_per_h) != (first.unit, None):
            raise cursor.refuse(
                "doses of one line have different units",
                other.token,
                expected=f"all in {first.unit}",
                fix=EXAMPLE,
            )
    line.amounts = tuple(amounts)
    if line.clock_h and len(line.clock_h) != len(amounts):
        raise cursor.refuse(
            "amounts and times of day do not match",
            first.token,
            expected="one time of day per amount",
            fix="write '5 mg in the morning and 10 mg at night'",
        )


def _part(cursor: Cursor, line: Line) -> bool:
    """Read one part behind the amounts, with a comma before it, and tell whether there was one."""
    begin = cursor.index
    if cursor.token.kind == "comma":
        cursor.read()
    token = cursor.token
    if read_route(cursor, line) or read_frequency(cursor, line) or read_when(cursor, line):
        return True
    if cursor.phrase(AS_NEEDED):
        raise cursor.refuse(
            "'as needed' does not say when",
            token,
            expected="a dosing rule",
            fix="write 'lorazepam 1 mg oral if imbalance above 0.5, at most every 6 h, at most 4 doses'",
        )
    if not cursor.at_words("if"):
        cursor.index = begin
    return False
