"""The receptor reserve: from the gain at each subtype to the effect on each axis, by the operational model of agonism.

    T_kj = sign(g_j) (tau_k |g_j|)^n / (1 + (tau_k |g_j|)^n)      response of the pathway of subtype j (Black and Leff 1983)
    E_k  = sum_j w_kj T_kj                                        effect, -1 to 1; w_kj: share of the subtype, sum 1

tau_k, the transducer ratio, is the inverse of the gain at half the largest response: a large one is a large reserve, an effect
reached with few receptors. The transducer stands in the pathway of each subtype, *before* the sum, because two facts demand it.
If it stood behind the sum, a reserve that lets 3 % occupancy by a full agonist sedate would let the alpha2 and alpha3 share of a
selective drug at 99 % sedate as well (it does not), and sedation by diazepam would survive in alpha1(H101R) mice (it is lost).
That a negative gain has the same curve with the opposite sign is an assumption.
"""

from typing import Any

import numpy as np

from allostasis.clinic.profile.axes import Circuit


def response(gain: Any, half_gain: Any, steepness: Any) -> Any:
    """T of gains that broadcast with the half gains; smooth, odd, -1 to 1. Takes numpy and JAX arrays.

    >>> [round(response(g, 0.1, 2.0), 2) for g in (-0.1, 0.0, 0.1, 1.0)]
    [-0.5, 0.0, 0.5, 0.99]
    """
    ratio = gain / half_gain
    size = abs(ratio) ** steepness
    return ratio * abs(ratio) ** (steepness - 1) / (1 + size)


def gain_for_response(value: Any, half_gain: Any, steepness: Any) -> Any:
    """Gain that gives a response between -1 and 1; the inverse of `response`.

    >>> round(float(gain_for_response(response(-0.3, 0.1, 2.0), 0.1, 2.0)), 9)
    -0.3
    """
    return np.sign(value) * half_gain * (abs(value) / (1 - abs(value))) ** (1 / steepness)


def contributions(gains: Any, numbers: Circuit) -> Any:
    """w_kj T_kj [..., axis, subtype] from gains [..., subtype]."""
    half = numbers.half_gain[:, None]
    return numbers.weight * response(gains[..., None, :], half, numbers.steepness)


def effects(gains: Any, numbers: Circuit) -> Any:
    """E [..., axis] from gains [..., subtype].

    >>> from allostasis.clinic.profile.axes import circuit
    >>> effects(np.full(4, 10.0), circuit("rodent")).round(2).tolist()
    [1.0, 1.0, 1.0, 0.99, 1.0, 1.0, 1.0, 0.99, 1.0]
    """
    return contributions(gains, numbers).sum(axis=-1)
