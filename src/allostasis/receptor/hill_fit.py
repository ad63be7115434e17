"""The Hill equation fitted to concentration-response data: EC50, Emax and Hill coefficient, each with an interval.

    y = bottom + (Emax - bottom) / (1 + (EC50/x)^Hill)

Potency (EC50) and efficacy (Emax) are separate numbers of one curve. EC50 and Hill are solved as logarithms: their
intervals are ratios and never reach 0. Emax and bottom may be negative (an inverse agonist) and stay as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import stdtrit

from allostasis.quantity import InputError, UnknownNameError
from allostasis.receptor.hill_data import Values, checked, concentrations
from allostasis.receptor.hill_solve import BOTTOM, EC50, EMAX, HILL, PARAMETERS, Problem, fraction, solve, start
from allostasis.receptor.hill_verdict import missing

METHODS = ("covariance", "profile")
LEVEL = 0.95  # structural: the usual confidence
_SINGULAR = 1e12  # structural: condition number beyond which doubles hold no inverse
_FURTHEST = 700.0  # structural: ln of nearly the largest double


@dataclass(frozen=True, eq=False)
class HillFit:
    """A fitted curve with its data.

    Attributes:
        ec50: concentration of half effect, in the unit of the data.
        emax: response at saturation, as on the axis: the effect is ``emax - bottom``.
        hill: Hill coefficient [1].
        bottom: response without ligand.
        intervals: (low, high) by parameter; a fixed parameter has none, an open end is 0 or infinite.
        level: confidence of the intervals.
        method: "covariance" (Student t on the linearised model) or "profile" (profile likelihood).
        residual_sd: scatter about the curve, in the unit of the responses (with ``sd``: in given errors, 1 expected).
        identified: whether the data determine the curve; if not, no number here may be used alone.
        reason: what is missing, or empty.
        free: names of the parameters that were fitted.
        covariance: of (bottom, Emax, ln EC50, ln Hill), zero where fixed.
        rss: weighted sum of squares.
        x: concentrations.
        y: responses.
        weight: 1/sd.
    """

    ec50: float
    emax: float
    hill: float
    bottom: float
    intervals: Mapping[str, tuple[float, float]]
    level: float
    method: str
    residual_sd: float
    identified: bool
    reason: str
    free: tuple[str, ...]
    covariance: Float[np.ndarray, "4 4"]
    rss: float
    x: Float[np.ndarray, " points"]
    y: Float[np.ndarray, " points"]
    weight: Float[np.ndarray, " points"]

    @property
    def freedom(self) -> int:
        """Degrees of freedom: points less free parameters."""
        return len(self.x) - len(self.free)

    @property
    def theta(self) -> Float[np.ndarray, "4"]:
        """Bottom, Emax, ln EC50, ln Hill."""
        return np.array([self.bottom, self.emax, np.log(self.ec50), np.log(self.hill)])

    def predict(self, x: Values) -> Float[np.ndarray, "..."]:
        """Response of the curve at concentrations >= 0; same shape."""
        return _curve(self.theta, concentrations(x))

    def band(self, x: Values) -> tuple[np.ndarray, np.ndarray]:
        """Pointwise confidence band of the curve (low, high) at concentrations [points], from the covariance."""
        at = concentrations(x)
        slope = _jacobian(self.theta, at)
        spread = np.sqrt(np.einsum("ip,pq,iq->i", slope, self.covariance, slope))
        half = student(self.level, self.freedom) * spread
        return self.predict(at) - half, self.predict(at) + half


def fit_hill(
    concentration: Values, response: Values, sd: Values | None = None, *, bottom: float | int | None = None,
    hill: float | int | None = None, level: float | int = LEVEL, method: str = "covariance",
) -> HillFit:  # fmt: skip
    """Fit one curve by weighted least squares.

    Args:
        concentration: [points], 0 or more, any unit; the same one several times is a replicate.
        response: [points].
        sd: standard error of each point: weights are 1/sd^2. Only their ratios matter, the scatter itself is estimated.
        bottom: response without ligand if it is known, such as 0; None fits it.
        hill: Hill coefficient if it is known, such as 1; None fits it.
        level: confidence of the intervals.
        method: "covariance" or "profile" (slower; better where an interval is wide).

    Raises:
        InputError: a concentration below 0, a number that is not finite, arrays of different length, no more points than
            parameters, or fewer different concentrations than parameters.

    >>> x = np.array([0.0, 1, 3, 10, 30, 100, 300, 1000])
    >>> fit = fit_hill(x, 5 + 95 * x**1.2 / (20**1.2 + x**1.2))
    >>> round(fit.ec50, 3), round(fit.emax, 3), round(fit.hill, 3), round(fit.bottom, 3), fit.identified
    (20.0, 100.0, 1.2, 5.0, True)
    """
    return fit_hill_rows(concentration, response, sd, bottom=bottom, hill=hill, level=level, method=method)[0]


def fit_hill_rows(
    concentration: Values, responses: Values, sd: Values | None = None, *, bottom: float | int | None = None,
    hill: float | int | None = None, level: float | int = LEVEL, method: str = "covariance",
) -> list[HillFit]:  # fmt: skip
    """Fit one curve per row of responses [rows, points] at the same concentrations [points], all in one compiled call.

    Args and errors as in `fit_hill`; `sd` is [points] or [rows, points].

    >>> x = np.geomspace(1.0, 1000.0, 10)
    >>> [round(fit.ec50, 3) for fit in fit_hill_rows(x, np.stack([x / (x + k) for k in (10.0, 50.0)]), bottom=0)]
    [10.0, 50.0]
    """
    if method not in METHODS:
        raise UnknownNameError("method of the interval", method, METHODS)
    if not 0 < level < 1:
        raise InputError("confidence of the intervals", value=level, expected="a share between 0 and 1, such as 0.95")
    if hill is not None and not hill > 0:
        raise InputError("fixed Hill coefficient", value=hill, expected="a number above 0")
    known = np.array([np.nan if bottom is None else bottom, np.nan, np.nan, np.nan if hill is None else np.log(hill)])
    free = tuple(name for name, value in zip(PARAMETERS, known, strict=True) if np.isnan(value))
    x, y, weight = checked(concentration, responses, sd, free)
    p = problem(x, y[:, None], weight[:, None], known)
    solved = solve(p, start(p))
    fits = [_finished(x, *row, free, level) for row in zip(y, weight, solved.theta[:, 0], solved.rss, strict=True)]
    if method == "covariance":
        return fits
    from allostasis.receptor.hill_profile import with_profiles

    return with_profiles(p, fits)


def problem(
    x: np.ndarray, y: np.ndarray, weight: np.ndarray, known: np.ndarray, shared: tuple[str, ...] = ()
) -> Problem:
    """Set out y and weight [rows, curves, points] with x that broadcasts; `known` [4] is nan where a parameter is free."""
    mask = np.broadcast_to(np.isnan(known), (*y.shape[:2], len(PARAMETERS)))
    same = np.broadcast_to([name in shared for name in PARAMETERS], (len(y), len(PARAMETERS)))
    log_x = np.log(np.where(x > 0, x, 1))
    log_x, dosed, weight = (np.broadcast_to(part, y.shape) for part in (log_x, x > 0, weight))
    return Problem(log_x, dosed, y, weight, mask, np.where(mask, 0.0, known), same)


def student(level: float | int, freedom: int) -> float:
    """Two-sided quantile of Student's t."""
    return float(stdtrit(freedom, (1 + level) / 2))


