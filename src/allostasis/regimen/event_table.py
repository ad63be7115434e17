"""NONMEM-style event tables (CSV or Parquet), in and out. TIME and II in h, AMT in mg, RATE in mg/h."""

from collections.abc import Mapping
from pathlib import Path

from allostasis.quantity.errors import InputError, NotModelledError
from allostasis.regimen.course import Course
from allostasis.regimen.event_rows import Row, read_rows, write_rows
from allostasis.regimen.regimen import Regimen
from allostasis.regimen.statement import Repeated, Single

#: Columns of an event table; any other column is a covariate.
COLUMNS = ("ID", "TIME", "AMT", "RATE", "II", "ADDL", "SS", "CMT", "EVID", "MDV", "DV")
#: Compartment numbers to routes, unless the caller says otherwise.
ROUTES = {1: "oral", 2: "iv"}
REFUSED_EVENTS = {3: "a reset (EVID 3)", 4: "a reset with a dose (EVID 4)"}


def read_event_table(
    path: str | Path, drug: str, *, routes: Mapping[int, str] | None = None
) -> dict[int | str, Regimen]:
    """Read the doses of one drug, one regimen per ID; observation rows (EVID 0, or no AMT) are skipped.

    Args:
        path: a `.csv` file, or `.parquet`.
        drug: name of the drug of every dose in the table.
        routes: CMT numbers to routes; without a CMT column it must have one entry. Default {1: oral, 2: iv}.

    Raises:
        InputError: a column is missing or a value is not a number, negative, or does not fit the others.
        NotModelledError: SS, EVID 3 or 4, RATE -1 or -2, a DATE column or a clock time: never ignored.

    """
    rows = read_rows(path)
    known = dict(ROUTES if routes is None else routes)
    courses: dict[int | str, list[Course]] = {}
    for row in rows:
        own = courses.setdefault(row.identity(), [])
        statement = _statement(row, drug, known)
        if statement is not None:
            own.append(Course((statement,)))
    return {identity: Regimen(tuple(own)) for identity, own in courses.items()}


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
            if name in COLUMNS or row.is_missing(name):
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


def _statement(row: Row, drug: str, routes: dict[int, str]) -> Single | Repeated | None:
    amount, event = row.number("AMT"), row.whole("EVID", 1 if row.number("AMT") else 0)
    if event in REFUSED_EVENTS:
        fix = "give each period its own ID"
        raise NotModelledError(
            f"{REFUSED_EVENTS[event]} in row {row.line}", value=event, expected="EVID 0, 1 or 2", fix=fix
        )
    if event not in (0, 1, 2):
        raise row.error("EVID", "EVID is not known", "0 (observation), 1 (dose) or 2 (other)")
    if row.number("SS"):
        fix = "write out the doses before time 0 with ADDL and II, and begin the simulation there"
        raise NotModelledError(
            f"steady state (SS) in row {row.line}", value=row.number("SS"), expected="SS 0", fix=fix
        )
    if event != 1:
        if amount:
            raise row.error("AMT", f"AMT in an event that is no dose (EVID {event})", "AMT 0, or EVID 1")
        return None
    rate, interval, more = row.number("RATE"), row.number("II"), row.whole("ADDL", 0)
    if rate in (-1, -2):
        fix = "write the rate in mg/h"
        raise NotModelledError(
            f"RATE {rate:g} (modelled) in row {row.line}",
            value=rate,
            expected="a RATE of 0 or above",
            fix=fix,
        )
    if rate < 0 or amount <= 0:
        name = "RATE" if rate < 0 else "AMT"
        raise row.error(name, f"{name} of a dose is out of range", "RATE of 0 or above, AMT above 0")
    if more < 0 or (more > 0 and interval <= 0):
        raise row.error("ADDL", "ADDL without an interval", "ADDL of 0 or above, with II above 0")
    route, time = row.route(routes), row.number("TIME")
    if time < 0:
        raise row.error("TIME", "TIME is negative", "a time of 0 h or later")
    over = amount / rate if rate else 0.0
    if not more:
        return Single(drug, route, amount, "mg", time, over)
    return Repeated(drug, route, (amount,), "mg", interval, (), time, (more + 1) * interval, over)


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
    """Write the doses before the horizon as explicit rows (no ADDL), which `read_event_table` reads back.

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
    names = list(dict.fromkeys(name for values in extra.values() for name in values))
    table = []
    for identity, regimen in many.items():
        if regimen.rules:
            raise NotModelledError(
                "dosing rules in an event table",
                value=str(regimen.rules[0].drug),
                expected="doses only",
                fix="drop the rules, or write the doses that a run gave",
            )
        weight = extra[identity].get("WT") if weight_kg is None else weight_kg
        doses = regimen.doses(horizon_h, weight)
        drugs = sorted({dose.drug for dose in doses})
        if drug is None and len(drugs) > 1:
            raise InputError(
                "an event table holds one drug",
                value=", ".join(drugs),
                expected="drug=...",
                fix=f"give drug={drugs[0]!r}",
            )
        for dose in doses:
            if drug not in (None, dose.drug):
                continue
            if dose.route not in numbers:
                raise InputError(
                    "route has no compartment number",
                    value=dose.route,
                    expected="one of " + ", ".join(numbers),
                    fix=f"give routes={{1: {dose.route!r}}}",
                )
            event = (
                identity,
                dose.time_h,
                dose.amount,
                dose.rate,
                0.0,
                0,
                0,
                numbers[dose.route],
                1,
                1,
                None,
            )
            table.append([*event, *(extra[identity].get(name) for name in names)])
    write_rows(path, [*COLUMNS, *names], table)
