"""Figure 1: the imbalance of every arm over time, with the doses below on the same time axis."""

from collections.abc import Mapping

import numpy as np

from allostasis.report.facts import SETTLED, VISIBLE, ArmFacts
from allostasis.report.plot import (
    BAND,
    HEADROOM,
    TALL,
    Panel,
    Section,
    axis,
    band,
    colour,
    layout,
    line,
    plain,
    time_axis,
)
from allostasis.report.view import View, shorten
from allostasis.report.words import HOURS, listing, moment, quoted, span, thresholds, when

STRIP, GAP = 0.16, 0.065  # structural: share of the height for the doses of one drug, and above them
CLEAR = 1.5  # structural: only a peak well above the settled level is told to settle
FEW = 4  # structural: with more arms the peaks are marked without their number
LINE_NOTES = ((1.0, "median seizure threshold"), (0.0, "naive brain"))


def _reference_lines() -> tuple[list[dict], list[dict]]:
    shapes, notes = [], []
    for value, text in LINE_NOTES:
        dash = "dash" if value else "dot"
        shapes.append(
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": value,
                "y1": value,
                "layer": "below",
                "line": {"color": "@threshold" if value else "@muted", "width": 1.5, "dash": dash},
            }
        )
        notes.append(
            {
                "xref": "paper",
                "x": 1,
                "y": value,
                "xanchor": "right",
                "yanchor": "bottom" if value else "top",
                "showarrow": False,
                "text": text,
                "bgcolor": "@card/0.6",
                "borderpad": 1,
                "font": {"size": 12, "color": "@threshold" if value else "@muted"},
            }
        )
    return shapes, notes


def _peak(view: View, fact: ArmFacts, numbered: bool) -> dict:
    arm = fact.arm
    return {
        "type": "scatter",
        "mode": "markers+text" if numbered else "markers",
        "x": [fact.peak_h / HOURS[view.unit]],
        "y": [fact.peak],
        "text": [thresholds(fact.peak)],
        "textposition": "top center",
        "textfont": {"color": colour(arm), "size": 13},
        "marker": {"color": colour(arm), "size": 8, "line": {"color": "@card", "width": 1.5}},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "meta": {"arm": arm.index},
    }


def _doses(view: View) -> tuple[list[dict], dict, list[dict]]:
    """Dose traces, the y axes of their strips and a heading above each, the first drug on top."""
    drugs = view.drugs
    height = min(STRIP, 0.5 / max(1, len(drugs)))  # structural: the doses never take more than half of the figure
    traces, axes, heads = [], {}, []
    for row, drug in enumerate(drugs):
        key, foot = row + 2, (len(drugs) - 1 - row) * height
        highest = 0.0
        for arm in view.arms:
            given = view.doses(arm, drug)
            highest = max(highest, float(np.max(given)))
            steps = {"x": view.starts, "y": shorten([*given, given[-1]]), "yaxis": f"y{key}", "line_shape": "hv"}
            trace = line(view, arm, given, width=1.6, shape="hv", hovertemplate="%{y:.3~g} mg " + drug)
            traces.append(trace | {k: v for k, v in steps.items() if k != "line_shape"})
        axes[f"yaxis{key}"] = axis(domain=[foot, foot + height - GAP], range=[0, highest * HEADROOM or 1], nticks=3)
        heads.append(
            {
                "xref": "paper",
                "yref": "paper",
                "x": 0,
                "y": foot + height - GAP,
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
                "text": f"{plain(drug)} [{'mg' if view.acute else 'mg/day'}]",
                "font": {"size": 12, "color": "@muted"},
            }
        )
    return traces, axes, heads


def imbalance_section(view: View, facts: Mapping[str, ArmFacts]) -> Section:
    """Build the first figure with its text."""
    traces, strips, heads = _doses(view)
    lows, highs = [], []
    for arm in view.arms:
        low, high = view.series("imbalance", "min", arm), view.series("imbalance", "max", arm)
        lows.append(float(np.min(low)))
        highs.append(float(np.max(high)))
        traces += band(view, arm, low, high, BAND)
    for arm in view.arms:
        traces.append(line(view, arm, view.series("imbalance", "mean", arm), hovertemplate="%{y:.2f}"))
    numbered = len(view.arms) <= FEW
    traces += [_peak(view, f, numbered) for f in facts.values() if f.peak > SETTLED]
    bottom, top = min(*lows, -0.1) * HEADROOM, max(*highs, 1.0) * HEADROOM + 0.08  # structural: both lines stay inside
    shapes, notes = _reference_lines()
    foot = STRIP * len(view.drugs) if view.drugs else 0.0
    title = {"text": "imbalance h [seizure thresholds]", "font": {"size": 12, "color": "@muted"}, "standoff": 6}
    below = f"y{len(view.drugs) + 1}" if view.drugs else "y"
    figure = {
        "data": traces,
        "layout": layout(
            view,
            xaxis=time_axis(view, anchor=below),
            yaxis=axis(domain=[min(foot, 0.5) + 0.02, 1], range=[bottom, top], title=title),
            shapes=shapes,
            annotations=notes + heads,
            margin={"l": 58, "r": 12, "t": 12, "b": 44},
            **strips,
        ),
    }
    words = _words(view, facts)
    every = (
        "day"
        if view.every == HOURS["day"]
        else f"interval of {span(view.every, 'minute' if view.every < 1 else view.unit)}"
    )
    middle = "median over patients" if view.patients > 1 else f"mean of each {every}"
    edges = "5th to 95th percentile over patients" if view.patients > 1 else "lowest to highest value in it"
    return Section(
        id="imbalance",
        heading="The balance of excitation and inhibition",
        lead=(
            "Above 0 excitation prevails, below 0 the drug does. 1 is the imbalance at which half of the people would have a"
            f" seizure. Line: {middle}. Band: {edges}. Below: what was scheduled."
        ),
        panels=[
            Panel(
                "plot-imbalance",
                "",
                "Imbalance over time. " + " ".join(words),
                figure,
                TALL + 50 * (len(view.drugs) - 1),
            )
        ],
        facts=words,
        note=_rule_note(view),
        wide=True,
    )


def _rule_note(view: View) -> str:
    ruled = [quoted(a.name) for a in view.arms if " if " in a.regimen]
    if not ruled:
        return ""
    return (
        f"Doses that a rule gave ({listing(ruled)}) depend on the run: they show in the concentrations, not in the strip"
        " of doses."
    )


def _words(view: View, facts: Mapping[str, ArmFacts]) -> list[str]:
    words = []
    for fact in facts.values():
        if fact.peak <= SETTLED:
            level = f"{thresholds(fact.peak)} thresholds" if fact.peak >= VISIBLE else "the naive level"
            text = f"never rises above {level}"
        else:
            text = f"highest {thresholds(fact.peak)} thresholds {when(fact.peak_h, view.unit)}"
        if fact.settled_h is not None and fact.peak > CLEAR * SETTLED:
            text += f", below {thresholds(SETTLED)} for good from {moment(fact.settled_h, view.unit)}"
        lowest = f"lowest {thresholds(fact.lowest)} {when(fact.lowest_h, view.unit)}"
        words.append(f"{quoted(fact.arm.name)}: {text}; {lowest}.")
    return words
