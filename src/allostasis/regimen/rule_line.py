"""Dosing rules in the regimen language: `flumazenil 0.2 mg iv if occupancy a1 above 0.5, at most ...`."""

import math

from allostasis.quantity.errors import InputError
from allostasis.regimen.cursor import Cursor
from allostasis.regimen.parts import Line
from allostasis.regimen.rule import DosingRule

RULE_EXAMPLE = "write 'flumazenil 0.2 mg iv if occupancy a1 above 0.5, at most every 1 min, at most 5 doses'"
RELATION_WORDS = {"above": "above", "below": "below", ">": "above", "<": "below"}


def read_rule(cursor: Cursor, line: Line) -> DosingRule:
    """Read the condition and the limits of a rule behind `if`.

    Raises:
        GrammarError: a part is missing, or the line has a frequency, an infusion or several doses.

    """
    amount = line.amounts[0]
    if len(line.amounts) > 1 or amount.rate_per_h is not None or line.over_h is not None:
        raise cursor.refuse(
            "a rule gives one bolus",
            amount.token,
            expected="one amount, no rate, no 'over'",
            fix=RULE_EXAMPLE,
        )
    if (
        line.interval_h is not None
        or line.clock_h
        or line.length_h is not None
        or line.number_of_doses is not None
    ):
        raise cursor.refuse(
            "a rule has no frequency of its own", amount.token, expected="'at most every'", fix=RULE_EXAMPLE
        )
    begin = cursor.token
    port = _name(cursor, "port")
    component = _name(cursor, "component") if cursor.token.text.lower() not in RELATION_WORDS else ""
    relation = RELATION_WORDS.get(cursor.token.text.lower())
    if relation is None:
        raise cursor.refuse(
            "relation of the rule is missing", expected="'above' or 'below'", fix=RULE_EXAMPLE
        )
    cursor.read()
    threshold = _threshold(cursor)
    limits = _limits(cursor, line)
    for key, words in (
        ("refractory_h", "'at most every' and a time"),
        ("maximum_doses", "'at most N doses'"),
    ):
        if key not in limits:
            raise cursor.refuse("a limit of the rule is missing", begin, expected=words, fix=RULE_EXAMPLE)
    try:
        return DosingRule(
            line.drug, line.route, amount.value, port, component, relation, threshold,
            refractory_h=limits["refractory_h"],
            maximum_doses=int(limits["maximum_doses"]),
            start_h=limits.get("start_h", line.start_h or 0.0),
            stop_h=limits.get("stop_h", math.inf if line.until_h is None else line.until_h),
            per_kg=amount.unit == "mg/kg",
        )  # fmt: skip
    except InputError as error:
        expected, fix = error.expected or "a valid rule", error.fix or RULE_EXAMPLE
        raise cursor.refuse(error.what, begin, expected=expected, fix=fix, value=str(error.value)) from error


def _name(cursor: Cursor, what: str) -> str:
    if cursor.token.kind != "word" or cursor.token.text.lower() in RELATION_WORDS:
        raise cursor.refuse(
            f"{what} of the rule is missing", expected=f"the name of a {what}", fix=RULE_EXAMPLE
        )
    return cursor.read().text.lower()


def _threshold(cursor: Cursor) -> float:
    token = cursor.token
    if token.kind != "number" or not math.isfinite(float(token.text)):
        raise cursor.refuse(
            "threshold of the rule is missing",
            expected="a finite number in the unit of the port",
            fix=RULE_EXAMPLE,
        )
    cursor.read()
    if cursor.token.kind in ("word", "percent") and not any(map(cursor.at_words, ("at", "from", "until"))):
        raise cursor.refuse(
            "unit behind the threshold",
            expected="a plain number in the unit of the port",
            fix=RULE_EXAMPLE,
        )
    return float(token.text)


def _limits(cursor: Cursor, line: Line) -> dict[str, float]:
    limits: dict[str, float] = {}
    while True:
        begin = cursor.index
        if cursor.token.kind == "comma":
            cursor.read()
        token = cursor.token
        if cursor.skip_words("at", "most"):
            key, value = _at_most(cursor)
        elif cursor.skip_words("from"):
            key, value = "start_h", cursor.instant("start of the rule")
        elif cursor.skip_words("until"):
            key, value = "stop_h", cursor.instant("end of the rule")
        else:
            cursor.index = begin
            return limits
        taken = {"start_h": line.start_h, "stop_h": line.until_h}.get(key) is not None
        if key in limits or taken:
            raise cursor.refuse("a limit is given twice", token, expected="each limit once", fix=RULE_EXAMPLE)
        limits[key] = value


def _at_most(cursor: Cursor) -> tuple[str, float]:
    if cursor.skip_words("every"):
        return "refractory_h", cursor.duration("shortest time between doses")
    token = cursor.token
    if cursor.skip_words("once"):
        return "maximum_doses", 1.0
    count = cursor.number("number of doses", "at most 5 doses")
    if not (cursor.skip_words("doses") or cursor.skip_words("dose")) or count != int(count):
        raise cursor.refuse(
            "limit is not understood",
            token,
            expected="'at most every 1 min' or 'at most 5 doses'",
            fix=RULE_EXAMPLE,
        )
    return "maximum_doses", count
