"""From ports to gains: what excitation, the two inhibitory loops and the driving force of chloride do to a neural mass."""

from collections.abc import Sequence
from typing import Any

from allostasis import library
from allostasis.circuit.eeg.neural_mass import Gains, Numbers
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError

LOOPS = ("fast", "slow")


def driven_gains(
    point: Gains,
    excitation: Numbers = 1.0,
    inhibition_fast: Numbers = 1.0,
    inhibition_slow: Numbers = 1.0,
    driving_force: Numbers = 1.0,
) -> Gains:
    """Gains of an operating point under drug, trafficking and chloride; all arguments are ratios over naive.

        A' = A excitation
        G' = G driving_force fast^p,  g' = g / fast^q;      B' = B driving_force slow^p,  b' = b / slow^q

    A receptor that a modulator keeps open longer gives a larger and a slower synaptic current. The port is the ratio of charge,
    which in this model goes with G'/g': p + q = 1 keeps it. p and q are `amplitude_exponent` and `decay_exponent` of the library.

    >>> point = Gains(5.0, 10.0, 15.0, 100.0, 50.0, 500.0)
    >>> drug = driven_gains(point, inhibition_fast=2.25)
    >>> round(float(drug.fast), 2), round(float(drug.fast_rate), 1)
    (22.5, 333.3)
    """
    rows = library.parameter_set("eeg")
    p, q = rows["amplitude_exponent"].value, rows["decay_exponent"].value
    return Gains(
        point.excitation * excitation,
        point.slow * driving_force * inhibition_slow**p,
        point.fast * driving_force * inhibition_fast**p,
        point.excitation_rate,
        point.slow_rate / inhibition_slow**q,
        point.fast_rate / inhibition_fast**q,
    )


def loop_inhibition(modulation: Sequence[Any], strength: Sequence[Any] | None = None, slow_share: float | int = 1.0) -> tuple:
    """Ratios over naive of the fast and the slow loop, from the modulation of each receptor subtype.

        loop = sum_k w_k s_k (1 + share (m_k - 1)),      w: `loop.fast` (alpha1-rich) and `loop.slow` (alpha2- and alpha5-rich)

    Args:
        modulation: m_k, open probability over drug-free with coupling taken in, in the order of `SUBTYPES`.
        strength: s_k, receptors over naive; 1 when left out.
        slow_share: share of the modulation that reaches the slow loop; 0 leaves it without drug.

    Returns:
        (fast, slow).

    Raises:
        InputError: another number of subtypes.

    >>> fast, slow = loop_inhibition([1.5] * 4)
    >>> round(fast, 6), round(slow, 6)
    (1.5, 1.5)
    """
    strength = [1.0] * len(SUBTYPES) if strength is None else strength
    if len(modulation) != len(SUBTYPES) or len(strength) != len(SUBTYPES):
        raise InputError("modulation of the loops", value=len(modulation), expected="one number each for " + ", ".join(SUBTYPES))
    rows, found = library.parameter_set("eeg"), []
    for loop, share in zip(LOOPS, (1.0, slow_share), strict=True):
        weights = (rows[f"loop.{loop}.{k}"].value if f"loop.{loop}.{k}" in rows else 0.0 for k in SUBTYPES)
        found.append(sum(w * s * (1 + share * (m - 1)) for w, s, m in zip(weights, strength, modulation, strict=True)))
    return tuple(found)
