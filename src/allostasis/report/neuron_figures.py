"""The figures of the page about one neuron: `python -m allostasis.report.neuron_figures --out docs/images`."""

from collections.abc import Callable
from functools import cache

import numpy as np

from allostasis import library
from allostasis.circuit.conductance_noise import ConductanceNoise
from allostasis.circuit.hyperexcitability import (
    RateCurve,
    conductances_of,
    critical_imbalance,
    rate_curve,
    rate_imbalance,
)
from allostasis.circuit.scenes import SCENES, textbook_scenes
from allostasis.circuit.spiking import SpikingNeuron, adapted_rate
from allostasis.circuit.voltage_trace import voltage_trace
from allostasis.clinic.neuron_firing import CHLORIDE, SETTLE, SWEEP, USUAL, critical_at_chloride
from allostasis.clinic.neuron_scenes import DAY, simulate_neuron
from allostasis.drawing.chart import Axis, Panel, Series, chart
from allostasis.report.figure_command import command
from allostasis.report.neuron_words import rate_words, signed

SEED, SHARE, SHOWN = 1, 0.5, 1000.0
"""Seed of the noise; share of adaptation that is loss of inhibition in the sweep; length of the traces [ms]."""
REGIMENS = ("lorazepam 2 mg po tid for 60 d", "diazepam 10 mg po bid for 60 d")
SHARES, HIGHEST = (0.0, 0.5, 1.0), 12.0
COLOURS = {"naive": 5, "acute": 1, "adapted": 2, "removed": 0}
FINE, THINNED = 80, 10


@cache
def _fired() -> tuple[RateCurve, RateCurve]:
    """Firing of the textbook scenes, and over the sweep."""
    neuron, noise = SpikingNeuron.from_library(), ConductanceNoise.from_library()
    book = np.array([[s.conductances.inhibition, s.conductances.excitation] for s in textbook_scenes()]).T
    swept = np.stack([np.asarray(g) for g in conductances_of(SWEEP, SHARE)])
    both = np.concatenate([book, swept], axis=1)
    seconds, trials = USUAL
    curve = rate_curve(neuron, noise, *both, duration=SETTLE + 1000 * seconds, settle=SETTLE, trials=trials, seed=SEED)
    n = book.shape[1]
    first, rest = ({k: v[part] for k, v in vars(curve).items()} for part in (slice(0, n), slice(n, None)))
    return RateCurve(**first), RateCurve(**rest)


def scenes() -> str:
    """A second of the neuron in each textbook scene, under the same noise."""
    neuron, fired = SpikingNeuron.from_library(), _fired()[0]
    trace = voltage_trace(
        neuron, ConductanceNoise.from_library(), fired.inhibition, fired.excitation, duration=SETTLE + SHOWN,
        settle=SETTLE, seed=SEED,
    )  # fmt: skip
    panels, top = [], neuron.threshold + 12
    for k, scene in enumerate(textbook_scenes()):
        title = f"{SCENES[scene.name]}: steady at {signed(scene.potential, 1)} mV, {rate_words(fired.rate[k])} spikes per s"
        last = scene.name == "removed"
        x = Axis("time [ms]" if last else "", 0, SHOWN, labels=None if last else ())
        y = Axis("", neuron.reset - 2, top, labels=tuple((v, signed(v, 0)) for v in (-70, -55)))
        spikes = [
            Series("", COLOURS[scene.name], [at, at], [neuron.threshold, top], "line") for at in trace.spikes[k]
        ]
        line = Series("", COLOURS[scene.name], trace.time[::THINNED], trace.potential[k, ::THINNED])
        panels.append(Panel(title, x, y, [line, *spikes], neuron.threshold, 150 if last else 118))
    return chart(panels, "membrane potential in four scenes; only without the drug the neuron fires in a row")


def rate() -> str:
    """Firing rate against the imbalance, with noise and without."""
    book, swept = _fired()
    neuron = SpikingNeuron.from_library()
    critical, doubled = critical_imbalance(neuron, SHARE), rate_imbalance(SWEEP, swept.rates)
    clinical = library.parameter_set("circuit")["seizure_threshold"].value
    over = np.linspace(critical or 0, SWEEP[-1], FINE)
    top = 20.0
    marks = [(critical, 1, "mean potential meets the threshold"), (clinical, 3, "seizure threshold of the platform")]
    if doubled is not None:
        marks.append((doubled[0], 4, "rate doubled"))
    lines = [Series(name, k, [at, at], [0, top], dash=True) for at, k, name in marks if at is not None]
    lines += [
        Series("with noise", 0, SWEEP, swept.rate),
        Series("without noise", 1, over, np.asarray(adapted_rate(neuron, *conductances_of(over, SHARE)))),
        Series("textbook scenes", 5, book.imbalance, book.rate, "dots"),
    ]
    x = Axis("imbalance H", float(SWEEP[0]), float(SWEEP[-1]))
    panel = Panel("", x, Axis("firing rate [Hz]", 0, top), lines, height=340)
    return chart([panel], "the rate with noise rises gradually; without noise it begins where the mean meets the threshold")


def course() -> str:
    """Steady potential and imbalance over two regimens."""
    imbalance, potential = [], []
    for k, regimen in enumerate(REGIMENS):
        run = simulate_neuron(regimen, receptor_share=SHARE)
        per_day = round(DAY / (run.time_h[1] - run.time_h[0]))
        days = np.arange((len(run.time_h) - 1) // per_day) + 0.5
        for lines, values in ((imbalance, run.imbalance), (potential, run.potential)):
            daily = values[1 : 1 + per_day * len(days)].reshape(-1, per_day).mean(axis=1)
            lines.append(Series(regimen, k, days, daily))
        for lines, values in ((imbalance, [s.imbalance for s in run.scenes]), (potential, [s.potential for s in run.scenes])):
            lines.append(Series("", k, [(s.time_h or 0) / DAY for s in run.scenes], values, "dots"))
    low, high = (f([f(line.y) for line in imbalance]) for f in (np.min, np.max))
    x = Axis("day", 0, 120)
    panels = [
        Panel("Imbalance H", x, Axis("", _down(low, 0.05), -_down(-high, 0.05)), imbalance, 0.0),
        Panel("Steady potential [mV]", x, Axis("", -62, -58), potential),
    ]
    return chart(panels, "imbalance and potential over two regimens: down at first, back with adaptation, up after the stop", 2)


def _down(value: float, step: float) -> float:
    return float(np.floor(value / step) * step)


def critical() -> str:
    """The imbalance at which mean-driven firing begins, against chloride and the split of adaptation."""
    levels = CHLORIDE[CHLORIDE <= HIGHEST]
    lines = [
        Series(f"share of lost inhibition {share:g}", k, levels, critical_at_chloride(levels, share))
        for k, share in enumerate(SHARES)
    ]
    clinical = library.parameter_set("circuit")["seizure_threshold"].value
    x, y = Axis("chloride in the neuron [mM]", float(levels[0]), HIGHEST), Axis("critical imbalance H", -0.4, 1.6)
    panel = Panel("", x, y, lines, clinical, 300, notes=((4.1, clinical - 0.12, "seizure threshold of the platform"),))
    return chart([panel], "the critical imbalance falls with chloride; it is lower where adaptation raises excitation")


FIGURES: dict[str, Callable[[], str]] = {
    "neuron_scenes": scenes, "neuron_rate": rate, "neuron_course": course, "neuron_critical": critical,
}  # fmt: skip
"""Figure by the name of its file."""


if __name__ == "__main__":
    command(FIGURES, __doc__)
