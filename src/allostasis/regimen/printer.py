"""Canonical text of a regimen: what the parser reads back to an equal regimen."""

import math
from typing import TYPE_CHECKING

from allostasis.regimen.course import Statement
from allostasis.regimen.rule import DosingRule
from allostasis.regimen.statement import Infusion, Repeated, Single, Stop
from allostasis.regimen.taper import Taper
from allostasis.regimen.words import INTERVAL_WORDS, TIME_UNITS

if TYPE_CHECKING:
    from allostasis.regimen.regimen import Regimen

LONGEST_WHOLE = 1e15


def print_regimen(regimen: "Regimen") -> str:
    """Return the canonical text, lines separated by "; ", "none" where nothing is given."""
    lines = [", then ".join(print_statement(s) for s in course.statements) for course in regimen.courses]
    from allostasis.regimen.event_line import print_event

    rules, events = [print_rule(rule) for rule in regimen.rules], [print_event(event) for event in regimen.events]
    return "; ".join([*lines, *rules, *events]) or "none"


def print_number(value: float | int) -> str:
    """Return the shortest text that reads back to the same float.

    >>> print_number(20.0), print_number(0.1)
    ('20', '0.1')
    """
    return str(int(value)) if value == int(value) and abs(value) < LONGEST_WHOLE else repr(float(value))


def print_time(hours: float | int) -> str:
    """Return a time in the largest unit in which it is whole, and in h where there is none.

    >>> print_time(336.0), print_time(36.0), print_time(2 / 60), print_time(0.123)
    ('14 d', '36 h', '2 min', '0.123 h')
    """
    for unit in ("d", "h", "min", "s"):
        times, divisor = TIME_UNITS[unit]
        value = round(hours * divisor / times)
        if value > 0 and value * times / divisor == hours:
            return f"{value} {unit}"
    return f"{print_number(hours)} h"


def print_clock(hours: float | int) -> str:
    """Return a time of day such as 8:00."""
    minutes = round(hours * 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _part(word: str, hours: float | int | None) -> str:
    return "" if hours is None else f" {word} {print_time(hours)}"


def print_statement(s: Statement) -> str:
    """Return the canonical text of one statement."""
    if isinstance(s, Stop):
        return "stop" + (_part("for", s.duration_h) if s.duration_h else "") + _part("at", s.start_h)
    if isinstance(s, Taper):
        return _print_taper(s)
    head = f"{s.drug} "
    if isinstance(s, Infusion):
        return (
            head
            + f"{print_number(s.rate)} {s.unit}/h {s.route}"
            + _part("from", s.start_h)
            + _part("for", s.duration_h)
        )
    over = _part("over", s.over_h) if s.over_h else ""
    if isinstance(s, Single):
        when = " once" if s.start_h is None else _part("at", s.start_h)
        return head + f"{print_number(s.amount)} {s.unit} {s.route}{over}{when}"
    return head + _print_amounts(s) + over + _part("from", s.start_h) + _part("for", s.duration_h)


def _print_amounts(s: Repeated) -> str:
    amounts = (" + " if s.clock_h else " and ").join(f"{print_number(a)} {s.unit}" for a in s.amounts)
    if s.clock_h:
        return f"{amounts} {s.route} daily at " + ", ".join(print_clock(c) for c in s.clock_h)
    frequency = INTERVAL_WORDS.get(s.interval_h) or f"every {print_time(s.interval_h)}"
    return f"{amounts} {s.route} {'alternating ' if len(s.amounts) > 1 else ''}{frequency}"


def _print_taper(s: Taper) -> str:
    step = {"percent_of_current": " % of current", "percent_of_start": " % of start"}.get(
        s.kind, f" {s.unit}"
    )
    by = "by " if s.kind == "fixed" else ""
    text = f"taper {by}{print_number(s.step)}{step} every {print_time(s.every_h)}"
    floor = f"{print_number(s.floor)} {'% of start' if s.floor_unit == '%' else s.floor_unit}"
    return f"{text} {'to' if s.hold_floor else 'until below'} {floor}" + _part("from", s.start_h)


def print_rule(rule: DosingRule) -> str:
    """Return the canonical text of a dosing rule."""
    port = f"{rule.port} {rule.component}" if rule.component else rule.port
    unit = "mg/kg" if rule.per_kg else "mg"
    text = f"{rule.drug} {print_number(rule.amount_mg)} {unit} {rule.route}"
    text += f" if {port} {rule.relation} {print_number(rule.threshold)}"
    text += f", at most every {print_time(rule.refractory_h)}, at most {rule.maximum_doses} doses"
    text += f", from {print_time(rule.start_h)}" if rule.start_h else ""
    return text if math.isinf(rule.stop_h) else f"{text}, until {print_time(rule.stop_h)}"
