"""Spectrum of a simulated EEG: power by band, shares of amplitude, and the spectrogram (scipy.signal)."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy import signal as processing

from allostasis import library
from allostasis.circuit.eeg.record import EegRecord
from allostasis.quantity import InputError

WINDOW = 2.0  # structural: length of a window of the spectrum [s]; half a hertz between frequencies
BANDS = ("delta", "theta", "alpha", "beta", "gamma")
"""Bands in their order; their edges stand in the set `eeg`."""


class Spectrum(NamedTuple):
    """Power spectral density.

    Attributes:
        frequency: [Hz].
        density: [mV2/Hz].
    """

    frequency: Float[np.ndarray, " frequencies"]
    density: Float[np.ndarray, "frequencies conditions trials"]


class Spectrogram(NamedTuple):
    """Power spectral density over time.

    Attributes:
        frequency: [Hz].
        time: middle of each window [s].
        density: [mV2/Hz].
    """

    frequency: Float[np.ndarray, " frequencies"]
    time: Float[np.ndarray, " windows"]
    density: Float[np.ndarray, "frequencies windows"]


def power_spectrum(record: EegRecord) -> Spectrum:
    """Power spectrum by Welch's method, Hann windows of 2 s that overlap by half.

    Raises:
        InputError: a record shorter than a window.
    """
    _check_length(record)
    points = round(WINDOW * record.sampling)
    return Spectrum(*processing.welch(record.signal, record.sampling, nperseg=points, axis=0))


def spectrogram(record: EegRecord, condition: int = 0, trial: int = 0) -> Spectrogram:
    """Power spectrum over time, of one condition and trial; windows of 2 s, four a second.

    Raises:
        InputError: a record shorter than a window.
    """
    _check_length(record)
    points = round(WINDOW * record.sampling)
    step = round(record.sampling / 4)  # structural: four windows a second
    f, t, density = processing.spectrogram(
        record.signal[:, condition, trial], record.sampling, window="hann", nperseg=points, noverlap=points - step
    )
    return Spectrogram(f, t, density)


def band_edges(band: str) -> tuple[float, float]:
    """Edges of a band [Hz]; "whole" is delta to gamma.

    >>> band_edges("alpha"), band_edges("whole")
    ((8.0, 13.0), (0.5, 70.0))
    """
    rows = library.parameter_set("eeg")
    first, last = (BANDS[0], BANDS[-1]) if band == "whole" else (band, band)
    return rows[f"band.{first}.low"].value, rows[f"band.{last}.high"].value


def band_power(spectrum: Spectrum, low: float | int, high: float | int) -> Float[np.ndarray, "conditions trials"]:
    """Power from a frequency up to, but without, another [mV2]."""
    inside = (spectrum.frequency >= low) & (spectrum.frequency < high)
    return spectrum.density[inside].sum(axis=0) * (spectrum.frequency[1] - spectrum.frequency[0])


def band_powers(spectrum: Spectrum) -> dict[str, Float[np.ndarray, "conditions trials"]]:
    """Power in each band [mV2]."""
    return {band: band_power(spectrum, *band_edges(band)) for band in BANDS}


def band_shares(spectrum: Spectrum) -> dict[str, Float[np.ndarray, "conditions trials"]]:
    """Share of each band in the power of all bands; they sum to 1."""
    whole = band_power(spectrum, *band_edges("whole"))
    return {band: power / whole for band, power in band_powers(spectrum).items()}


def amplitude_share(
    spectrum: Spectrum, low: float | int, high: float | int, top: float | int | None = None
) -> Float[np.ndarray, "conditions trials"]:
    """Share of the amplitude spectrum, the root of the density, between two frequencies; the whole ends at `top`, or with gamma.

    Quantitative EEG often reports amplitude and not power; the share of a weak band is then larger.
    """
    whole = band_edges("whole")
    root = spectrum._replace(density=np.sqrt(spectrum.density))
    return band_power(root, low, high) / band_power(root, whole[0], whole[1] if top is None else top)


def peak_frequency(spectrum: Spectrum) -> Float[np.ndarray, "conditions trials"]:
    """Frequency of the highest density from delta to gamma [Hz]."""
    low, high = band_edges("whole")
    inside = (spectrum.frequency >= low) & (spectrum.frequency < high)
    return spectrum.frequency[inside][spectrum.density[inside].argmax(axis=0)]


def _check_length(record: EegRecord) -> None:
    if len(record.signal) < WINDOW * record.sampling:
        raise InputError(
            "record too short for a spectrum", value=f"{len(record.signal) / record.sampling:g} s",
            expected=f"{WINDOW:g} s or more",
        )  # fmt: skip
