"""The shortest taper under a ladder, a ceiling and a cap as a mixed-integer linear programme, or the proof that there is none.

With w(t, k) = 1 if the dose of period t is at least rung k (one binary per period and dose), everything but the cap is a
precedence between two binaries, and the cap is linear in the worth of the doses (`surrogate`):

    w(t, k+1) <= w(t, k)                   rungs below the dose are filled
    w(t+1, k) <= w(t, k)                   the dose does not rise
    w(s, k)   <= w(t, lowest(k))           ceiling, for every period s that counts in t
    v(t)       = sum_k (worth_k - worth_k-1) w(t, k)
    h(row)     = h0(row) + sum_t R(t, row) v(t) + sum_k (uneven_k - uneven_k-1) w(period(row), k)  <=  cap

Feasibility is monotone in the number of weeks (the dose of today may be held first), so the least number is found by bisection
over w(t, 1) = 0 for t >= T: first of the linear relaxation, whose infeasibility proves that of the integers, then of these.
Among the shortest courses, that of the least total imbalance is looked for, as far as the time allows. Solver: HiGHS, by
`scipy.optimize.milp`.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, vstack

from allostasis.clinic.taper.apart import Milp
from allostasis.clinic.taper.ceiling import Ceiling
from allostasis.clinic.taper.surrogate import Surrogate

INFEASIBLE = 2  # structural: a status code of scipy.optimize.milp


@dataclass(frozen=True)
class Programme:
    """Constraints of all courses of a number of periods.

    Attributes:
        matrix, low, high: rows of constraints on (w, v).
        fixed_low: lower bounds of (w, v).
        cap_rows: which rows are the cap.
        total: weights of (w, v) in the total imbalance.
        periods, steps: number of periods, and of rungs above 0.
    """

    matrix: csr_matrix
    low: np.ndarray
    high: np.ndarray
    fixed_low: np.ndarray
    cap_rows: slice
    total: np.ndarray
    periods: int
    steps: int


@dataclass(frozen=True)
class Solved:
    """What the solver found.

    Attributes:
        rungs: rung of each period of the best course, () if none was found.
        least_periods: no course with fewer periods above zero exists under the cap it was given; one more than the longest
            where none exists at all.
        proven: whether all numbers of periods below that of the course (or all, where there is none) were proven infeasible.
        seconds: spent.
    """

    rungs: tuple[int, ...]
    least_periods: int
    proven: bool
    seconds: float


def programme(surrogate: Surrogate, ceiling: Ceiling, periods: int) -> Programme:
    """Write the constraints of all courses of a number of periods; the cap itself is given when it is solved."""
    steps = len(surrogate.rungs) - 1
    place = np.arange(periods * steps).reshape(periods, steps)
    pairs = [np.stack([place[:, 1:].ravel(), place[:, :-1].ravel()]), np.stack([place[1:].ravel(), place[:-1].ravel()])]
    to = ceiling.lowest[1:] - 1
    held = np.flatnonzero(to >= 0)
    pairs += [
        np.stack([place[:-back][:, held].ravel(), place[back:][:, to[held]].ravel()])
        for back in range(1, min(ceiling.periods, periods - 1) + 1)
    ]
    smaller, larger = np.concatenate(pairs, axis=1)
    order = np.arange(smaller.size)
    count, rows = periods * steps, len(surrogate.base)
    worth = np.arange(periods) + count
    ones = np.ones(smaller.size)
    precedence = csr_matrix(
        (np.r_[ones, -ones], (np.r_[order, order], np.r_[smaller, larger])), shape=(smaller.size, count + periods)
    )
    defined = csr_matrix(
        (
            np.r_[np.tile(-np.diff(surrogate.worth), periods), np.ones(periods)],
            (np.r_[np.repeat(np.arange(periods), steps), np.arange(periods)], np.r_[place.ravel(), worth]),
        ),
        shape=(periods, count + periods),
    )
    capped = np.zeros((rows, count + periods))
    capped[:, worth] = surrogate.response[:periods].T
    for row in np.flatnonzero(surrogate.period < periods):
        capped[row, place[surrogate.period[row]]] += np.diff(surrogate.uneven)
    constant = surrogate.base - surrogate.path @ surrogate.response + surrogate.uneven[0]
    matrix = csr_matrix(vstack([precedence, defined, csr_matrix(capped)]))
    low = np.r_[np.full(smaller.size, -np.inf), np.zeros(periods), np.full(rows, -np.inf)]
    high = np.r_[np.zeros(smaller.size), np.zeros(periods), -constant]
    fixed = np.zeros(count + periods)
    for period in range(min(ceiling.periods, periods)):
        fixed[place[period, : ceiling.lowest[-1]]] = 1
    return Programme(
        matrix, low, high, fixed, slice(smaller.size + periods, None), capped.sum(axis=0), periods, steps
    )


def solve(
    task: Programme, cap: float | int, *, most: int, limit_s: float | int, improve_s: float | int = 0, by: Milp = milp
) -> Solved:
    """The shortest course under a cap, by bisection over its length.

    Args:
        task: the constraints.
        cap: of the stand-in [seizure thresholds].
        most: longest course of interest [periods above zero].
        limit_s: time for the search [s].
        improve_s: further time to lower the total imbalance of the course that was found [s].
        by: the solver; `apart.stoppable` gives one that can be stopped.
    """
    began = time.perf_counter()
    low, high = 0, most + 1  # low: the shortest not yet excluded; high: feasible in the relaxation, or too long
    while low < high:
        middle = (low + high) // 2
        if _run(task, cap, middle, relaxed=True, limit_s=_left(began, limit_s), by=by)[0] == INFEASIBLE:
            low = middle + 1
        else:
            high = middle
    for length in range(low, most + 1):
        status, rungs = _run(task, cap, length, limit_s=_left(began, limit_s), by=by)
        if rungs:
            better = _run(task, cap, length, limit_s=improve_s, improve=True, by=by)[1] if improve_s > 0 else ()
            return Solved(better or rungs, length, True, time.perf_counter() - began)
        if status != INFEASIBLE:
            return Solved((), length, False, time.perf_counter() - began)
    return Solved((), most + 1, True, time.perf_counter() - began)


def _left(began: float, limit_s: float | int) -> float:
    return max(0.1, limit_s - (time.perf_counter() - began))  # structural: the solver wants a time above 0


def _run(
    task: Programme, cap: float | int, length: int, *, limit_s: float | int, relaxed: bool = False, improve: bool = False,
    by: Milp,
) -> tuple[int, tuple[int, ...]]:
    """One solve with zero from a period on: (status, rung of each period, () where none was found)."""
    count = task.periods * task.steps
    upper = np.r_[np.ones(count), np.full(task.periods, np.inf)]
    upper[length * task.steps : count] = 0
    if np.any(task.fixed_low > upper):
        return INFEASIBLE, ()
    high = task.high.copy()
    high[task.cap_rows] += cap
    bounds: Any = Bounds(*_plain(task.fixed_low, upper))
    constraints: Any = LinearConstraint(task.matrix, *_plain(task.low, high))
    found = by(
        task.total if improve else np.zeros(count + task.periods),
        integrality=np.r_[np.zeros(count) if relaxed else np.ones(count), np.zeros(task.periods)],
        bounds=bounds,
        constraints=constraints,
        options={"time_limit": limit_s},
    )
    if found.x is None or relaxed:
        return int(found.status), ()
    filled = np.round(found.x[:count]).reshape(task.periods, task.steps)
    return int(found.status), tuple(int(n) for n in filled.sum(axis=1))


def _plain(*arrays: np.ndarray) -> Any:
    """Arrays as scipy takes them, whose annotations know numbers only."""
    return arrays


def doses(rungs: Sequence[int], ladder: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Doses of a course of rungs, up to the first zero."""
    taken = [ladder[rung] for rung in rungs if rung > 0]
    return (*taken, Fraction(0))
