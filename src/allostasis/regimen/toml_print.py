"""Regimens written as TOML tables; the other half of `toml_table`."""

import math
from typing import Any

from allostasis.quantity.errors import InputError
from allostasis.regimen.course import Statement
from allostasis.regimen.event_toml import event_table
from allostasis.regimen.printer import print_clock, print_number, print_time
from allostasis.regimen.regimen import Regimen
from allostasis.regimen.rule import DosingRule
from allostasis.regimen.statement import HOURS_PER_DAY, Infusion, Single, Stop
from allostasis.regimen.taper import Taper


def to_toml(regimen: Regimen) -> list[dict[str, Any]]:
    """Return a regimen as tables that `from_toml` reads back to an equal regimen."""
    tables = []
    for index, course in enumerate(regimen.courses):
        for position, statement in enumerate(course.statements):
            table = _table(statement)
            if index and not position:
                if "drug" not in table:
                    raise InputError(
                        "a parallel course begins with a pause", expected="a dose first", fix="use 'from'"
                    )
                table["parallel"] = True
            tables.append(table)
    tables += [{"rule": _rule_table(rule)} for rule in regimen.rules]
    return tables + [{"event": event_table(event)} for event in regimen.events]


def _times(**hours: float | int | None) -> dict[str, str]:
    return {key.rstrip("_"): print_time(value) for key, value in hours.items() if value is not None}


def _table(s: Statement) -> dict[str, Any]:
    if isinstance(s, Stop):
        return {"stop": _times(for_=s.duration_h or None, at=s.start_h) or True}
    if isinstance(s, Taper):
        text = f"{print_number(s.floor)} {'% of start' if s.floor_unit == '%' else s.floor_unit}"
        step = (
            {"by": f"{print_number(s.step)} {s.unit}"}
            if s.kind == "fixed"
            else {"percent": s.step, "percent_of": s.kind[11:]}
        )
        return {
            "taper": step
            | _times(every=s.every_h)
            | {"floor" if s.hold_floor else "until_below": text}
            | _times(from_=s.start_h)
        }
    head: dict[str, Any] = {"drug": s.drug, "route": s.route}
    if isinstance(s, Infusion):
        return (
            head | {"dose": f"{print_number(s.rate)} {s.unit}/h"} | _times(from_=s.start_h, for_=s.duration_h)
        )
    if isinstance(s, Single):
        return (
            head
            | {"dose": f"{print_number(s.amount)} {s.unit}"}
            | _times(over=s.over_h or None, at=s.start_h)
        )
    doses = [f"{print_number(a)} {s.unit}" for a in s.amounts]
    head["dose"] = doses[0] if len(doses) == 1 else doses
    per_day = round(HOURS_PER_DAY / s.interval_h)
    if s.clock_h:
        head["clock"] = [print_clock(c) for c in s.clock_h]
    elif per_day and HOURS_PER_DAY / per_day == s.interval_h:
        head["times_per_day"] = per_day
    else:
        head["every"] = print_time(s.interval_h)
    return head | _times(over=s.over_h or None, from_=s.start_h, for_=s.duration_h)


def _rule_table(rule: DosingRule) -> dict[str, Any]:
    table: dict[str, Any] = {
        "drug": rule.drug,
        "dose": f"{print_number(rule.amount_mg)} {'mg/kg' if rule.per_kg else 'mg'}",
    }
    table |= {"route": rule.route, "port": rule.port} | (
        {"component": rule.component} if rule.component else {}
    )
    table |= {rule.relation: rule.threshold, "at_most_doses": rule.maximum_doses} | _times(
        at_most_every=rule.refractory_h
    )
    return table | _times(from_=rule.start_h or None, until=None if math.isinf(rule.stop_h) else rule.stop_h)
