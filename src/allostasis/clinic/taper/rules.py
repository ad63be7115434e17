"""What a rule asks for, in exact mg and without regard to tablets: the daily doses after the start, the last one 0.

    percent of current:  d_k = (1 - p)^k d_0 while at least `stop`, then 0
    linear:              d_k = d_0 - k s, then 0
    bands:               d_(k+1) = max(d_k - fall_b, edge_b), b the band that holds d_k
    hyperbolic:          occupancy(d_k) = (1 - k/n) occupancy(d_0): equal steps of receptor occupancy

What tablets make of it is the business of `carrying_out`.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from scipy.optimize import brentq

from allostasis.clinic.taper.limits import Band
from allostasis.clinic.taper.product import exact
from allostasis.quantity import InputError

MOST_STEPS = 1000  # structural: a guard against a rule that hardly falls
"""Most steps of a rule; a rule that needs more is refused, never cut short."""
GRID = 32  # structural: points at which an occupancy is looked at
"""Doses between 0 and the start at which it is checked that an occupancy rises."""


def percent_doses(start_mg: Fraction, fraction: Fraction, stop_mg: Fraction) -> tuple[Fraction, ...]:
    """Daily doses [mg] that fall by a share of the current dose, and to 0 instead of below `stop_mg`.

    Raises:
        InputError: a share outside 0 to 1, a stop that is not positive, or more than `MOST_STEPS` steps.

    >>> [float(mg) for mg in percent_doses(Fraction(8), Fraction(1, 2), Fraction(2))]
    [4.0, 2.0, 0.0]
    """
    if not 0 < fraction <= 1:
        raise InputError("fall per step as a share of the dose", value=float(fraction), expected="above 0, at most 1")
    if stop_mg <= 0:
        raise InputError("dose below which a percent rule stops [mg]", value=float(stop_mg), expected="above 0")
    return _until_zero(start_mg, lambda mg: mg * (1 - fraction) if mg * (1 - fraction) >= stop_mg else Fraction(0))


def linear_doses(start_mg: Fraction, step_mg: Fraction) -> tuple[Fraction, ...]:
    """Daily doses [mg] that fall by the same mg each step.

    Raises:
        InputError: a step that is not positive, or more than `MOST_STEPS` steps.

    >>> [float(mg) for mg in linear_doses(Fraction(5), Fraction(2))]
    [3.0, 1.0, 0.0]
    """
    if step_mg <= 0:
        raise InputError("fall per step [mg]", value=float(step_mg), expected="above 0")
    return _until_zero(start_mg, lambda mg: max(mg - step_mg, Fraction(0)))


def band_doses(start_mg: Fraction, bands: Sequence[Band]) -> tuple[Fraction, ...]:
    """Daily doses [mg] that fall by the step of the band they are in, never past its edge in one step.

    Raises:
        InputError: more than `MOST_STEPS` steps.

    >>> wide, narrow = Band(Fraction(4), None, Fraction(3)), Band(Fraction(0), None, Fraction(2))
    >>> [float(mg) for mg in band_doses(Fraction(8), [wide, narrow])]
    [5.0, 4.0, 2.0, 0.0]
    """
    falling = sorted(bands, key=lambda band: -band.edge_mg)
    return _until_zero(start_mg, lambda mg: next(band.lowest(mg) for band in falling if mg > band.edge_mg))


def hyperbolic_doses(start_mg: Fraction, steps: int, occupancy: Callable[[float], Any]) -> tuple[Fraction, ...]:
    """Daily doses [mg] at equal steps of receptor occupancy, which fall by less and less mg.

    Args:
        start_mg: daily dose at the start [mg].
        steps: number of steps to zero.
        occupancy: receptor occupancy (0 to 1) at steady state of a daily dose [mg]; rises with the dose, 0 at 0.

    Raises:
        InputError: fewer than one step, or a function that does not rise from 0.

    >>> [round(float(mg), 3) for mg in hyperbolic_doses(Fraction(10), 4, lambda mg: mg / (mg + 10))]
    [6.0, 3.333, 1.429, 0.0]
    """
    if not 1 <= steps <= MOST_STEPS:
        raise InputError("steps of a hyperbolic taper", value=steps, expected=f"1 to {MOST_STEPS}")
    at_start, at_zero = float(occupancy(float(start_mg))), float(occupancy(0.0))
    tolerance = 1e-9  # structural: far below any occupancy that matters
    if not (abs(at_zero) <= tolerance < at_start <= 1):
        found = f"{at_zero:g} at 0 mg, {at_start:g} at {float(start_mg):g} mg"
        raise InputError("occupancy does not rise from 0", value=found, expected="0 at 0 mg, up to 1 at the start dose")
    grid = [float(start_mg) * k / GRID for k in range(GRID + 1)]
    values = [float(occupancy(mg)) for mg in grid]
    if any(b <= a for a, b in pairwise(values)):
        raise InputError("occupancy does not rise with the dose", expected="a function that rises with the daily dose")
    doses = []
    for k in range(1, steps):
        wanted = at_start * (1 - k / steps)
        root: Any = brentq(lambda mg, wanted=wanted: float(occupancy(mg)) - wanted, 0.0, float(start_mg), xtol=tolerance)
        doses.append(exact(float(root)))
    return (*doses, Fraction(0))


def _until_zero(start_mg: Fraction, following: Callable[[Fraction], Fraction]) -> tuple[Fraction, ...]:
    if start_mg <= 0:
        raise InputError("daily dose at the start [mg]", value=float(start_mg), expected="above 0")
    doses, mg = [], start_mg
    while mg > 0:
        mg = following(mg)
        doses.append(mg)
        if len(doses) > MOST_STEPS:
            raise InputError("a taper of too many steps", expected=f"{MOST_STEPS} or fewer", fix="take larger steps")
    return tuple(doses)
