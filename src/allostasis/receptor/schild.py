"""Schild and Gaddum: how a competitive antagonist shifts a curve, from dose ratios to pA2.

dose ratio r = EC50 with antagonist / EC50 without = 1 + (B/K_B)^n
Schild     log10(r - 1) = n (log10 B + pA2)            n free: about 1 if the antagonist competes
Gaddum     log10(r - 1) - log10 B = pK_B               n = 1
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from allostasis.quantity import InputError
from allostasis.receptor.hill_data import Values, finite

_LEVEL = 0.95  # structural: the usual confidence
_NANO = 9  # structural: log10 of nM in a molar
_FEWEST = 3  # structural: a line with an error needs three points


@dataclass(frozen=True, slots=True)
class SchildFit:
    """A Schild regression and the pK_B with a slope of 1.

    Attributes:
        slope: n; an interval without 1 speaks against simple competition.
        slope_interval: 95 % interval.
        pA2: -log10 of the molar concentration that doubles the EC50, from the regression.
        pA2_interval: 95 % interval (Fieller); infinite ends where the slope may be 0.
        pKB: the same with slope 1 (Gaddum).
        pKB_interval: 95 % interval.
    """

    slope: float
    slope_interval: tuple[float, float]
    pA2: float
    pA2_interval: tuple[float, float]
    pKB: float
    pKB_interval: tuple[float, float]

    @property
    def K_nM(self) -> float:
        """Dissociation constant of the antagonist with slope 1 [nM]."""
        return float(10 ** (_NANO - self.pKB))  # structural: a decimal logarithm

    @property
    def competitive(self) -> bool:
        """Whether a slope of 1 lies in the interval."""
        return self.slope_interval[0] <= 1 <= self.slope_interval[1]


def schild(antagonist_nM: Values, ec50: Values, ec50_without: float | int) -> SchildFit:
    """Fit dose ratios against the antagonist by least squares.

    Args:
        antagonist_nM: concentrations [nM], three or more.
        ec50: EC50 of the agonist with each, any unit.
        ec50_without: EC50 without antagonist, same unit.

    Raises:
        InputError: fewer than three concentrations, two arrays of different length, numbers that are not positive, or an
            EC50 that did not rise (a dose ratio of 1 or less has no logarithm).

    >>> b = np.array([10.0, 100.0, 1000.0])
    >>> fit = schild(b, 20.0 * (1 + b / 5.0), 20.0)
    >>> round(fit.slope, 6), round(fit.pA2, 3), round(fit.K_nM, 6)
    (1.0, 8.301, 5.0)
    """
    b, shifted = finite("antagonist concentrations", antagonist_nM), finite("EC50 values", ec50)
    if b.shape != shifted.shape or b.ndim != 1:
        raise InputError("antagonist concentrations and EC50 do not match", value=f"{b.size} and {shifted.size}")
    if len(np.unique(b)) < _FEWEST:
        raise InputError("antagonist concentrations for a Schild line", value=len(np.unique(b)), expected="3 or more")
    if not ec50_without > 0 or (b <= 0).any():
        raise InputError("a concentration that is not positive", value=min(float(ec50_without), float(b.min())),
                         expected="above 0", fix="give the EC50 without antagonist as ec50_without")  # fmt: skip
    ratio = shifted / ec50_without
    if (ratio <= 1).any():
        raise InputError("a dose ratio of 1 or less has no place in a Schild plot", value=float(ratio.min()),
                         expected="EC50 above the one without antagonist", fix="leave out that concentration")  # fmt: skip
    return _regression(np.log10(b) - _NANO, np.log10(ratio - 1))


def _regression(log_b: np.ndarray, height: np.ndarray) -> SchildFit:
    n = len(log_b)
    centre, middle = log_b.mean(), height.mean()
    spread = float(((log_b - centre) ** 2).sum())
    slope = float(((log_b - centre) * height).sum() / spread)
    variance = float(((height - middle - slope * (log_b - centre)) ** 2).sum() / (n - 2))
    t = float(stdtrit(n - 2, (1 + _LEVEL) / 2))
    half = t * np.sqrt(variance / spread)
    # Fieller: the x at which the line may be 0, about the centre; g is the squared relative half width of the slope
    g = (half / slope) ** 2 if slope else np.inf
    if g < 1:
        shift = -middle / slope
        wide = t / abs(slope) * np.sqrt(variance * ((1 - g) / n + shift**2 / spread))
        ends = sorted(-(centre + (shift + s * wide) / (1 - g)) for s in (-1, 1))
        bounds = (float(ends[0]), float(ends[1]))
    else:
        bounds = (-np.inf, np.inf)
    gaddum = height - log_b
    t_mean = float(stdtrit(n - 1, (1 + _LEVEL) / 2))
    error = t_mean * float(np.std(gaddum, ddof=1)) / np.sqrt(n)
    pkb = float(gaddum.mean())
    return SchildFit(
        slope, (float(slope - half), float(slope + half)), float(middle / slope - centre) if slope else np.nan, bounds,
        pkb, (float(pkb - error), float(pkb + error)),
    )  # fmt: skip
