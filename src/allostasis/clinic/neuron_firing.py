"""How the neuron of a regimen fires: in its four scenes, in those of the textbook, and over a sweep of the imbalance."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.circuit.conductance_noise import ConductanceNoise
from allostasis.circuit.hyperexcitability import (
    RateCurve,
    conductances_of,
    critical_imbalance,
    rate_curve,
    rate_imbalance,
)
from allostasis.circuit.membrane import Membrane
from allostasis.circuit.scenes import Scene, textbook_scenes
from allostasis.circuit.spiking import SpikingNeuron
from allostasis.circuit.voltage_trace import VoltageTrace, voltage_trace
from allostasis.clinic.neuron_scenes import NeuronRun, gaba_reversal
from allostasis.quantity import InputError

SWEEP = np.arange(-14, 21) / 20  # structural: H from -0.7 to 1 in steps of 0.05; exact at 0
CHLORIDE = np.linspace(4, 16, 13)  # structural: chloride in the neuron [mM], from low to heavily loaded
SETTLE = 1000.0  # structural: five time constants of spike-triggered adaptation [ms]
SHOWN = 2000.0  # structural: length of the voltage traces [ms]
USUAL = (10.0, 16)  # structural: seconds and trials where none are asked for; the naive rate then has an error of 4 %
SECONDS, TRIALS = (1.0, 100.0), (2, 256)  # structural: what a run may take


@dataclass(frozen=True, eq=False)
class NeuronFiring:
    """Everything that is told of the neuron of a regimen.

    Attributes:
        run: the regimen and its scenes.
        neuron: the neuron.
        textbook: the scenes of the textbook.
        scenes: firing in the scenes of the run, in their order.
        textbook_firing: firing in those of the textbook.
        curve: firing over the sweep of H.
        trace: potential in the scenes of the run, under the same noise.
        critical: H at which mean-driven firing begins; None where none does.
        multiple: H at which the rate with noise passes `rate_multiple` times the naive rate, and its standard error; or None.
        rate_multiple: that multiple.
        seizure_threshold: H at the median seizure threshold of the platform: a network in a patient, not this neuron.
        chloride: chloride in the neuron [mM].
        critical_at: H at which mean-driven firing begins at each of those; NaN where none does.
    """

    run: NeuronRun
    neuron: SpikingNeuron
    textbook: tuple[Scene, ...]
    scenes: RateCurve
    textbook_firing: RateCurve
    curve: RateCurve
    trace: VoltageTrace
    critical: float | None
    multiple: tuple[float, float] | None
    rate_multiple: float
    seizure_threshold: float
    chloride: Float[np.ndarray, " levels"]
    critical_at: Float[np.ndarray, " levels"]


def fire_neuron(run: NeuronRun, *, seconds: float | int = USUAL[0], trials: int = USUAL[1], seed: int = 1) -> NeuronFiring:
    """Fire the neuron of a run in its scenes, in those of the textbook, and over the sweep of H.

    Args:
        run: from `simulate_neuron`.
        seconds: time over which spikes are counted, per trial [s].
        trials: independent repetitions; all conditions share their noise.
        seed: of the random numbers.

    Raises:
        InputError: a time, number of trials or seed out of range.
    """
    check_firing(seconds, trials)
    neuron, noise = SpikingNeuron.from_library(run.membrane), ConductanceNoise.from_library()
    textbook = textbook_scenes()
    swept = np.stack([np.asarray(g) for g in conductances_of(SWEEP, run.receptor_share)])
    duration = SETTLE + 1000 * seconds  # structural: s to ms
    settings = {"duration": duration, "settle": SETTLE, "trials": trials, "seed": seed}
    parts = [_means(run.scenes), _means(textbook), swept]
    whole = rate_curve(neuron, noise, *np.concatenate(parts, axis=1), **settings)
    cuts = np.cumsum([0, *(part.shape[1] for part in parts)])
    scenes, by_book, curve = (_part(whole, slice(a, b)) for a, b in pairwise(cuts))
    if neuron != SpikingNeuron.from_library():
        by_book = rate_curve(SpikingNeuron.from_library(), noise, *_means(textbook), **settings)
    trace = voltage_trace(neuron, noise, *_means(run.scenes), duration=SETTLE + SHOWN, settle=SETTLE, seed=seed)
    return NeuronFiring(
        run, neuron, textbook, scenes, by_book, curve, trace,
        critical_imbalance(neuron, run.receptor_share), rate_imbalance(SWEEP, curve.rates),
        library.parameter_set("neuron")["rate_multiple"].value, library.parameter_set("circuit")["seizure_threshold"].value,
        CHLORIDE, critical_at_chloride(CHLORIDE, run.receptor_share),
    )  # fmt: skip


def check_firing(seconds: float | int, trials: int) -> None:
    """Refuse a time [s] or a number of trials that is out of range, before anything is simulated.

    Raises:
        InputError: `seconds` or `trials` out of range.
    """
    for what, value, (low, high) in (("seconds", seconds, SECONDS), ("trials", trials, TRIALS)):
        if not low <= value <= high:
            raise InputError(f"{what} of firing", value=value, expected=f"{low:g} to {high:g}")


def critical_at_chloride(
    chloride: Float[np.ndarray, " levels"], receptor_share: float | int
) -> Float[np.ndarray, " levels"]:
    """H at which mean-driven firing begins, at chloride concentrations in the neuron [mM]; NaN where none does.

    Raises:
        InputError: a concentration or a share out of range.

    >>> critical_at_chloride(np.array([5.68, 9.0]), 0.5).round(2).tolist()
    [0.6, 0.24]
    """
    found = (
        critical_imbalance(
            SpikingNeuron.from_library(Membrane.from_library(gaba_reversal(float(level)))), receptor_share
        )
        for level in chloride
    )
    return np.array([np.nan if h is None else h for h in found])


def _means(scenes: tuple[Scene, ...]) -> np.ndarray:
    """g_I and g_E of scenes [2, scenes] in nS."""
    return np.array([[s.conductances.inhibition, s.conductances.excitation] for s in scenes]).T


def _part(curve: RateCurve, which: slice) -> RateCurve:
    return RateCurve(**{name: values[which] for name, values in vars(curve).items()})
