"""The figures of the page about the EEG: `python -m allostasis.report.eeg_figures --out docs/images`."""

from collections.abc import Callable

import numpy as np

from allostasis.circuit.eeg import eeg_power, operating_point, recognise, resting_share, resting_spectrum, simulate_eeg
from allostasis.clinic.eeg_beta import dose_charge
from allostasis.drawing.chart import Axis, Panel, Series, chart
from allostasis.report.figure_command import command
from allostasis.report.words import figure

SEED, SECONDS, SHOWN, THINNED = 1, 60.0, 6.0, 2
POINTS = ("background", "alpha", "sporadic_spikes", "sustained_spikes", "fast_onset", "rhythmic")
DOSES = ("2 mg", "5 mg", "10 mg")
"""Single doses of diazepam by mouth whose peak the figure of beta shows."""
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
    """Spectrum of the waking EEG without drug and at the peak of three doses, and power over that without drug."""
    f = np.arange(0.5, 35.05, 0.05)
    rest = resting_spectrum(f)
    drugs = [(f"diazepam {dose}", dose_charge(f"diazepam {dose} po at 0 h")) for dose in DOSES]
    lines, ratios = [], []
    for k, (name, charge) in enumerate([("no drug", (1.0, 1.0)), *drugs]):
        density = resting_spectrum(f, *charge)
        words = f"{name}: {100 * resting_share(*charge):.0f} % in 13 to 31 Hz"
        lines.append(Series(words, k, f, density / rest[f > 5].max()))
        if k:
            ratios.append(Series("", k, f, density / rest))
    level = Axis("", float(rest.min() / rest[f > 5].max()) / 2, 4, log=True)
    top = Panel("Power density over the alpha peak without drug", Axis("", 0, 35, labels=()), level, lines)
    ratio = Axis("over no drug", 0, 1.6, labels=((0, "0"), (0.5, "0.5"), (1, "1"), (1.5, "1.5")))
    below = Panel("Power over that without drug", Axis("frequency [Hz]", 0, 35), ratio, ratios, level=1.0, height=200)
    return chart([top, below], "slow waves and alpha fall, beta stays or rises a little, so its share rises with the dose")


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
