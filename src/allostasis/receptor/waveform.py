"""GABA over time as seen by receptors: pieces of constant concentration. Synaptic pulses are fine pieces of an exponential."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from allostasis.quantity.errors import InputError


@dataclass(frozen=True, eq=False)
class Waveform:
    """Piecewise-constant GABA concentration; before the first edge the receptor rests at ``before``.

    Args:
        edges: borders of the pieces [ms], rising; one more than pieces.
        levels: concentration in each piece [uM], >= 0, array [pieces], or [pieces, lanes] for a different one per lane.
        before: constant concentration before the first edge [uM] (ambient GABA), a number or array [lanes].

    Raises:
        InputError: edges that do not rise, a negative or infinite concentration, or sizes that do not match.

    >>> Waveform.of([0.0, 2.0, 1.0], [1000.0, 0.0])
    Traceback (most recent call last):
    allostasis.quantity.errors.InputError: times of a waveform are not sorted: 'edge 2 at 1 ms after 2 ms'. Expected...
    """

    edges: Float[np.ndarray, " borders"]
    levels: Float[np.ndarray, "pieces"] | Float[np.ndarray, "pieces lanes"]
    before: Float[np.ndarray, "#lanes"]

    @classmethod
    def of(
        cls,
        edges: Sequence[float] | np.ndarray,
        levels: Sequence[float] | np.ndarray,
        before: float | int | np.ndarray = 0.0,
    ) -> "Waveform":
        """Build from lists or arrays."""
        return cls(np.asarray(edges, float), np.asarray(levels, float), np.atleast_1d(np.asarray(before, float)))

    def __post_init__(self) -> None:
        if len(self.edges) != len(self.levels) + 1:
            raise InputError(
                "edges and levels of a waveform do not match",
                value=f"{len(self.edges)} edges, {len(self.levels)} levels",
                expected="one edge more than levels",
            )
        if len(self.levels) == 0:
            raise InputError("a waveform without a piece", expected="at least one level")
        steps = np.diff(self.edges)
        if not np.isfinite(self.edges).all() or (steps <= 0).any():
            i = int(np.argmax(~(steps > 0)))
            raise InputError(
                "times of a waveform are not sorted",
                value=f"edge {i + 1} at {self.edges[i + 1]:g} ms after {self.edges[i]:g} ms",
                expected="finite times [ms], each after the one before",
                fix="sort the edges together with their levels",
            )
        for what, values in (("GABA", self.levels), ("ambient GABA", self.before)):
            if not np.isfinite(values).all() or (values < 0).any():
                raise InputError(
                    f"{what} concentration of a waveform is negative or not finite",
                    value=float(np.ravel(values)[np.argmax(~(np.ravel(values) >= 0))]),
                    expected="0 uM or more",
                )

    @property
    def durations(self) -> Float[np.ndarray, " pieces"]:
        """Length of each piece [ms]."""
        return np.diff(self.edges)


def application(
    level: float | int | np.ndarray,
    duration: float | int,
    *,
    washout: float | int = 0.0,
    ambient: float | int = 0.0,
) -> Waveform:
    """Rapid application: ``level`` [uM] (a number, or array [lanes]) for ``duration`` [ms], then ``washout`` [ms] of ambient.

    >>> application(1000.0, 5.0, washout=200.0).edges.tolist()
    [0.0, 5.0, 205.0]
    """
    on = np.asarray(level, float)
    edges, levels = [0.0, float(duration)], [on]
    if washout > 0:
        edges.append(float(duration + washout))
        levels.append(np.full_like(on, ambient))
    return Waveform.of(edges, np.stack(levels), ambient)


def ambient(level: float | int, duration: float | int) -> Waveform:
    """Constant concentration [uM] for ``duration`` [ms], the receptor in equilibrium with it: tonic inhibition."""
    return Waveform.of([0.0, duration], [level], level)


def synaptic(
    peak: float | int,
    decay: float | int,
    *,
    pieces: int = 64,  # structural: halved and compared by `synaptic_response`
    tail: float | int = 200.0,  # structural: default length of a trace [ms]
    ambient: float | int = 0.0,
    span: float | int = 14.0,  # structural: the pulse is followed until it is exp(-14), a millionth, of its peak
) -> Waveform:
    """A synaptic pulse, peak x exp(-t / decay) above ambient, as pieces that carry its exact mean, then a tail of ambient.

    Piece borders are equal in sqrt-like time (short where GABA changes fast): t_k = decay x span x (k / pieces)^2.

    Args:
        peak: concentration at time 0 above ambient [uM].
        decay: time constant [ms].
        pieces: number of pieces of the pulse.
        tail: time after the pulse [ms].
        ambient: concentration before and after [uM].
        span: length of the followed pulse in time constants.

    >>> pulse = synaptic(1000.0, 0.3)
    >>> round(float(pulse.levels @ pulse.durations), 6)     # the area, peak x decay
    299.999751
    """
    if not (peak >= 0 and decay > 0 and tail > 0 and pieces >= 1):
        raise InputError(
            "synaptic pulse", value=f"peak {peak}, decay {decay}, tail {tail}",
            expected="peak >= 0 uM, decay and tail > 0 ms, at least one piece"
        )  # fmt: skip
    t = decay * span * (np.arange(pieces + 1) / pieces) ** 2
    mean = -peak * decay * np.diff(np.exp(-t / decay)) / np.diff(t)
    return Waveform.of([*t, t[-1] + tail], [*(mean + ambient), ambient], ambient)
