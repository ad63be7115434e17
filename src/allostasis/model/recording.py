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


def _groups(wanted: tuple[Record, ...]) -> dict[str, tuple[int, ...]]:
    """Positions of the records of each statistic: one array holds them all, so that a step updates few arrays."""
    return {s: tuple(i for i, r in enumerate(wanted) if r.statistic == s) for s in STATISTICS}


def _stack(wanted: tuple[Record, ...], positions: tuple[int, ...], ports: dict[str, Any], lanes: int, dtype):
    chosen = (wanted[i] for i in positions)
    values = (ports[r.port] if r.component is None else ports[r.port][r.component] for r in chosen)
    return jnp.stack([jnp.broadcast_to(jnp.asarray(v, dtype), (lanes,)) for v in values])


def start(wanted: tuple[Record, ...], lanes: int, dtype) -> dict:
    """Empty accumulators, one array [records, lanes] per statistic in use."""
    empty = {"mean": 0.0, "sum": 0.0, "min": jnp.inf, "max": -jnp.inf, "last": 0.0, "time_of_max": 0.0}
    return {s: jnp.full((len(n), lanes), empty[s], dtype) for s, n in _groups(wanted).items() if n}


def accumulate(wanted: tuple[Record, ...], sums: dict, time, ports: dict[str, Any]) -> dict:
    """Add one instant to the accumulators."""
    groups, result = _groups(wanted), {}
    for statistic, old in sums.items():
        lanes, dtype = old.shape[1], old.dtype
        values = _stack(wanted, groups[statistic], ports, lanes, dtype)
        if statistic in ("mean", "sum"):
            result[statistic] = old + values
        elif statistic == "min":
            result[statistic] = jnp.minimum(old, values)
        elif statistic == "max":
            result[statistic] = jnp.maximum(old, values)
        elif statistic == "last":
            result[statistic] = values
        else:
            highest = {(wanted[i].port, wanted[i].component): row for row, i in enumerate(groups["max"])}
            rows = [highest[wanted[i].port, wanted[i].component] for i in groups[statistic]]
            peaks = jnp.stack([sums["max"][row] for row in rows])
            result[statistic] = jnp.where(values > peaks, jnp.asarray(time, dtype), old)
    return result


def finish(wanted: tuple[Record, ...], sums: dict, steps: int) -> tuple:
    """Accumulators to statistics, in the order of ``wanted``."""
    groups, result = _groups(wanted), [None] * len(wanted)
    for statistic, values in sums.items():
        for row, i in enumerate(groups[statistic]):
            result[i] = values[row] / steps if statistic == "mean" else values[row]
    return tuple(result)
