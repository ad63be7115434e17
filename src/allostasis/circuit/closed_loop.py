"""Closed-loop stimulation: a detector on the activity, a delay, a pulse, a pause."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from allostasis import library
from allostasis.quantity import InputError

NAMES = ("detection", "latency", "pulse", "duration", "refractory")


@dataclass(frozen=True)
class ClosedLoop:
    """What watches the network, and what it does.

        the detector fires when a watched node reaches ``detection`` and no cycle is running;
        a cycle: latency, then the pulse for ``duration``, then ``refractory``;
        during the pulse, x of each stimulated node is ``pulse`` lower

    It stands for any means that lowers the drive of a node for seconds: light on a silencing opsin, or an electrode.

    Args:
        detection: activity at which the detector fires, above 0; infinite for no loop at all.
        latency: detection to pulse [s], 0 or more.
        pulse: taken from x during the pulse [1], 0 or more; 0 is a sham, which detects and does nothing.
        duration: of the pulse [s], above 0.
        refractory: after the pulse [s], 0 or more.
        watched: nodes that the detector sees; () for the onset zone.
        stimulated: nodes that the pulse reaches; () for the onset zone.

    Raises:
        InputError: a number out of range.
    """

    detection: float | int
    latency: float | int
    pulse: float | int
    duration: float | int
    refractory: float | int
    watched: tuple[str, ...] = ()
    stimulated: tuple[str, ...] = ()

    def __post_init__(self):
        for name in NAMES[1:]:
            value = getattr(self, name)
            if not (np.isfinite(value) and value >= 0):
                raise InputError(f"{name} of the closed loop", value=value, expected="0 or more")
        if not self.detection > 0:
            raise InputError("detection threshold of the closed loop", value=self.detection, expected="above 0")
        if self.duration == 0:
            raise InputError("duration of the pulse", value=0, expected="above 0 s", fix="write pulse=0 for a sham")

    @classmethod
    def from_library(cls, **changes: Any) -> "ClosedLoop":
        """The loop of the set `network`, with changes by name.

        >>> ClosedLoop.from_library(latency=2.0).latency
        2.0
        """
        rows = library.parameter_set("network")
        numbers: dict[str, Any] = {name: rows[f"closed_loop.{name}"].value for name in NAMES}
        return cls(**(numbers | changes))

    @classmethod
    def none(cls) -> "ClosedLoop":
        """No loop: the detector never fires.

        >>> ClosedLoop.none().detection
        inf
        """
        return replace(cls.from_library(), detection=float("inf"), pulse=0.0)

    @property
    def sham(self) -> "ClosedLoop":
        """The same detector with the pulse switched off."""
        return replace(self, pulse=0.0)

    def values(self) -> dict[str, float]:
        """Its numbers by name."""
        return {name: float(value) for name, value in asdict(self).items() if name in NAMES}


def pulse_on(since: Float[Array, "..."], loop: dict) -> Bool[Array, "..."]:
    """Whether the pulse is on, ``since`` s after the last detection.

    >>> loop = {"latency": 1.0, "duration": 2.0}
    >>> pulse_on(jnp.array([0.5, 1.0, 2.9, 3.0]), loop).tolist()
    [False, True, True, False]
    """
    return (since >= loop["latency"]) & (since < loop["latency"] + loop["duration"])


def detect(
    since: Float[Array, "..."], seen: Float[Array, "..."], loop: dict, step: Float[Array, ""] | float
) -> tuple[Float[Array, "..."], Bool[Array, "..."]]:
    """Time since the last detection after one more step [s], and whether the detector fired now.

    Args:
        since: before the step, infinite before the first detection.
        seen: highest activity among the watched nodes.
        loop: numbers of the loop.
        step: length of the step [s].
    """
    free = since + step >= loop["latency"] + loop["duration"] + loop["refractory"]
    fired = free & (seen >= loop["detection"])
    return jnp.where(fired, 0.0, since + step), fired
