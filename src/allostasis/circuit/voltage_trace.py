"""The membrane potential of the spiking neuron over time, in several conditions under the same noise."""

from dataclasses import asdict, dataclass
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float

from allostasis.circuit.conductance_noise import ConductanceNoise, trial_keys, wiener_increments
from allostasis.circuit.firing import BLOCK, STEP, check_run
from allostasis.circuit.spiking import SpikingNeuron
from allostasis.circuit.spiking_step import advance, start
from allostasis.model.compiling import compile_outermost
from allostasis.quantity import InputError


@dataclass(frozen=True, eq=False)
class VoltageTrace:
    """Potential and spikes of every condition.

    Attributes:
        time: since the settling time [ms].
        potential: at the end of each step [mV]; a spike shows as a reset.
        spikes: instants of the spikes of each condition [ms].
    """

    time: Float[np.ndarray, " steps"]
    potential: Float[np.ndarray, "conditions steps"]
    spikes: tuple[Float[np.ndarray, " _"], ...]


def voltage_trace(
    neuron: SpikingNeuron,
    noise: ConductanceNoise,
    inhibition: Float[Array | np.ndarray, " conditions"],
    excitation: Float[Array | np.ndarray, " conditions"],
    *,
    duration: float | int,
    settle: float | int = 0.0,
    seed: int = 0,
    step: float | int = STEP,
    increments: Float[Array | np.ndarray, "steps 2"] | None = None,
) -> VoltageTrace:
    """Record the first trial of a seed: the same noise as trial 0 of `simulate_firing`.

    Args:
        neuron: the neuron.
        noise: of its conductances.
        inhibition: mean g_I of each condition [nS].
        excitation: mean g_E of each condition [nS].
        duration: length [ms], rounded up to whole blocks of steps.
        settle: what comes before this time is not recorded [ms].
        seed: of the random numbers.
        step: of the integration [ms].
        increments: Wiener increments of g_E and g_I for every step [sqrt(ms)], in place of random numbers, so that a path can be
            refined; the noise starts from the seed all the same.

    Raises:
        InputError: as `simulate_firing`; increments that do not fit the duration.

    >>> at = jnp.array([10.0, 7.0]), jnp.array([4.0, 6.0])
    >>> trace = voltage_trace(SpikingNeuron.from_library(), ConductanceNoise.none(), *at, duration=100.0)
    >>> round(float(trace.potential[0, -1]), 1), len(trace.spikes[1])
    (-60.4, 2)
    """
    blocks = check_run(neuron, noise, inhibition, excitation, duration, settle, step)
    keys, steps = trial_keys(seed, 1), blocks * BLOCK
    if increments is None:
        by_block = jax.vmap(lambda k: wiener_increments(keys, k, BLOCK, step))(jnp.arange(blocks))
        given = by_block.reshape(steps, 2, 1)
    else:
        given = jnp.asarray(increments, float)[:, :, None]
        if given.shape[0] != steps:
            raise InputError("number of increments", value=given.shape[0], expected=f"one for each of {steps} steps")
    values = {"neuron": asdict(neuron), "noise": asdict(noise)}
    means = jnp.asarray(inhibition, float), jnp.asarray(excitation, float)
    potential, at = (np.asarray(a) for a in _compiled()(values, means, keys, given, float(step)))
    time = (np.arange(steps) + 1) * step - settle
    kept = time > 0
    spikes = tuple(row[np.isfinite(row) & (row > settle)] - settle for row in at.T)
    return VoltageTrace(time[kept], potential.T[:, kept], spikes)


@cache
def _compiled():
    return compile_outermost(_record)


def _record(values, means, keys, increments, step):
    """Potential [steps, conditions] and the instant of the spike of each step, NaN without one."""

    def one(state, inputs):
        time, dW = inputs
        state, spiked, at = advance(values, means, state, dW, step)
        return state, (state.potential[:, 0], jnp.where(spiked, time + at, jnp.nan)[:, 0])

    state = start(values, keys, means[0].shape[0])
    return lax.scan(one, state, (jnp.arange(increments.shape[0]) * step, increments))[1]
