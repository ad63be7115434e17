"""Runs of the thalamocortical model: conditions by trials as lanes, explicit seeds, fixed steps, blocks as long as the delay."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random
from jaxtyping import Array, Float, Key

from allostasis.circuit.conductance_noise import trial_keys
from allostasis.circuit.thalamocortical import Levers, constants, lever_arrays
from allostasis.circuit.thalamocortical_step import Delayed, State, advance, rates, start
from allostasis.quantity import InputError

ROUNDING = 1e-9  # structural: of times
STEP = 0.0005  # structural: step [s]; a test halves it
BLOCKS = 500  # structural: blocks of one delay in a compiled part of a run, 4 s
PER_BLOCK = 2  # structural: samples kept of a block, one in 4 ms
SECONDS, TRIALS = 60.0, 8  # structural: usual length [s] and number of trials
SHORTEST, LONGEST, MOST = 10.0, 3600.0, 512  # structural: what a run may take: seconds, seconds, lanes


@dataclass(frozen=True, eq=False)
class ThalamocorticalRun:
    """What was simulated.

    Attributes:
        time: seconds since the start, every 4 ms.
        pyramidal: potential of pyramidal cells over rest [mV]: the shape of the EEG, upside down.
        step: step of the integration [s].
        seed: of the noise; all conditions share it.
    """

    time: Float[np.ndarray, " times"]
    pyramidal: Float[np.ndarray, "times conditions trials"]
    step: float
    seed: int


def simulate_thalamocortical(
    conditions: tuple[Levers, ...] | list[Levers], *, seconds: float | int = SECONDS, trials: int = TRIALS, seed: int = 1,
    step: float = STEP,
) -> ThalamocorticalRun:  # fmt: skip
    """Simulate conditions under the same noise.

    The noise of the external inputs is held for 1 ms whatever the step, so that halving the step changes the arithmetic alone.

    Args:
        conditions: one set of levers each.
        seconds: length of each trial [s]; rounded up to parts of 4 s.
        trials: independent noise.
        seed: of the noise.
        step: of the integration [s]: an even part of the 1 ms of the noise.

    Raises:
        InputError: a number out of range, or a step that does not divide 1 ms.

    >>> run = simulate_thalamocortical([Levers()], seconds=10, trials=1)
    >>> run.pyramidal.shape
    (3000, 1, 1)
    """
    values = constants()
    hold, delay = values["input.noise_interval"], values["conduction.delay"]
    per_hold, per_block = round(hold / step), round(delay / step)
    if per_hold < 1 or abs(per_hold * step - hold) > ROUNDING:
        raise InputError("step of the circuit", value=step, expected=f"{hold:g} s divided by a whole number")
    if not SHORTEST <= seconds <= LONGEST:
        raise InputError("seconds of the circuit", value=seconds, expected=f"{SHORTEST:g} to {LONGEST:g} s")
    levers = lever_arrays(conditions)
    count = len(conditions)
    if trials < 1 or count * trials > MOST:
        raise InputError("trials of the circuit", value=trials, expected=f"1 to {MOST // count} with {count} conditions")
    keys = trial_keys(seed, trials)
    spread = {name: jnp.repeat(jnp.asarray(value), trials) for name, value in levers.items()}
    state, silent = start(count * trials), jnp.zeros((per_block, count * trials))
    carry, kept = (state, Delayed(silent, silent)), []
    parts = int(np.ceil(seconds / (BLOCKS * delay) - ROUNDING))
    for part in range(parts):
        carry, shown = _part(values, spread, keys, carry, part * BLOCKS, step, per_block, per_hold)
        kept.append(np.asarray(shown))
    pyramidal = np.concatenate(kept).reshape(-1, count, trials)
    time = np.arange(len(pyramidal)) * delay / PER_BLOCK
    return ThalamocorticalRun(time, pyramidal, step, seed)


@partial(jax.jit, static_argnames=("per_block", "per_hold"))
def _part(
    values: dict, levers: dict, keys: Key[Array, " trials"], carry: tuple[State, Delayed], first: Any, step: Any,
    per_block: int, per_hold: int,
):  # fmt: skip
    """Blocks of one delay: what left the other side in the block before arrives in this one."""
    repeats = next(iter(levers.values())).shape[0] // keys.shape[0]
    holds = per_block // per_hold

    def block(carry, number):
        state, arriving = carry
        draw = jax.vmap(lambda key: random.normal(random.fold_in(key, number), (holds, 2)), out_axes=-1)(keys)
        noise = jnp.tile(jnp.repeat(values["input.noise_sd"] * draw, per_hold, axis=0), (1, 1, repeats))
        rise = jnp.minimum(number * values["conduction.delay"] / values["input.rise"], 1)
        pyramidal, _, relay, _ = rates(values, levers, state)
        end = Delayed(pyramidal[None], relay[None])
        following = Delayed(*(jnp.concatenate([a[1:], b]) for a, b in zip(arriving, end, strict=True)))

        def one(state, given):
            before, after, noise = given
            drive = (rise * (values["input.cortical"] + noise[0]), rise * (values["input.sensory"] + noise[1]))
            sent = rates(values, levers, state)
            following = advance(values, levers, state, before, after, drive, step)
            return following, (Delayed(sent[0], sent[2]), state.potential[0])

        state, (leaving, shown) = lax.scan(one, state, (arriving, following, noise))
        return (state, leaving), shown[:: per_block // PER_BLOCK]

    carry, shown = lax.scan(block, carry, first + jnp.arange(BLOCKS))
    return carry, shown.reshape(-1, shown.shape[-1])
