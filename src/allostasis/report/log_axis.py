"""Logarithmic axes, steps, and rows of points with intervals: what pages of the receptor have in common."""

from collections.abc import Sequence

import numpy as np

from allostasis.drawing.chart import decade
from allostasis.report.plot import axis, colour, plain
from allostasis.report.view import Arm, shorten

MOST_DECADES = 9  # structural: more labels than that run into each other on a telephone
ROW = 46  # structural: height [px] of a row of a small panel
MICRO = "\N{MICRO SIGN}"


def shown_unit(unit: str) -> str:
    """Write a unit as readers expect it: uM as µM."""
    return MICRO + unit[1:] if unit in ("uM", "ug/mL", "ug/L") else unit


def title(text: str) -> dict:
    """Title of an axis in the style of the page."""
    return {"text": plain(text), "font": {"size": 12, "color": "@muted"}, "standoff": 8}


def log_axis(text: str, low: float | int, high: float | int, control: float | int | None = None, **more) -> dict:
    """Logarithmic axis from `low` to `high` with a label per decade; `control` is where a concentration of 0 is drawn."""
    first, last = int(np.ceil(np.log10(low))), int(np.floor(np.log10(high)))
    every = 1 + (last - first) // MOST_DECADES
    powers = range(first, last + 1, every)
    values, words = [10.0**p for p in powers], [decade(p) for p in powers]
    if control is not None:
        kept = [(v, w) for v, w in zip(values, words, strict=True) if v > 2 * control]
        values, words = [control, *(v for v, _ in kept)], ["0", *(w for _, w in kept)]
    return axis(
        type="log", range=[float(np.log10(low)), float(np.log10(high))], tickvals=values, ticktext=words, ticks="outside",
        tickcolor="@axis", showline=True, title=title(text), fixedrange=False, **more,
    )  # fmt: skip


def curve(
    arm: Arm, x, y, *, name: str | None = None, width: float | int = 2.2, dash: str | None = None, **more
) -> dict:
    """Draw one line of an arm over any axis."""
    stroke = {"color": colour(arm), "width": width, "dash": dash or arm.dash}
    return {
        "type": "scatter", "mode": "lines", "name": plain(arm.name if name is None else name), "x": shorten(x),
        "y": shorten(y), "line": stroke, "meta": {"arm": arm.index}, "hovertemplate": "%{y:.3~g}",
    } | more  # fmt: skip


def dots(arm: Arm, x, y, *, error=None, size: float | int = 7, **more) -> dict:
    """Draw points of an arm, with bars of one standard error where given."""
    marker = {"color": colour(arm), "size": size, "line": {"width": 1, "color": "@card"}}
    bars = {} if error is None else {
        "error_y": {"type": "data", "array": shorten(error), "color": colour(arm), "thickness": 1, "width": 2}
    }  # fmt: skip
    return {
        "type": "scatter", "mode": "markers", "name": plain(arm.name), "x": shorten(x), "y": shorten(y), "marker": marker,
        "meta": {"arm": arm.index}, "hovertemplate": "%{y:.3~g}",
    } | bars | more  # fmt: skip


def forest(
    arms: Sequence[Arm], values: Sequence[float | None], intervals: Sequence[tuple[float, float] | None], words: Sequence[str],
    span: tuple[float, float], *, log: bool = False,
) -> list[dict]:  # fmt: skip
    """Draw one row per arm, the first on top: a point with its value in words, and its interval; no value, no point.

    Args:
        arms: rows.
        values: one per row, or None.
        intervals: one per row, or None.
        words: one per row.
        span: ends of the axis; near them the words stand towards its middle.
        log: whether the axis is logarithmic.
    """
    traces = []
    low, high = np.log(span) if log else span
    for place, (arm, value, ends, text) in enumerate(zip(arms, values, intervals, words, strict=True)):
        row = len(arms) - 1 - place
        if ends is not None and np.isfinite(ends).all():
            traces.append(curve(arm, ends, [row, row], width=2.6, dash="solid", hoverinfo="skip"))
        if value is not None:
            share = ((np.log(value) if log else value) - low) / (high - low)
            side = (
                "right" if share < 1 / 4 else "left" if share > 3 / 4 else "center"
            )  # structural: quarters of the axis
            traces.append(dots(
                arm, [value], [row], size=11, mode="markers+text", text=[plain(text)], textposition=f"top {side}",
                textfont={"color": "@ink", "size": 12}, hoverinfo="skip", cliponaxis=False,
            ))  # fmt: skip
    return traces


def forest_axis(arms: Sequence[Arm]) -> dict:
    """Axis with the names of the rows of a `forest`."""
    names = [plain(wrap(arm.name)).replace("\n", "<br>") for arm in reversed(arms)]
    return axis(tickvals=list(range(len(arms))), ticktext=names, range=[-0.6, len(arms) - 0.3], showgrid=False)


def wrap(text: str, width: int = 16) -> str:
    r"""Break a name for the margin of a figure.

    >>> wrap("diazepam with flumazenil")
    'diazepam with\nflumazenil'
    """
    from textwrap import wrap as broken

    return "\n".join(broken(text, width)) or text
