"""What a search of a taper may not break, and how far it looks."""

import math
from dataclasses import dataclass

from allostasis.quantity import InputError

CAP = 0.05  # structural: a convention of this package, an argument everywhere
"""Highest imbalance of a plan [seizure thresholds], unless said otherwise."""
QUANTILE = 0.9  # structural: a convention of this package, an argument everywhere
"""Share of the virtual patients that stays under the cap for the whole plan, unless said otherwise."""
PERIOD_DAYS = 7  # structural: a convention of this package, an argument everywhere
LOOK_AHEAD_DAYS = 28  # structural: longer than any imbalance takes to its peak after a step
TAIL_DAYS = 90  # structural: days behind zero in which the imbalance is watched
MOST_WEEKS = 104  # structural: a convention of this package, an argument everywhere


@dataclass(frozen=True)
class SearchRules:
    """Rules of a search.

    Args:
        cap: highest imbalance allowed [seizure thresholds].
        quantile: share of the virtual patients that stays under the cap.
        period_days: length of a period with one dose [d].
        look_ahead_days: for how long a dose that is held stays under the cap [d].
        tail_days: for how long zero stays under the cap [d].
        most_weeks: longest plan [weeks].

    Raises:
        InputError: a cap that is not above 0, a quantile outside (0, 1), a length of time that does not fit.
    """

    cap: float | int = CAP
    quantile: float | int = QUANTILE
    period_days: int = PERIOD_DAYS
    look_ahead_days: int = LOOK_AHEAD_DAYS
    tail_days: int = TAIL_DAYS
    most_weeks: int = MOST_WEEKS

    def __post_init__(self):
        if not (math.isfinite(self.cap) and self.cap > 0):
            raise InputError(
                "cap of the imbalance", value=self.cap, expected="above 0, in seizure thresholds", fix="write 0.05"
            )
        if not 0 < self.quantile < 1:
            raise InputError("quantile of virtual patients", value=self.quantile, expected="above 0 and below 1")
        days = (self.period_days, self.look_ahead_days, self.tail_days)
        if any(d != int(d) or d < 1 for d in days) or self.look_ahead_days < self.period_days:
            raise InputError(
                "days of a search", value=", ".join(f"{d:g}" for d in days),
                expected="whole days: a period, a look-ahead that is no shorter, a tail",
            )  # fmt: skip
        if self.most_weeks != int(self.most_weeks) or self.most_periods < 1:
            raise InputError("longest plan [weeks]", value=self.most_weeks, expected="one period or more, in whole weeks")

    @property
    def most_periods(self) -> int:
        """Periods of the longest plan."""
        return int(self.most_weeks * 7 // self.period_days)  # structural: days in a week
