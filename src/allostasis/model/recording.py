"""What a run keeps: a few statistics of chosen ports over each output interval, accumulated inside the scan."""

from typing import Any, NamedTuple

import jax.numpy as jnp

from allostasis.model.contract import Port
from allostasis.quantity.errors import InputError, UnknownNameError

STATISTICS = ("mean", "sum", "min", "max", "last", "time_of_max")


class Record(NamedTuple):
    """One kept series: a port, one of its components (None for a scalar port) and a statistic over the output interval."""

    port: str
    component: int | None
    statistic: str


def records(ports: dict[str, Port], wanted: dict[str, tuple[str, ...]]) -> tuple[Record, ...]:
    """Expand {port: statistics} over components, in a fixed order.

    Raises:
        UnknownNameError: a port that the composition does not give.
        InputError: a statistic that does not exist, or ``time_of_max`` without ``max``.
    """
    result = []
    for name, statistics in wanted.items():
        if name not in ports:
            raise UnknownNameError("port", name, ports)
        for statistic in statistics:
            if statistic not in STATISTICS:
                raise UnknownNameError("statistic", statistic, STATISTICS)
            if statistic == "time_of_max" and "max" not in statistics:
                raise InputError(f"time_of_max of {name} without max", fix="ask for 'max' too")
            components = range(len(ports[name].components)) if ports[name].components else (None,)
            result.extend(Record(name, c, statistic) for c in components)
    return tuple(result)


EMPTY = {"mean": 0.0, "sum": 0.0, "min": jnp.inf, "max": -jnp.inf, "last": 0.0, "time_of_max": 0.0}


def start(wanted: tuple[Record, ...], lanes: int, dtype) -> tuple:
    """Empty accumulators, one array a record: stacked ones would save a few array updates but do not vectorise."""
    return tuple(jnp.full(lanes, EMPTY[r.statistic], dtype) for r in wanted)


def accumulate(wanted: tuple[Record, ...], sums: tuple, time, ports: dict[str, Any]) -> tuple:
    """Add one instant to the accumulators."""
    highest = {(r.port, r.component): s for r, s in zip(wanted, sums, strict=True) if r.statistic == "max"}
    result = []
    for r, old in zip(wanted, sums, strict=True):
        port = ports[r.port] if r.component is None else ports[r.port][r.component]
        value = jnp.broadcast_to(jnp.asarray(port, old.dtype), old.shape)
        if r.statistic in ("mean", "sum"):
            new = old + value
        elif r.statistic == "min":
            new = jnp.minimum(old, value)
        elif r.statistic == "max":
            new = jnp.maximum(old, value)
        elif r.statistic == "last":
            new = value
        else:
            new = jnp.where(value > highest[r.port, r.component], jnp.asarray(time, old.dtype), old)
        result.append(new)
    return tuple(result)


def finish(wanted: tuple[Record, ...], sums: tuple, steps: int) -> tuple:
    """Accumulators to statistics, in the order of ``wanted``."""
    return tuple(s / steps if r.statistic == "mean" else s for r, s in zip(wanted, sums, strict=True))
