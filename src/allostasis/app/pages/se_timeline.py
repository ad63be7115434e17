"""The protocols as they stand in the form, drawn on one axis of time: what may be given when, before anything is simulated."""

from collections.abc import Sequence

from htmltools import Tag, TagList, tags

from allostasis.clinic.status_epilepticus.protocol import SEIZING, Step
from allostasis.report.figure_se import LONGEST_IN_MINUTES, short
from allostasis.report.view import PALETTE

TICKS = (5, 10, 15, 30, 60, 120)
"""Distances between the marks of the axis [min]."""
MOST_TICKS = 7
"""Marks that a narrow page has room for."""
NARROWEST = 0.8
"""Least width of an infusion [%]."""
HOUR_MIN = 60  # structural: minutes in an hour


def timeline(protocols: Sequence[tuple[str, Sequence[Step]]], delay_min: float, horizon_min: float) -> Tag:
    """Return the drawing, with the same in words for those who do not see it.

    Args:
        protocols: (name, steps) of each.
        delay_min: from onset to the first treatment [min]; shaded.
        horizon_min: from there to the end [min].
    """
    span = delay_min + horizon_min

    def place(minute: float) -> float:
        """Where a minute lies [%]."""
        return 100 * min(max(minute + delay_min, 0.0), span) / span  # structural: percent

    shade = tags.span({"class": "se-before", "style": f"width: {place(0):.2f}%"})
    lanes = [_protocol(k, name, steps, place) for k, (name, steps) in enumerate(protocols)]
    return tags.div({"class": "se-timeline"}, tags.div({"class": "se-lanes"}, shade, *lanes), _axis(span, delay_min, place))


def _protocol(k: int, name: str, steps: Sequence[Step], place) -> Tag:
    colour = {"style": f"--own: var(--arm{k % PALETTE})"}
    listed = [_step(step, place) for step in steps] or [tags.li({"class": "se-none"}, "no treatment")]
    return tags.div({"class": "se-protocol", **colour}, tags.h3(name or "without a name"), tags.ol(*listed))


def _step(step: Step, place) -> Tag:
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
    )
    return tags.li(tags.p(words), tags.div({"class": "se-track", "aria-hidden": "true"}, *marks))


def _axis(span: float, delay_min: float, place) -> Tag:
    hours = span - delay_min > LONGEST_IN_MINUTES
    every = next((t for t in TICKS if span / t <= MOST_TICKS), TICKS[-1])
    first = -int(delay_min // every) * every
    times = range(first, int(span - delay_min) + 1, every)
    unit = HOUR_MIN if hours else 1
    marks = [tags.span({"style": f"left: {place(t):.2f}%"}, f"{t / unit:g}") for t in times]
    said = f"time from the first treatment [{'h' if hours else 'min'}]; shaded: the seizure before it"
    return tags.div({"class": "se-axis", "aria-hidden": "true"}, tags.div({"class": "se-ticks"}, *marks), tags.p(said))
