"""Firing rate of one neuron against the imbalance H, and the imbalance from which it is hyperexcitable."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from allostasis import library
from allostasis.circuit.conductance_noise import ConductanceNoise
from allostasis.circuit.firing import STEP, simulate_firing
from allostasis.circuit.membrane import Numbers, steady_potential
from allostasis.circuit.scenes import Conductances, conductances_at
from allostasis.circuit.spiking import SpikingNeuron, adapted_rate
from allostasis.quantity import InputError

WIDEST = 3.0  # structural: half-width of the range of H that is searched; 20-fold either way
SCANNED, HALVINGS = 61, 50  # structural: points of the first look; halvings after it


def conductances_of(
    imbalance: Numbers, receptor_share: float | int, naive: Conductances | None = None
) -> tuple[Float[Array, "..."], Float[Array, "..."]]:
    """Mean conductances of a neuron at an imbalance H [nS].

    Below 0, drug without adaptation (S = -H): inhibition grows. Above 0, adaptation without drug (a = H): inhibition is lost and
    excitation gained, by their shares. Other mixtures of S and a with the same H have other conductances.

    Args:
        imbalance: H = ln(g_E / g_I) - ln(g_E0 / g_I0).
        receptor_share: share of adaptation that is loss of inhibition (0 to 1).
        naive: conductances at H = 0; of the library when left out.

    Raises:
        InputError: a share outside 0 to 1.

    >>> [round(float(g), 2) for g in conductances_of(-0.6931, 0.5)]
    [20.0, 4.0]
    """
    h = jnp.asarray(imbalance, float)
    return conductances_at(jnp.maximum(-h, 0), jnp.maximum(h, 0), receptor_share, naive)


def critical_imbalance(
    neuron: SpikingNeuron, receptor_share: float | int, naive: Conductances | None = None
) -> float | None:
    """The imbalance at which mean-driven, sustained firing begins: the steady potential meets the threshold there.

    By bisection along `conductances_of`. Below it, spikes come from fluctuations alone; above it they come without any.

    Returns:
        H, or None where the potential does not cross the threshold from below within 20-fold changes of the ratio.

    Raises:
        InputError: a share outside 0 to 1.

    >>> round(critical_imbalance(SpikingNeuron.from_library(), 0.5), 3)
    0.605
    """

    def above(h: Numbers) -> np.ndarray:
        potential = steady_potential(neuron.membrane, *conductances_of(h, receptor_share, naive))
        return np.asarray(potential - neuron.threshold)

    grid = np.linspace(-WIDEST, WIDEST, SCANNED)
    first = above(grid)
    crossing = np.flatnonzero((first[:-1] <= 0) & (first[1:] > 0))
    if not len(crossing):
        return None
    low, high = float(grid[crossing[0]]), float(grid[crossing[0] + 1])
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if above(middle) <= 0 else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True, eq=False)
class RateCurve:
    """Firing of one neuron over a sweep of the imbalance.

    Attributes:
        imbalance: H.
        inhibition, excitation: mean conductances [nS].
        potential: steady potential [mV].
        rates: with noise [Hz], per trial.
        interval_cv: standard deviation over mean of the intervals with noise.
        first_passage: mean time from the reset potential to the first spike [ms], over the trials that fired.
        quiet_rate: without noise, adapted [Hz].
    """

    imbalance: Float[np.ndarray, " conditions"]
    inhibition: Float[np.ndarray, " conditions"]
    excitation: Float[np.ndarray, " conditions"]
    potential: Float[np.ndarray, " conditions"]
    rates: Float[np.ndarray, "conditions trials"]
    interval_cv: Float[np.ndarray, " conditions"]
    first_passage: Float[np.ndarray, " conditions"]
    quiet_rate: Float[np.ndarray, " conditions"]

    @property
    def rate(self) -> Float[np.ndarray, " conditions"]:
        """Mean rate over trials [Hz]."""
        return self.rates.mean(axis=1)

    @property
    def rate_error(self) -> Float[np.ndarray, " conditions"]:
        """Standard error of the mean rate [Hz]."""
        return self.rates.std(axis=1, ddof=1) / np.sqrt(self.rates.shape[1])


def rate_curve(
    neuron: SpikingNeuron,
    noise: ConductanceNoise,
    inhibition: Float[Array | np.ndarray, " conditions"],
    excitation: Float[Array | np.ndarray, " conditions"],
    *,
    duration: float | int,
    settle: float | int,
    trials: int,
    seed: int,
    step: float | int = STEP,
    naive: Conductances | None = None,
) -> RateCurve:
    """Firing at each pair of conductances, with noise and without; times in ms, arguments as in `simulate_firing`.

    Raises:
        InputError: as `simulate_firing`; fewer than two trials.
    """
    if trials < 2:
        raise InputError("number of trials", value=trials, expected="2 or more: their scatter is the error of the rate")
    at = jnp.asarray(inhibition, float), jnp.asarray(excitation, float)
    noisy = simulate_firing(neuron, noise, *at, duration=duration, settle=settle, trials=trials, seed=seed, step=step)
    zero = conductances_at(0.0, 0.0, 0.0, naive)
    fired = np.isfinite(noisy.first_passage)
    count = np.maximum(fired.sum(axis=1), 1)
    first = np.where(fired.any(axis=1), np.where(fired, noisy.first_passage, 0).sum(axis=1) / count, np.nan)
    return RateCurve(
        np.asarray(jnp.log(at[1] / at[0]) - jnp.log(zero[1] / zero[0])), np.asarray(at[0]), np.asarray(at[1]),
        np.asarray(steady_potential(neuron.membrane, *at)), noisy.rates, noisy.interval_cv, first,
        np.asarray(adapted_rate(neuron, *at)),
    )  # fmt: skip


def rate_imbalance(
    imbalance: Float[np.ndarray, " conditions"],
    rates: Float[np.ndarray, "conditions trials"],
    multiple: float | int | None = None,
) -> tuple[float, float] | None:
    """The imbalance at which the mean rate passes a multiple of the naive rate, with its standard error.

    Linear interpolation of ln rate between points; the error by leaving out each trial in turn (jackknife).

    Args:
        imbalance: H, rising, with 0 among its values: the naive neuron.
        rates: firing rates [Hz].
        multiple: above 1; `rate_multiple` of the library when left out.

    Returns:
        (H, standard error), or None where the naive neuron is silent or the multiple is not reached.

    Raises:
        InputError: a sweep without 0, or a multiple that is not above 1.

    >>> h = np.array([0.0, 0.5, 1.0])
    >>> rate_imbalance(h, np.array([[1.0, 1.0], [4.0, 4.0], [9.0, 9.0]]), 2.0)
    (0.25, 0.0)
    """
    multiple = library.parameter_set("neuron")["rate_multiple"].value if multiple is None else multiple
    if not (np.isfinite(multiple) and multiple > 1):
        raise InputError("multiple of the naive rate", value=multiple, expected="above 1")
    naive = np.flatnonzero(np.asarray(imbalance) == 0)
    if len(naive) != 1 or not np.all(np.diff(imbalance) > 0):
        raise InputError("sweep of the imbalance", value=imbalance, expected="rising, with 0 among its values")
    found = _crossing(imbalance, rates.mean(axis=1), int(naive[0]), multiple)
    if found is None:
        return None
    n = rates.shape[1]
    left_out = [
        _crossing(imbalance, np.delete(rates, k, axis=1).mean(axis=1), int(naive[0]), multiple) for k in range(n)
    ]
    kept = np.array([x for x in left_out if x is not None])
    error = np.sqrt((n - 1) * np.mean((kept - kept.mean()) ** 2)) if len(kept) == n > 1 else np.nan
    return found, float(error)


def _crossing(imbalance: np.ndarray, rate: np.ndarray, naive: int, multiple: float) -> float | None:
    goal = multiple * rate[naive]
    over = np.flatnonzero(rate[naive:] >= goal) + naive
    if goal <= 0 or not len(over):
        return None
    k = int(over[0])
    low, high = np.log(rate[k - 1]), np.log(rate[k])
    share = (np.log(goal) - low) / (high - low)
    return float(imbalance[k - 1] + share * (imbalance[k] - imbalance[k - 1]))
