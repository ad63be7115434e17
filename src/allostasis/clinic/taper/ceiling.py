"""A ceiling of a guideline on a ladder: which rung is the lowest that may follow which, and for how many periods."""

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from allostasis.clinic.taper.limits import Limits


class Ceiling(NamedTuple):
    """`Limits` in whole rungs and whole periods.

    Attributes:
        lowest: for each rung, the lowest rung that may follow it within the window.
        periods: periods for which a dose counts; the dose of today counts in as many periods of the plan.
    """

    lowest: Int[np.ndarray, " rungs"]
    periods: int

    def lowest_next(self, rungs: Sequence[int], start: int) -> int:
        """Lowest rung allowed in the next period, after the rungs of the periods so far and that of today.

        >>> Ceiling(np.array([0, 0, 1]), 2).lowest_next([1], 2)
        1
        """
        counted = list(rungs[-self.periods :]) if self.periods else []
        if len(rungs) < self.periods:
            counted.append(start)
        return max((int(self.lowest[rung]) for rung in counted), default=0)

    def stops_at(self, start: int) -> int:
        """Rung below which no plan from a start comes, however long it takes; 0 where zero can be reached.

        >>> Ceiling(np.array([0, 0, 2, 2]), 2).stops_at(3)
        2
        """
        rung = start
        while rung > 0 and self.lowest[rung] < rung:
            rung = int(self.lowest[rung])
        return rung


def ceiling(limits: Limits, ladder: Sequence[Fraction], period_days: int) -> Ceiling:
    """Tabulate a ceiling on a ladder.

    A dose that ended less than a window ago counts (`limits`): that of the last ceil(window / period) periods.

    >>> from allostasis.clinic.taper import limits
    >>> found = ceiling(limits("asam", "diazepam"), [Fraction(mg) for mg in (0, 2, 4, 6, 8)], 7)
    >>> found.lowest.tolist(), found.periods
    ([0, 1, 2, 3, 3], 2)
    """
    if not limits.bands:
        return Ceiling(np.zeros(len(ladder), int), 0)
    lowest = [bisect_left(ladder, limits.lowest_after(mg)) for mg in ladder]
    return Ceiling(np.array(lowest), -(-limits.window_days // period_days))
