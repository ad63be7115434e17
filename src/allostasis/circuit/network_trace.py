"""The course of one network: activity of every node over time, for display and for tests of the equations."""

from dataclasses import dataclass
from functools import cache

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Float

from allostasis.circuit.conductance_noise import trial_keys
from allostasis.circuit.network_run import HOUR, STEP, Condition, arrays, check_run
from allostasis.circuit.network_step import BLOCK, advance, draws, start
from allostasis.model.compiling import compile_outermost
from allostasis.quantity import InputError

MOST = 200_000  # structural: steps that are kept at most


@dataclass(frozen=True, eq=False)
class NetworkTrace:
    """Activity over time.

    Attributes:
        nodes: names.
        time: end of each step [s].
        activity: A of each node [nodes, steps].
        pulse: whether the pulse was on [steps].
    """

    nodes: tuple[str, ...]
    time: Float[np.ndarray, " steps"]
    activity: Float[np.ndarray, "nodes steps"]
    pulse: np.ndarray


def network_trace(
    condition: Condition, *, hours: float | int, seed: int = 1, trial: int = 0, step: float | int = STEP
) -> NetworkTrace:
    """Run one trial of one condition and keep everything: the same course that `simulate_network` counts.

    Args:
        condition: what to run.
        hours: length [h].
        seed: of the random numbers.
        trial: which trial of that seed.
        step: of the integration [s].

    Raises:
        InputError: too long a run to keep, or a number out of range.

    >>> from allostasis.circuit.network import SeizureNetwork
    >>> network_trace(Condition(SeizureNetwork.from_library()), hours=0.1).activity.shape
    (12, 720)
    """
    blocks = check_run([condition], hours, step)
    if blocks * BLOCK > MOST:
        raise InputError("length of the trace", value=hours, expected=f"at most {MOST * step / HOUR:.3g} h at this step")
    keys = trial_keys(seed, trial + 1)[trial:]
    values = arrays([condition])
    state, pieces = start(values, keys), []
    for k in range(blocks):
        state, piece = _compiled()(values, state, draws(keys, k, len(condition.network.nodes)), float(step))
        pieces.append(piece)
    activity, on = (np.concatenate([np.asarray(piece[k]) for piece in pieces]) for k in range(2))
    time = step * (1 + np.arange(blocks * BLOCK))
    return NetworkTrace(condition.network.nodes, time, activity[:, :, 0, 0].T, on[:, 0, 0])


@cache
def _compiled():
    return compile_outermost(_block)


def _block(values, state, drawn, step):
    def one(state, now):
        state, _, on = advance(values, state, now, step)
        activity, *_, since = state
        return state, (activity, jnp.broadcast_to(on, since.shape))

    return lax.scan(one, state, drawn)
