"""Regimens as TOML tables, in and out: one table per statement, each beginning where the former one ended."""

import math
from typing import Any

from allostasis.quantity.errors import InputError
from allostasis.regimen.course import Course, Statement
from allostasis.regimen.event import Event
from allostasis.regimen.event_toml import event_from
from allostasis.regimen.regimen import Regimen
from allostasis.regimen.rule import DosingRule
from allostasis.regimen.statement import HOURS_PER_DAY, Infusion, Repeated, Single, Stop
from allostasis.regimen.taper import DEFAULT_FLOOR_PERCENT, Taper
from allostasis.regimen.toml_fields import (
    KEYS,
    amount,
    clock,
    duration,
    inner_table,
    instant,
    name,
    needed,
    number,
    only_known,
    percent_or_amount,
    route,
)
from allostasis.regimen.words import RATE_ROUTES

STATEMENTS = ("taper", "stop", "rule", "event")


def from_toml(tables: list[Any]) -> Regimen:
    """Build a regimen from a list of TOML tables.

    Args:
        tables: each a dosing (`drug`, `dose`, `route`, then `times_per_day`, `every` or `clock` for repeated
            doses, `for` or `until`, `from` or `at`, `over`), a `taper`, a `stop`, a `rule` or an `event`; `parallel =
            true` in a dosing begins a course of its own; `dose` may be a list (doses in turn, or one per
            clock time).

    Raises:
        InputError: a key is not known (with the nearest one), missing, or has a value that does not fit.

    >>> dosing = {"drug": "lorazepam", "dose": "1 mg", "route": "po", "times_per_day": 3, "for": "28 d"}
    >>> taper = {"percent": 10, "percent_of": "start", "every": "7 d"}
    >>> print(from_toml([dosing, {"taper": taper}, {"stop": True}]))
    lorazepam 1 mg oral tid for 28 d, then taper 10 % of start every 7 d to 0 mg, then stop

    """
    courses: list[list[Statement]] = []
    rules: list[DosingRule] = []
    events: list[Event] = []
    for position, table in enumerate(tables, start=1):
        try:
            if not isinstance(table, dict):
                raise InputError(
                    "entry of a regimen is not a table", value=table, expected="a table with 'drug'"
                )
            kind = next((key for key in STATEMENTS if key in table), "dosing")
            if kind == "rule":
                only_known(table, ("rule",), "rule table")
                rules.append(_rule(inner_table(table["rule"], "rule")))
                continue
            if kind == "event":
                only_known(table, ("event",), "event table")
                events.append(event_from(inner_table(table["event"], "event")))
                continue
            if not courses or (kind == "dosing" and table.get("parallel") is True):
                courses.append([])
            courses[-1].append(_statement(kind, table, courses[-1]))
            Course(tuple(courses[-1]))
        except InputError as error:
            error.args = (f"table {position} of the regimen: {error.args[0]}",)
            raise
    return Regimen(tuple(Course(tuple(course)) for course in courses), tuple(rules), tuple(events))


def _statement(kind: str, table: dict[str, Any], before: list[Statement]) -> Statement:
    if kind == "taper":
        only_known(table, ("taper",), "taper table")
        return _taper(inner_table(table["taper"], "taper"))
    if kind == "stop":
        only_known(table, ("stop",), "stop table")
        stop = {} if table["stop"] is True else inner_table(table["stop"], "stop")
        return Stop(instant(stop, "at"), duration(stop, "for") or 0.0)
    return _dosing(table, before)


