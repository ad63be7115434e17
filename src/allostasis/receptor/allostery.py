"""Closed forms of the equilibrium: what a measured modulation or half-maximal concentration says of c and K.

With Q = (1 - Po)/Po at the GABA level of the measurement and N equal copies of a site:

    modulation m at saturation      c^N = [(1 + Q)/(1 + m) - 1] / Q
    concentration for a factor s^N  X = K (1 - s) / (s/c - 1)
    half-maximal, N = 1             EC50 = K c (1 + Q)/(1 + c Q)
"""

from typing import Any

from allostasis.quantity import InputError


def odds_closed(po: Any) -> Any:
    """Q = (1 - Po)/Po."""
    return (1 - po) / po


def efficacy_from_modulation(modulation: float | int, closed: float | int, copies: int = 1) -> float:
    """Return c from the fractional change of the response at saturation (1.03 for +103 %) and Q.

    Raises:
        InputError: a change that no c gives at this GABA level: the channel cannot open more than always.

    >>> round(efficacy_from_modulation(1.03, 4.55), 3)
    0.381
    """
    power = ((1 + closed) / (1 + modulation) - 1) / closed if modulation > -1 else -1.0
    if power <= 0:
        raise InputError(
            "no efficacy gives this modulation",
            value=modulation,
            expected=f"a fractional change above -1 and below {closed:.3g} (open probability 1) at this GABA level",
        )
    return power ** (1 / copies)


def concentration_for(factor: Any, K: Any, c: Any, copies: int = 1) -> Any:
    """Return the concentration at which [(1 + X/K)/(1 + X/(cK))]^N is `factor`, which lies between 1 and c^N."""
    s = factor ** (1 / copies)
    return K * (1 - s) / (s / c - 1)


def half_factor(closed: Any, c: Any, copies: int = 1, fraction: Any = None) -> Any:
    """Return F at which Po lies at a fraction (half if None) of its way from without to saturating ligand."""
    share = 1 / 2 if fraction is None else fraction
    without, with_all = 1 / (1 + closed), 1 / (1 + closed * c**copies)
    return odds_closed(without + share * (with_all - without)) / closed


def affinity_from_ec50(ec50: float | int, closed: float | int, c: float | int, copies: int = 1) -> float:
    """Return K of the resting state from a half-maximal concentration in the same unit.

    >>> round(affinity_from_ec50(27.0, 4.55, 0.381), 1)
    34.9
    """
    if c == 1:
        return float(ec50)
    return float(ec50 / concentration_for(half_factor(closed, c, copies), 1, c, copies))
