"""One step of the spiking neuron under conductance noise: stochastic Heun, with the spike placed inside the step."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Key

from allostasis.circuit.conductance_noise import heun_step, wiener_increments

STATIONARY = 2**31  # structural: number of the block from which the first values of the noise are drawn


class State(NamedTuple):
    """The neuron in every condition and trial: potential [mV], adaptation [pA], refractory time left [ms], noise."""

    potential: Float[Array, "conditions trials"]
    adaptation: Float[Array, "conditions trials"]
    held: Float[Array, "conditions trials"]
    excitation: Float[Array, " trials"]
    inhibition: Float[Array, " trials"]


def start(values: dict, keys: Key[Array, " trials"], conditions: int) -> State:
    """State at time 0: at the reset potential, not adapted, the noise drawn from its stationary distribution."""
    first = wiener_increments(keys, STATIONARY, 1, 1.0)[0]
    reset = jnp.full((conditions, keys.shape[0]), values["neuron"]["reset"])
    return State(reset, 0 * reset, 0 * reset, first[0], first[1])


def advance(
    values: dict,
    means: tuple[Float[Array, " conditions"], Float[Array, " conditions"]],
    state: State,
    dW: Float[Array, "2 trials"],
    step: Float[Array, ""] | float,
) -> tuple[State, Bool[Array, "conditions trials"], Float[Array, "conditions trials"]]:
    """One step. A spike is placed by linear interpolation and its refractory time starts there: second order without noise.

    Args:
        values: numbers of the neuron (with its membrane) and of the noise, as dicts.
        means: g_I and g_E [nS].
        state: at the start of the step.
        dW: increments of the Wiener processes of g_E and g_I [sqrt(ms)].
        step: its length [ms].

    Returns:
        state at the end, whether a spike came, and its time after the start of the step [ms].
    """
    neuron, noise, m = values["neuron"], values["noise"], values["neuron"]["membrane"]
    x_e = heun_step(state.excitation, noise["excitation_time"], step, dW[0])
    x_i = heun_step(state.inhibition, noise["inhibition_time"], step, dW[1])

    def slope(potential, adaptation, x_e, x_i):
        g_i = jnp.maximum(means[0][:, None] * (1 + noise["inhibition_cv"] * x_i)[None, :], 0)
        g_e = jnp.maximum(means[1][:, None] * (1 + noise["excitation_cv"] * x_e)[None, :], 0)
        leak = m["leak"] * (m["e_leak"] - potential)
        synapses = g_i * (m["e_gaba"] - potential) + g_e * (m["e_glutamate"] - potential)
        return (leak + synapses - adaptation) / neuron["capacitance"]

    decay = step / neuron["adaptation_time"]
    adapted = state.adaptation * (1 - decay + decay * decay / 2)
    free = jnp.clip(step - state.held, 0, step)
    k1 = slope(state.potential, state.adaptation, state.excitation, state.inhibition)
    k2 = slope(state.potential + free * k1, adapted, x_e, x_i)
    potential = state.potential + free * (k1 + k2) / 2
    spiked = potential >= neuron["threshold"]
    rise = jnp.where(spiked, potential - state.potential, 1)
    over = jnp.where(spiked, (potential - neuron["threshold"]) / rise, 0) * free
    return (
        State(
            jnp.where(spiked, neuron["reset"], potential),
            adapted + jnp.where(spiked, neuron["adaptation_jump"] * (1 - over / neuron["adaptation_time"]), 0),
            jnp.where(spiked, neuron["refractory"] - over, jnp.maximum(state.held - step, 0)),
            x_e,
            x_i,
        ),
        spiked,
        step - over,
    )
