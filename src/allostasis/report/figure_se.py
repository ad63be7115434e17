"""Figures of a study of status epilepticus: what was given when, and who still has a seizure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from allostasis.clinic.status_epilepticus import wilson
from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.clinic.status_epilepticus.protocol import SEIZING, Step
from allostasis.report.log_axis import curve, title
from allostasis.report.page import lines
from allostasis.report.plot import BAND, Panel, Section, axis, colour, frame, plain
from allostasis.report.se_words import minutes
from allostasis.report.view import Arm, shorten
from allostasis.study.se_dataset import before_port, minutes_before, share_seizing
from allostasis.study.se_outcome import Outcome
from allostasis.study.status_epilepticus import Course, Study

LONGEST_IN_MINUTES = 180  # structural: a longer axis counts hours
MOST_POINTS = 400  # structural: points in one line
ROW, FOOT, HEIGHT = 38, 54, 300  # structural: heights [px]
UNTREATED = "@ink/0.06"
"""Shade of the time before treatment."""
FAINT = 0.28  # structural: opacity of an infusion, under its words
BELOW = 0.22  # structural: share of a row between its words and its marks


@dataclass(frozen=True, eq=False)
class SeView:
    """A study as figures read it: protocols with a colour, one axis of time.

    Attributes:
        study: a finished one.
        outcomes: one per protocol.
    """

    study: Study
    outcomes: Sequence[Outcome]

    @cached_property
    def arms(self) -> tuple[Arm, ...]:
        """Protocols with their colours."""
        return lines([course.protocol.name for course in self.study.courses])

    @property
    def unit_min(self) -> float:
        """Length of the unit of the axis of time [min]."""
        return 1.0 if self.study.setting.horizon_min <= LONGEST_IN_MINUTES else 60.0  # structural: minutes in an hour

    @property
    def span(self) -> list[float]:
        """Ends of the axis of time."""
        return [-self.study.setting.delay_min / self.unit_min, self.study.setting.horizon_min / self.unit_min]

    def every(self, series: Float[np.ndarray, " times"]) -> Float[np.ndarray, " fewer"]:
        """A series that is thinned to what a line can show; the last point stays."""
        step = max(1, len(series) // MOST_POINTS)
        return series[::-1][::step][::-1]

    @cached_property
    def before(self) -> Float[np.ndarray, " times"]:
        """Times from onset to the first treatment, in units of the axis."""
        return self.every(minutes_before(self.study)) / self.unit_min

    @cached_property
    def after(self) -> Float[np.ndarray, " times"]:
        """Times from the first treatment on, 0 first."""
        return np.concatenate([[0.0], self.every(self.study.courses[0].minutes)]) / self.unit_min

    def time_axis(self) -> dict:
        """The axis of time; onset and first treatment are within it."""
        unit = "min" if self.unit_min == 1 else "h"
        return axis(
            title=title(f"time from the first treatment [{unit}]"), range=self.span, showgrid=False, fixedrange=False,
            ticks="outside", tickcolor="@axis", showline=True, unifiedhovertitle={"text": "%{x:.3~g} " + unit},
        )  # fmt: skip

    def layout(self, **more) -> dict:
        """A figure over time, with a line at the first treatment."""
        whole = {"yref": "paper", "y0": 0, "y1": 1}
        stroke = {"color": "@axis", "width": 1, "dash": "dot"}
        mark = {"type": "line", "x0": 0, "x1": 0, "line": stroke} | whole
        shade = {"type": "rect", "x0": self.span[0], "x1": 0, "fillcolor": UNTREATED, "line": {"width": 0}, "layer": "below"}
        return frame(xaxis=self.time_axis(), shapes=[shade | whole, mark], margin={"l": 52, "r": 12, "t": 10, "b": 46}) | more


def ribbon(arm: Arm, x, low, high) -> list[dict]:
    """A band between two series of a protocol."""
    edge = {
        "type": "scatter", "mode": "lines", "x": shorten(x), "hoverinfo": "skip", "line": {"width": 0, "color": colour(arm, 0)},
        "meta": {"arm": arm.index},
    }  # fmt: skip
    return [edge | {"y": shorten(low)}, edge | {"y": shorten(high), "fill": "tonexty", "fillcolor": colour(arm, BAND)}]


def untreated(x, y, **more) -> dict:
    """The line before the first treatment, which all protocols share."""
    return {
        "type": "scatter", "mode": "lines", "name": "before treatment", "x": shorten(x), "y": shorten(y),
        "line": {"color": "@ink", "width": 2}, "hovertemplate": "%{y:.3~g}",
    } | more  # fmt: skip


def timeline_section(view: SeView) -> Section:
    """Every step of every protocol on one axis of time, with the share of patients that got it."""
    traces, rows, row = [], [], 0
    low, high = view.span
    for arm, course, o in zip(view.arms, view.study.courses, view.outcomes, strict=True):
        rows.append((row, arm.name))
        row += 1
        for step, part in zip(course.protocol.steps, o.needed, strict=True):
            traces += _step(view, arm, step, part, row)
            row += 1
    notes = [
        {
            "x": 0, "xref": "paper", "xanchor": "left", "y": y + BELOW, "text": f"<b>{plain(name)}</b>", "showarrow": False,
            "font": {"color": "@ink", "size": 12.5},
        }
        for y, name in rows
    ]  # fmt: skip
    layout = view.layout(
        yaxis=axis(range=[row - 0.4, -0.7], showgrid=False, showticklabels=False), annotations=notes, hovermode="closest",
        margin={"l": 12, "r": 12, "t": 6, "b": 46},
    )  # fmt: skip
    words = [f"{o.name}: {course.protocol.text()}." for course, o in zip(view.study.courses, view.outcomes, strict=True)]
    drawn = {"data": traces or [untreated([low, high], [0, 0])], "layout": layout}
    figure = Panel("plot-timeline", "", " ".join(words), drawn, FOOT + ROW * row)
    lead = (
        "Shaded: the seizure before treatment. A mark is a dose, a bar an infusion; open marks are given only to those"
        " who still have a seizure at that instant. The share says how many of all treated individuals got the step."
    )
    return Section("timeline", "What is given, when and to whom", lead, [figure], words, wide=True)


def _step(view: SeView, arm: Arm, step: Step, part: float | int, row: int) -> list[dict]:
    """Words at the left, and below them the doses on the axis of time."""
    times, traces = [t / view.unit_min for t in step.times_min()], []
    low, high = view.span
    below = row + BELOW
    for t in times if step.over_min else ():
        until = min(t + step.over_min / view.unit_min, high)
        bar = {"color": colour(arm, FAINT), "width": 9}
        traces.append(curve(arm, [t, until], [below, below], hoverinfo="skip", line=bar))
    marks = {
        "type": "scatter", "mode": "markers", "x": shorten(times), "y": [below] * len(times), "meta": {"arm": arm.index},
        "marker": {
            "size": 9, "symbol": "circle-open" if step.condition == SEIZING else "circle", "color": colour(arm),
            "line": {"width": 2, "color": colour(arm)},
        },
        "hovertemplate": f"{plain(step.text())}<extra></extra>", "cliponaxis": False,
    }  # fmt: skip
    words = {
        "type": "scatter", "mode": "text", "x": [float(low)], "y": [row - BELOW],
        "text": [plain(f"{short(step)}: {100 * part:.0f} %")], "textposition": "middle right",
        "textfont": {"color": "@ink", "size": 11.5}, "hoverinfo": "skip", "cliponaxis": False, "meta": {"arm": arm.index},
    }  # fmt: skip
    return [*traces, marks, words]


def short(step: Step) -> str:
    """A step without its time and condition.

    >>> short(Step("levetiracetam", 60, per_kg=True, at_min=20, over_min=10, maximum_mg=4500))
    'levetiracetam 60 mg/kg over 10 min'
    """
    over = f" over {minutes(step.over_min)}" if step.over_min else ""
    again = f", up to {step.repeats} more every {step.every_min:g} min" if step.repeats else ""
    way = "" if step.route == "iv" else " i.p." if step.route == "intraperitoneal" else f" {step.route}"
    return f"{step.drug} {step.dose:g} mg{'/kg' if step.per_kg else ''}{way}{over}{again}"


def seizing_section(view: SeView) -> Section:
    """Share of the treated with a seizure, over time, with Wilson intervals."""
    before = view.every((before_port(view.study, "activity") >= STOPPED).mean(axis=0))
    traces = [untreated(view.before, 100 * before)]  # structural: percent
    facts = []
    for arm, course in zip(view.arms, view.study.courses, strict=True):
        seizing = view.every(share_seizing(course))
        n = len(course.activity)
        found = {k: wilson(k, n) for k in {round(s * n) for s in seizing}}
        ends = np.array([(1.0, 1.0), *(found[round(s * n)] for s in seizing)])
        traces[:0] = ribbon(arm, view.after, 100 * ends[:, 0], 100 * ends[:, 1])
        traces.append(curve(arm, view.after, 100 * np.concatenate([[1.0], seizing])))
        facts.append(_seizing_words(arm, course))
    layout = view.layout(yaxis=axis(range=[0, 103], title=title("still seizing [%]")))
    figure = Panel("plot-seizing", "", " ".join(facts), {"data": traces, "layout": layout}, HEIGHT)
    lead = (
        "Share of the treated individuals with a seizure at each minute. Bands: Wilson 95 % intervals for this number of"
        " individuals. Before treatment, only those are shown who were to be treated."
    )
    return Section("seizing", "Who still has a seizure", lead, [figure], facts, wide=True)


def _seizing_words(arm: Arm, course: Course) -> str:
    seizing, last = share_seizing(course), len(course.minutes)
    at = [m for m in (10, 20, 60, 360) if m < last] + [last]  # structural: moments that readers ask for
    return f"{arm.name}: " + ", ".join(f"{100 * seizing[m - 1]:.0f} % at {minutes(m)}" for m in at) + "."
