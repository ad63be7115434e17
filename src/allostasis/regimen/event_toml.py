"""Records of an event table as TOML tables, in and out: `{ event = { drug = "midazolam", dose = "5 mg", ... } }`."""

from typing import Any

from allostasis.quantity.errors import InputError
from allostasis.regimen.event import Event
from allostasis.regimen.printer import print_number, print_time
from allostasis.regimen.toml_fields import amount, duration, instant, name, needed, number, route

STEADY = {"replace": 1, "add": 2}


def event_from(table: dict[str, Any]) -> Event:
    """Build a record from the table behind `event`; `toml_fields.KEYS` has its keys.

    Raises:
        InputError: a key is missing or has a value that does not fit.

    """
    reset = table.get("reset", False)
    if not isinstance(reset, bool):
        raise InputError("value of 'reset' is not true or false", value=reset, expected="reset = true")
    needed(table, "at", '"0 h"')
    fields: dict[str, Any] = {"drug": "", "route": "", "time_h": instant(table, "at"), "reset": reset}
    if "drug" in table or not reset:
        fields |= {"drug": name(table, "drug", "midazolam"), "route": route(table)}
        fields |= _dose(table)
    for key, field in (("over", "duration_h"), ("every", "interval_h"), ("lag", "lag_h")):
        if (hours := duration(table, key)) is not None:
            fields[field] = hours
    if "more" in table:
        count = number(table, "more")
        if count != int(count):
            raise InputError("value of 'more' is not a whole number", value=count, expected="0 or more")
        fields["more"] = int(count)
    if "available" in table:
        fields["fraction"] = number(table, "available")
    if "steady" in table:
        if table["steady"] not in STEADY:
            raise InputError("value of 'steady'", value=table["steady"], expected="'replace' (SS 1) or 'add' (SS 2)")
        fields["steady"] = STEADY[table["steady"]]
    return Event(**fields)


def _dose(table: dict[str, Any]) -> dict[str, float]:
    given: dict[str, float] = {}
    for key in ("dose", "rate"):
        if key not in table:
            continue
        found = amount(table[key], key)
        if found.unit != "mg" or (found.rate_per_h is None) != (key == "dose"):
            expected = '"5 mg"' if key == "dose" else '"10 mg/h"'
            raise InputError(f"value of {key!r} of an event", value=table[key], expected=expected)
        given["amount" if key == "dose" else "rate"] = found.value if found.rate_per_h is None else found.rate_per_h
    return given


def event_table(event: Event) -> dict[str, Any]:
    """Return a record as a table that `event_from` reads back to an equal record."""
    table: dict[str, Any] = {"at": print_time(event.time_h)}
    if event.drug:
        table |= {"drug": event.drug, "route": event.route}
    if event.amount:
        table["dose"] = f"{print_number(event.amount)} mg"
    if event.rate:
        table["rate"] = f"{print_number(event.rate)} mg/h"
    for key, hours in (("over", event.duration_h), ("every", event.interval_h), ("lag", event.lag_h)):
        if hours:
            table[key] = print_time(hours)
    if event.more:
        table["more"] = event.more
    if event.steady:
        table["steady"] = {number: word for word, number in STEADY.items()}[event.steady]
    if event.fraction != 1:
        table["available"] = event.fraction
    return table | ({"reset": True} if event.reset else {})
