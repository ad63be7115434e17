"""Whether data determine a Hill curve: flat responses, EC50 outside the concentrations, intervals without an end."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from scipy.special import fdtrc

SIGNIFICANT = 0.05  # structural: the usual level of a test
WIDEST = 100.0  # structural: upper over lower end of an interval from which EC50 or Hill counts as not known
_SMALLEST_P = 1e-4  # structural: told as it is down to here
_ROUNDING = 1e-12  # structural: against the sum of squared responses


def f_test(rss_small: float | int, rss_large: float | int, extra: int, freedom: int) -> tuple[float, float]:
    """F and p of two nested models: the larger has `extra` parameters more and `freedom` degrees of freedom left.

    >>> f_test(20.0, 10.0, 2, 10)[0]
    5.0
    """
    gain = max(float(rss_small - rss_large), 0.0)
    if rss_large <= 0:
        return (float("inf"), 0.0) if gain > 0 else (0.0, 1.0)
    ratio = gain / extra / (rss_large / freedom)
    return float(ratio), float(fdtrc(extra, freedom, ratio))


def p_words(p: float | int) -> str:
    """Write a probability of a test.

    >>> p_words(0.0312), p_words(1e-9)
    ('p = 0.031', 'p < 0.0001')
    """
    return f"p = {p:.2g}" if p >= _SMALLEST_P else f"p < {_SMALLEST_P:.4f}"


def missing(
    x: Float[np.ndarray, " points"], y: Float[np.ndarray, " points"], weight: Float[np.ndarray, " points"],
    bottom: float | int, ec50: float | int, rss: float | int, free: Sequence[str],
    intervals: Mapping[str, tuple[float, float]],
) -> str:  # fmt: skip
    """Say in words why a fit is not determined by its data; empty if it is."""
    return _flat(y, weight, bottom, rss, free) or _outside(x, ec50) or _vague(intervals)


def _flat(y, weight, bottom, rss, free) -> str:
    """Compare with no effect at all: the mean, or the known bottom."""
    level = np.average(y, weights=weight**2) if "bottom" in free else bottom
    without = float((weight**2 * (y - level) ** 2).sum())
    if without <= _ROUNDING * float((weight**2 * y**2).sum()):
        return "the response does not change with the concentration"
    extra, freedom = len(free) - int("bottom" in free), len(y) - len(free)
    ratio, p = f_test(without, rss, extra, freedom)
    if p > SIGNIFICANT:
        return f"flat: a curve explains no more than a constant (F({extra}, {freedom}) = {ratio:.2g}, {p_words(p)})"
    return ""


def _outside(x, ec50) -> str:
    lowest, highest = x[x > 0].min(), x.max()
    if ec50 > highest:
        return f"EC50 ({ec50:.3g}) lies beyond the largest concentration ({highest:.3g}): Emax was not reached"
    if ec50 < lowest:
        return f"EC50 ({ec50:.3g}) lies below the smallest concentration ({lowest:.3g})"
    return ""


def _vague(intervals) -> str:
    for name, word in (("ec50", "EC50"), ("hill", "the Hill coefficient")):
        low, high = intervals.get(name, (1, 1))
        if not high < WIDEST * low:
            return f"{word} is known no better than {WIDEST:.0f}-fold: measure concentrations nearer to EC50, or more of them"
    return ""
