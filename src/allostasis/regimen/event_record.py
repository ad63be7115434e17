"""From a row of an event table to its record, in the meaning of NONMEM; what contradicts itself is refused by row and column."""

from collections.abc import Mapping
from typing import Any

from allostasis.quantity.errors import InputError, NotModelledError
from allostasis.regimen.event import Event
from allostasis.regimen.event_rows import Row

OBSERVATION, DOSE, OTHER, RESET, RESET_AND_DOSE = range(5)
KINDS = {OBSERVATION: "observation", DOSE: "dose", OTHER: "other", RESET: "reset", RESET_AND_DOSE: "reset and dose"}
DOSE_ITEMS = ("AMT", "RATE", "II", "ADDL", "SS")
MDV = (0, 1, 100, 101)


def kind_of(row: Row) -> int:
    """Return the EVID of a row; where the table has none, 1 for a row with a dose item, else 2 for MDV 1, else 0.

    Raises:
        InputError: EVID or MDV is not known, or an event that gives nothing has a dose item.

    """
    gives = any(row.number(name) for name in ("AMT", "RATE", "SS"))
    mdv = row.whole("MDV", 0)
    if mdv not in MDV:
        raise row.error("MDV", "MDV is not known", "0 or 1")
    kind = row.whole("EVID", DOSE if gives else OTHER if mdv % 100 else OBSERVATION)
    if kind not in KINDS:
        expected = "0 (observation), 1 (dose), 2 (other), 3 (reset) or 4 (reset and dose)"
        raise row.error("EVID", "EVID is not known", expected)
    if kind not in (DOSE, RESET_AND_DOSE):
        for name in DOSE_ITEMS:
            if row.number(name):
                raise row.error(
                    name, f"{name} in an event that is no dose (EVID {kind}, {KINDS[kind]})", "0, or EVID 1"
                )
    return kind


def record_of(row: Row, drug: str, routes: Mapping[int, str]) -> Event | None:
    """Return the record of a row, None for an observation or other event.

    Raises:
        InputError: a value out of range, or values that contradict one another.
        NotModelledError: ADDL below 0 (the empirical steady state of NONMEM 7.5).

    """
    kind, time = kind_of(row), row.number("TIME")
    if time < 0:
        raise row.error("TIME", "TIME is negative", "a time of 0 h or later")
    if kind == RESET:
        return Event("", "", time, reset=True)
    if kind not in (DOSE, RESET_AND_DOSE):
        return None
    fields = _steady(row)
    fields |= _input(row, constant=fields["amount"] == 0)
    lag, fraction = row.modelled("lag"), row.modelled("fraction")
    for name, value in (("lag", lag), ("fraction", fraction)):
        if value is not None and value < 0:
            raise InputError(f"row {row.line}: {name} is negative", value=value, expected="0 or above")
    return Event(
        drug, row.route(dict(routes)), time, lag_h=lag or 0.0, fraction=1.0 if fraction is None else fraction,
        reset=kind == RESET_AND_DOSE, **fields,
    )  # fmt: skip


def _steady(row: Row) -> dict[str, Any]:
    """AMT, II, ADDL and SS of a dose, which only make sense together."""
    amount, interval, more = row.number("AMT"), row.number("II"), row.whole("ADDL", 0)
    steady = row.whole("SS", 0)
    if steady not in (0, 1, 2, 3):
        raise row.error("SS", "SS is not known", "0, 1 or 2")
    if more < 0:
        fix = "write SS 1, or the doses with ADDL above 0"
        what = f"ADDL below 0 (empirical steady state) in row {row.line}"
        raise NotModelledError(what, value=more, expected="0 or above", fix=fix)
    if interval < 0:
        raise row.error("II", "II is negative", "0 or above")
    if more > 0 and interval <= 0:
        raise row.error("ADDL", "ADDL without an interval", "ADDL of 0 or above, with II above 0")
    constant = amount == 0 and steady > 0
    if amount < 0 or (amount == 0 and not constant):
        raise row.error("AMT", "AMT of a dose is out of range", "AMT above 0")
    if constant and (interval or more):
        raise row.error("II", "a constant infusion at steady state (AMT 0) ends at its TIME", "II 0 and ADDL 0")
    if steady and not constant and interval <= 0:
        raise row.error("SS", "steady state without an interval", "II above 0")
    steady = 1 if steady == 3 else steady  # NONMEM's 3 is its 1 with another first guess
    return {"amount": amount, "interval_h": interval, "more": more, "steady": steady}


def _input(row: Row, *, constant: bool) -> dict[str, float]:
    """Rate or duration of the input: as written, or from a column where RATE is -1 or -2."""
    rate = row.number("RATE")
    if rate == -1:
        return {"rate": _modelled(row, "rate", "RATE -1 (modelled rate)", "R1 or RATE_")}
    if rate == -2 and not constant:
        return {"duration_h": _modelled(row, "duration", "RATE -2 (modelled duration)", "D1 or DUR_")}
    if rate < 0 or (constant and rate == 0):
        raise row.error("RATE", "RATE of a dose is out of range", "0 or above, -1, or -2; above 0 where AMT is 0")
    return {"rate": rate}


def _modelled(row: Row, kind: str, what: str, columns: str) -> float:
    value = row.modelled(kind, sole=True)
    if value is None:
        fix = f"add a column {columns}, or write the rate itself in mg/h"
        raise NotModelledError(f"{what} in row {row.line}", expected=f"its value in a column {columns}", fix=fix)
    if value <= 0:
        raise InputError(f"row {row.line}: {what} is out of range", value=value, expected="a value above 0")
    return value
