"""Firing of the spiking neuron under conductance noise: stochastic Heun with a fixed step, all conditions and trials at once."""

from dataclasses import asdict, dataclass
from functools import cache
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float

from allostasis.circuit.conductance_noise import ConductanceNoise, trial_keys, wiener_increments
from allostasis.circuit.spiking import SpikingNeuron
from allostasis.circuit.spiking_step import advance, start
from allostasis.model.compiling import compile_outermost
from allostasis.quantity import InputError

STEP = 0.1  # structural: default step [ms] of the integration; halving it is a test
BLOCK = 100  # structural: steps whose random numbers are drawn at once
FEWEST = 20  # structural: intervals below which no coefficient of variation is given
LONGEST = 1e6  # structural: longest run [ms], a quarter of an hour of the neuron
FINEST = 0.5  # structural: the step may be at most this share of the fastest time constant


class Tally(NamedTuple):
    """What is counted on the way, per condition and trial; times in ms."""

    spikes: Float[Array, "conditions trials"]
    intervals: Float[Array, "conditions trials"]
    summed: Float[Array, "conditions trials"]
    squared: Float[Array, "conditions trials"]
    last: Float[Array, "conditions trials"]
    first: Float[Array, "conditions trials"]


@dataclass(frozen=True, eq=False)
class Firing:
    """How a neuron fired.

    Attributes:
        spikes: number of spikes after the settling time [conditions, trials].
        counted_ms: time over which they were counted [ms].
        mean_interval: mean interval between those spikes [ms]; NaN with fewer than two.
        interval_cv: standard deviation over mean of the intervals of all trials of a condition [conditions]; NaN with fewer than
            `FEWEST` of them.
        first_passage: time from the start at the reset potential to the first spike [ms]; NaN where none came.
    """

    spikes: Float[np.ndarray, "conditions trials"]
    counted_ms: float
    mean_interval: Float[np.ndarray, "conditions trials"]
    interval_cv: Float[np.ndarray, " conditions"]
    first_passage: Float[np.ndarray, "conditions trials"]

    @property
    def rates(self) -> Float[np.ndarray, "conditions trials"]:
        """Firing rate of each trial [Hz]."""
        return 1000 * self.spikes / self.counted_ms  # structural: per ms to per s

    @property
    def rate(self) -> Float[np.ndarray, " conditions"]:
        """Mean firing rate over trials [Hz]."""
        return self.rates.mean(axis=1)

    @property
    def rate_error(self) -> Float[np.ndarray, " conditions"]:
        """Standard error of the mean rate over trials [Hz]; NaN with one trial."""
        n = self.spikes.shape[1]
        return self.rates.std(axis=1, ddof=1) / np.sqrt(n) if n > 1 else np.full(self.spikes.shape[0], np.nan)


def simulate_firing(
    neuron: SpikingNeuron,
    noise: ConductanceNoise,
    inhibition: Float[Array | np.ndarray, " conditions"],
    excitation: Float[Array | np.ndarray, " conditions"],
    *,
    duration: float | int,
    settle: float | int = 0.0,
    trials: int = 1,
    seed: int = 0,
    step: float | int = STEP,
) -> Firing:
    """Fire the neuron for a while in several conditions, each with the same trials of noise.

    All conditions of a trial share its random numbers, so that a difference between conditions is no accident of the draw, and
    one condition gives the same answer alone as in a batch.

    Args:
        neuron: the neuron.
        noise: of its conductances.
        inhibition: mean g_I of each condition [nS].
        excitation: mean g_E of each condition [nS].
        duration: length of the run [ms], rounded up to whole blocks of steps.
        settle: spikes before this time are not counted [ms]; adaptation needs a few of its time constants.
        trials: independent repetitions.
        seed: of the random numbers.
        step: of the integration [ms].

    Raises:
        InputError: conditions of different lengths, a negative conductance, or a number out of range.

    >>> at = jnp.array([10.0, 7.0]), jnp.array([4.0, 6.0])
    >>> out = simulate_firing(SpikingNeuron.from_library(), ConductanceNoise.none(), *at, duration=300.0)
    >>> out.spikes.astype(int).tolist()
    [[0], [3]]
    """
    blocks = check_run(neuron, noise, inhibition, excitation, duration, settle, step)
    keys = trial_keys(seed, trials)
    values = {"neuron": asdict(neuron), "noise": asdict(noise)}
    means = jnp.asarray(inhibition, float), jnp.asarray(excitation, float)
    counted = _compiled()(values, means, keys, blocks, float(settle), float(step))
    spikes, n, summed, squared, _, first = (np.asarray(a) for a in counted)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(n > 0, summed / n, np.nan)
        count, total, square = (a.sum(axis=1) for a in (n, summed, squared))
        variance = (square - total**2 / count) / (count - 1)
        cv = np.where(count >= FEWEST, np.sqrt(np.maximum(variance, 0)) / (total / count), np.nan)
    first = np.where(np.isfinite(first), first, np.nan)
    return Firing(spikes, blocks * BLOCK * step - settle, mean, cv, first)


