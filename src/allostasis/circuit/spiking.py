"""A leaky integrate-and-fire neuron with a spike-triggered adaptation current, and its firing without noise."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float

from allostasis import library
from allostasis.circuit.membrane import Membrane, Numbers, steady_potential, total_conductance
from allostasis.quantity import InputError

LONGEST, HALVINGS = 1e5, 60  # structural: longest interval [ms] that is told from silence; halvings of it
_ROWS = ("capacitance", "threshold", "reset", "refractory", "adaptation_jump", "adaptation_time")


@dataclass(frozen=True)
class SpikingNeuron:
    """Adaptive leaky integrate-and-fire neuron driven by conductances.

        C dV/dt = g_L (E_L - V) + g_I (E_GABA - V) + g_E (E_glu - V) - w,     tau_w dw/dt = -w
        at V = V_th: V -> V_r for t_ref, w -> w + b

    The limit of the adaptive exponential neuron (Brette, Gerstner 2005) for a sharp onset of the spike and no subthreshold
    adaptation. That limit is taken for a reason: mean-driven firing begins exactly where the steady potential meets the
    threshold, whatever the adaptation.

    Args:
        membrane: leak and reversal potentials.
        capacitance: C [pF].
        threshold: V_th [mV].
        reset: V_r [mV], below the threshold.
        refractory: t_ref [ms], above 0.
        adaptation_jump: b [pA], 0 for a neuron that does not adapt.
        adaptation_time: tau_w [ms].

    Raises:
        InputError: a number out of range.
    """

    membrane: Membrane
    capacitance: float | int
    threshold: float | int
    reset: float | int
    refractory: float | int
    adaptation_jump: float | int
    adaptation_time: float | int

    def __post_init__(self):
        for name in _ROWS:
            value = getattr(self, name)
            if not np.isfinite(value):
                raise InputError(f"{name} of the neuron", value=value, expected="a finite number")
            object.__setattr__(self, name, float(value))
        for name in ("capacitance", "refractory", "adaptation_time"):
            if getattr(self, name) <= 0:
                raise InputError(f"{name} of the neuron", value=getattr(self, name), expected="above 0")
        if self.adaptation_jump < 0:
            raise InputError("adaptation_jump of the neuron", value=self.adaptation_jump, expected="0 pA or more")
        if self.reset >= self.threshold:
            raise InputError(
                "reset potential", value=self.reset, expected=f"below the threshold, {self.threshold:g} mV"
            )

    @classmethod
    def from_library(cls, membrane: Membrane | None = None) -> "SpikingNeuron":
        """Neuron with the numbers of the set `neuron`.

        >>> SpikingNeuron.from_library().threshold
        -55.0
        """
        rows = library.parameter_set("neuron")
        return cls(membrane or Membrane.from_library(), *(rows[name].value for name in _ROWS))


def steady_rate(neuron: SpikingNeuron, inhibition: Numbers, excitation: Numbers) -> Float[Array, "..."]:
    """Firing rate [Hz] without noise and before adaptation, in closed form.

        1/rate = t_ref + tau ln[(V_inf - V_r) / (V_inf - V_th)],   tau = C / (g_L + g_I + g_E),   0 where V_inf <= V_th

    Args:
        neuron: the neuron; its adaptation is left out of account.
        inhibition: g_I [nS].
        excitation: g_E [nS].

    Raises:
        InputError: a negative conductance.

    >>> neuron = SpikingNeuron.from_library()
    >>> [round(float(steady_rate(neuron, *g)), 1) for g in ((10.0, 4.0), (7.0, 6.0))]
    [0.0, 40.5]
    """
    goal = steady_potential(neuron.membrane, inhibition, excitation)
    time = neuron.capacitance / total_conductance(neuron.membrane, inhibition, excitation)
    fires = goal > neuron.threshold
    above = jnp.where(fires, goal - neuron.threshold, 1)
    interval = neuron.refractory + time * jnp.log1p((neuron.threshold - neuron.reset) / above)
    return jnp.where(fires, 1000 / interval, 0)  # structural: per ms to per s


def adapted_rate(neuron: SpikingNeuron, inhibition: Numbers, excitation: Numbers) -> Float[Array, "..."]:
    """Firing rate [Hz] without noise once adaptation has settled.

    After the refractory time, with w+ the adaptation current that then is left and 1/tau' = 1/tau - 1/tau_w,

        V(t) = V_inf + (V_r - V_inf) exp(-t/tau) - w+ tau'/C [exp(-t/tau_w) - exp(-t/tau)]
        w+   = b exp(-t_ref/tau_w) / [1 - exp(-(t_ref + t)/tau_w)]                       each spike adds what an interval loses

    and V(t) = V_th gives the interval t_ref + t, by bisection.

    Args:
        neuron: the neuron; its membrane must be faster than its adaptation.
        inhibition: g_I [nS].
        excitation: g_E [nS].

    Raises:
        InputError: a negative conductance.

    >>> neuron = SpikingNeuron.from_library()
    >>> [round(float(adapted_rate(neuron, *g)), 1) for g in ((10.0, 4.0), (7.0, 6.0))]
    [0.0, 7.0]
    """
    goal = steady_potential(neuron.membrane, inhibition, excitation)
    time = neuron.capacitance / total_conductance(neuron.membrane, inhibition, excitation)
    slow = neuron.adaptation_time
    both = 1 / (1 / time - 1 / slow)

    def below(t: Float[Array, "..."]) -> Bool[Array, "..."]:
        left = neuron.adaptation_jump * jnp.exp(-neuron.refractory / slow) / -jnp.expm1(-(neuron.refractory + t) / slow)
        passive = goal + (neuron.reset - goal) * jnp.exp(-t / time)
        held = left * both / neuron.capacitance * (jnp.exp(-t / slow) - jnp.exp(-t / time))
        return passive - held < neuron.threshold

    low, high = jnp.zeros_like(goal), jnp.full_like(goal, LONGEST)
    fires = ~below(high)

    def halve(_, ends):
        middle = (ends[0] + ends[1]) / 2
        short = below(middle)
        return jnp.where(short, middle, ends[0]), jnp.where(short, ends[1], middle)

    high = lax.fori_loop(0, HALVINGS, halve, (low, high))[1]
    return jnp.where(fires, 1000 / (neuron.refractory + high), 0)  # structural: per ms to per s
