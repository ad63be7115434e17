"""Fluctuating synaptic conductances: two Ornstein-Uhlenbeck processes (point-conductance model, Destexhe et al. 2001)."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import random
from jaxtyping import Array, Float, Int, Key

from allostasis import library
from allostasis.circuit.scenes import Conductances, naive_conductances
from allostasis.quantity import InputError


@dataclass(frozen=True)
class ConductanceNoise:
    """How much and how fast the synaptic conductances of a neuron fluctuate.

        dg = (g0 - g)/tau dt + cv g0 sqrt(2/tau) dW,      used as max(g, 0)

    The coefficient of variation stays when a drug or adaptation scales the size of the synaptic events: then mean and
    standard deviation grow alike. (If the number of events changed, variance over mean would stay instead.)

    Args:
        excitation_cv: standard deviation over mean of g_E.
        inhibition_cv: the same of g_I.
        excitation_time: correlation time of g_E [ms].
        inhibition_time: correlation time of g_I [ms].

    Raises:
        InputError: a negative coefficient of variation, or a time that is not above 0.
    """

    excitation_cv: float | int
    inhibition_cv: float | int
    excitation_time: float | int
    inhibition_time: float | int

    def __post_init__(self):
        for name in ("excitation_cv", "inhibition_cv"):
            if not (np.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise InputError(f"{name} of the noise", value=getattr(self, name), expected="0 or more")
        for name in ("excitation_time", "inhibition_time"):
            if not (np.isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise InputError(f"{name} of the noise", value=getattr(self, name), expected="above 0 ms")

    @classmethod
    def from_library(cls, naive: Conductances | None = None) -> "ConductanceNoise":
        """Noise of the naive neuron: shot noise, so that variance = grain x mean; cv = sqrt(grain / mean).

        >>> noise = ConductanceNoise.from_library()
        >>> round(noise.excitation_cv, 2), round(noise.inhibition_cv, 2)
        (0.43, 0.28)
        """
        rows, naive = library.parameter_set("neuron"), naive or naive_conductances()
        return cls(
            (rows["excitation_grain"].value / naive.excitation) ** (1 / 2),
            (rows["inhibition_grain"].value / naive.inhibition) ** (1 / 2),
            rows["excitation_time"].value,
            rows["inhibition_time"].value,
        )

    @classmethod
    def none(cls) -> "ConductanceNoise":
        """No noise: the conductances stay at their means.

        >>> ConductanceNoise.none().excitation_cv
        0.0
        """
        return cls(0.0, 0.0, 1.0, 1.0)


def trial_keys(seed: int, trials: int) -> Key[Array, " trials"]:
    """One key of random numbers per trial; trial k of a seed is the same however many trials there are."""
    if not 0 <= seed < 2**32:  # structural: a word of 32 bits
        raise InputError("seed", value=seed, expected="a whole number from 0 to 4294967295")
    if trials < 1:
        raise InputError("number of trials", value=trials, expected="1 or more")
    return jax.vmap(lambda k: random.fold_in(random.key(seed), k))(jnp.arange(trials))


def wiener_increments(
    keys: Key[Array, " trials"], block: Int[Array, ""] | int, steps: int, step: Float[Array, ""] | float
) -> Float[Array, "steps 2 trials"]:
    """Increments dW [sqrt(ms)] of the two processes of each trial, for one block of steps [ms]."""
    draw = jax.vmap(lambda key: random.normal(random.fold_in(key, block), (steps, 2)), out_axes=-1)
    return jnp.sqrt(step) * draw(keys)


def heun_step(
    value: Float[Array, " trials"],
    time: Float[Array, ""] | float,
    step: Float[Array, ""] | float,
    increment: Float[Array, " trials"],
) -> Float[Array, " trials"]:
    """One step of stochastic Heun for dx = -x/tau dt + sqrt(2/tau) dW, an Ornstein-Uhlenbeck process of variance 1.

    Args:
        value: x.
        time: tau [ms].
        step: dt [ms].
        increment: dW [sqrt(ms)].

    >>> float(heun_step(jnp.ones(1), 10.0, 1.0, jnp.zeros(1))[0])
    0.905
    """
    kick = jnp.sqrt(2 / time) * increment
    ahead = value - value / time * step + kick
    return value - (value + ahead) / (2 * time) * step + kick
