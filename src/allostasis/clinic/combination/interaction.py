"""Two drugs against what independence (Bliss) and dose additivity (Loewe) would give.

    fraction        f = 1 - exp(-effect)                the share of the drive, exp H, that is taken away
    Bliss           f_B = 1 - (1 - f_1)(1 - f_2)        excess = f_12 - f_B; zero where effects on H add up
    Loewe           CI = sum_i d_i / D_i(e)             D_i(e): dose of drug i alone for the effect e = effect(d_1, d_2)

A drug that never reaches e alone has D = infinity, so its term is 0: CI is then below 1 by definition and says only that the drug
cannot do it alone. CI below 1 is synergy, above 1 antagonism. Doses are multiples of the reference dose of each drug; what it
forms goes with it. (Bliss 1939, Loewe 1926, Chou and Talalay 1984, from memory.)
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from allostasis.clinic.combination.effect import Balance
from allostasis.quantity import InputError

MOST = 1e4  # structural: doses are looked for up to this multiple of the reference
LEAST = 1e-6  # structural: and from this one on
HALVINGS = 40  # structural: bisection in the logarithm of the dose, to 1e-11 of it
ROUNDING = 1e-9  # structural: of an effect
POINTS = 41  # structural: points of an isobologram
Reference = Mapping[str, float]
"""Unbound brain level [nM] of a drug and what it forms, at its reference dose."""


def fraction(effect: float | int) -> float:
    """Share of the drive that an effect on H takes away.

    >>> fraction(0.0), round(fraction(math.log(2)), 3)
    (0.0, 0.5)
    """
    return -math.expm1(-effect)


@dataclass(frozen=True)
class Interaction:
    """What two drugs do together at given doses.

    Attributes:
        effects: reduction of H by the first, the second, and both.
        bliss_excess: share of the drive that both take away above independence.
        combination_index: of Loewe at the effect of both; None where one of them does nothing at all.
        alone: multiple of each drug's reference that has the effect of both alone; infinity where none has.
    """

    effects: tuple[float, float, float]
    bliss_excess: float
    combination_index: float | None
    alone: tuple[float, float]


def _at(balance: Balance, first: Reference, second: Reference, a, b) -> Float[np.ndarray, " points"]:
    """Effect at multiples a and b of the references; what both form adds up."""
    names = dict.fromkeys((*first, *second))
    levels = {n: np.asarray(a) * first.get(n, 0.0) + np.asarray(b) * second.get(n, 0.0) for n in names}
    return balance.effect(levels)


def dose_for(balance: Balance, one: Reference, wanted: float | int) -> float:
    """Multiple of a drug's reference with that effect alone; infinity where no dose has it.

    The effect is taken as rising in the dose up to `MOST` times the reference.
    """
    return float(_rest(balance, {}, one, np.zeros(1), wanted)[0])


def interaction(balance: Balance, first: Reference, second: Reference) -> Interaction:
    """Bliss excess and Loewe's index at the reference doses.

    >>> both = interaction(Balance(["ketamine", "levetiracetam"]), {"ketamine": 2000.0}, {"levetiracetam": 2e5})
    >>> abs(both.bliss_excess) < 1e-9
    True
    """
    alone = (float(_at(balance, first, second, 1.0, 0.0)[0]), float(_at(balance, first, second, 0.0, 1.0)[0]))
    both = float(_at(balance, first, second, 1.0, 1.0)[0])
    independent = 1 - (1 - fraction(alone[0])) * (1 - fraction(alone[1]))
    excess = fraction(both) - independent
    if min(alone) <= 0 or both <= 0:
        return Interaction((*alone, both), excess, None, (math.inf, math.inf))
    doses = (dose_for(balance, first, both), dose_for(balance, second, both))
    return Interaction((*alone, both), excess, sum(1 / d for d in doses), doses)


def isobologram(balance: Balance, first: Reference, second: Reference, effect: float | int) -> Float[np.ndarray, "points 2"]:
    """Pairs of multiples (a, b) with one effect: the curve; the straight line between its ends would be additivity.

    Args:
        balance: where the drugs act.
        first: level of the first drug at its reference dose, with what it forms.
        second: of the second.
        effect: reduction of H that every point has.

    Raises:
        InputError: an effect of 0 or less, or one that neither drug reaches alone.

    >>> line = isobologram(Balance(["diazepam", "lorazepam"]), {"diazepam": 50.0}, {"lorazepam": 20.0}, 0.1)
    >>> ends = (line[0, 1], line[-1, 0])
    >>> bool(np.abs(line[:, 0] / ends[1] + line[:, 1] / ends[0] - 1).max() < 0.03)
    True
    """
    if not 0 < effect < math.inf:
        raise InputError("effect of an isobologram", value=effect, expected="a reduction of H above 0")
    ends = dose_for(balance, first, effect), dose_for(balance, second, effect)
    if min(ends) == math.inf and max(ends) == math.inf:
        raise InputError(
            "neither drug reaches this effect alone", value=effect, expected="an effect below the ceiling of one of them",
            fix="choose a smaller effect",
        )  # fmt: skip
    along, other = (first, second) if ends[0] < math.inf else (second, first)
    end = ends[0] if ends[0] < math.inf else ends[1]
    multiples = np.linspace(0, end, POINTS)
    rest = _rest(balance, along, other, multiples, effect)
    pairs = np.stack([multiples, rest], axis=1)[np.isfinite(rest)]
    return pairs if along is first else pairs[:, ::-1]


def _rest(
    balance: Balance, along: Reference, other: Reference, a: Float[np.ndarray, " points"], effect: float | int
) -> Float[np.ndarray, " points"]:
    """Multiple of the other drug that makes up for what is left beside `a` of the first; infinity where none does."""
    low, high = np.full(a.shape, math.log(LEAST)), np.full(a.shape, math.log(MOST))
    never = _at(balance, along, other, a, MOST + 0 * a) < effect
    none = _at(balance, along, other, a, 0 * a) >= effect * (1 - ROUNDING)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        enough = _at(balance, along, other, a, np.exp(middle)) >= effect
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(none, 0.0, np.where(never, math.inf, np.exp(high)))
