"""One neuron in four scenes: naive, acute drug, adapted on drug, drug removed."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from allostasis import library
from allostasis.circuit.membrane import Membrane, Numbers, steady_potential
from allostasis.quantity import InputError

SCENES = {
    "naive": "before the drug",
    "acute": "acute drug",
    "adapted": "adapted on drug",
    "removed": "drug removed",
}
"""The scenes in their order, and what they are called for a reader."""


@dataclass(frozen=True)
class Conductances:
    """Mean synaptic conductances of a neuron.

    Args:
        inhibition: g_I [nS].
        excitation: g_E [nS].

    Raises:
        InputError: a conductance that is not above 0.
    """

    inhibition: float | int
    excitation: float | int

    def __post_init__(self):
        for name in ("inhibition", "excitation"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                raise InputError(f"conductance of {name}", value=value, expected="above 0 nS")


@dataclass(frozen=True)
class Scene:
    """A neuron at one instant.

    Attributes:
        name: one of `SCENES`.
        conductances: g_I and g_E [nS].
        potential: steady membrane potential [mV].
        imbalance: H = ln(g_E / g_I) - ln(g_E0 / g_I0), against the naive neuron.
        time_h: the instant in the run [h]; None for a textbook scene.
        log_inhibition_gain: S at the instant.
        log_adaptation: a at the instant.
    """

    name: str
    conductances: Conductances
    potential: float
    imbalance: float
    time_h: float | None = None
    log_inhibition_gain: float | None = None
    log_adaptation: float | None = None


def naive_conductances() -> Conductances:
    """Mean conductances of the naive neuron, from the library.

    >>> naive_conductances()
    Conductances(inhibition=10.0, excitation=4.0)
    """
    rows = library.parameter_set("neuron")
    return Conductances(rows["scene.naive.inhibition"].value, rows["scene.naive.excitation"].value)


def textbook_scenes(membrane: Membrane | None = None) -> tuple[Scene, ...]:
    """The scenes with conductances that a textbook exercise prescribes.

    >>> [round(scene.potential, 1) for scene in textbook_scenes()]
    [-60.4, -64.7, -58.3, -53.3]
    """
    membrane, rows = membrane or Membrane.from_library(), library.parameter_set("neuron")
    return tuple(
        _scene(name, membrane, Conductances(rows[f"scene.{name}.inhibition"].value, rows[f"scene.{name}.excitation"].value))
        for name in SCENES
    )  # fmt: skip


def conductances_at(
    log_inhibition_gain: Numbers,
    log_adaptation: Numbers,
    receptor_share: float | int,
    naive: Conductances | None = None,
) -> tuple[Float[Array, "..."], Float[Array, "..."]]:
    """Mean conductances under drug and adaptation [nS].

        g_I = g_I0 exp(S - r a),   g_E = g_E0 exp((1 - r) a),   so that  ln(g_E / g_I) - ln(g_E0 / g_I0) = a - S = H

    Args:
        log_inhibition_gain: S, log gain of inhibition by drug.
        log_adaptation: a, log excitation over inhibition from adaptation.
        receptor_share: r, share of adaptation that is loss of inhibition; the rest is gain of excitation (0 to 1).
        naive: g_I0 and g_E0 [nS]; those of the library when left out.

    Returns:
        (g_I, g_E) [nS], with the shape of the inputs.

    Raises:
        InputError: a share outside 0 to 1.

    >>> [round(float(g), 2) for g in conductances_at(0.3, 0.2, 0.5)]
    [12.21, 4.42]
    """
    if not 0 <= receptor_share <= 1:
        raise InputError("share of adaptation that is loss of inhibition", value=receptor_share, expected="0 to 1")
    naive, adaptation = naive or naive_conductances(), jnp.asarray(log_adaptation, float)
    inhibition = naive.inhibition * jnp.exp(jnp.asarray(log_inhibition_gain, float) - receptor_share * adaptation)
    return inhibition, naive.excitation * jnp.exp((1 - receptor_share) * adaptation)


def simulated_scene(
    name: str,
    time_h: float | int,
    log_inhibition_gain: float | int,
    log_adaptation: float | int,
    receptor_share: float | int,
    membrane: Membrane | None = None,
    naive: Conductances | None = None,
) -> Scene:
    """A scene from the ports of a run at one instant.

    Args:
        name: one of `SCENES`.
        time_h: the instant [h].
        log_inhibition_gain: S there.
        log_adaptation: a there.
        receptor_share: r; see `conductances_at`.
        membrane: leak and reversal potentials; of the library when left out.
        naive: conductances without drug; of the library when left out.

    Raises:
        InputError: a share outside 0 to 1.

    >>> round(simulated_scene("removed", 240.0, 0.0, 0.762, 0.5).potential, 1)
    -53.4
    """
    both = conductances_at(log_inhibition_gain, log_adaptation, receptor_share, naive)
    means = Conductances(*(float(g) for g in both))
    return _scene(name, membrane or Membrane.from_library(), means, naive, time_h, log_inhibition_gain, log_adaptation)


def _scene(
    name: str, membrane: Membrane, means: Conductances, naive: Conductances | None = None, time_h: float | None = None,
    gain: float | None = None, adaptation: float | None = None,
) -> Scene:  # fmt: skip
    if name not in SCENES:
        raise InputError("scene", value=name, expected="one of " + ", ".join(SCENES))
    naive = naive or naive_conductances()
    ratio = (means.excitation / means.inhibition) / (naive.excitation / naive.inhibition)
    potential = float(steady_potential(membrane, means.inhibition, means.excitation))
    return Scene(name, means, potential, float(np.log(ratio)), time_h, gain, adaptation)
