"""Least squares of the Hill equation, many problems at once: a start from a grid, then Levenberg-Marquardt (optimistix).

A problem is one or more curves of 4 parameters each, (bottom, Emax, ln EC50, ln Hill). A mask says which are free, values for
those that are not, and which ones all curves share. Sizes are padded, so that one compiled program serves most data.
"""

from functools import cache
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

PARAMETERS = ("bottom", "emax", "ec50", "hill")
"""Order of the parameters; the last two are solved as logarithms."""
BOTTOM, EMAX, EC50, HILL = range(len(PARAMETERS))
_LINEAR = slice(0, EC50)
_TOLERANCE, _MOST_STEPS = 1e-9, 100  # structural: of the solver, relative and in number
_ROWS, _POINTS = (8, 64), 64  # structural: rows of one call; points are powers of two, at least these
_BY_POINT = 4  # structural: the first fields of `Problem` have a value per point
_SLOPES = (0.3, 0.5, 0.7, 1.0, 1.5, 2.5, 5.0, 15.0)  # structural: Hill coefficients of the grid that gives the start
_GRID, _BEYOND = 81, 2.0  # structural: values of ln EC50 on the grid, and how far it reaches beyond the data
_STEEPEST = 500.0  # structural: exponent beyond which the curve is 0 or 1 to the last digit
_QUICK = {
    "xla_backend_optimization_level": 0
}  # structural: half the time to compile; programs this small run no slower
_RIDGE, _TINY = 1e-9, 1e-300  # structural: keeps the linear part of the grid solvable


class Problem(NamedTuple):
    """Rows of problems; every row has its own data and masks.

    Attributes:
        log_x: ln of the concentration, anything where that is 0.
        dosed: whether the concentration is above 0.
        y: response.
        weight: square root of the weight of each point; 0 where a point is only padding.
        free: parameters that are solved.
        fixed: values of the others.
        shared: parameters for which all curves take the value of the first.
    """

    log_x: Float[np.ndarray, "rows curves points"]
    dosed: Bool[np.ndarray, "rows curves points"]
    y: Float[np.ndarray, "rows curves points"]
    weight: Float[np.ndarray, "rows curves points"]
    free: Bool[np.ndarray, "rows curves 4"]
    fixed: Float[np.ndarray, "rows curves 4"]
    shared: Bool[np.ndarray, "rows 4"]


class Solved(NamedTuple):
    """Parameters at the least sum of squares, and that sum over all curves of a row."""

    theta: Float[np.ndarray, "rows curves 4"]
    rss: Float[np.ndarray, " rows"]


def fraction(log_x, dosed, log_ec50, log_hill, xp=np):
    """Fraction 1/(1 + (EC50/x)^Hill), 0 without ligand; safe where ln x has no value. Arrays that broadcast."""
    height = xp.exp(log_hill) * (xp.where(dosed, log_x, 0) - log_ec50)
    return xp.where(dosed, 1 / (1 + xp.exp(-xp.clip(height, -_STEEPEST, _STEEPEST))), 0)


def start(p: Problem) -> Float[np.ndarray, "rows curves 4"]:
    """Best point of a grid over ln EC50 and Hill, bottom and Emax from linear least squares; each curve by itself."""
    rows, curves = p.y.shape[:2]
    parts = (p.log_x, p.dosed, p.y, p.weight, p.free, p.fixed)
    return np.array([[_grid(*(part[i, k] for part in parts)) for k in range(curves)] for i in range(rows)])