def _curve(theta: np.ndarray, x: np.ndarray) -> np.ndarray:
    return theta[BOTTOM] + (theta[EMAX] - theta[BOTTOM]) * _share(theta, x)


def _share(theta: np.ndarray, x: np.ndarray) -> np.ndarray:
    return fraction(np.log(np.where(x > 0, x, 1)), x > 0, theta[EC50], theta[HILL])


def _jacobian(theta: np.ndarray, x: np.ndarray) -> Float[np.ndarray, "points 4"]:
    share = _share(theta, x)
    flow = (theta[EMAX] - theta[BOTTOM]) * share * (1 - share) * np.exp(theta[HILL])
    height = np.where(x > 0, np.log(np.where(x > 0, x, 1)) - theta[EC50], 0)
    return np.stack([1 - share, share, -flow, flow * height], axis=-1)


def _finished(x, y, weight, theta, rss, free, level) -> HillFit:
    """Add covariance, intervals and the verdict on what the data determine."""
    theta = np.clip(theta, -np.inf, [np.inf, np.inf, _FURTHEST, _FURTHEST])
    freedom = len(x) - len(free)
    covariance = _covariance(theta, x, weight, free) * (rss / freedom)
    half = student(level, freedom) * np.sqrt(np.diag(covariance))
    low, high = natural(theta - half), natural(theta + half)
    intervals = {name: (float(low[k]), float(high[k])) for k, name in enumerate(PARAMETERS) if name in free}
    bottom, emax, ec50, hill = map(float, natural(theta))
    reason = missing(x, y, weight, bottom, ec50, rss, free, intervals)
    return HillFit(
        ec50, emax, hill, bottom, intervals, float(level), "covariance", float(np.sqrt(rss / freedom)), not reason, reason,
        free, covariance, float(rss), x, y, weight,
    )  # fmt: skip


def _covariance(
    theta: np.ndarray, x: np.ndarray, weight: np.ndarray, free: tuple[str, ...]
) -> Float[np.ndarray, "4 4"]:
    """Inverse of the squared Jacobian, for unit variance; infinite variances where it has none."""
    index = [k for k, name in enumerate(PARAMETERS) if name in free]
    slope = _jacobian(theta, x)[:, index] * weight[:, None]
    length = np.sqrt((slope**2).sum(0))
    result = np.zeros((len(PARAMETERS), len(PARAMETERS)))
    scaled = slope / np.where(length > 0, length, 1)
    if not length.all() or np.linalg.cond(scaled.T @ scaled) > _SINGULAR:
        result[index, index] = np.inf
    else:
        result[np.ix_(index, index)] = np.linalg.inv(scaled.T @ scaled) / np.outer(length, length)
    return result


def natural(theta: np.ndarray) -> np.ndarray:
    """Return bottom, Emax, EC50, Hill from the solved parameters; open ends become 0 and infinite."""
    with np.errstate(over="ignore"):
        return np.where(np.arange(len(PARAMETERS)) < EC50, theta, np.exp(theta))