def _dosing(table: dict[str, Any], before: list[Statement]) -> Single | Infusion | Repeated:
    only_known(table, KEYS["dosing"], "regimen table")
    drug, way = name(table, "drug", "lorazepam"), route(table)
    written = needed(table, "dose", '"1 mg"')
    amounts = [amount(text, "dose") for text in (written if isinstance(written, list) else [written])]
    start = instant(table, "from") if "from" in table else instant(table, "at")
    length, over = _length(table, before, start), duration(table, "over") or 0.0
    if not amounts or any((a.unit, a.rate_per_h) != (amounts[0].unit, None) for a in amounts[1:]):
        raise InputError(
            "doses of one table have different units", value=written, expected="one or more doses in one unit"
        )
    first = amounts[0]
    values, unit, rate = tuple(a.value for a in amounts), first.unit, first.rate_per_h
    frequencies = [key for key in ("times_per_day", "every", "clock") if key in table]
    if len(frequencies) > 1:
        raise InputError("more than one frequency", value=", ".join(frequencies), expected="one of them")
    if rate is not None:
        if frequencies or over or len(values) > 1 or way not in RATE_ROUTES:
            fix = 'write dose = "2 mg/h", route = "iv", for = "12 h"'
            raise InputError(
                "a rate with a frequency, 'over', or a route that takes none",
                value=written,
                expected="a rate by " + ", ".join(RATE_ROUTES),
                fix=fix,
            )
        return Infusion(drug, way, rate, unit, start, length)
    if not frequencies:
        if length is not None or len(values) > 1 or "from" in table:
            raise InputError(
                "frequency is missing", expected="times_per_day, every or clock", fix="add times_per_day = 3"
            )
        return Single(drug, way, first.value, unit, start, over)
    clocks = clock(table["clock"]) if "clock" in table else ()
    if "times_per_day" in table:
        interval = HOURS_PER_DAY / number(table, "times_per_day")
    else:
        interval = duration(table, "every") or HOURS_PER_DAY
    return Repeated(drug, way, values, unit, interval, clocks, start, length, over)


def _length(table: dict[str, Any], before: list[Statement], start: float | None) -> float | None:
    if "until" not in table:
        return duration(table, "for")
    end = instant(table, "until")
    begin = start if start is not None else Course(tuple(before)).end_h if before else 0.0
    if "for" in table or end is None or not end > begin:
        raise InputError(
            "end of dosing does not fit", value=table["until"], expected=f"one end, after {begin:g} h"
        )
    return end - begin


def _taper(table: dict[str, Any]) -> Taper:
    every, start = duration({"every": needed(table, "every", '"14 d"')}, "every"), instant(table, "from")
    assert every is not None
    if ("by" in table) == ("percent" in table) or ("floor" in table and "until_below" in table):
        raise InputError(
            "step or floor of the taper is missing or given twice",
            value=", ".join(table),
            expected="'percent' and 'percent_of', or 'by'; at most one of 'floor' and 'until_below'",
        )
    if "by" in table:
        step = amount(table["by"], "by", "step of the taper")
        kind, size, unit = "fixed", step.daily, step.unit
    else:
        base = needed(table, "percent_of", '"current"')
        if base not in ("current", "start"):
            raise InputError("percentage of what", value=base, expected="percent_of = 'current' or 'start'")
        kind, size, unit = f"percent_of_{base}", number(table, "percent"), "%"
    key = "until_below" if "until_below" in table else "floor"
    if key in table:
        floor, floor_unit = percent_or_amount(table[key], key)
        return Taper(kind, size, unit, every, floor, floor_unit, key == "floor", start)
    if kind == "percent_of_current":
        return Taper(kind, size, unit, every, DEFAULT_FLOOR_PERCENT, "%", False, start)
    return Taper(kind, size, unit, every, 0.0, "mg", True, start)


def _rule(table: dict[str, Any]) -> DosingRule:
    if ("above" in table) == ("below" in table):
        raise InputError(
            "threshold of the rule is missing or given twice",
            expected="'above' or 'below'",
            fix="add above = 0.5",
        )
    relation = "above" if "above" in table else "below"
    dose = amount(needed(table, "dose", '"0.2 mg"'), "dose")
    if dose.rate_per_h is not None:
        raise InputError("a rule gives one bolus", value=table["dose"], expected="an amount, not a rate")
    refractory = duration({"at_most_every": needed(table, "at_most_every", '"1 min"')}, "at_most_every")
    assert refractory is not None
    component = name(table, "component", "a1") if "component" in table else ""
    return DosingRule(
        name(table, "drug", "flumazenil"), route(table), dose.value,
        name(table, "port", "imbalance"), component, relation, number(table, relation),
        refractory, _count(table),
        start_h=instant(table, "from") or 0.0,
        stop_h=math.inf if "until" not in table else instant(table, "until") or 0.0,
        per_kg=dose.unit == "mg/kg",
    )  # fmt: skip


def _count(table: dict[str, Any]) -> int:
    value = number(table, "at_most_doses")
    if value != int(value):
        raise InputError("value of 'at_most_doses' is not a whole number", value=value, expected="1 or more")
    return int(value)
