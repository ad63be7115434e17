"""What a single-channel record shows, with standard errors, beside what its scheme says exactly."""

from typing import NamedTuple

import numpy as np

from allostasis.receptor.dwell import burst, open_times, opening_frequency
from allostasis.receptor.gating import Kinetics, open_probability_at
from allostasis.receptor.single_channel import ChannelRecord

BLOCKS = 20  # structural: pieces enough for a standard error, and each long against a burst
"""Pieces of a record whose scatter gives the standard error of a rate or share (batch means)."""


class Estimate(NamedTuple):
    """A number read off a record, its standard error (nan where the record is too short), and the exact number."""

    value: float
    error: float
    exact: float


def record_summary(
    record: ChannelRecord, model: Kinetics, gaba_uM: float | int, critical: float | int, lane: int = 0
) -> dict[str, Estimate]:
    """Estimates of a record at constant GABA [uM] with a burst criterion [ms], beside the exact numbers of its scheme.

    Standard errors of frequency and open probability come from 20 pieces of the record, which must be long against a burst;
    those of times and counts from the scatter over openings or bursts.

    Returns:
        "opening frequency" [1/s], "mean open time" [ms], "openings per burst", "burst length" [ms], "open probability".

    >>> from allostasis.receptor.gating import kinetics
    >>> from allostasis.receptor.single_channel import record
    >>> from allostasis.receptor.waveform import ambient
    >>> model = kinetics(celsius=22.0)
    >>> found = record_summary(record(model, ambient(10.0, 60_000.0), seed=1), model, 10.0, 5.0)
    >>> all(abs(e.value - e.exact) < 4 * e.error for e in found.values())
    True
    """
    exact = burst(model, gaba_uM, critical, lane)
    lengths, openings = record.bursts(critical) if record.is_open[1:].any() else (np.empty(0), np.empty(0, int))
    rates, shares = _blocks(record)
    po = float(np.asarray(open_probability_at(model.lane(lane), float(gaba_uM)))[0])
    frequency = opening_frequency(model, gaba_uM, lane)
    opened = record.dwells(opened=True)
    return {
        "opening frequency": Estimate(float(record.frequency), _error(rates), frequency),
        "mean open time": Estimate(*_mean(opened), open_times(model, gaba_uM, lane).mean),
        "openings per burst": Estimate(*_mean(openings), exact.openings),
        "burst length": Estimate(*_mean(lengths), exact.length),
        "open probability": Estimate(record.open_probability, _error(shares), po),
    }


def _blocks(record: ChannelRecord) -> tuple[np.ndarray, np.ndarray]:
    """Openings per second and open share in each of `BLOCKS` equal pieces."""
    edges = np.linspace(record.start[0], record.end, BLOCKS + 1)
    begins = record.start[1:][record.is_open[1:] == 1]
    seconds = (edges[1] - edges[0]) / 1000  # structural: ms to s
    borders = np.append(record.start, record.end)
    opened = np.append(0.0, np.cumsum(np.diff(borders) * record.is_open))
    return np.histogram(begins, edges)[0] / seconds, np.diff(np.interp(edges, borders, opened)) / np.diff(edges)


def _error(values: np.ndarray) -> float:
    """Standard error of the mean; nan where values do not scatter (too few, or a record without an opening)."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 and np.ptp(values) else float("nan")


def _mean(values: np.ndarray) -> tuple[float, float]:
    return float(values.mean()) if len(values) else float("nan"), _error(values)
