"""One neuron as figures: where its scenes come from, its potential in each, its threshold, and its rate against the imbalance."""

from collections.abc import Sequence

import numpy as np

from allostasis.circuit.hyperexcitability import RateCurve, conductances_of
from allostasis.circuit.scenes import SCENES, Scene
from allostasis.circuit.spiking import adapted_rate
from allostasis.clinic.neuron_firing import SHOWN, NeuronFiring
from allostasis.clinic.neuron_scenes import DAY, gaba_reversal
from allostasis.report.log_axis import curve, dots, title
from allostasis.report.plot import BAND, TALL, Panel, axis, colour, frame
from allostasis.report.reference_line import level, named, reference
from allostasis.report.view import Arm, shorten

COLOURS = {"naive": 5, "acute": 1, "adapted": 2, "removed": 0}
ARMS = {name: Arm(words.capitalize(), COLOURS[name], "", 0.0) for name, words in SCENES.items()}
"""Name and colour of each scene."""
TRACE, SIDE, WIDE = 190, 300, TALL - 110  # structural: heights [px]
FINE = 80  # structural: points of the curve without noise
THINNED = 10  # structural: every tenth step of a trace is drawn, 1 ms
ABOVE, BELOW = (
    12.0,
    4.0,
)  # structural: axis of a trace above the threshold and below the reset [mV]; a spike is drawn to its top
MARGIN = 0.02  # structural: share of the days that is left free before the first
PLAIN = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}


def course_panel(firing: NeuronFiring) -> Panel:
    """Imbalance over the whole run: daily mean and range, and the instants of the scenes."""
    run = firing.run
    per_day = round(DAY / (run.time_h[1] - run.time_h[0]))
    days = [run.imbalance[1:][k : k + per_day] for k in range(0, len(run.time_h) - 1, per_day)]
    x = np.arange(len(days)) + 1 / 2
    low, mean, high = (np.array([f(day) for day in days]) for f in (np.min, np.mean, np.max))
    edge = PLAIN | {"line": {"width": 0, "color": "@ink/0"}, "x": shorten(x)}
    drawn: list[dict] = [
        edge | {"y": shorten(low)},
        edge | {"y": shorten(high), "fill": "tonexty", "fillcolor": f"@ink/{BAND}"},
        PLAIN | {"x": shorten(x), "y": shorten(mean), "line": {"width": 2, "color": "@ink"}},
    ]
    drawn += [
        dots(ARMS[s.name], [(s.time_h or 0) / DAY], [s.imbalance], size=12, hoverinfo="skip", cliponaxis=False)
        for s in run.scenes
    ]
    lines = [level(firing.seizure_threshold, "median seizure threshold", "@threshold", start=True), level(0, "naive", below=True)]
    top = max(float(high.max()), firing.seizure_threshold) * 1.25  # structural: room for the label
    layout = frame(
        xaxis=axis(title=title("day"), showgrid=False, ticks="outside", tickcolor="@axis", showline=True, fixedrange=False,
                   range=[-MARGIN * len(days), len(days)]),
        yaxis=axis(title=title("imbalance H"), range=[float(low.min()) * 1.15 - 0.01, top]),
        shapes=[shape for shape, _ in lines], annotations=[note for _, note in lines], hovermode=False,
    )  # fmt: skip
    label = "imbalance over the days of the run, with the instants of the four scenes"
    return Panel("plot-course", "", label, {"data": drawn, "layout": layout}, SIDE)


