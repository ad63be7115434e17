"""Spike-and-wave discharges in a record: share of the time, number and length of discharges, dominant frequency."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from allostasis import library
from allostasis.circuit.thalamocortical import SET

CERTAINTY = 1.96  # structural: standard errors of a 95 % interval
SMOOTHING = 0.5  # structural: width [Hz] over which the spectrum is averaged


@dataclass(frozen=True, eq=False)
class SpikeWave:
    """What was found, one entry a condition.

    Attributes:
        share: share of the time in spike-and-wave, mean over trials.
        low, high: 95 % interval of that mean over trials (seeds), within 0 to 1.
        per_minute: discharges per minute.
        length: mean length of a discharge [s]; those that the record cuts off count as seen; NaN without any.
        frequency: peak of the spectrum of the time in spike-and-wave [Hz]; NaN without any.
        by_trial: share in each trial.
    """

    share: Float[np.ndarray, " conditions"]
    low: Float[np.ndarray, " conditions"]
    high: Float[np.ndarray, " conditions"]
    per_minute: Float[np.ndarray, " conditions"]
    length: Float[np.ndarray, " conditions"]
    frequency: Float[np.ndarray, " conditions"]
    by_trial: Float[np.ndarray, "conditions trials"]


def paroxysmal(
    time: Float[np.ndarray, " times"], potential: Float[np.ndarray, "times *lanes"], window: float, amplitude: float
) -> Bool[np.ndarray, "windows *lanes"]:
    """Whether each half-overlapping window holds spike-and-wave: its peak-to-peak reaches the amplitude.

    >>> t = np.arange(0, 4, 0.004)
    >>> wave = np.where(t < 2, 0.1, 2.0) * np.sin(2 * np.pi * 7 * t)
    >>> paroxysmal(t, wave, 0.5, 1.5).mean().round(1).item()
    0.5
    """
    hop = max(1, round(window / 2 / (time[1] - time[0])))
    halves = potential[: len(potential) // hop * hop].reshape(-1, hop, *potential.shape[1:])
    top, bottom = halves.max(axis=1), halves.min(axis=1)
    return np.maximum(top[1:], top[:-1]) - np.minimum(bottom[1:], bottom[:-1]) >= amplitude


def find_spike_wave(
    time: Float[np.ndarray, " times"], potential: Float[np.ndarray, "times conditions trials"]
) -> SpikeWave:
    """Find the discharges of a run.

    Args:
        time: evenly spaced [s].
        potential: of pyramidal cells [mV].
    """
    rows = {name: library.parameter_set(SET)[f"detection.{name}"].value
            for name in ("amplitude", "window", "settle", "lowest", "highest")}  # fmt: skip
    later = time >= rows["settle"]
    time, potential = time[later], potential[later]
    found = paroxysmal(time, potential, rows["window"], rows["amplitude"])
    by_trial = found.mean(axis=0)
    share, trials = by_trial.mean(axis=-1), by_trial.shape[-1]
    error = CERTAINTY * by_trial.std(axis=-1, ddof=min(1, trials - 1)) / np.sqrt(trials)
    begins = found & ~np.concatenate([np.zeros_like(found[:1]), found[:-1]])
    count = begins.sum(axis=(0, 2))
    minutes = trials * (time[-1] - time[0]) / 60  # structural: seconds of a minute
    with np.errstate(invalid="ignore", divide="ignore"):
        length = np.where(count > 0, share * 60 * minutes / count, np.nan)  # structural: seconds of a minute
    frequency = np.array([
        _frequency(time, potential[:, k], found[:, k], rows["lowest"], rows["highest"]) for k in range(len(share))
    ])  # fmt: skip
    low, high = (np.clip(share + sign * error, 0, 1) for sign in (-1, 1))
    return SpikeWave(share, low, high, count / minutes, length, frequency, by_trial)


def _frequency(time: np.ndarray, potential: np.ndarray, found: np.ndarray, lowest: float, highest: float) -> float:
    """Peak of the mean spectrum, each trial masked to its discharges."""
    if not found.any():
        return float("nan")
    step, hop = time[1] - time[0], len(potential) // (len(found) + 1)
    mask = np.repeat(np.concatenate([found, found[-1:]]), hop, axis=0)
    cut = potential[: len(mask)]
    kept = np.where(mask, cut - cut.mean(axis=0), 0)
    power = (np.abs(np.fft.rfft(kept, axis=0)) ** 2).sum(axis=1)
    hertz = np.fft.rfftfreq(len(kept), step)
    width = max(1, round(SMOOTHING / hertz[1]))
    smooth = np.convolve(power, np.ones(width) / width, "same")
    inside = (hertz >= lowest) & (hertz <= highest)
    return float(hertz[inside][np.argmax(smooth[inside])])
