"""The terminal phase of a profile: which samples make it, and its slope."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

FEWEST = 3
"""Samples that a terminal slope needs at least."""
ACCEPTED = 0.80
"""Adjusted R2 from which a slope is accepted."""
TIE = 1e-4
"""A longer phase must beat the best one so far by more than this in adjusted R2: ties go to the later samples."""


class Terminal(NamedTuple):
    """A terminal slope: lambda_z [1/h], adjusted R2, number of samples, time of the first and of the last of them [h]."""

    lambda_z: float
    r2_adjusted: float
    n: int
    start_h: float
    end_h: float

    @property
    def half_life_h(self) -> float:
        """ln 2 / lambda_z [h]."""
        return float(np.log(2) / self.lambda_z)

    @property
    def span(self) -> float:
        """Half-lives that the samples of the slope cover."""
        return (self.end_h - self.start_h) / self.half_life_h


def terminal_phase(time: Float[np.ndarray, " points"], concentration: Float[np.ndarray, " points"]) -> Terminal | None:
    """Log-linear regression over the last n >= 3 positive samples after the maximum, n by the best adjusted R2.

        ln C = a - lambda_z t,    R2adj = 1 - (1 - R2) (n - 1)/(n - 2)

    Args:
        time: sampling times [h], in order.
        concentration: at those times [ng/mL]; with the back-extrapolated value of a bolus in front, so that the first
            sample counts as one behind the maximum.

    Returns:
        The phase, or None: fewer than 3 samples, a slope that rises, or an adjusted R2 below 0.80.

    >>> t = np.array([0.0, 1.0, 2.0, 4.0, 8.0])
    >>> terminal_phase(t, 10 * np.exp(-0.25 * t)).half_life_h.__round__(4)
    2.7726
    """
    peak = int(np.argmax(concentration))
    behind = np.flatnonzero(concentration > 0)
    behind = behind[behind > peak]
    best: Terminal | None = None
    for n in range(FEWEST, len(behind) + 1):
        chosen = behind[-n:]
        fitted = _regression(time[chosen], np.log(concentration[chosen]))
        if fitted is None or fitted[0] <= 0:
            continue
        if best is None or fitted[1] > best.r2_adjusted + TIE:
            best = Terminal(*fitted, n, float(time[chosen[0]]), float(time[chosen[-1]]))
    return best if best is not None and best.r2_adjusted >= ACCEPTED else None


def _regression(time: Float[np.ndarray, " n"], logarithm: Float[np.ndarray, " n"]) -> tuple[float, float] | None:
    """(lambda_z, adjusted R2) of a line, None where all times or all values are one."""
    x, y = time - time.mean(), logarithm - logarithm.mean()
    spread, total = float(x @ x), float(y @ y)
    if spread <= 0 or total <= 0:
        return None
    slope = float(x @ y) / spread
    n = len(time)
    r2 = slope**2 * spread / total
    return -slope, float(1 - (1 - r2) * (n - 1) / (n - 2))