def trace_panels(firing: NeuronFiring) -> list[Panel]:
    """The potential in each scene, under the same noise; spikes are drawn in."""
    trace, found = firing.trace, []
    top, bottom = firing.neuron.threshold + ABOVE, firing.neuron.reset - BELOW
    shape, _ = level(firing.neuron.threshold, "")
    for scene, potential, spikes in zip(firing.run.scenes, trace.potential, trace.spikes, strict=True):
        arm = ARMS[scene.name]
        bars_x = np.repeat(spikes, 3)
        bars_y = np.tile([firing.neuron.threshold, top, np.nan], len(spikes))
        kept = slice(None, None, THINNED)
        drawn = [
            curve(arm, trace.time[kept], potential[kept], width=1.3, dash="solid", hoverinfo="skip"),
            curve(arm, bars_x, bars_y, width=1.6, dash="solid", hoverinfo="skip", connectgaps=False),
        ]
        layout = frame(
            xaxis=axis(title=title("time [ms]"), showgrid=False, ticks="outside", tickcolor="@axis", showline=True,
                       range=[0, float(trace.time[-1])], fixedrange=False, nticks=6),
            yaxis=axis(title=title("potential [mV]"), range=[bottom, top], showgrid=False, nticks=5),
            shapes=[shape], hovermode=False,
        )  # fmt: skip
        label = f"membrane potential, {SCENES[scene.name]}: {len(spikes)} spikes in {SHOWN / 1000:g} s"
        found.append(Panel(f"plot-trace-{scene.name}", arm.name, label, {"data": drawn, "layout": layout}, TRACE))
    return found


def potential_panel(firing: NeuronFiring) -> Panel:
    """Steady potential of every scene: of this regimen, and of the textbook."""
    data = []
    for row, (own, book) in enumerate(zip(reversed(firing.run.scenes), reversed(firing.textbook), strict=True)):
        arm = ARMS[own.name]
        data.append(dots(arm, [own.potential], [row], size=10, hovertemplate="%{x:.1f} mV"))
        data.append(dots(arm, [book.potential], [row], hovertemplate="%{x:.1f} mV", **_hollow(arm, 13)))
    low = min(s.potential for s in (*firing.run.scenes, *firing.textbook))
    high = max(firing.neuron.threshold, *(s.potential for s in (*firing.run.scenes, *firing.textbook)))
    shape, note = reference(firing.neuron.threshold, "threshold")
    names = [ARMS[name].name for name in reversed(SCENES)]
    layout = frame(
        xaxis=axis(title=title("steady potential [mV]"), range=[low - 1, high + 3], showgrid=False, showline=True,
                   ticks="outside", tickcolor="@axis"),
        yaxis=axis(tickvals=list(range(len(names))), ticktext=names, range=[-0.6, len(names) - 0.2], showgrid=False),
        shapes=[shape], annotations=[note], hovermode="closest",
    )  # fmt: skip
    label = "steady potential of the four scenes, of this regimen and of the textbook"
    return Panel("plot-potential", "This regimen (dots) and the textbook (diamonds)", label,
                 {"data": data, "layout": layout}, SIDE)  # fmt: skip


def chloride_panel(firing: NeuronFiring, own: float) -> Panel:
    """The imbalance from which the neuron fires without noise, against chloride in it; `own` marks this neuron [mM]."""
    x, y = firing.chloride, firing.critical_at
    drawn: list[dict] = [PLAIN | {"x": shorten(x), "y": shorten(y), "line": {"width": 2.4, "color": "@accent"}}]
    if firing.critical is not None:
        drawn.append(PLAIN | {"mode": "markers", "x": shorten([own]), "y": shorten([firing.critical]),
                              "marker": {"color": "@accent", "size": 11, "line": {"width": 1, "color": "@card"}}})  # fmt: skip
    lines = [level(firing.seizure_threshold, "seizure threshold (network)", "@threshold", below=True, start=True)]
    ticks = [4, 6, 8, 10, 12]
    shown = [f"{c}<br>{gaba_reversal(float(c)):.0f}".replace("-", "\N{MINUS SIGN}") for c in ticks]
    layout = frame(
        xaxis=axis(title=title("chloride in the neuron [mM], E_GABA below [mV]"), range=[3.5, 12.2], tickvals=ticks,
                   ticktext=shown, showline=True, ticks="outside", tickcolor="@axis"),
        yaxis=axis(title=title("critical imbalance H"), range=[-0.4, max(0.9, 1.1 * float(np.nanmax(y)))], zeroline=True,
                   zerolinecolor="@axis"),
        shapes=[shape for shape, _ in lines], annotations=[note for _, note in lines], hovermode=False,
    )  # fmt: skip
    label = "imbalance at which mean-driven firing begins, against chloride"
    return Panel("plot-chloride", "The threshold depends on chloride", label, {"data": drawn, "layout": layout}, SIDE)


