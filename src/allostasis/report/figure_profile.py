"""Figures of a profile: effects with bands, what carries them, and effect against occupancy."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from allostasis.clinic.profile import AXES, SubtypeProfile
from allostasis.clinic.profile.axes import criterion, readable
from allostasis.receptor import SUBTYPES
from allostasis.report.log_axis import title
from allostasis.report.plot import Panel, Section, axis, colour, frame, plain
from allostasis.report.profile_words import number
from allostasis.report.view import Arm, shorten
from allostasis.report.words import SUBTYPE_NAMES

ROW, STEP, FOOT = 14, 15, 56  # structural: heights [px] of an axis, of a drug in it, and of the x axis
FILLED = 0.66  # structural: share of a row that the drugs fill
BAR = 25  # structural: height [px] of a row of bars
SMALL = 175  # structural: height [px] of a small panel
BEYOND = 1.05  # structural: axis beyond the largest effect
NO_EFFECT = 0.02  # structural: an effect below 0 that is drawn as 0
OCCUPANCIES = np.concatenate([[0.0], np.geomspace(1e-3, 0.5, 28), [0.6, 0.7, 0.8, 0.86, 0.9, 0.93, 0.96, 0.98, 0.99]])
SUBTYPE_COLOURS = ("@accent", "@calibrated", "@recalled", "@arm5")
TITLES = {name: readable(name).capitalize() for name in AXES}
NARROW = {"l": 10, "r": 10, "t": 6, "b": 30}


def effect_section(arms: Sequence[Arm], rows: Sequence[pd.DataFrame], facts: list[str], note: str) -> Section:
    """Draw every effect as a dot with its band; the grey zone is what a report would call absent.

    Args:
        arms: names and colours.
        rows: for each a frame over the axes with ``effect``, ``low`` and ``high`` (equal for a design, which has no band).
        facts: the content in words.
        note: what the band holds.
    """
    traces = [_dots(arm, row, k, len(arms)) for k, (arm, row) in enumerate(zip(arms, rows, strict=True))]
    absent, seen = criterion("absent"), criterion("seen")
    low = min(-absent, *(float(np.nanmin(row[["effect", "low"]].to_numpy())) for row in rows))
    zone = {"type": "rect", "xref": "x", "yref": "paper", "x0": -absent, "x1": absent, "y0": 0, "y1": 1, "layer": "below",
            "fillcolor": "@grid", "line": {"width": 0}}  # fmt: skip
    x = axis(range=[low * BEYOND, BEYOND], tickformat=".1~f", showline=True, zeroline=True, zerolinecolor="@axis",
             title=title("effect"))  # fmt: skip
    places = list(range(len(AXES)))
    y = axis(range=[len(AXES) - 0.5, -0.5], tickvals=places, ticktext=[TITLES[a] for a in AXES], showgrid=False,
             tickfont={"color": "@ink", "size": 12.5})  # fmt: skip
    rules = [_level(k - 0.5) for k in places[1:]]
    layout = frame(xaxis=x, yaxis=y, shapes=[zone, _upright(seen), *rules], hovermode="closest",
                   margin=NARROW | {"b": 44})  # fmt: skip
    height = FOOT + len(AXES) * (ROW + STEP * len(arms))
    panel = Panel("plot-effects", "", "; ".join(facts), {"data": traces, "layout": layout}, height)
    lead = (
        "1 is the largest effect that any drug could have on the axis; below 0 it is turned round. Grey: a report would call it"
        " absent. Dashed: present from here."
    )
    return Section("effects", "Effect on every axis", lead, [panel], facts, note, wide=True)


def _upright(at: float) -> dict:
    return {"type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1, "layer": "below",
            "line": {"color": "@muted", "width": 1, "dash": "4px,3px"}}  # fmt: skip


def _level(at: float) -> dict:
    return {"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": at, "y1": at, "layer": "below",
            "line": {"color": "@rule", "width": 1}}  # fmt: skip


def _dots(arm: Arm, row: pd.DataFrame, k: int, count: int) -> dict:
    effect, low, high = (row[column].to_numpy(float) for column in ("effect", "low", "high"))
    known = ~np.isnan(effect)
    middle = np.where(known, effect, (low + high) / 2)
    places = np.arange(len(AXES)) + (k - (count - 1) / 2) * FILLED / count
    words = [f"{plain(arm.name)}, {readable(a)}: {number(e)} ({number(lo)} to {number(hi)})"
             for a, e, lo, hi in zip(AXES, effect, low, high, strict=True)]  # fmt: skip
    band = {"type": "data", "symmetric": False, "array": shorten(high - middle), "arrayminus": shorten(middle - low),
            "color": colour(arm), "thickness": 2, "width": 0}  # fmt: skip
    marker = {"color": colour(arm), "size": [10 if ok else 0 for ok in known], "opacity": 1,
              "line": {"width": 1, "color": "@card"}}  # fmt: skip
    return {
        "type": "scatter", "mode": "markers", "name": plain(arm.name), "x": shorten(middle), "y": shorten(places), "text": words,
        "marker": marker, "error_x": band, "meta": {"arm": arm.index}, "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip


def part_section(arms: Sequence[Arm], profiles: Sequence[SubtypeProfile], facts: list[str]) -> Section:
    """Draw the part of each subtype in every effect: one panel a drug, one stacked bar an axis."""
    panels, names = [], [TITLES[a] for a in AXES]
    for arm, profile in zip(arms, profiles, strict=True):
        bars = [
            {"type": "bar", "orientation": "h", "name": SUBTYPE_NAMES[alpha], "x": shorten(profile.axes[alpha]), "y": names,
             "marker": {"color": shade}, "width": 0.62, "hovertemplate": "%{x:.2f}<extra>" + SUBTYPE_NAMES[alpha] + "</extra>"}
            for shade, alpha in zip(SUBTYPE_COLOURS, SUBTYPES, strict=True)
        ]  # fmt: skip
        legend = {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "entrywidth": 34,
                  "font": {"size": 12, "color": "@ink"}}  # fmt: skip
        layout = frame(
            xaxis=effect_axis(_reach(profiles)), yaxis=row_axis(), barmode="relative", showlegend=True, legend=legend,
            hovermode="closest", margin=NARROW | {"t": 30},
        )  # fmt: skip
        figure = {"data": bars, "layout": layout}
        label = f"part of each subtype in the effects of {profile.drug}"
        panels.append(Panel(f"plot-parts-{arm.index}", plain(arm.name), label, figure, FOOT + BAR * len(AXES)))
    lead = "Each bar is an effect, cut into what each subtype adds."
    return Section("parts", "Which subtype carries it", lead, panels, facts)


def effect_axis(low: float | int) -> dict:
    """Axis of an effect from the lowest that is drawn to 1."""
    start = low * BEYOND if low < -NO_EFFECT else 0.0
    return axis(range=[start, 1.0], zeroline=True, zerolinecolor="@axis", tickformat=".1~f")


def row_axis() -> dict:
    """Axis with the names of the nine axes as rows, the first on top."""
    return axis(autorange="reversed", showgrid=False, tickfont={"color": "@ink", "size": 12})


def _reach(profiles: Sequence[SubtypeProfile]) -> float:
    """Lowest end of all stacked bars."""
    parts = np.concatenate([p.axes[list(SUBTYPES)].to_numpy() for p in profiles])
    return float(np.nansum(np.minimum(parts, 0), axis=-1).min())


def reserve_section(
    arms: Sequence[Arm], curves: Sequence[pd.DataFrame], occupancy: float | None, facts: list[str]
) -> Section:
    """Draw every effect against the mean occupancy, which makes the receptor reserve visible."""
    panels = []
    x = axis(type="log", range=[-3, 0.05], tickvals=[0.001, 0.01, 0.1, 1], ticktext=["0.1 %", "1 %", "10 %", "100 %"],
             showgrid=False, showline=True, unifiedhovertitle={"text": "%{x:.1%} occupied"})  # fmt: skip
    for name in AXES:
        traces = [
            {"type": "scatter", "mode": "lines", "name": plain(arm.name), "x": shorten(curve.index[1:]),
             "y": shorten(curve[name].to_numpy()[1:]), "line": {"color": colour(arm), "width": 2.2, "dash": arm.dash},
             "meta": {"arm": arm.index}, "hovertemplate": "%{y:.2f}"}
            for arm, curve in zip(arms, curves, strict=True)
        ]  # fmt: skip
        values = np.concatenate([curve[name].to_numpy() for curve in curves])
        low = float(np.nanmin(values)) if np.isfinite(values).any() else 0.0
        y = effect_axis(low) | {"range": [low * BEYOND if low < -NO_EFFECT else 0, BEYOND]}
        marks = [] if occupancy is None or occupancy <= 0 else [_upright(occupancy)]
        layout = frame(xaxis=x, yaxis=y, shapes=marks, margin={"l": 34, "r": 14, "t": 8, "b": 26})
        label = f"{readable(name)} against occupancy"
        panels.append(Panel(f"plot-reserve-{name}", TITLES[name], label, {"data": traces, "layout": layout}, SMALL))
    lead = "Effect against the share of sites that are occupied, as imaging sees it. The further left, the larger the reserve."
    return Section("reserve", "How many receptors an effect needs", lead, panels, facts)
