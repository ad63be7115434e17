"""How far an intervention has come at a time: it takes hold with one time constant and fades with another."""

import numpy as np
from jaxtyping import Float

from allostasis.quantity import InputError


def strength(
    time: Float[np.ndarray, " times"], onset_h: float | int, offset_h: float | int, *, start_h: float | int = 0.0,
    stop_h: float | int = np.inf,
) -> Float[np.ndarray, " times"]:  # fmt: skip
    """Share of the full effect, 0 to 1.

        s = 1 - exp(-(t - start) / onset) from the start,    s(stop) exp(-(t - stop) / offset) after the stop

    Args:
        time: [h].
        onset_h: time constant with which it comes; 0 is at once.
        offset_h: time constant with which it goes; 0 is at once, infinite is never.
        start_h: when it begins [h].
        stop_h: when it ends [h].

    Raises:
        InputError: a stop before the start, or a negative time constant.

    >>> strength(np.array([0.0, 10.0, 20.0]), 0, 0, start_h=5, stop_h=15).tolist()
    [0.0, 1.0, 0.0]
    """
    if min(onset_h, offset_h) < 0:
        raise InputError("time constant of an intervention [h]", value=min(onset_h, offset_h), expected="0 or more")
    if not stop_h > start_h:
        raise InputError("the intervention stops before it starts [h]", value=stop_h, expected=f"above {start_h:g}")
    there = _grown(np.minimum(time, stop_h) - start_h, onset_h)
    since = np.maximum(time - stop_h, 0)
    left = np.where(since > 0, 0.0, 1.0) if offset_h == 0 else np.exp(-since / offset_h)
    return there * left


def _grown(since: Float[np.ndarray, " times"], onset_h: float | int) -> Float[np.ndarray, " times"]:
    if onset_h == 0:
        return np.where(since >= 0, 1.0, 0.0)
    return -np.expm1(-np.maximum(since, 0) / onset_h)
