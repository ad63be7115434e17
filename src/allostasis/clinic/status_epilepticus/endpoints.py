"""What a trial counts as success: the seizure ends within a time and does not come back for another."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from allostasis.quantity import InputError

STOPPED = 0.5  # structural: half way between the two stable states
"""Activity below which a seizure has ended: between the two stable states, so that nothing depends on it."""
ROUNDING_MIN = 1e-6  # structural: rounding of minutes


@dataclass(frozen=True)
class Endpoint:
    """The seizure has ended at ``within_min`` and is away until ``until_min`` [min from the first treatment on]."""

    within_min: float | int
    until_min: float | int

    def __post_init__(self):
        if not 0 < self.within_min <= self.until_min < float("inf"):
            raise InputError(
                "endpoint [min]", value=f"within {self.within_min}, until {self.until_min}", expected="0 < within <= until"
            )

    def met(
        self, activity: Float[np.ndarray, "patients minutes"], minutes: Float[np.ndarray, " minutes"]
    ) -> Bool[np.ndarray, " patients"]:
        """Who meets it.

        Args:
            activity: seizure activity, one row a patient.
            minutes: from the first treatment on.

        Raises:
            InputError: the run ends before the endpoint does.
        """
        if minutes[-1] < self.until_min - ROUNDING_MIN:
            raise InputError(
                "the run ends before the endpoint", value=f"{minutes[-1]:g} min", expected=f"at least {self.until_min:g} min",
                fix="make the horizon longer",
            )  # fmt: skip
        looked_at = (minutes >= self.within_min - ROUNDING_MIN) & (minutes <= self.until_min + ROUNDING_MIN)
        return np.all(activity[:, looked_at] < STOPPED, axis=1)


def time_to_stop(
    activity: Float[np.ndarray, "patients minutes"], minutes: Float[np.ndarray, " minutes"]
) -> Float[np.ndarray, " patients"]:
    """First minute from the first treatment on with the seizure over; infinite where it never is.

    >>> time_to_stop(np.array([[0.9, 0.2], [0.9, 0.9]]), np.array([0.0, 1.0]))
    array([ 1., inf])
    """
    over = (activity < STOPPED) & (minutes >= 0)
    return np.where(over.any(axis=1), minutes[over.argmax(axis=1)], np.inf)


def wilson(events: int, n: int) -> tuple[float, float]:
    """Wilson 95 % interval of a share.

    >>> tuple(round(x, 3) for x in wilson(15, 71))
    (0.132, 0.32)
    """
    from scipy.stats import binomtest

    interval = binomtest(int(events), int(n)).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)