def _grid(log_x, dosed, y, weight, free, fixed) -> np.ndarray:
    seen = log_x[dosed & (weight > 0)]
    middles = np.linspace(seen.min() - _BEYOND, seen.max() + _BEYOND, _GRID) if free[EC50] else fixed[[EC50]]
    slopes = np.log(_SLOPES) if free[HILL] else fixed[[HILL]]
    middle, slope = (axis.ravel() for axis in np.meshgrid(middles, slopes))
    share = fraction(log_x[None], dosed[None], middle[:, None], slope[:, None])
    columns = np.stack([(1 - share) * weight, share * weight], axis=1)
    target = np.broadcast_to(y * weight, share.shape).copy()
    for k in (BOTTOM, EMAX):
        if not free[k]:
            target -= fixed[k] * columns[:, k]
            columns[:, k] = 0
    gram = columns @ columns.transpose(0, 2, 1)
    ridge = (_RIDGE * np.trace(gram, axis1=1, axis2=2) + _TINY)[:, None, None] * np.eye(2)
    linear = np.linalg.solve(gram + ridge, columns @ target[:, :, None])[:, :, 0]
    best = int(np.argmin(((np.einsum("gk,gkp->gp", linear, columns) - target) ** 2).sum(1)))
    return np.array([*np.where(free[_LINEAR], linear[best], fixed[_LINEAR]), middle[best], slope[best]])


def solve(p: Problem, begin: Float[np.ndarray, "rows curves 4"]) -> Solved:
    """Solve all rows from a start each; a row that does not settle keeps its best point.

    Responses are scaled to 1 inside, so tolerances are relative.
    """
    rows, _, points = p.y.shape
    size = np.abs(p.y * (p.weight > 0)).max((1, 2), keepdims=True)
    size = np.where(size > 0, size, 1)
    heaviest = p.weight.max((1, 2), keepdims=True)
    scaled = p._replace(y=p.y / size, weight=p.weight / heaviest, fixed=_linear(p.fixed, 1 / size))
    more_points = max(_POINTS, 1 << (points - 1).bit_length()) - points
    by_point = [np.pad(part, ((0, 0), (0, 0), (0, more_points))) for part in scaled[:_BY_POINT]]
    parts = [_linear(begin, 1 / size), *by_point, *scaled[_BY_POINT:]]
    chunk = next((few for few in _ROWS if few >= rows), _ROWS[-1])
    found = []
    for first in range(0, rows, chunk):
        cut = [part[first : first + chunk] for part in parts]
        missing = (0, chunk - len(cut[0]))
        found.append(_program()(*(np.pad(c, (missing, *((0, 0),) * (c.ndim - 1)), mode="edge") for c in cut)))
    theta, rss = (np.concatenate(column)[:rows] for column in zip(*found, strict=True))
    return Solved(_linear(theta, size), rss * (size * heaviest)[:, 0, 0] ** 2)


def _linear(theta: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Multiply bottom and Emax."""
    return np.concatenate([theta[..., _LINEAR] * factor, theta[..., EC50:]], axis=-1)


@cache
def _program():
    """Compile once per padded size."""
    import optimistix

    solver = optimistix.LevenbergMarquardt(rtol=_TOLERANCE, atol=_TOLERANCE)

    def one(begin, log_x, dosed, y, weight, free, fixed, shared):
        """Solve for the effect at the largest concentration in place of Emax: data say it, however far EC50 lies beyond."""
        last = jnp.max(jnp.where(dosed & (weight > 0), log_x, -jnp.inf), axis=1)

        def reached(theta):
            return fraction(last, last > -jnp.inf, theta[:, EC50], theta[:, HILL], jnp)

        def whole(theta):
            full = jnp.where(free, theta, fixed)
            emax = full[:, BOTTOM] + full[:, EMAX] / reached(full)
            full = full.at[:, EMAX].set(jnp.where(free[:, EMAX], emax, fixed[:, EMAX]))
            return jnp.where(shared[None, :], full[:1], full)

        def residual(theta, _):
            bottom, emax, middle, slope = (column[:, None] for column in whole(theta).T)
            share = fraction(log_x, dosed, middle, slope, jnp)
            return weight * (bottom + (emax - bottom) * share - y)

        begin = jnp.where(free, begin, fixed)
        begin = begin.at[:, EMAX].set((begin[:, EMAX] - begin[:, BOTTOM]) * reached(begin))
        found = optimistix.least_squares(residual, solver, begin, max_steps=_MOST_STEPS, throw=False)
        return whole(found.value), jnp.sum(residual(found.value, None) ** 2)

    return jax.jit(jax.vmap(one), compiler_options=_QUICK)
