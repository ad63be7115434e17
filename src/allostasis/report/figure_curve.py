"""Concentration-response curves as figures: the curves, potency beside efficacy, and what the Hill equation leaves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allostasis.report.log_axis import ROW, curve, dots, forest, forest_axis, log_axis, shown_unit, title
from allostasis.report.plot import BAND, HEADROOM, TALL, Panel, Section, axis, colour, frame
from allostasis.report.view import Arm
from allostasis.report.words import figure

CONTROL = 5.0  # structural: a concentration of 0 is drawn that much below the smallest one
MARGIN = 1.6  # structural: factor of the axis beyond the outermost concentration
AROUND = 4.0  # structural: factor of the axis of EC50 beyond the outermost one
PADDING, FOOT = (
    0.14,
    66,
)  # structural: share of the axis of Emax beyond the outermost one; height [px] of title and axis


@dataclass(frozen=True, eq=False)
class CurveLine:
    """One curve to draw.

    Attributes:
        arm: name and colour.
        x, y: the curve on a grid of concentrations above 0.
        half: response at EC50.
        ec50, emax: potency and efficacy, None where they have no value.
        ec50_ends, emax_ends: their intervals.
        points: measured concentrations, responses and standard errors (or None).
        band: confidence band of the curve on `x`.
        residual: concentrations and what the Hill equation leaves there.
        bottom: response without ligand, None where the curve has no effect or is not determined.
        effect: Emax in words.
        doubtful: a line that the data do not determine.
    """

    arm: Arm
    x: np.ndarray
    y: np.ndarray
    half: float | None = None
    ec50: float | None = None
    emax: float | None = None
    ec50_ends: tuple[float, float] | None = None
    emax_ends: tuple[float, float] | None = None
    points: tuple[np.ndarray, np.ndarray, np.ndarray | None] | None = None
    band: tuple[np.ndarray, np.ndarray] | None = None
    residual: tuple[np.ndarray, np.ndarray] | None = None
    bottom: float | None = None
    effect: str = ""
    doubtful: bool = False


def curve_section(
    lines: Sequence[CurveLine], unit: str, response: str, lead: str, facts: list[str], note: str = ""
) -> Section:
    """Draw all curves in one wide panel; a large dot marks EC50."""
    low, high = min(float(line.x[0]) for line in lines), max(float(line.x[-1]) for line in lines)
    control = low / CONTROL if any(line.points is not None and (line.points[0] == 0).any() for line in lines) else None
    bands, strokes, marks = [], [], []
    for line in lines:
        arm = line.arm
        if line.band is not None:
            edge = {"hoverinfo": "skip", "line": {"width": 0, "color": colour(arm, 0)}}
            bands.append(curve(arm, line.x, line.band[0]) | edge)
            bands.append(curve(arm, line.x, line.band[1]) | edge | {"fill": "tonexty", "fillcolor": colour(arm, BAND)})
        strokes.append(curve(arm, line.x, line.y, dash="dot" if line.doubtful else None))
        if line.points is not None:
            x, y, error = line.points
            marks.append(dots(arm, np.where(x > 0, x, control or 1.0), y, error=error, hoverinfo="skip"))
        if line.ec50 is not None and line.half is not None:
            marks.append(dots(arm, [line.ec50], [line.half], size=12, hoverinfo="skip"))
    x_axis = _concentration(unit, low, high, control)
    values = [v for trace in bands + strokes + marks for v in trace["y"] if v is not None]
    span = (max(values) - min(values)) * (HEADROOM - 1) or 1.0
    limits = [min(min(values) - span, 0.0) if min(values) < 0 else 0.0, max(*values, 0.0) + span]
    layout = frame(xaxis=x_axis, yaxis=axis(title=title(response), range=limits))
    label = f"{response} against concentration of " + ", ".join(line.arm.name for line in lines)
    panel = Panel("plot-curves", "", label, {"data": bands + strokes + marks, "layout": layout}, TALL - 70)
    return Section("curves", "Concentration and response", lead, [panel], facts, note, wide=True)


def potency_section(
    lines: Sequence[CurveLine], unit: str, response: str, facts: list[str], note: str = ""
) -> Section | None:
    """Draw EC50 and Emax of every curve side by side; None where no curve has them."""
    ec50, emax = [line.ec50 for line in lines], [line.emax for line in lines]
    if not any(value is not None for value in ec50):
        return None
    arms, shown = [line.arm for line in lines], shown_unit(unit)
    ends50, ends = [line.ec50_ends for line in lines], [line.emax_ends for line in lines]
    first, last = _reach(ec50, ends50)
    left = frame(
        xaxis=log_axis(f"EC50 [{shown}], left is more potent", first / AROUND, last * AROUND), yaxis=forest_axis(arms),
        hovermode=False,
    )  # fmt: skip
    low, high = _reach([*emax, 0.0], [*ends, None])
    room = (high - low or 1.0) * PADDING
    limits = [low - room if low < 0 else 0.0, high + room if high > 0 else 0.0]
    bottoms = {figure(line.bottom): line.bottom for line in lines if line.bottom is not None}
    mark = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "line": {"color": "@axis", "width": 1.5, "dash": "dot"}}
    right = frame(
        xaxis=axis(title=title(f"Emax: {response}"), range=limits, showline=True, ticks="outside", tickcolor="@axis"),
        yaxis=forest_axis(arms), hovermode=False,
        shapes=[mark | {"x0": v, "x1": v} for v in bottoms.values() if len(bottoms) == 1],
    )  # fmt: skip
    left_words = ["" if v is None else f"{figure(v)} {shown}" for v in ec50]
    right_words = [line.effect or ("" if line.emax is None else figure(line.emax)) for line in lines]
    left_data = forest(arms, ec50, ends50, left_words, (first / AROUND, last * AROUND), log=True)
    right_data = forest(arms, emax, ends, right_words, (limits[0], limits[1]))
    height = FOOT + ROW * len(lines)
    panels = [
        Panel("plot-potency", "Potency: EC50", "EC50 of each curve", {"data": left_data, "layout": left}, height),
        Panel("plot-efficacy", "Efficacy: Emax", "Emax of each curve", {"data": right_data, "layout": right}, height),
    ]
    lead = (
        "Potency is where a curve lies on the axis of concentration, efficacy how far it goes. Neither follows from the"
        " other: a ligand can be potent and weak."
    )
    if len(bottoms) == 1:
        note = f"The dotted line is the response without ligand ({next(iter(bottoms))}). {note}".strip()
    return Section("potency", "Potency and efficacy", lead, panels, facts, note)


def residual_section(lines: Sequence[CurveLine], unit: str, response: str, facts: list[str], **y) -> Section | None:
    """Draw what the Hill equation leaves; None where nothing was fitted; `y` goes to its axis."""
    left = [(line, *line.residual) for line in lines if line.residual is not None]
    if not left:
        return None
    x = np.concatenate([at for _, at, _ in left])
    low, high = float(x[x > 0].min()), float(x.max())
    control = low / CONTROL if (x == 0).any() else None
    traces = []
    for line, at, rest in left:
        draw = curve if line.points is None else dots
        traces.append(draw(line.arm, np.where(at > 0, at, control or 1.0), rest))
    y_axis = axis(title=title(response), **y, zeroline=True, zerolinecolor="@axis", zerolinewidth=1)
    layout = frame(xaxis=_concentration(unit, low, high, control), yaxis=y_axis)
    panel = Panel("plot-rest", "", "difference from the Hill equation", {"data": traces, "layout": layout})
    lead = "Response less Hill equation. A pattern here says that the curve has another shape."
    return Section("rest", "What the Hill equation leaves", lead, [panel], facts, wide=True)


def _concentration(unit: str, low: float, high: float, control: float | None) -> dict:
    shown = shown_unit(unit)
    hover = {"text": "%{x:.3~g} " + shown}
    return log_axis(
        f"concentration [{shown}]",
        (control or low) / MARGIN,
        high * MARGIN,
        control,
        showgrid=False,
        unifiedhovertitle=hover,
    )


def _reach(values: Sequence[float | None], intervals: Sequence[tuple[float, float] | None]) -> tuple[float, float]:
    """Lowest and highest of all values and of the intervals that end."""
    given = [value for value in values if value is not None]
    given += [end for ends in intervals if ends is not None and np.isfinite(ends).all() for end in ends]
    return min(given), max(given)
