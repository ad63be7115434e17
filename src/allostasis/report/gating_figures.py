"""The figures of the page about gating: records, dwell times, synaptic currents, chloride."""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np

from allostasis import library
from allostasis.drawing.chart import Axis, Panel, Series, chart
from allostasis.receptor.chloride import ChlorideSteady, chloride_parameters
from allostasis.receptor.dwell import Density, log_histogram, open_times, shut_times
from allostasis.receptor.gating import Kinetics, kinetics
from allostasis.receptor.macroscopic import synaptic_response
from allostasis.receptor.modulator import Modulator
from allostasis.receptor.single_channel import record
from allostasis.receptor.waveform import ambient
from allostasis.report.figure_record import stretch

GABA, SECONDS, SEED, CELSIUS, SYNAPTIC_CELSIUS = 2.0, 60.0, 3, 22.0, 34.5
"""GABA of the records [uM], their length [s], seed and temperature, and the temperature of the synapse."""
KINDS = ("benzodiazepine", "barbiturate", "neurosteroid")
PER_DECADE, PIECE = 8, 2000.0


def models(celsius: float | int) -> dict[str, Kinetics]:
    """Return the scheme without modulator and with each kind at full occupancy."""
    found = {"none": kinetics(celsius=celsius)}
    return found | {kind: kinetics(modulators=(Modulator(kind),), celsius=celsius) for kind in KINDS}


def records() -> str:
    """Two seconds of one channel with each modulator."""
    panels = []
    for k, (name, model) in enumerate(models(CELSIUS).items()):
        patch = record(model, ambient(GABA, 1000 * SECONDS), SEED)
        begin = float(patch.start[1:][patch.is_open[1:] == 1][0]) - PIECE / 20
        time, opened = stretch(patch, begin, begin + PIECE)
        title = f"{name}: {patch.frequency:.1f} openings per s, {patch.mean_open_time:.1f} ms each (of {SECONDS:g} s)"
        last = name == KINDS[-1]
        x = Axis("time [s]" if last else "", 0, PIECE / 1000, labels=None if last else ())
        y = Axis("", -0.1, 1.15, labels=((0, "shut"), (1, "open")))
        panels.append(Panel(title, x, y, [Series(name, k, time / 1000, opened, "step")], height=116 if last else 84))
    label = "records of one channel: more openings with a benzodiazepine, longer ones with the other two"
    return chart(panels, label, legend=False)


def _expected(density: Density, grid: np.ndarray, count: int) -> np.ndarray:
    """Square root of the count per bin that a density predicts: N (ln 10 / bins a decade) t f(t)."""
    return np.sqrt(np.maximum(count * np.log(10.0) / PER_DECADE * grid * density.pdf(grid), 0))


def dwells() -> str:
    """Histograms without modulator and exact densities with each."""
    found = models(CELSIUS)
    patch = record(found["none"], ambient(GABA, 5000 * SECONDS), SEED)
    panels = []
    low = 0.01
    for opened, title, law, high in ((True, "Open times", open_times, 1e3), (False, "Shut times", shut_times, 1e4)):
        times = patch.dwells(opened=opened)
        bars = log_histogram(times[times >= low], PER_DECADE)
        grid = np.geomspace(low, high, 150)
        lines = [Series("record of 300 s, none", 5, bars.edges, np.append(bars.root, 0), "bars")]
        lines += [
            Series(name, k, grid, _expected(law(model, GABA), grid, len(times)), dash=name == "benzodiazepine")
            for k, (name, model) in enumerate(found.items())
        ]
        top = 1.1 * max(float(np.max(line.y)) for line in lines)
        labels = [(float(np.sqrt(c)), str(c)) for c in (0, 5, 20, 50, 100, 200, 400) if np.sqrt(c) < top]
        y = Axis("count (square-root scale)", 0, top, labels=labels)
        panels.append(Panel(title, Axis("ms", low, high, log=True), y, lines, height=300))
    label = "histograms of open and shut times with exact densities: a benzodiazepine leaves open times as they are"
    return chart(panels, label, 2)


def synapse() -> str:
    """Synaptic currents with each modulator."""
    numbers = library.parameter_set("receptor_gating")
    peak, decay = numbers["synapse.peak"].to("uM"), numbers["synapse.decay"].to("ms")
    plain, scaled = [], []
    for k, (name, model) in enumerate(models(SYNAPTIC_CELSIUS).items()):
        out = synaptic_response(model, peak, decay)
        keep = (out.time <= 100) & ((out.time < 3) | (np.arange(len(out.time)) % 4 == 0))
        time, po = out.time[keep], np.asarray(out.open_probability)[keep, 0]
        plain.append(Series(name, k, time, po))
        scaled.append(Series(name, k, time, po / po.max()))
    x = Axis("time [ms]", 0, 100)
    panels = [
        Panel("Open probability after one pulse of GABA", x, Axis("open probability", 0, 1), plain),
        Panel("Scaled to one peak", x, Axis("share of the peak", 0, 1), scaled),
    ]
    return chart(
        panels, "synaptic currents last longer with a benzodiazepine, a barbiturate and most with a neurosteroid", 2
    )


def chloride() -> str:
    """Chloride and E_GABA against the function of KCC2, at rest and under load."""
    submodel, numbers = ChlorideSteady(), chloride_parameters()
    prepared = submodel.prepare(numbers)
    share = np.linspace(0.0, 1.0, 101)
    rest = numbers["membrane_potential"]
    states = {
        "at rest": (1.0, rest), f"GABA conductance x 5, V {-50} mV".replace("-", "\N{MINUS SIGN}"): (5.0, -50.0),
        f"GABA conductance x 5, V {-45} mV".replace("-", "\N{MINUS SIGN}"): (5.0, -45.0),
    }  # fmt: skip
    panels: dict[str, list[Series]] = {"chloride": [], "e_gaba": []}
    marked = ((0, 1.0), (1, 1.0), (0, 0.3), (2, 0.5))
    for k, (name, (conductance, potential)) in enumerate(states.items()):
        for port, lines in panels.items():
            at = np.concatenate([share, [s for state, s in marked if state == k]])
            one = jnp.ones(len(at))
            given = {
                "kcc2": jnp.asarray(at),
                "gaba_conductance": conductance * one,
                "membrane_potential": potential * one,
            }
            values = np.asarray(submodel.readout(0.0, {}, given, prepared)[port])
            n = len(share)
            lines.append(Series(name, k, 100 * share, values[:n]))
            lines.append(Series("", k, 100 * at[n:], values[n:], "dots"))
    x = Axis("function of KCC2 [% of naive]", 0, 100)
    highest = max(float(np.max(line.y)) for line in panels["chloride"])
    shown = [
        Panel("Chloride in the neurone", x, Axis("mM", 0, 5 * np.ceil(highest / 5)), panels["chloride"]),
        Panel("Reversal potential of the GABA current", x, Axis("E_GABA [mV]", -75, -30), panels["e_gaba"]),
    ]
    return chart(shown, "chloride rises and E_GABA becomes less negative when KCC2 fails, more so under load", 2)


GATING: dict[str, Callable[[], str]] = {
    "gating_records": records, "gating_dwells": dwells, "gating_ipsc": synapse, "gating_chloride": chloride,
}  # fmt: skip
