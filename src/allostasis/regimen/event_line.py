"""Records of an event table in the regimen language: `event midazolam 5 mg iv at 0 h, every 12 h, 3 more, steady state`."""

from collections.abc import Callable
from typing import Any

from allostasis.quantity.errors import InputError
from allostasis.regimen.cursor import Cursor, placed
from allostasis.regimen.event import Event
from allostasis.regimen.printer import print_number, print_time
from allostasis.regimen.words import ROUTES, plain

EVENT_EXAMPLE = "write 'event midazolam 5 mg iv at 0 h, every 12 h, 3 more' or 'event reset at 48 h'"
Resolve = Callable[[str, str], tuple[str, str]]


def read_event(cursor: Cursor, resolve: Resolve) -> Event:
    """Read a line that begins with `event`.

    Args:
        cursor: at the word `event`.
        resolve: turns a drug and a route as written into canonical ones.

    Raises:
        GrammarError: a part is missing, given twice or not understood.

    """
    begin = cursor.read()
    fields: dict[str, Any] = {"reset": cursor.skip_words("reset"), "drug": "", "route": ""}
    if not (fields["reset"] and cursor.at_words("at")):
        fields |= _dose(cursor)
        try:
            fields["drug"], fields["route"] = resolve(fields["drug"], fields["route"])
        except InputError as error:
            raise placed(cursor, error, begin) from error
    if not cursor.skip_words("at"):
        raise cursor.refuse("time of the event is missing", expected="'at' and a time", fix=EVENT_EXAMPLE)
    fields["time_h"] = cursor.instant("time of the event")
    while cursor.token.kind == "comma":
        cursor.read()
        token = cursor.token
        key, value = _part(cursor)
        if key in fields:
            raise cursor.refuse("a part of the event is given twice", token, expected="once", fix=EVENT_EXAMPLE)
        fields[key] = value
    try:
        return Event(**fields)
    except InputError as error:
        raise placed(cursor, error, begin) from error


def _dose(cursor: Cursor) -> dict[str, Any]:
    words = []
    while cursor.token.kind == "word" and plain(cursor.token.text) not in ROUTES:
        words.append(cursor.read().text.lower())
    if not words:
        raise cursor.refuse("drug of the event is missing", expected="the name of a drug", fix=EVENT_EXAMPLE)
    amount = cursor.amount()
    if amount.unit != "mg":
        raise cursor.refuse("dose of an event per kg", amount.token, expected="an amount in mg", fix=EVENT_EXAMPLE)
    route = cursor.phrase(ROUTES)
    if route is None:
        raise cursor.refuse("route of the event is missing", expected="a route", fix=EVENT_EXAMPLE)
    given = {"amount": amount.value} if amount.rate_per_h is None else {"rate": amount.rate_per_h}
    return {"drug": " ".join(words), "route": ROUTES[route]} | given


def _rate(cursor: Cursor) -> float:
    amount = cursor.amount("rate")
    if amount.rate_per_h is None or amount.unit != "mg":
        raise cursor.refuse("rate of the event", amount.token, expected="such as 10 mg/h", fix=EVENT_EXAMPLE)
    return amount.rate_per_h


#: The words of each part, the field that it sets, and how its value is read.
PARTS: tuple[tuple[tuple[str, ...], str, Callable[[Cursor], Any]], ...] = (
    (("rate",), "rate", _rate),
    (("over",), "duration_h", lambda cursor: cursor.duration("duration of the input")),
    (("every",), "interval_h", lambda cursor: cursor.duration("interval")),
    (("lag",), "lag_h", lambda cursor: cursor.duration("lag", zero=True)),
    (("available",), "fraction", lambda cursor: cursor.number("available share", "available 0.8")),
    (("steady", "state"), "steady", lambda cursor: 1),
    (("added", "steady", "state"), "steady", lambda cursor: 2),
)


def _part(cursor: Cursor) -> tuple[str, Any]:
    for words, field, read in PARTS:
        if cursor.skip_words(*words):
            return field, read(cursor)
    token = cursor.token
    count = cursor.number("number of further doses", "3 more") if token.kind == "number" else 0.5
    if not cursor.skip_words("more") or count != int(count):
        raise cursor.refuse(
            "part of the event is not understood", token, fix=EVENT_EXAMPLE,
            expected="'rate', 'over', 'every', 'N more', 'steady state', 'added steady state', 'lag' or 'available'",
        )  # fmt: skip
    return "more", int(count)


def print_event(event: Event) -> str:
    """Return the canonical text of a record."""
    text = "event reset" if event.reset else "event"
    if event.drug:
        dose = f"{print_number(event.amount)} mg" if event.amount else f"{print_number(event.rate)} mg/h"
        text += f" {event.drug} {dose} {event.route}"
    text += f" at {print_time(event.time_h)}"
    if event.amount and event.rate:
        text += f", rate {print_number(event.rate)} mg/h"
    for word, hours in (("over", event.duration_h), ("every", event.interval_h)):
        text += f", {word} {print_time(hours)}" if hours else ""
    text += f", {event.more} more" if event.more else ""
    text += ("", ", steady state", ", added steady state")[event.steady]
    text += f", lag {print_time(event.lag_h)}" if event.lag_h else ""
    return text + (f", available {print_number(event.fraction)}" if event.fraction != 1 else "")
