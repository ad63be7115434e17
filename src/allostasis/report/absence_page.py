"""The page of absence seizures: share of the time in spike-and-wave in every arm, and records of them."""

from collections.abc import Mapping

import numpy as np

from allostasis.circuit.thalamocortical import LEVER_MEANING
from allostasis.clinic.absence import AbsenceResult
from allostasis.report.absence_words import LIMITS, details, headline, number, percent
from allostasis.report.page import Page, Row, Table
from allostasis.report.plot import Panel, Section, axis, frame, plain
from allostasis.report.view import shorten

COLOUR = {"reference": "@ink", "suppresses": "@arm2", "worsens": "@arm0", "not told apart": "@muted"}
ROW, TRACES, SHOWN = 30, 6, 12.0
"""Height of a row [px]; records shown; seconds of each."""
MARGIN = 1.08


def absence_page(result: AbsenceResult, made: Mapping[str, str]) -> Page:
    """Build the page."""
    return Page(
        title="Absence seizures: which inhibition helps", kind="spike-and-wave in thalamus and cortex",
        question="Each condition changes parts of one circuit; all run under the same noise.",
        headline=headline(result), details=details(result), table=_table(result), sections=[_shares(result), _records(result)],
        caution="One published population model at a chosen operating point: it shows mechanisms and predicts no patient.",
        limits=LIMITS, made=made, numbers="swd.csv",
    )  # fmt: skip


def _table(result: AbsenceResult) -> Table:
    columns = [("Condition", ""), ("Share of time", "95 % interval"), ("Discharges", "mean length"), ("Frequency", ""),
               ("Against no drug", "")]  # fmt: skip
    found, rows = result.found, []
    for k, arm in enumerate(result.arms):
        levers = "; ".join(f"{name} x {value:.2f}" for name, value in arm.levers.changed().items())
        cells = [
            (percent(found.share[k]), f"{percent(found.low[k])} to {percent(found.high[k])}"),
            (f"{found.per_minute[k]:.1f} per min", number(found.length[k], "s")), (number(found.frequency[k], "Hz"), ""),
            (result.verdict(k), ""),
        ]  # fmt: skip
        rows.append(Row(arm.name, cells, remark=": ".join(filter(None, (arm.group, levers)))))
    meaning = "; ".join(f"{name}: {text}" for name, text in LEVER_MEANING.items())
    return Table("Every condition", columns, rows, f"Levers are factors. {meaning}.")


def _shares(result: AbsenceResult) -> Section:
    found, names = result.found, [plain(arm.name) for arm in result.arms]
    place = list(range(len(names)))[::-1]
    drawn = []
    for verdict, colour in COLOUR.items():
        picked = [k for k in range(len(names)) if result.verdict(k) == verdict]
        if picked:
            share = found.share[picked]
            drawn.append({
                "type": "scatter", "mode": "markers", "name": verdict, "x": shorten(100 * share), "y": [place[k] for k in picked],
                "marker": {"color": colour, "size": 11}, "hovertemplate": "%{x:.1f} % of the time",
                "error_x": {"type": "data", "symmetric": False, "array": shorten(100 * (found.high[picked] - share)),
                            "arrayminus": shorten(100 * (share - found.low[picked])), "color": colour,
                            "thickness": 2, "width": 4},
            })  # fmt: skip
    reference = float(100 * found.share[0])
    line = {"type": "line", "x0": reference, "x1": reference, "y0": -0.5, "y1": len(names) - 0.5,
            "line": {"color": "@muted", "width": 1, "dash": "4px,4px"}}  # fmt: skip
    layout = frame(
        xaxis=axis(title={"text": "share of the time in spike-and-wave [%]", "font": {"size": 12, "color": "@muted"}},
                   range=[-3, 103], showline=True, ticks="outside", tickcolor="@axis"),
        yaxis=axis(tickvals=place, ticktext=[_short(name) for name in names], range=[-0.6, len(names) - 0.4], showgrid=False),
        shapes=[line], hovermode="closest",
    )  # fmt: skip
    label = "share of the time in spike-and-wave by condition"
    panel = Panel("plot-share", "", label, {"data": drawn, "layout": layout}, 70 + ROW * len(names))
    return Section(
        "share", "Share of the time in spike-and-wave",
        "Dots: mean over trials, with its 95 % interval. The broken line is the share without any change.", [panel],
        ["Orange worsens, green suppresses, grey is not told apart from no drug."], wide=True,
    )  # fmt: skip


def _short(name: str) -> str:
    """Break a long label at its first comma or blank in the middle."""
    if len(name) <= 20:
        return name
    cut = next((k for k in sorted(range(len(name)), key=lambda k: abs(k - len(name) / 2)) if name[k] in " ,"), 0)
    return f"{name[: cut + 1].strip()}<br>{name[cut + 1 :].strip()}" if cut else name


def _records(result: AbsenceResult) -> Section:
    run, panels = result.run, []
    begin = max(0.0, float(run.time[-1]) - SHOWN)
    later = run.time >= begin
    top = float(np.abs(run.pyramidal[later]).max()) * MARGIN
    for k, arm in enumerate(result.arms[:TRACES]):
        shown = {"type": "scatter", "mode": "lines", "x": shorten(run.time[later] - begin),
                 "y": shorten(-run.pyramidal[later, k, 0]),
                 "line": {"width": 1.2, "color": COLOUR[result.verdict(k)]}, "hoverinfo": "skip"}  # fmt: skip
        layout = frame(
            xaxis=axis(title={"text": "time [s]", "font": {"size": 12, "color": "@muted"}}, range=[0, SHOWN], showgrid=False),
            yaxis=axis(title={"text": "mV", "font": {"size": 12, "color": "@muted"}}, range=[-top, top]), hovermode=False,
        )  # fmt: skip
        label = f"record of {arm.name}"
        panels.append(Panel(f"plot-record-{k}", plain(arm.name), label, {"data": [shown], "layout": layout}))
    return Section(
        "records", "Records", f"The last {SHOWN:g} s of the first trial, turned upside down as an EEG is.", panels,
        [f"The first {len(panels)} conditions; the noise is the same in all."],
    )  # fmt: skip
