"""NONMEM-style event tables (CSV or Parquet), in and out. TIME and II in h, AMT in mg, RATE in mg/h."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from allostasis.quantity.errors import InputError, NotModelledError
from allostasis.regimen.course import Course
from allostasis.regimen.event import Event
from allostasis.regimen.event_record import OBSERVATION, OTHER, kind_of, record_of
from allostasis.regimen.event_rows import is_event_column, read_rows, write_rows
from allostasis.regimen.regimen import Regimen
from allostasis.regimen.statement import Repeated, Single

#: Columns that every table is written with.
COLUMNS = ("ID", "TIME", "AMT", "RATE", "II", "ADDL", "SS", "CMT", "EVID", "MDV", "DV")
#: Compartment numbers to routes, unless the caller says otherwise.
ROUTES = {1: "oral", 2: "iv"}
#: Columns that are written where a record needs them, with the value that changes nothing.
OPTIONAL = {"ALAG": 0.0, "BIOAV": 1.0, "DUR_": None}


def read_event_table(
    path: str | Path, drug: str, *, routes: Mapping[int, str] | None = None
) -> dict[int | str, Regimen]:
    """Read the doses of one drug, one regimen per ID; observations and other events (EVID 0, 2) give none.

    An ID with nothing but plain doses becomes statements. One with a reset, a steady state, a lag or a bioavailability of
    its own becomes records (`Regimen.events`), which keep the order of the table. See docs/events.md.

    Args:
        path: a `.csv` file, or `.parquet`.
        drug: name of the drug of every dose in the table.
        routes: CMT numbers to routes; without a CMT or ROUTE column it must have one entry. Default {1: oral, 2: iv}.

    Raises:
        InputError: a column is missing or a value is not a number, negative, or does not fit the others.
        NotModelledError: ADDL below 0, RATE -1 or -2 without its column, a DATE column or a clock time: never ignored.

    """
    known = dict(ROUTES if routes is None else routes)
    found: dict[int | str, list[Event]] = {}
    for row in read_rows(path):
        own = found.setdefault(row.identity(), [])
        record = record_of(row, drug, known)
        if record is not None:
            if own and record.time_h < own[-1].time_h and any(_is_special(each) for each in (*own, record)):
                raise row.error("TIME", "TIME goes back", f"{own[-1].time_h:g} h or later; it goes on at a reset")
            own.append(record)
    return {identity: _regimen(records) for identity, records in found.items()}


def _is_special(event: Event) -> bool:
    return bool(event.reset or event.steady or event.lag_h or event.fraction != 1)


def _regimen(records: list[Event]) -> Regimen:
    if any(_is_special(event) for event in records):
        return Regimen(events=tuple(sorted(records, key=lambda event: event.time_h)))
    return Regimen(tuple(Course((_statement(event),)) for event in records))


def _statement(event: Event) -> Single | Repeated:
    drug, route, time, over = event.drug, event.route, event.time_h, event.length_h
    if not event.more:
        return Single(drug, route, event.amount, "mg", time, over)
    length = (event.more + 1) * event.interval_h
    return Repeated(drug, route, (event.amount,), "mg", event.interval_h, (), time, length, over)


class Sample(NamedTuple):
    """An observation or other event: TIME [h], DV (NaN where missing), and whether doses of the same TIME stand above it."""

    time_h: float
    dv: float
    after: bool


def read_samples(path: str | Path) -> dict[int | str, tuple[Sample, ...]]:
    """Read every observation and other event (EVID 0, 2), in the order of the table, per ID.

    As in NONMEM, a row is read before the dose rows of its TIME that stand below it, and after all else of that TIME.

    Raises:
        InputError: as `read_event_table`.

    """
    found: dict[int | str, list[Sample]] = {}
    given: dict[int | str, set[float]] = {}
    for row in reversed(read_rows(path)):
        identity, time = row.identity(), row.number("TIME")
        own = found.setdefault(identity, [])
        if kind_of(row) not in (OBSERVATION, OTHER):
            given.setdefault(identity, set()).add(time)
            continue
        dv = math.nan if row.is_missing("DV") else row.number("DV")
        own.append(Sample(time, dv, time not in given.get(identity, ())))
    return {identity: tuple(reversed(samples)) for identity, samples in reversed(found.items())}


def read_covariates(path: str | Path) -> dict[int | str, dict[str, float]]:
    """Read the columns that are no event columns as covariates, one value per ID.

    Raises:
        InputError: a value is not a number.
        NotModelledError: a covariate changes within an ID.

    """
    found: dict[int | str, dict[str, float]] = {}
    for row in read_rows(path):
        own = found.setdefault(row.identity(), {})
        for name in row.values:
            if is_event_column(name) or row.is_missing(name):
                continue
            value = row.number(name)
            if own.setdefault(name, value) != value:
                raise NotModelledError(
                    f"covariate {name} changes in time (row {row.line}, ID {row.identity()})",
                    value=value,
                    expected=f"one value per ID, here {own[name]:g}",
                    fix="use one ID per period, or the value at baseline",
                )
    return found


def write_event_table(
    regimens: Regimen | Mapping[int | str, Regimen],
    path: str | Path,
    *,
    horizon_h: float | int,
    routes: Mapping[int, str] | None = None,
    drug: str | None = None,
    covariates: Mapping[int | str, Mapping[str, float]] | None = None,
    weight_kg: float | int | None = None,
) -> None:
    """Write what is given before the horizon, which `read_event_table` reads back.

    Statements are written as explicit rows (no ADDL), records (`Regimen.events`) one row each, with resets, SS, ADDL and II;
    columns ALAG, BIOAV and ``DUR_`` (the duration of a RATE -2) appear where a record needs them.

    Args:
        regimens: one regimen (ID 1), or one per ID.
        path: a `.csv` file, or `.parquet`.
        horizon_h: end of the table [h].
        routes: CMT numbers to routes. Default {1: oral, 2: iv}.
        drug: which drug to write; needed where a regimen has several.
        covariates: values per ID, one column each; "WT" scales doses per kg where `weight_kg` is not given.
        weight_kg: body weight [kg] for doses per kg.

    Raises:
        InputError: a route has no CMT, several drugs and none chosen, or a dose per kg without a weight.
        NotModelledError: a regimen has dosing rules, which a table cannot hold.

    """
    many = {1: regimens} if isinstance(regimens, Regimen) else dict(regimens)
    numbers = {route: number for number, route in (ROUTES if routes is None else routes).items()}
    extra = {identity: dict((covariates or {}).get(identity, {})) for identity in many}
    rows: list[dict[str, Any]] = []
    for identity, regimen in many.items():
        if regimen.rules:
            raise NotModelledError(
                "dosing rules in an event table",
                value=str(regimen.rules[0].drug),
                expected="doses only",
                fix="drop the rules, or write the doses that a run gave",
            )
        records = _records(regimen, horizon_h, extra[identity].get("WT") if weight_kg is None else weight_kg)
        drugs = sorted({event.drug for event in records if event.drug})
        if drug is None and len(drugs) > 1:
            raise InputError(
                "an event table holds one drug",
                value=", ".join(drugs),
                expected="drug=...",
                fix=f"give drug={drugs[0]!r}",
            )
        for event in records:
            if event.drug and drug not in (None, event.drug):
                continue
            rows.append({"ID": identity} | _row(event, numbers) | extra[identity])
    names = list(dict.fromkeys(name for values in extra.values() for name in values))
    optional = [name for name, rest in OPTIONAL.items() if any(row[name] != rest for row in rows)]
    columns = [*COLUMNS, *optional, *names]
    write_rows(path, columns, [[row.get(name) for name in columns] for row in rows])


def _records(regimen: Regimen, horizon_h: float | int, weight_kg: float | int | None) -> list[Event]:
    if regimen.events:
        return [event for event in regimen.events if event.time_h < horizon_h]
    doses = regimen.doses(horizon_h, weight_kg)
    return [Event(dose.drug, dose.route, dose.time_h, dose.amount, dose.rate) for dose in doses]


def _row(event: Event, numbers: Mapping[str, int]) -> dict[str, Any]:
    if event.drug and event.route not in numbers:
        raise InputError(
            "route has no compartment number",
            value=event.route,
            expected="one of " + ", ".join(numbers),
            fix=f"give routes={{1: {event.route!r}}}",
        )
    gives = bool(event.drug)
    return {
        "TIME": event.time_h, "AMT": event.amount, "RATE": -2.0 if event.duration_h else event.rate,
        "II": event.interval_h, "ADDL": event.more, "SS": event.steady, "CMT": numbers[event.route] if gives else 0,
        "EVID": (4 if gives else 3) if event.reset else 1, "MDV": 1, "DV": None, "ALAG": event.lag_h,
        "BIOAV": event.fraction, "DUR_": event.duration_h or None,
    }  # fmt: skip