def check_run(
    neuron: SpikingNeuron,
    noise: ConductanceNoise,
    inhibition,
    excitation,
    duration: float | int,
    settle: float | int,
    step: float | int,
) -> int:
    """Number of blocks of steps of a run, after every refusal; arguments as in `simulate_firing`."""
    shapes = {np.shape(inhibition), np.shape(excitation)}
    if len(shapes) > 1 or len(next(iter(shapes))) != 1 or 0 in next(iter(shapes)):
        raise InputError("conductances of the conditions", value=sorted(shapes), expected="two arrays [conditions]")
    lowest, highest = float(np.min([inhibition, excitation])), float(np.max([inhibition, excitation]))
    if not (np.isfinite(highest) and lowest >= 0):
        raise InputError("conductance", value=lowest, expected="finite, 0 nS or more")
    if not 0 < duration <= LONGEST:
        raise InputError("duration", value=duration, expected=f"above 0, at most {LONGEST:g} ms")
    if not 0 <= settle < duration:
        raise InputError("settling time", value=settle, expected=f"0 to less than the duration, {duration:g} ms")
    fastest = neuron.capacitance / (neuron.membrane.leak + float(np.max(np.add(inhibition, excitation))))
    times = (fastest, noise.excitation_time, noise.inhibition_time)
    longest = min(FINEST * min(times), neuron.refractory)
    if not 0 < step <= longest:
        raise InputError("step of the integration", value=step, expected=f"above 0, at most {longest:.3g} ms here")
    return int(np.ceil(duration / (BLOCK * step) - 1e-9))  # structural: rounding


@cache
def _compiled():
    return compile_outermost(_run)


def _run(values, means, keys, blocks, settle, step) -> Tally:
    state = start(values, keys, means[0].shape[0])
    zero = 0 * state.adaptation
    tally = Tally(zero, zero, zero, zero, zero - jnp.inf, zero + jnp.inf)

    def one(carry, inputs):
        state, tally = carry
        time, dW = inputs
        state, spiked, at = advance(values, means, state, dW, step)
        return (state, _count(tally, spiked, time + at, settle)), None

    def block(k, carry):
        dW = wiener_increments(keys, k, BLOCK, step)
        return lax.scan(one, carry, ((k * BLOCK + jnp.arange(BLOCK)) * step, dW))[0]

    return lax.fori_loop(0, blocks, block, (state, tally))[1]


def _count(tally: Tally, spiked, time, settle) -> Tally:
    """Add the spikes of one step to the tally; an interval counts if both of its spikes came after the settling time."""
    counts = spiked & (time >= settle)
    again = counts & jnp.isfinite(tally.last)
    interval = jnp.where(again, time - jnp.where(again, tally.last, 0), 0)
    return Tally(
        tally.spikes + counts,
        tally.intervals + again,
        tally.summed + interval,
        tally.squared + interval * interval,
        jnp.where(counts, time, tally.last),
        jnp.where(spiked, jnp.minimum(tally.first, time), tally.first),
    )
