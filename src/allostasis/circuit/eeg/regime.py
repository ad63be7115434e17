"""Which regime an EEG shows: background, alpha, sporadic or sustained spikes, fast onset activity, quasi-sinusoidal rhythm."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import signal as processing

from allostasis import library
from allostasis.circuit.eeg.record import EegRecord
from allostasis.circuit.eeg.spectrum import band_edges, band_power, peak_frequency, power_spectrum

REGIMES = {
    "background": "background activity",
    "alpha": "alpha rhythm",
    "sporadic_spikes": "sporadic spikes",
    "sustained_spikes": "sustained spikes",
    "fast_onset": "low-voltage fast activity",
    "rhythmic": "quasi-sinusoidal rhythm",
}
"""Regimes, and what they are called for a reader."""
SEIZURE = ("sustained_spikes", "fast_onset", "rhythmic")
"""Regimes that an electroencephalographer would call ictal."""
REFRACTORY = 0.1  # structural: shortest time between two spikes [s]; the fastest spikes of the model come at 6 Hz


@dataclass(frozen=True)
class Regime:
    """Regime of one record, with what told it.

    Attributes:
        name: one of `REGIMES`.
        spike_rate: spikes per second.
        sd: standard deviation [mV].
        peak: frequency of the highest density [Hz].
    """

    name: str
    spike_rate: float
    sd: float
    peak: float

    @property
    def words(self) -> str:
        """Name for a reader."""
        return REGIMES[self.name]

    @property
    def ictal(self) -> bool:
        """Whether the regime is one of a seizure."""
        return self.name in SEIZURE


def recognise(record: EegRecord, condition: int = 0, trial: int = 0) -> Regime:
    """Recognise the regime of one condition and trial.

    In this order: a large rhythm with nearly all power at one frequency is quasi-sinusoidal; spikes high above the median
    are sustained or sporadic by their rate; what is fast has half of its power above 13 Hz; a peak in the alpha band is alpha;
    the rest is background. The limits stand in the set `eeg` (`regime.*`).

    Raises:
        InputError: a record shorter than a window of the spectrum.
    """
    rows = {key.removeprefix("regime."): p.value for key, p in library.parameter_set("eeg").items() if key.startswith("regime.")}
    trace = record.signal[:, condition, trial]
    one = EegRecord(trace[:, None, None], record.sampling)
    spectrum = power_spectrum(one)
    whole, peak = float(band_power(spectrum, *band_edges("whole"))[0, 0]), float(peak_frequency(spectrum)[0, 0])

    def share(low, high):
        return float(band_power(spectrum, low, high)[0, 0]) / whole

    sd, rate = float(trace.std()), spike_count(trace, record.sampling, rows["spike_height"]) * record.sampling / len(trace)
    width = rows["rhythmic_width"]
    name = "background"
    if sd > rows["rhythmic_sd"] and share(peak - width, peak + width) > rows["rhythmic_share"]:
        name = "rhythmic"
    elif rate > 0:
        name = "sustained_spikes" if rate >= rows["sustained_rate"] else "sporadic_spikes"
    elif share(band_edges("beta")[0], band_edges("gamma")[1]) > rows["fast_share"]:
        name = "fast_onset"
    elif share(*band_edges("alpha")) > rows["alpha_share"]:
        name = "alpha"
    return Regime(name, rate, sd, peak)


def spike_count(trace: Float[np.ndarray, " samples"], sampling: float | int, height: float | int) -> int:
    """Number of waves that rise above the median by a height [mV], at least a tenth of a second apart.

    >>> spike_count(np.array([0.0] * 50 + [9.0] + [0.0] * 50 + [9.0] + [0.0] * 50), 256, 4.0)
    2
    """
    found, _ = processing.find_peaks(trace - np.median(trace), height=height, distance=max(1, round(REFRACTORY * sampling)))
    return len(found)
