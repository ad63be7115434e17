"""Membrane potential of one neuron from its conductances: leak, GABA, glutamate."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from allostasis import library
from allostasis.quantity import InputError

type Numbers = Float[Array | np.ndarray, "..."] | float | int


@dataclass(frozen=True)
class Membrane:
    """Leak and reversal potentials of a neuron.

    Args:
        leak: leak conductance [nS].
        e_leak: its reversal potential [mV].
        e_gaba: reversal potential of the GABA current [mV].
        e_glutamate: reversal potential of the glutamate current [mV].

    Raises:
        InputError: no leak, or a number that is not finite.

    >>> Membrane(10, -70, -75, 0).leak
    10.0
    """

    leak: float | int
    e_leak: float | int
    e_gaba: float | int
    e_glutamate: float | int

    def __post_init__(self):
        for name in ("leak", "e_leak", "e_gaba", "e_glutamate"):
            value = getattr(self, name)
            if not np.isfinite(value):
                raise InputError(f"{name} of the membrane", value=value, expected="a finite number")
            object.__setattr__(self, name, float(value))
        if self.leak <= 0:
            raise InputError("leak conductance", value=self.leak, expected="above 0 nS")

    @classmethod
    def from_library(cls, e_gaba: float | int | None = None) -> "Membrane":
        """Membrane with the numbers of the set `neuron`; another reversal potential of GABA [mV] where given.

        >>> Membrane.from_library().e_gaba
        -75.0
        """
        rows = library.parameter_set("neuron")
        values = {name: rows[name].value for name in ("leak", "e_leak", "e_gaba", "e_glutamate")}
        return cls(**values if e_gaba is None else values | {"e_gaba": float(e_gaba)})


def total_conductance(membrane: Membrane, inhibition: Numbers, excitation: Numbers) -> Float[Array, "..."]:
    """Sum of leak and synaptic conductances [nS].

    Raises:
        InputError: a negative conductance.
    """
    for name, value in (("inhibition", inhibition), ("excitation", excitation)):
        if isinstance(value, (float, int, np.ndarray)) and not np.all(np.asarray(value) >= 0):
            raise InputError(f"conductance of {name}", value=np.min(value).item(), expected="0 nS or more")
    return membrane.leak + jnp.asarray(inhibition, float) + jnp.asarray(excitation, float)


def steady_potential(membrane: Membrane, inhibition: Numbers, excitation: Numbers) -> Float[Array, "..."]:
    """Potential at which no net current flows [mV].

        V = (g_L E_L + g_I E_GABA + g_E E_glu) / (g_L + g_I + g_E)

    Args:
        membrane: leak and reversal potentials.
        inhibition: g_I [nS].
        excitation: g_E [nS].

    Raises:
        InputError: a negative conductance.

    >>> round(float(steady_potential(Membrane(10, -70, -75, 0), 10.0, 4.0)), 1)
    -60.4
    """
    total = total_conductance(membrane, inhibition, excitation)
    driven = membrane.leak * membrane.e_leak + inhibition * membrane.e_gaba + excitation * membrane.e_glutamate
    return jnp.asarray(driven) / total
