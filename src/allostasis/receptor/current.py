"""Current through GABA-A receptors in pA, and the reversal potentials that drive it."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy import constants

from allostasis.quantity.errors import InputError
from allostasis.receptor.gating import Kinetics, open_probability_at
from allostasis.receptor.macroscopic import Response

type Numbers = Float[Array | np.ndarray, "..."] | float | int

FARADAY = constants.N_A * constants.e
"""Charge of a mole of elementary charges [C/mol]."""


def thermal_voltage(celsius: Numbers) -> Numbers:
    """RT/F [mV].

    >>> round(thermal_voltage(37.0), 2)
    26.73
    """
    return constants.R * (celsius + constants.zero_Celsius) / FARADAY * 1000  # structural: V to mV


def _refuse_not_positive(**values) -> None:
    for name, value in values.items():
        if isinstance(value, (float, int)) and not value > 0:
            raise InputError(f"{name.replace('_', ' ')} is not positive", value=value, expected="a concentration in mM")


def nernst_chloride(inside: Numbers, outside: Numbers, celsius: Numbers) -> Numbers:
    """Chloride equilibrium potential E_Cl = (RT/F) ln(inside/outside) [mV], from concentrations [mM].

    >>> round(float(nernst_chloride(9.0, 135.0, 37.0)), 1)
    -72.4
    """
    _refuse_not_positive(chloride_inside=inside, chloride_outside=outside)
    return thermal_voltage(celsius) * jnp.log(jnp.asarray(inside) / outside)


def ghk_gaba(
    chloride_inside: Numbers,
    chloride_outside: Numbers,
    bicarbonate_inside: Numbers,
    bicarbonate_outside: Numbers,
    permeability: Numbers,
    celsius: Numbers,
) -> Numbers:
    """Reversal potential of the GABA current [mV] with bicarbonate passing too (Goldman, Hodgkin, Katz).

        E_GABA = (RT/F) ln[(Cl_i + p HCO3_i) / (Cl_o + p HCO3_o)],  p = P_HCO3 / P_Cl

    Without bicarbonate (p = 0) it is the Nernst potential of chloride; with it, more positive.

    >>> round(float(ghk_gaba(9.0, 135.0, 14.0, 26.0, 0.2, 37.0)), 1)
    -66.1
    """
    _refuse_not_positive(chloride_inside=chloride_inside, chloride_outside=chloride_outside)
    inside = jnp.asarray(chloride_inside) + permeability * bicarbonate_inside
    outside = jnp.asarray(chloride_outside) + permeability * bicarbonate_outside
    return thermal_voltage(celsius) * jnp.log(inside / outside)


def current(
    channels: Numbers, conductance: Numbers, open_probability: Numbers, potential: Numbers, reversal: Numbers
) -> Numbers:
    """I = N gamma Po (V - E) [pA]; positive is outward, that is chloride flowing in.

    Args:
        channels: N.
        conductance: of one open channel, gamma [pS].
        open_probability: Po, spontaneous openings included.
        potential: V [mV].
        reversal: E_Cl or E_GABA [mV].

    >>> round(float(current(20, 28.0, 0.5, -50.0, -70.0)), 3)
    5.6
    """
    return (
        channels * conductance * jnp.asarray(open_probability) * (potential - reversal) / 1000
    )  # structural: fA to pA


def phasic_current(
    response: Response, channels: Numbers, conductance: Numbers, potential: Numbers, reversal: Numbers
) -> Float[Array, "times lanes"]:
    """Synaptic current over time [pA] from the open probability along a waveform; arguments as in `current`."""
    return jnp.asarray(current(channels, conductance, response.open_probability, potential, reversal))


def tonic_current(
    model: Kinetics, gaba: Numbers, channels: Numbers, conductance: Numbers, potential: Numbers, reversal: Numbers
) -> Float[Array, " lanes"]:
    """Steady current [pA] of receptors in ambient GABA [uM], desensitisation included; arguments as in `current`."""
    steady = open_probability_at(model, jnp.asarray(gaba, float) if not isinstance(gaba, (float, int)) else gaba)
    return jnp.asarray(current(channels, conductance, steady, potential, reversal))
