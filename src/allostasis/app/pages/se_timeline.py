"""The protocols as they stand in the form, drawn on one axis of time: what may be given when, before anything is simulated."""

from collections.abc import Callable, Sequence

from htmltools import Tag, TagList, tags

from allostasis.app.pages.se_answer import SeAnswer
from allostasis.app.pages.se_draft import Draft
from allostasis.app.pages.se_laid import EXAMPLE
from allostasis.app.pages.se_limits import MOST_MINUTES, steps_of
from allostasis.clinic.status_epilepticus.protocol import SEIZING, Step
from allostasis.quantity import InputError, magnitude
from allostasis.report.figure_se import LONGEST_IN_MINUTES, short
from allostasis.report.view import PALETTE

TICKS = (5, 10, 15, 30, 60, 120)
"""Distances between the marks of the axis [min]."""
MOST_TICKS = 7
"""Marks that a narrow page has room for."""
NARROWEST = 0.8
"""Least width of an infusion [%]."""
HOUR_MIN = 60  # structural: minutes in an hour


def timeline(
    protocols: Sequence[tuple[str, Sequence[Step]]], delay_min: float | int, horizon_min: float | int,
    needed: Sequence[Sequence[float]] = (),
) -> Tag:
    """Return the drawing, with the same in words for those who do not see it.

    Args:
        protocols: (name, steps) of each.
        delay_min: from onset to the first treatment [min]; shaded.
        horizon_min: from there to the end [min].
        needed: share of the treated that got each step of each protocol, once it is known [1].
    """
    span = delay_min + horizon_min

    def place(minute: float | int) -> float:
        """Where a minute lies [%]."""
        return 100 * min(max(minute + delay_min, 0.0), span) / span  # structural: percent

    shade = tags.span({"class": "se-before", "style": f"width: calc((100% - 2 * var(--side)) * {delay_min / span:.4f})"})
    lanes = [_protocol(k, name, steps, place, needed[k] if needed else ()) for k, (name, steps) in enumerate(protocols)]
    return tags.div({"class": "se-timeline"}, tags.div({"class": "se-lanes"}, shade, *lanes), _axis(span, delay_min, place))


def timeline_of(draft: Draft, answer: SeAnswer | None) -> Tag:
    """Draw what stands in the form as far as it can be read; with shares where the answer is one to the form."""
    spans = [_minutes(draft.fields[key], EXAMPLE.fields[key]) for key in ("delay", "horizon")]
    needed = [o.needed for o in answer.outcomes] if answer is not None else ()
    return timeline([(name, _steps(text)) for name, text in draft.protocols], *spans, needed=needed)


def _steps(text: str) -> list[Step]:
    """The steps that can be read, to be drawn while others are still typed."""
    found: list[Step] = []
    for line in text.splitlines():
        try:
            found += steps_of(line)
        except InputError:
            continue
    return found


def _minutes(text: str, spare: str) -> float:
    """A time to draw by; that of the example where the field is no time."""
    try:
        value = magnitude(text, "min", what="time")
    except InputError:
        value = 0.0
    return value if 1 <= value <= MOST_MINUTES else magnitude(spare, "min", what="time")


def _protocol(k: int, name: str, steps: Sequence[Step], place: Callable[[float | int], float], needed: Sequence[float]) -> Tag:
    colour = {"style": f"--own: var(--arm{k % PALETTE})"}
    shares = [f"{100 * part:.0f} %" for part in needed] or [""] * len(steps)  # structural: percent
    listed = [_step(step, place, share) for step, share in zip(steps, shares, strict=True)]
    if not listed:
        listed = [tags.li({"class": "se-none"}, "no treatment")]
    return tags.div({"class": "se-protocol", **colour}, tags.h3(name or "without a name"), tags.ol(*listed))


def _step(step: Step, place: Callable[[float | int], float], share: str) -> Tag:
    kind = "se-dose open" if step.condition == SEIZING else "se-dose"
    marks: list[Tag] = []
    for t in step.times_min():
        if step.over_min:
            width = max(place(t + step.over_min) - place(t), NARROWEST)
            marks.append(tags.span({"class": "se-bar", "style": f"left: {place(t):.2f}%; width: {width:.2f}%"}))
        marks.append(tags.span({"class": kind, "style": f"left: {place(t):.2f}%"}))
    words = TagList(
        tags.span(short(step)),
        tags.small(f" at {step.at_min:g} min{', if still seizing' if step.condition == SEIZING else ''}"),
        tags.b(f" {share}") if share else None,
    )
    return tags.li(tags.p(words), tags.div({"class": "se-track", "aria-hidden": "true"}, *marks))


def _axis(span: float | int, delay_min: float | int, place: Callable[[float | int], float]) -> Tag:
    hours = span - delay_min > LONGEST_IN_MINUTES
    every = next((t for t in TICKS if span / t <= MOST_TICKS), TICKS[-1])
    first = -int(delay_min // every) * every
    times = range(first, int(span - delay_min) + 1, every)
    unit = HOUR_MIN if hours else 1
    marks = [tags.span({"style": f"left: {place(t):.2f}%"}, f"{t / unit:g}") for t in times]
    said = f"time from the first treatment [{'h' if hours else 'min'}]; shaded: the seizure before it"
    return tags.div({"class": "se-axis", "aria-hidden": "true"}, tags.div({"class": "se-ticks"}, *marks), tags.p(said))
