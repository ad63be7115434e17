"""Probability of a withdrawal seizure, from the imbalance and the spread of thresholds between patients."""

import math

import numpy as np
from jaxtyping import Float

_erfc = np.vectorize(math.erfc, otypes=[float])
"""Of the standard library: that of scipy takes a third of a second to import, in every run."""


def seizure_probability(
    peak_imbalance: Float[np.ndarray, "..."], threshold_spread: float | int
) -> Float[np.ndarray, "..."]:
    """Share of patients whose seizure threshold lies below the peak imbalance.

    Thresholds are log-normal between patients with median 1 (the unit of the imbalance):

        P = Phi(ln(h_peak) / spread),   0 where h_peak <= 0

    Threshold and spread are calibrated on two incidences (2 of 11 and 8 of 1980); between and beyond them P ranks, it does not
    predict.

    Args:
        peak_imbalance: highest imbalance [seizure thresholds].
        threshold_spread: standard deviation of the log threshold between patients.

    >>> import numpy as np
    >>> seizure_probability(np.array([-0.2, 1.0]), 0.1).tolist()
    [0.0, 0.5]
    """
    h = np.asarray(peak_imbalance, float)
    positive = np.where(h > 0, h, 1)
    below = _erfc(-np.log(positive) / (threshold_spread * math.sqrt(2))) / 2
    return np.where(h > 0, below, 0.0)