def rate_panel(firing: NeuronFiring) -> Panel:
    """Firing rate over the sweep of H, with noise and without; scenes as dots; three imbalances marked."""
    c = firing.curve
    edge = PLAIN | {"x": shorten(c.imbalance), "line": {"width": 0, "color": "@ink/0"}}
    drawn: list[dict] = [
        edge | {"y": shorten(c.rate - 2 * c.rate_error)},
        edge | {"y": shorten(c.rate + 2 * c.rate_error), "fill": "tonexty", "fillcolor": f"@ink/{BAND}"},
        PLAIN | {"x": shorten(c.imbalance), "y": shorten(c.rate), "line": {"width": 2.4, "color": "@ink"}},
    ]
    over, quiet = _quiet(firing)
    drawn.append(
        PLAIN | {"x": shorten(over), "y": shorten(quiet), "line": {"width": 2, "color": "@accent", "dash": "6px,3px"}}
    )
    drawn += [trace for s, f in ((firing.run.scenes, firing.scenes), (firing.textbook, firing.textbook_firing))
              for trace in _scene_dots(s, f, hollow=s is firing.textbook)]  # fmt: skip
    multiple = None if firing.multiple is None else firing.multiple[0]
    sides = ("right", "left") if multiple is None or firing.seizure_threshold > multiple else ("left", "right")
    lines = [reference(firing.seizure_threshold, "seizure threshold", "@threshold", row=1, side=sides[0])]
    if multiple is not None:
        lines.append(reference(multiple, f"rate x {firing.rate_multiple:g}", row=2, side=sides[1]))
    if firing.critical is not None and c.imbalance[0] < firing.critical < c.imbalance[-1]:
        lines.append(reference(firing.critical, "fires without noise", "@accent", side="left"))
    end = {"x": 1, "xref": "paper", "xanchor": "right", "xshift": -4}
    names = [named("with noise", "@ink") | end | {"y": float(c.rate[-1]), "yanchor": "bottom", "yshift": 6},
             named("without", "@accent") | end | {"y": 0, "yanchor": "bottom", "yshift": 4}]  # fmt: skip
    layout = frame(
        xaxis=axis(title=title("imbalance H"), showgrid=False, ticks="outside",
                   tickcolor="@axis", showline=True, range=[float(c.imbalance[0]), float(c.imbalance[-1])]),
        yaxis=axis(title=title("firing rate [Hz]"), range=[-0.3, float(c.rate.max()) * 1.3]),
        shapes=[shape for shape, _ in lines], annotations=[*(note for _, note in lines), *names], hovermode="closest",
    )  # fmt: skip
    label = "firing rate against the imbalance, with noise and without, and the four scenes"
    return Panel("plot-rate", "", label, {"data": drawn, "layout": layout}, WIDE)


def _quiet(firing: NeuronFiring) -> tuple[np.ndarray, np.ndarray]:
    """H and rate without noise, from where it begins."""
    c, begin = firing.curve, firing.critical
    if begin is None or not c.imbalance[0] < begin < c.imbalance[-1]:
        return c.imbalance, c.quiet_rate
    over = np.linspace(begin, c.imbalance[-1], FINE)
    return over, np.asarray(adapted_rate(firing.neuron, *conductances_of(over, firing.run.receptor_share)))


def _scene_dots(scenes: Sequence[Scene], firing: RateCurve, hollow: bool) -> list[dict]:
    found = []
    for k, scene in enumerate(scenes):
        arm = ARMS[scene.name]
        error = None if hollow else [firing.rate_error[k]]
        drawn = dots(arm, [scene.imbalance], [firing.rate[k]], error=error, size=11,
                     hovertemplate="H %{x:.3f}<br>%{y:.1f} Hz")  # fmt: skip
        found.append(drawn | (_hollow(arm, 12) if hollow else {}))
    return found


def _hollow(arm: Arm, size: int) -> dict:
    """Style of a scene of the textbook: an open diamond, so that a dot behind it shows."""
    edge = {"width": 2, "color": colour(arm)}
    return {"name": f"{arm.name}, textbook", "marker": {"color": "@card/0", "size": size, "symbol": "diamond", "line": edge}}
