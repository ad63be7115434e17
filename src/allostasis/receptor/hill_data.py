"""Concentration-response data before a fit: what cannot be fitted is refused, with the point that is wrong."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Array, Float

from allostasis.quantity import InputError

type Values = Array | np.ndarray | Sequence[float | int] | float | int
"""Numbers as a user has them."""


def finite(what: str, values: Values) -> Float[np.ndarray, "..."]:
    """Return values as an array of finite numbers.

    >>> finite("responses", [1.0, float("nan")])
    Traceback (most recent call last):
    allostasis.quantity.errors.InputError: responses are not all finite numbers: 'nan at point 2'. Expected...
    """
    array = np.asarray(values, float)
    if not np.isfinite(array).all():
        k = int(np.argmax(~np.isfinite(array.ravel())))
        raise InputError(
            f"{what} are not all finite numbers", value=f"{array.ravel()[k]} at point {k + 1}",
            expected="a number in each place", fix="leave the point out",
        )  # fmt: skip
    return array


def concentrations(values: Values) -> Float[np.ndarray, "..."]:
    """Return concentrations as an array; 0 is a control, below 0 is refused."""
    x = finite("concentrations", values)
    if (x < 0).any():
        raise InputError(
            "negative concentration", value=float(x[x < 0][0]), expected="0 (a control) or more",
            fix="give concentrations, not their logarithms",
        )  # fmt: skip
    return x


def checked(
    concentration: Values, responses: Values, sd: Values | None, parameters: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return x [points], y [rows, points] and 1/sd [rows, points].

    Raises:
        InputError: see `fit_hill`.
    """
    x, y = concentrations(concentration), finite("responses", responses)
    y = y[None] if y.ndim == 1 else y
    error = np.ones(y.shape) if sd is None else finite("standard errors", sd)
    for what, array in (("responses", y), ("standard errors", error)):
        if x.ndim != 1 or array.shape[-1:] != x.shape:
            raise InputError(
                f"concentrations and {what} do not match", value=f"{x.size} and {array.shape[-1] if array.ndim else 1}",
                expected="one of each per point",
            )  # fmt: skip
    if (error <= 0).any():
        raise InputError("standard error of a point", value=float(error[error <= 0].flat[0]), expected="above 0")
    need, different = len(parameters), len(np.unique(x))
    if len(x) <= need:
        raise InputError(
            f"{len(x)} points for {need} parameters ({', '.join(parameters)})", expected=f"at least {need + 1} points",
            fix="measure more concentrations, or fix the bottom",
        )  # fmt: skip
    if different < need:
        raise InputError(
            f"{different} different concentrations for {need} parameters ({', '.join(parameters)})",
            expected=f"at least {need}", fix="measure more concentrations, or fix the bottom",
        )  # fmt: skip
    if not (x > 0).any():
        raise InputError("no concentration above 0", expected="a concentration-response curve")
    return x, y, np.broadcast_to(1 / error, y.shape)
