"""Seizure frequency under an anticonvulsant effect that fades: who responds, and who relapses.

    rate / rate without drug = exp(sensitivity h),      h: imbalance [seizure thresholds], below 0 under a drug

Sensitivity is log-normal between patients; its median is set so that a stated share of them responds (half as many seizures or
fewer) at the lowest imbalance of a reference course. A responder relapses when the reduction is less than that again.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.special import ndtr, ndtri

from allostasis import library
from allostasis.quantity import InputError

RESPONSE = np.log(2)
"""A response: half as many seizures, in log rate."""


class Responders(NamedTuple):
    """Course of response in a group of patients.

    Attributes:
        best: share with a response at their best time.
        still: share with a response at each time.
    """

    best: float
    still: Float[np.ndarray, " times"]

    @property
    def relapsed(self) -> Float[np.ndarray, " times"]:
        """Share of those with a response at best who have lost it at each time."""
        return 1 - self.still / self.best


def responders(imbalance: Float[np.ndarray, " times"]) -> Responders:
    """Response along a course of the imbalance on a drug.

    Args:
        imbalance: mean imbalance of each interval [seizure thresholds].

    Raises:
        InputError: a course that never falls below naive.

    >>> course = responders(np.array([-0.1, -0.4, -0.2, -0.1]))
    >>> round(course.best, 3), bool(course.relapsed[-1] > course.relapsed[-2])
    (0.5, True)
    """
    rows = library.parameter_set("clinic")
    deepest = float(-np.min(imbalance))
    if deepest <= 0:
        raise InputError("imbalance never falls below naive", value=-deepest, expected="a course under an anticonvulsant")
    share, spread = rows["seizure_frequency.responders"].value, rows["seizure_frequency.sensitivity_spread"].value
    median = RESPONSE / deepest * np.exp(spread * ndtri(share))
    below = np.maximum(-imbalance, np.finfo(float).tiny)
    still = ndtr((np.log(median) - np.log(RESPONSE / below)) / spread)
    return Responders(float(share), still)
