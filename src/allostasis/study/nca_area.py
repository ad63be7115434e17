"""Areas under a concentration-time curve: linear-up/log-down trapezoids, and the value at the instant of a bolus."""

import numpy as np
from jaxtyping import Float

NEARLY_EQUAL = 1e-6
"""Below this relative step the logarithmic rule and the linear one agree to 1e-13, and only the linear one keeps its digits."""

STEEPEST = 50.0
"""Largest logarithm of a back-extrapolation; a steeper one is a slip in the data."""
SHORTEST_H = 1e-9
"""Samples closer than this enclose no area worth a logarithm."""


def areas(time: Float[np.ndarray, " points"], concentration: Float[np.ndarray, " points"]) -> tuple[float, float]:
    """AUC and AUMC over all points, linear where the curve rises or ends at 0, logarithmic where it falls.

    With d = t2 - t1 and k = ln(c1/c2)/d:

        rising    AUC = d (c1 + c2)/2      AUMC = d (t1 c1 + t2 c2)/2
        falling   AUC = (c1 - c2)/k        AUMC = (t1 c1 - t2 c2)/k + (c1 - c2)/k^2

    Args:
        time: sampling times [h], in order; those of equal time enclose no area.
        concentration: at those times [ng/mL], not negative.

    Returns:
        (AUC [ng h/mL], AUMC [ng h^2/mL], the moment about time 0).

    Source: Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, 5th ed., chapter 2.8 (recalled).

    >>> areas(np.array([0.0, 1.0]), np.array([2.0, 1.0]))[0].__round__(6)
    1.442695
    """
    t1, t2, c1, c2 = time[:-1], time[1:], concentration[:-1], concentration[1:]
    width = t2 - t1
    falls = (c2 > 0) & (c1 - c2 > NEARLY_EQUAL * c1) & (width > SHORTEST_H)
    safe_low, safe_high = np.where(falls, c2, 1.0), np.where(falls, c1, 2.0)
    rate = (np.log(safe_high) - np.log(safe_low)) / np.where(falls, width, 1.0)
    auc = np.where(falls, (c1 - c2) / rate, width * (c1 + c2) / 2)
    aumc = np.where(falls, (t1 * c1 - t2 * c2) / rate + (c1 - c2) / rate**2, width * (t1 * c1 + t2 * c2) / 2)
    return float(auc.sum()), float(aumc.sum())


def value_at(
    at: float | int,
    time: Float[np.ndarray, " points"],
    concentration: Float[np.ndarray, " points"],
    lambda_z: float | int,
) -> float:
    """Concentration between the samples [ng/mL] by the rule of the areas; behind the last one by the terminal slope [1/h].

    NaN before the first sample, and behind the last one where there is no slope.

    >>> value_at(1.0, np.array([0.0, 2.0]), np.array([4.0, 1.0]), np.nan)
    2.0
    """
    if at < time[0]:
        return float("nan")
    if at >= time[-1]:
        if at == time[-1]:
            return float(concentration[-1])
        return float(concentration[-1] * np.exp(-lambda_z * (at - time[-1])))
    k = int(np.searchsorted(time, at, side="right")) - 1
    c1, c2 = float(concentration[k]), float(concentration[k + 1])
    share = (at - time[k]) / (time[k + 1] - time[k])
    if 0 < c2 < c1:
        return float(c1 * (c2 / c1) ** share)
    return float(c1 + share * (c2 - c1))


def back_extrapolated(
    time: Float[np.ndarray, " points"], concentration: Float[np.ndarray, " points"]
) -> tuple[float, str]:
    """Concentration at time 0 of an intravenous bolus [ng/mL], log-linear from the first two samples.

    Returns:
        (value, method): "iv_backextrapolated", or "iv_first_value" where the first two samples do not fall.

    >>> back_extrapolated(np.array([1.0, 2.0]), np.array([4.0, 2.0]))
    (8.0, 'iv_backextrapolated')
    """
    first = float(concentration[0])
    if len(time) > 1 and time[1] > time[0] and 0 < concentration[1] < first:
        fall = (np.log(first) - np.log(concentration[1])) / (time[1] - time[0]) * time[0]
        if fall < STEEPEST:
            return float(first * np.exp(fall)), "iv_backextrapolated"
    return first, "iv_first_value"
