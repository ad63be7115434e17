"""Parts of a Plotly figure as plain dicts. Colours are names such as "@arm0": the page knows their light and dark values."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from allostasis.report.view import Arm, View, shorten
from allostasis.report.words import HOURS

AXIS_TITLES = {"day": "day of simulation", "hour": "time [h]", "minute": "time [min]"}
WIDEST, NARROWEST, NARROWING = 3.0, 1.5, 0.6  # structural: line widths; a wide line stays visible under a narrow one
SMALL, TALL = 230, 470  # structural: heights [px] of a small panel and of the first figure
BAND = 0.14  # structural: opacity of a band
SLIGHT = 0.1  # structural: share of the headroom below which an excursion is rounding
HEADROOM = 1.08  # structural: axis beyond the highest value


@dataclass(frozen=True)
class Panel:
    """One plot: a heading in the page, a figure for Plotly, and a label for those who do not see it."""

    id: str
    title: str
    label: str
    figure: dict[str, Any]
    height: int = SMALL


@dataclass(frozen=True)
class Section:
    """A group of plots with what they show, how to read them, and their content in words."""

    id: str
    heading: str
    lead: str
    panels: list[Panel]
    facts: list[str]
    note: str = ""
    wide: bool = False


def colour(arm: Arm, opacity: float | int | None = None) -> str:
    """Name the colour of an arm."""
    return f"@arm{arm.colour}" if opacity is None else f"@arm{arm.colour}/{opacity:g}"


def plain(text: str) -> str:
    """Escape text that Plotly would read as markup."""
    return escape(text, quote=False)


def line(
    view: View, arm: Arm, y, *, name: str | None = None, width: float | int | None = None, shape: str = "linear", **more
) -> dict:
    """Draw one series of an arm over time; the page can hide the arm by its index."""
    stroke = {"color": colour(arm), "width": width or max(NARROWEST, WIDEST - NARROWING * arm.index), "dash": arm.dash}
    return {
        "type": "scatter",
        "mode": "lines",
        "name": plain(name or arm.name),
        "x": view.x,
        "y": shorten(y),
        "line": stroke | {"shape": shape},
        "meta": {"arm": arm.index},
        "hovertemplate": "%{y:.3~g}",
    } | more


def band(view: View, arm: Arm, low, high, opacity: float | int, **more) -> list[dict]:
    """Draw a band between two series of an arm."""
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": view.x,
        "hoverinfo": "skip",
        "line": {"width": 0, "color": colour(arm, 0)},
        "meta": {"arm": arm.index},
    } | more
    return [
        edge | {"y": shorten(low)},
        edge | {"y": shorten(high), "fill": "tonexty", "fillcolor": colour(arm, opacity)},
    ]


def mean_lines(view: View, port: str, arms: Sequence[Arm], factor: float | int = 1.0, **component: str) -> list[dict]:
    """Draw the mean of a port in several arms, with a band up to the maximum where the run kept it; bands lie below."""
    bands, lines = [], []
    for arm in arms:
        mean = view.series(port, "mean", arm, **component) * factor
        if view.has(f"{port}_max"):
            bands += band(view, arm, mean, view.series(port, "max", arm, **component) * factor, BAND)
        lines.append(line(view, arm, mean))
    return bands + lines


def axis(**more) -> dict:
    """Draw an axis in the style of the page."""
    common = {"gridcolor": "@grid", "linecolor": "@axis", "zeroline": False, "automargin": True, "fixedrange": True}
    return common | {"tickfont": {"color": "@muted", "size": 12}} | more


def time_axis(view: View, *, title: bool = True, **more) -> dict:
    """Draw the time axis that every plot of the page shares; the page links their zoom."""
    text = {"text": AXIS_TITLES[view.unit], "font": {"size": 12, "color": "@muted"}, "standoff": 6}
    end = view.horizon / HOURS[view.unit]
    shown = {
        "range": [0, end],
        "showgrid": False,
        "fixedrange": False,
        "ticks": "outside",
        "tickcolor": "@axis",
        "showline": True,
    }
    shown |= {"spikecolor": "@axis", "spikethickness": 1, "spikedash": "solid"}
    unified = {"text": "%{x:.1f} " + {"day": "d", "hour": "h", "minute": "min"}[view.unit]}
    return axis(**shown, unifiedhovertitle=unified, **({"title": text} if title else {}), **more)


def layout(view: View, **more) -> dict:
    """Lay out a figure over time: transparent, without a legend of its own (the page has one for all)."""
    return frame(xaxis=time_axis(view)) | more


def frame(**more) -> dict:
    """Lay out a figure with any axes."""
    base = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "x unified",
        "font": {"family": "inherit", "size": 12, "color": "@ink"},
        "margin": {"l": 46, "r": 10, "t": 10, "b": 40},
        "hoverlabel": {"bgcolor": "@card", "bordercolor": "@axis", "font": {"color": "@ink", "size": 12}},
        "dragmode": "zoom",
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": "@muted", "activecolor": "@ink"},
    }
    return base | more


def panel(
    view: View,
    id: str,
    title: str,
    label: str,
    traces: list[dict],
    *,
    top: float | int = 0.0,
    bottom: float | int = 0.0,
    **y,
) -> Panel:
    """Make one small plot; its y axis reaches from the lowest to the highest value and contains `bottom` and `top`."""
    values = [v for trace in traces for v in trace["y"] if v is not None]
    low, high = min([*values, bottom]), max([*values, top])
    span = (high - low or 1.0) * (HEADROOM - 1)
    limits = [low - span if low < bottom - SLIGHT * span else bottom, high + span]
    return Panel(id, title, label, {"data": traces, "layout": layout(view, yaxis=axis(range=limits, **y))})
