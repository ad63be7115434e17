"""Exact stochastic records of single channels: every dwell drawn from its exponential, every jump from its row of Q."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from allostasis.quantity.errors import InputError
from allostasis.receptor.gating import Kinetics, steady_state
from allostasis.receptor.waveform import Waveform

_FEWEST, _MOST = 64, 65536  # structural: random numbers drawn at a time


@dataclass(frozen=True, eq=False)
class ChannelRecord:
    """Opening and closing of one channel, without noise and without missed events.

    Args:
        start: instant of each jump into a state of the other kind [ms], the first is the start of the record.
        is_open: 1 where the channel conducts from that instant, 0 where it is shut.
        end: end of the record [ms].
        transitions: jumps between states that were drawn.
    """

    start: Float[np.ndarray, " dwells"]
    is_open: Int[np.ndarray, " dwells"]
    end: float
    transitions: int

    def dwells(self, *, opened: bool) -> np.ndarray:
        """Complete open (or shut) times [ms]; the cut ones at both ends are left out."""
        lengths = np.diff(np.append(self.start, self.end))[1:-1]
        return lengths[self.is_open[1:-1] == int(opened)]

    @property
    def open_probability(self) -> float:
        """Open share of the time."""
        return float(np.diff(np.append(self.start, self.end)) @ self.is_open / (self.end - self.start[0]))

    @property
    def frequency(self) -> float:
        """Openings per second."""
        return float(self.is_open[1:].sum()) / (self.end - self.start[0]) * 1000  # structural: 1/ms to 1/s

    @property
    def mean_open_time(self) -> float:
        """Mean of the complete openings [ms]; nan without any."""
        times = self.dwells(opened=True)
        return float(times.mean()) if len(times) else float("nan")

    def bursts(self, critical: float | int) -> tuple[np.ndarray, np.ndarray]:
        """Length [ms] and openings of each burst; a shut time longer than ``critical`` [ms] ends one.

        Bursts whose beginning or end lies outside the record are left out.
        """
        if not critical > 0:
            raise InputError("critical shut time", value=critical, expected="more than 0 ms")
        first = int(np.argmax(self.is_open[1:] == 1)) + 1
        begin = self.start[first:][self.is_open[first:] == 1]
        finish = np.append(self.start, self.end)[first + 1 :][self.is_open[first:] == 1]
        gaps = begin[1:] - finish[:-1]
        cut = np.flatnonzero(gaps > critical)
        heads, tails = cut[:-1] + 1, cut[1:]
        return finish[tails] - begin[heads], (tails - heads + 1).astype(int)

    def sample(self, time: Float[np.ndarray, " times"]) -> Int[np.ndarray, " times"]:
        """1 where the channel is open at given instants [ms], else 0."""
        return self.is_open[np.searchsorted(self.start, time, side="right") - 1]

    def current(
        self, time: Float[np.ndarray, " times"], conductance: float | int, driving: float | int
    ) -> Float[np.ndarray, " times"]:
        """Current at given instants [pA] from the conductance [pS] and V - E_Cl [mV]."""
        return self.sample(time) * (conductance * driving / 1000)  # structural: pS x mV = fA


def record(model: Kinetics, waveform: Waveform, seed: int, lane: int = 0) -> ChannelRecord:
    """Simulate one channel along a waveform, exactly (no time step; at an edge the next dwell is drawn anew).

    Starts in a state drawn from the steady state at the concentration before the first edge.

    Args:
        model: scheme with numbers.
        waveform: GABA over time, one level per piece.
        seed: seed of the random numbers; the same seed gives the same record.
        lane: which parameter set.

    >>> from allostasis.receptor.gating import kinetics
    >>> from allostasis.receptor.waveform import ambient
    >>> patch = record(kinetics(celsius=22.0), ambient(1000.0, 10_000.0), seed=1)
    >>> round(patch.mean_open_time)     # ms; 1 / (closing rate)
    4
    """
    if waveform.levels.ndim > 1:
        raise InputError("a record follows one waveform", value=waveform.levels.shape, fix="give one level per piece")
    rng = np.random.default_rng(seed)
    n = len(model.names)
    begin = np.asarray(steady_state(model.lane(lane), waveform.before[:1]))[:, 0]
    state = int(rng.choice(n, p=begin / begin.sum()))
    mask = model.conducting
    starts, opens, jumps = [float(waveform.edges[0])], [mask[state]], 0
    for level, t, edge in zip(waveform.levels, waveform.edges[:-1], waveform.edges[1:], strict=True):
        mean, ladders = _tables(model.matrix(float(level), lane))
        state, jumps = _walk(rng, (float(t), float(edge), state, jumps), mean, ladders, mask, starts, opens)
    return ChannelRecord(np.array(starts), np.array(opens), float(waveform.edges[-1]), jumps)


def _tables(q: np.ndarray) -> tuple[list[float], list[list[tuple[float, int]]]]:
    """Mean dwell of each state [ms], and its targets with cumulated probabilities, the likeliest first."""
    mean, ladders = [], []
    for i, row in enumerate(q):
        exits = np.where(np.arange(len(row)) == i, 0, row)
        total = exits.sum()
        order = [j for j in np.argsort(-exits) if exits[j] > 0]
        mean.append(float(1 / total) if total > 0 else float("inf"))
        ladder = list(zip(np.cumsum(exits[order] / (total or 1)).tolist(), map(int, order), strict=True))
        ladders.append([*ladder[:-1], (2.0, ladder[-1][1])] if ladder else [])  # structural: guards against 0 / 0
    return mean, ladders


def _walk(rng, begin, mean, ladders, mask, starts, opens) -> tuple[int, int]:
    """Jump from state to state until the edge; append instants at which conduction changes. Plain lists are fastest here."""
    t, edge, state, jumps = begin
    count = _FEWEST
    while True:
        waits, draws = rng.standard_exponential(count).tolist(), rng.random(count).tolist()
        count = min(2 * count, _MOST)
        for wait, draw in zip(waits, draws, strict=True):
            t += wait * mean[state]
            if t >= edge:
                return state, jumps
            was = mask[state]
            for share, target in ladders[state]:
                if draw < share:
                    state = target
                    break
            jumps += 1
            if mask[state] != was:
                starts.append(t)
                opens.append(mask[state])
