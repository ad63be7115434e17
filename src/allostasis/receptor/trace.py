"""What is read off a trace of current or open probability: peak, rise, decay, desensitisation, charge, half-maximal GABA."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from allostasis.quantity.errors import InputError

Trace = Float[np.ndarray, " times"]


def peak(trace: Trace) -> float:
    """Largest value of a trace."""
    return float(np.max(trace))


def charge(time: Trace, trace: Trace) -> float:
    """Area under a trace by trapezoids [unit of the trace x ms]."""
    return float(np.trapezoid(trace, time))


def crossing(time: Trace, trace: Trace, level: float | int, *, falling: bool = False) -> float:
    """First instant at which a trace crosses a level [ms], by linear interpolation; nan where it never does."""
    above = trace <= level if falling else trace >= level
    if not above.any():
        return float("nan")
    i = int(np.argmax(above))
    if i == 0:
        return float(time[0])
    share = (level - trace[i - 1]) / (trace[i] - trace[i - 1])
    return float(time[i - 1] + share * (time[i] - time[i - 1]))


def rise_time(
    time: Trace,
    trace: Trace,
    low: float | int = 0.1,
    high: float | int = 0.9,  # structural: convention of electrophysiology
) -> float:
    """Time from 10 to 90 % of the peak [ms]."""
    top = peak(trace)
    return crossing(time, trace, high * top) - crossing(time, trace, low * top)


def decay_time(time: Trace, trace: Trace, start: float | int | None = None) -> float:
    """Time from the peak (or from ``start``) until the trace has fallen to 1/e of its value there [ms].

    >>> t = np.linspace(0.0, 50.0, 501)
    >>> round(decay_time(t, np.exp(-t / 7.0)), 2)
    7.0
    """
    i = int(np.argmax(trace)) if start is None else int(np.searchsorted(time, start))
    return crossing(time[i:], trace[i:], trace[i] / np.e, falling=True) - float(time[i])


def weighted_decay(time: Trace, trace: Trace, start: float | int | None = None) -> float:
    """Area after the peak (or ``start``) over the value there [ms]: the amplitude-weighted time constant of a sum of decays.

    Needs a trace that ends near its baseline.
    """
    i = int(np.argmax(trace)) if start is None else int(np.searchsorted(time, start))
    return charge(time[i:], trace[i:]) / float(trace[i])


def desensitisation(time: Trace, trace: Trace) -> tuple[float, float]:
    """Extent (1 - end/peak) and amplitude-weighted time constant [ms] of the fall to the end of a long application."""
    top, end = peak(trace), float(trace[-1])
    return 1 - end / top, weighted_decay(time, trace - end)


def half_maximal(
    measure: Callable[[np.ndarray], np.ndarray],
    low: float | int = 1e-2,
    high: float | int = 1e5,
    points: int = 141,
) -> float:  # structural: range of GABA [uM] and 20 points a decade
    """GABA [uM] for half of the largest response of a rising curve, interpolated on the logarithm.

    Args:
        measure: concentrations [uM] -> responses.
        low: lowest concentration [uM].
        high: highest concentration [uM].
        points: number of concentrations.

    Raises:
        InputError: half of the maximum lies outside the range.

    >>> round(half_maximal(lambda g: g / (g + 30.0)), 2)
    29.98
    """
    gaba = np.geomspace(low, high, points)
    values = np.asarray(measure(gaba))
    half = values.max() / 2
    if values[0] > half:
        raise InputError("half of the maximum lies below the range", value=low, fix="widen the range")
    return float(np.exp(crossing(np.log(gaba), values, half)))
