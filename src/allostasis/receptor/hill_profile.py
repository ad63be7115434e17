"""Profile-likelihood intervals of a Hill fit: how far a parameter can go before the best fit becomes significantly worse."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from allostasis.receptor.hill_fit import HillFit, student
from allostasis.receptor.hill_solve import EC50, PARAMETERS, Problem, solve, start
from allostasis.receptor.hill_verdict import missing

_HALVINGS, _DOUBLINGS = 30, 30  # structural: of the search, enough for doubles
_FIRST, _SPAN = (
    0.1,
    20.0,
)  # structural: first step of ln EC50 and ln Hill, and the largest that is looked at (8 decades)


def with_profiles(p: Problem, fits: Sequence[HillFit]) -> list[HillFit]:
    """Replace the intervals: the ends are where the least sum of squares, one parameter held, is RSS (1 + t^2/freedom).

    All parameters, both sides and all rows are searched together: a bracket by doubling steps, then halving. An end that is
    not found within 8 decades, or within a million times the range of the responses, stays open (0 or infinite).
    """
    names = fits[0].free
    lanes = [(row, PARAMETERS.index(name), side) for row in range(len(fits)) for name in names for side in (-1, 1)]
    row, which, side = (np.array(column) for column in zip(*lanes, strict=True))
    target = np.array([fits[i].rss * (1 + student(fits[i].level, fits[i].freedom) ** 2 / fits[i].freedom) for i in row])
    span = np.array([np.ptp(fits[i].y) or 1.0 for i in row])
    first = np.where(which < EC50, _FIRST * span, _FIRST)
    farthest = np.where(which < EC50, 1e6 * span, _SPAN)  # structural: beyond any interval of use
    lane = np.arange(len(lanes))
    centre = np.stack([fits[i].theta for i in row])[lane, which]
    wide = Problem(*(part[row] for part in p))
    wide.free[lane, 0, which] = False

    def worse(distance: np.ndarray) -> np.ndarray:
        """Whether the best fit at that distance from the centre is significantly worse; a fresh start each time."""
        fixed = p.fixed[row].copy()
        fixed[lane, 0, which] = centre + side * distance
        held = wide._replace(fixed=fixed)
        return solve(held, start(held)).rss > target

    inside, outside = np.zeros(len(lanes)), np.full(len(lanes), np.inf)
    step = first.copy()
    for _ in range(_DOUBLINGS):
        beyond = worse(step)
        outside = np.where(beyond, np.minimum(outside, step), outside)
        inside = np.where(beyond, inside, np.maximum(inside, step))
        if (np.isfinite(outside) | (step >= farthest)).all():
            break
        step = np.where(np.isfinite(outside), step, np.minimum(2 * step, farthest))
    open_end = ~np.isfinite(outside)
    outside = np.where(open_end, inside, outside)
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        beyond = worse(middle)
        inside, outside = np.where(beyond, inside, middle), np.where(beyond, middle, outside)
    ends = np.where(open_end, side * np.inf, centre + side * (inside + outside) / 2)
    natural = np.where(which < EC50, ends, np.exp(ends))
    result = []
    for i, fit in enumerate(fits):
        found = {n: tuple(natural[(row == i) & (which == PARAMETERS.index(n))].tolist()) for n in names}
        reason = missing(fit.x, fit.y, fit.weight, fit.bottom, fit.ec50, fit.rss, fit.free, found)
        result.append(replace(fit, intervals=found, method="profile", identified=not reason, reason=reason))
    return result
