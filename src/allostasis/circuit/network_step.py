"""One step of coupled nodes under random input and closed-loop stimulation, for all conditions and trials at once."""

import jax
import jax.numpy as jnp
from jax import lax, random
from jaxtyping import Array, Float

from allostasis.circuit.closed_loop import detect, pulse_on

BLOCK = 120  # structural: steps whose random numbers are drawn at once


def draws(keys, block, nodes: int) -> Float[Array, "steps nodes 1 trials"]:
    """Standard normal numbers for the input of each node in each trial, for one block of steps."""
    draw = jax.vmap(lambda key: random.normal(random.fold_in(key, block), (BLOCK, nodes)), out_axes=-1)
    return draw(keys)[:, :, None, :]


def start(values, keys) -> tuple:
    """State at rest: activity, adenosine [nodes, conditions, trials], input [nodes, 1, trials], time since detection."""
    nodes, conditions = values["drive"].shape
    some = jnp.zeros((nodes, conditions, keys.shape[0]))
    return some, some, jnp.zeros((nodes, 1, keys.shape[0])), jnp.full(some.shape[1:], jnp.inf)


def advance(values, state, drawn, step) -> tuple:
    """One step of Heun, under an input (Ornstein-Uhlenbeck, variance 1) that is exact for any step.

    Returns:
        State after it, whether the detector fired at its end, whether the pulse was on during it.
    """
    activity, adenosine, noise, since = state
    numbers, loop = values["numbers"], values["loop"]
    on = pulse_on(since, loop)
    taken = values["stimulated"][:, :, None] * (loop["pulse"] * on)[None]
    fixed = values["drive"][:, :, None] - taken - numbers["threshold"]
    kept = jnp.exp(-step / numbers["input.time"])
    after = kept * noise + jnp.sqrt(1 - kept * kept) * drawn

    def slope(activity, adenosine, noise):
        arriving = sum(values["coupling"][:, j, :, None] * activity[j][None] for j in range(activity.shape[0]))
        x = numbers["recruitment"] * activity + fixed + numbers["input.sd"] * noise - numbers["exit"] * adenosine + arriving
        goal = values["present"][:, :, None] * jax.nn.sigmoid(x / numbers["width"])
        return (goal - activity) / numbers["activity_time"], (activity - adenosine) / numbers["adenosine_time"]

    first = slope(activity, adenosine, noise)
    # without the barriers the compiler computes the first slope again for every pair of nodes
    ahead = slope(*lax.optimization_barrier((activity + step * first[0], adenosine + step * first[1], after)))
    activity = activity + step / 2 * (first[0] + ahead[0])
    adenosine = adenosine + step / 2 * (first[1] + ahead[1])
    activity, adenosine = lax.optimization_barrier((activity, adenosine))
    seen = jnp.where(values["watched"][:, :, None], activity, 0).max(axis=0)
    since, fired = detect(since, seen, loop, step)
    return (activity, adenosine, after, since), fired, on
