"""Theory of open and shut times at constant GABA, from the partitioned generator (Colquhoun and Hawkes), and histograms."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.linalg import expm

from allostasis.quantity.errors import InputError
from allostasis.receptor.gating import Kinetics, steady_state


class Density(NamedTuple):
    """Distribution of dwell times f(t) = start exp(Q_XX t) (-Q_XX) 1 in one class of states (open or shut).

    Attributes:
        start: shares of the states in which a dwell begins.
        block: Q_XX [1/ms].
    """

    start: Float[np.ndarray, " m"]
    block: Float[np.ndarray, "m m"]

    @property
    def mean(self) -> float:
        """Mean dwell time [ms]."""
        return float(self.start @ np.linalg.solve(-self.block, np.ones(len(self.start))))

    def pdf(self, time: Float[np.ndarray, " times"]) -> Float[np.ndarray, " times"]:
        """Density at each time [1/ms]."""
        leave = -self.block.sum(1)
        return np.array([self.start @ expm(self.block * t) @ leave for t in time])

    def survival(self, time: Float[np.ndarray, " times"]) -> Float[np.ndarray, " times"]:
        """Probability that a dwell lasts longer [1]."""
        return np.array([(self.start @ expm(self.block * t)).sum() for t in time])

    @property
    def components(self) -> tuple[np.ndarray, np.ndarray]:
        """Time constants [ms], rising, and their areas (which sum to 1), from the eigenvalues of the block."""
        values, right = (np.asarray(found, complex) for found in np.linalg.eig(self.block))
        areas = (self.start @ right) * np.linalg.solve(right, np.ones(len(self.start)))
        times = -1 / np.real(values)
        order = np.argsort(times)
        return times[order], np.real(areas)[order]


class Burst(NamedTuple):
    """Means over bursts: length [ms], openings, open time [ms], and bursts per second."""

    length: float
    openings: float
    open_time: float
    frequency: float


class _Parts(NamedTuple):
    """Generator partitioned into open (A) and shut (F) states, and steady occupancies of either."""

    aa: np.ndarray
    af: np.ndarray
    fa: np.ndarray
    ff: np.ndarray
    p_open: np.ndarray
    p_shut: np.ndarray


def _parts(model: Kinetics, gaba: float | int, lane: int) -> _Parts:
    q = model.matrix(gaba, lane)
    p = np.asarray(steady_state(model.lane(lane), float(gaba)))[:, 0]
    is_open = np.asarray(model.conducting, bool)
    a, f = np.flatnonzero(is_open), np.flatnonzero(~is_open)
    return _Parts(q[np.ix_(a, a)], q[np.ix_(a, f)], q[np.ix_(f, a)], q[np.ix_(f, f)], p[a], p[f])


def opening_frequency(model: Kinetics, gaba: float | int, lane: int = 0) -> float:
    """Openings per second of one channel in steady GABA [uM]: flux from shut into open states.

    >>> from allostasis.receptor.gating import kinetics
    >>> round(opening_frequency(kinetics(celsius=22.0), 2.0), 2)
    2.99
    """
    parts = _parts(model, gaba, lane)
    return float((parts.p_shut @ parts.fa).sum()) * 1000  # structural: 1/ms to 1/s


def open_times(model: Kinetics, gaba: float | int, lane: int = 0) -> Density:
    """Exact distribution of open times."""
    parts = _parts(model, gaba, lane)
    entry = parts.p_shut @ parts.fa
    return Density(entry / entry.sum(), parts.aa)


def shut_times(model: Kinetics, gaba: float | int, lane: int = 0) -> Density:
    """Exact distribution of shut times."""
    parts = _parts(model, gaba, lane)
    entry = parts.p_open @ parts.af
    return Density(entry / entry.sum(), parts.ff)


def burst(model: Kinetics, gaba: float | int, critical: float | int, lane: int = 0) -> Burst:
    """Exact means over bursts; a shut time longer than ``critical`` [ms] ends a burst.

        K = G_AF int_0^c exp(Q_FF t) Q_FA dt              to the next opening of the same burst
        L = G_AF exp(Q_FF c) (-Q_FF)^-1 Q_FA              to the first opening of the next burst
        phi = phi (1 - K)^-1 L, phi 1 = 1                 states in which bursts begin
        visits = phi (1 - K)^-1                           openings by the state in which they begin

    Raises:
        InputError: a critical time that is not positive.
    """
    if not critical > 0:
        raise InputError("critical shut time", value=critical, expected="more than 0 ms")
    q = _parts(model, gaba, lane)
    n, m = len(q.aa), len(q.ff)
    leave = np.linalg.solve(-q.aa, q.af)
    lasting, inverse = expm(q.ff * critical), np.linalg.inv(-q.ff)
    within = leave @ (np.eye(m) - lasting) @ inverse @ q.fa
    between = leave @ lasting @ inverse @ q.fa
    visit = np.linalg.inv(np.eye(n) - within)
    chain = visit @ between
    phi = np.linalg.solve((np.eye(n) - chain).T + 1, np.ones(n))
    visits = phi @ visit
    open_time = float((visits @ np.linalg.inv(-q.aa)).sum())
    gap = inverse @ inverse @ (np.eye(m) - lasting) - critical * inverse @ lasting  # int_0^c t exp(Q_FF t) dt
    gaps = float((visits @ leave @ gap @ q.fa).sum())
    openings = float(visits.sum())
    return Burst(open_time + gaps, openings, open_time, opening_frequency(model, gaba, lane) / openings)


def critical_time(short: float | int, long: float | int) -> float:
    """Critical shut time [ms] that misplaces equal shares of two components: exp(-t/short) = 1 - exp(-t/long).

    >>> round(critical_time(0.5, 100.0), 2)
    1.97
    """
    if not 0 < short < long:
        raise InputError("shut-time components", value=f"{short}, {long}", expected="0 < short < long [ms]")
    low, high = 0.0, float(long)
    for _ in range(100):  # structural: halvings, beyond the precision of a double
        middle = (low + high) / 2
        if np.exp(-middle / short) > -np.expm1(-middle / long):
            low = middle
        else:
            high = middle
    return (low + high) / 2


class Histogram(NamedTuple):
    """Dwell times in equal bins of log time; the ordinate is the square root of counts (Sigworth and Sine 1987)."""

    edges: Float[np.ndarray, " borders"]
    counts: Float[np.ndarray, " bins"]

    @property
    def root(self) -> np.ndarray:
        """Square root of the counts: equal errors in all bins, peaks at the time constants."""
        return np.sqrt(self.counts)

    def expected(self, density: Density) -> np.ndarray:
        """Counts that a density predicts for the same number of dwells."""
        return self.counts.sum() * -np.diff(density.survival(self.edges))


def log_histogram(
    times: Float[np.ndarray, " dwells"], per_decade: int = 10
) -> Histogram:  # structural: usual width of bins
    """Bin dwell times [ms] logarithmically.

    >>> log_histogram(np.array([1.0, 2.0, 50.0]), per_decade=1).counts.tolist()
    [2.0, 1.0]
    """
    if len(times) == 0 or (times <= 0).any():
        raise InputError("dwell times for a histogram", value=len(times), expected="at least one time, all above 0 ms")
    low, high = np.floor(np.log10(times.min())), np.floor(np.log10(times.max())) + 1
    edges = np.logspace(low, high, round(float(high - low) * per_decade) + 1)
    return Histogram(edges, np.histogram(times, edges)[0].astype(float))
