"""A taper plan as a calendar with alarms (iCalendar, RFC 5545).

One repeating event for each step and time of day: the reminder on a telephone then says what is taken now. Times are floating
(8:00 wherever the person is), so no time zone has to be guessed. An event repeats by COUNT, not by UNTIL: UNTIL has to be of the
same kind as DTSTART, and readers that convert a floating UNTIL to UTC lose or add the last day. Days without any drug are one
all-day event.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from allostasis.clinic.taper.plan import TIMES_OF_DAY, Intake, Plan, Step
from allostasis.interop.plan_words import (
    NO_DOSE,
    checked_sequence,
    date_text,
    day_of,
    dose_texts,
    first_and_last,
    identity,
    item_text,
    one_line,
    ordered,
    remarks,
)
from allostasis.quantity import InputError

PRODUCT = "-//allostasis//taper plan//EN"
LENGTH = timedelta(minutes=10)
"""Length of an event: long enough to be seen in a calendar; it blocks no time."""


def plan_icalendar(
    plan: Plan, start: date, *, plan_id: str, sequence: int = 0, former: Plan | None = None, alarms: bool = True
) -> bytes:
    """The plan as an iCalendar file, the same bytes on every run.

    The identifier of an event is made from `plan_id`, the number of its step and the time of day. A calendar that imports a
    later version (same `plan_id`, higher `sequence`) thus moves the events that it has instead of adding to them.

    Args:
        plan: the taper.
        start: date of its day 0.
        plan_id: names this plan and its later versions.
        sequence: 0 for the first version, one more for each later one.
        former: the version that this one replaces; events that no longer exist are cancelled.
        alarms: whether each event reminds at its time.

    Raises:
        InputError: icalendar is not installed, a start that is no date, an empty id, or a plan beyond the calendar.
    """
    ical = _icalendar()
    stamp = datetime.combine(day_of(start, 0), time(), UTC) + timedelta(seconds=checked_sequence(sequence))
    calendar = ical.Calendar()
    texts = {"name": one_line(plan.title), "description": "\n".join(remarks(plan))}
    for key, value in {"prodid": PRODUCT, "version": "2.0", "calscale": "GREGORIAN", **texts}.items():
        calendar.add(key, value)
    for key, value in {"x-wr-calname": texts["name"], "x-wr-caldesc": texts["description"]}.items():
        calendar.add(key, ical.vText(value))
    same = {"dtstamp": stamp, "sequence": sequence, "transp": "TRANSPARENT"}
    kept = set()
    for number, step in enumerate(plan.steps, 1):
        for part, fields in _events(plan, number, step, start):
            kept.add(part)
            event = _component(ical.Event, {"uid": identity(plan_id, part), **same, "status": "CONFIRMED", **fields})
            if alarms:
                event.add_component(_component(ical.Alarm, {
                    "action": "DISPLAY", "trigger": ical.vText("PT0S"), "description": fields["summary"],
                }))  # fmt: skip
            calendar.add_component(event)
    for number, step in enumerate(former.steps if former else (), 1):
        for part, fields in _events(plan, number, step, start):
            if part not in kept:
                gone = {key: fields[key] for key in ("summary", "dtstart", "dtend")}
                cancelled = {"uid": identity(plan_id, part), **same, "status": "CANCELLED", **gone}
                calendar.add_component(_component(ical.Event, cancelled))
    return calendar.to_ical()


def _events(plan: Plan, number: int, step: Step, start: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and fields of each event of a step."""
    first, last = first_and_last(step, start)
    about = [
        f"Step {number} of {len(plan.steps)}, {date_text(first)} to {date_text(last)}: {' + '.join(dose_texts(step))}"
        + (" a day" if step.mg_per_day else ""),
        *([one_line(step.note)] if one_line(step.note) else []),
        "",
        one_line(plan.title),
        *remarks(plan),
    ]
    described = {"description": "\n".join(about)}
    if not step.intakes:
        until = day_of(start, step.end_day)
        summary = f"{NO_DOSE.capitalize()} (step {number})"
        yield f"step {number} none", {"summary": summary, "dtstart": first, "dtend": until, **described}
    for intake in ordered(step):
        begin = datetime.combine(first, _clock(intake))
        repeated = {"rrule": {"freq": ["DAILY"], "count": [step.days]}} if step.days > 1 else {}
        summary = f"{intake.time_of_day.capitalize()}: {' + '.join(map(item_text, intake.items))}"
        fields = {"summary": summary, "dtstart": begin, "dtend": begin + LENGTH, **repeated, **described}
        yield f"step {number} {intake.time_of_day}", fields


def _clock(intake: Intake) -> time:
    minutes = round(TIMES_OF_DAY[intake.time_of_day] * 60)
    return time(*divmod(minutes, 60))


def _component(kind: Any, fields: dict[str, Any]) -> Any:
    component = kind()
    for key, value in fields.items():
        component.add(key, value)
    return component


def _icalendar() -> Any:
    try:
        import icalendar
    except ImportError as error:
        raise InputError(
            "icalendar is not installed, and the calendar of a plan needs it", fix="pip install 'allostasis[clinic]'"
        ) from error
    return icalendar
