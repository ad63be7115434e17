"""The figures of the page about the EEG: `python -m allostasis.report.eeg_figures --out docs/images`."""

from collections.abc import Callable

import numpy as np

from allostasis.circuit.eeg import (
    EegRecord,
    eeg_power,
    operating_point,
    power_spectrum,
    recognise,
    simulate_eeg,
)
from allostasis.clinic.eeg_scene import AWAKE, EegScene
from allostasis.drawing.chart import Axis, Panel, Series, chart
from allostasis.report.figure_command import command
from allostasis.report.words import figure

SEED, SECONDS, SHOWN, THINNED = 1, 60.0, 6.0, 2
POINTS = ("background", "alpha", "sporadic_spikes", "sustained_spikes", "fast_onset", "rhythmic")
DRUGS = ((1.0, 1.0, "no drug"), (1.5, 1.0, "fast loop x 1.5"), (2.25, 1.0, "fast loop x 2.25"), (1.5, 1.5, "both loops x 1.5"))
"""Fast and slow inhibition over naive at the waking point."""
CIRCUITS = (
    ("naive", (1.0, 1.0, 1.0, 1.0)),
    ("early: inhibition 0.9, driving force 0.95", (1.1, 0.9, 0.95, 0.95)),
    ("late: excitation 1.3, inhibition 0.5, driving force 0.6", (1.3, 0.5, 0.5, 0.6)),
    ("late, GABA-A and NMDA treated", (0.9, 0.85, 0.85, 0.9)),
)
"""Excitation, fast and slow inhibition, driving force: examples, not results of a run."""


def regimes() -> str:
    """Six seconds at each operating point, each on its own scale."""
    panels = []
    for k, name in enumerate(POINTS):
        record = simulate_eeg(operating_point(name), seconds=SECONDS, seed=SEED)
        found, points = recognise(record), round(SHOWN * record.sampling)
        trace = record.signal[:points:THINNED, 0, 0]
        trace = trace - np.median(trace)
        last = name == POINTS[-1]
        low, high = float(trace.min()) * 1.1, float(trace.max()) * 1.1
        edge = (1 if high < 3 else 10) if high > 0.8 else 0.5
        title = f"{found.words.capitalize()}: standard deviation {figure(found.sd)} mV, peak at {found.peak:g} Hz"
        x = Axis("time [s]" if last else "", 0, SHOWN, labels=None if last else ())
        y = Axis("mV", low, high, labels=((0, "0"), (edge, f"{edge:g}")))
        panels.append(Panel(title, x, y, [Series("", k, record.time[:points:THINNED], trace)], height=150 if last else 118))
    return chart(panels, "EEG of the neural mass at six operating points, from background to seizure")


def beta() -> str:
    """Spectrum of the waking EEG, without drug and with it on the fast loop or on both."""
    lines = []
    for k, (fast, slow, name) in enumerate(DRUGS):
        gains = EegScene(1.0, fast, slow).gains(AWAKE)
        record = simulate_eeg(gains, seconds=SECONDS, trials=5, seed=SEED)
        spectrum = power_spectrum(EegRecord(record.signal[:, 1:], record.sampling))
        inside = (spectrum.frequency >= 1) & (spectrum.frequency <= 35)
        density = spectrum.density[inside, 0].mean(axis=-1)
        lines.append(Series(name, k, spectrum.frequency[inside], density / density.sum()))
    panel = Panel("", Axis("frequency [Hz]", 0, 35), Axis("share of power per half hertz", 1e-4, 1, log=True), lines, height=340)
    return chart([panel], "the drug on the fast loop moves power from alpha to beta; on both loops it leaves one sharp rhythm")


def power() -> str:
    """EEG power over baseline against the activity of the seizure, in four circuits."""
    activity = np.linspace(0, 1, 101)
    lines = [
        Series(name, k, activity, np.asarray(eeg_power(*ratios, activity))) for k, (name, ratios) in enumerate(CIRCUITS)
    ]
    panel = Panel("", Axis("seizure activity", 0, 1), Axis("EEG power over baseline", 0.3, 30, log=True), lines, 1.0, 340)
    return chart([panel], "EEG power rises with seizure activity; with less slow inhibition the seizure is of low voltage")


FIGURES: dict[str, Callable[[], str]] = {"eeg_regimes": regimes, "eeg_beta": beta, "eeg_power": power}
"""Figure by the name of its file."""


if __name__ == "__main__":
    command(FIGURES, __doc__)
