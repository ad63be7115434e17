"""Seizure hazard in time, with the uncertainty of the two incidences behind it."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.special import ndtri

from allostasis import library
from allostasis.clinic.seizure import seizure_probability
from allostasis.quantity import InputError

INCIDENCES = ((2, 11), (8, 1980))  # structural: counts of two studies, as in study.calibration
"""(seizures, patients) of the two studies that fix the threshold and its spread."""
DRAWS = 1000  # structural: of the interval
LEVEL = 0.9  # structural: width of the interval that is shown


class SeizureCourse(NamedTuple):
    """Seizures over time in patients like this one.

    Attributes:
        time: end of each interval [h].
        incidence: share of patients who have had a seizure by then.
        low: lower end of its interval.
        high: upper end.
        hazard: rate among those who have not had one yet [1/h].
    """

    time: Float[np.ndarray, " times"]
    incidence: Float[np.ndarray, " times"]
    low: Float[np.ndarray, " times"]
    high: Float[np.ndarray, " times"]
    hazard: Float[np.ndarray, " times"]


def threshold_draws(draws: int, seed: int) -> tuple[Float[np.ndarray, " draws"], Float[np.ndarray, " draws"]]:
    """Draws of (median threshold over the calibrated one, sd of its logarithm) that the two incidences allow.

    Each incidence k of n is drawn from its Jeffreys posterior Beta(k + 1/2, n - k + 1/2); threshold and spread follow from the
    pair as in the calibration. Draws in which the harder stop has fewer seizures than the gentler one are discarded.

    >>> median, spread = threshold_draws(200, seed=1)
    >>> bool(0.8 < np.median(median) < 1.2), bool((spread > 0).all())
    (True, True)
    """
    if draws < 1:
        raise InputError("number of draws", value=draws, expected="1 or more")
    spread = library.parameter_set("circuit")["seizure_threshold"].log_spread
    peaks = [spread * ndtri(k / n) for k, n in INCIDENCES]  # ln of the peak imbalance of each study
    random = np.random.default_rng(seed)
    half = 1 / 2
    size = 4 * draws  # structural: room for discards
    shares = [random.beta(k + half, n - k + half, size=size) for k, n in INCIDENCES]
    high, low = (ndtri(share) for share in shares)
    kept = np.flatnonzero(high > low)[:draws]
    sd = (peaks[0] - peaks[1]) / (high[kept] - low[kept])
    return np.exp(peaks[0] - sd * high[kept]), sd


def seizure_course(
    time: Float[np.ndarray, " times"], imbalance: Float[np.ndarray, " times"], *, draws: int = DRAWS, seed: int = 0
) -> SeizureCourse:
    """Cumulative incidence and hazard of seizures along a course of the imbalance.

    A patient has the first seizure when the imbalance first reaches that patient's threshold, so the incidence follows the
    running maximum. The interval carries the smallness of the two studies and nothing else: no other cause of seizures, no error
    of the model's shape.

    Args:
        time: end of each interval [h], rising.
        imbalance: highest imbalance in each [seizure thresholds].
        draws: draws behind the interval.
        seed: any non-negative integer.

    Raises:
        InputError: arrays of different length, or times that do not rise.

    >>> course = seizure_course(np.array([24.0, 48.0, 72.0]), np.array([0.2, 0.95, 0.4]))
    >>> bool(course.incidence[1] == course.incidence[2]), bool(course.hazard[2] == 0)
    (True, True)
    """
    if time.shape != imbalance.shape or time.size < 2 or np.any(np.diff(time) <= 0):
        raise InputError(
            "course of the imbalance", value=f"{time.size} times, {imbalance.size} values",
            expected="as many values as times, two or more, times rising",
        )  # fmt: skip
    spread = library.parameter_set("circuit")["seizure_threshold"].log_spread
    highest = np.maximum.accumulate(imbalance)
    incidence = seizure_probability(highest, spread)
    median, sd = threshold_draws(draws, seed)
    drawn = np.stack([seizure_probability(highest / m, s) for m, s in zip(median, sd, strict=True)])
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    before = np.concatenate([[0.0], incidence[:-1]])
    steps = np.diff(time, prepend=2 * time[0] - time[1])
    hazard = np.where(before < 1, (incidence - before) / np.maximum(1 - before, np.finfo(float).tiny) / steps, 0.0)
    return SeizureCourse(time, incidence, low, high, hazard)
