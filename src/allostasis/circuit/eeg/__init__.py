"""EEG: the neural mass of Wendling et al., its spectrum and regimes, power over hours, and the waking EEG in closed form."""

from allostasis.circuit.eeg.drive import driven_gains, loop_inhibition
from allostasis.circuit.eeg.neural_mass import Gains, NeuralMass, operating_point, operating_points
from allostasis.circuit.eeg.power import EegPower, eeg_power
from allostasis.circuit.eeg.record import EegRecord, simulate_eeg
from allostasis.circuit.eeg.regime import Regime, recognise
from allostasis.circuit.eeg.resting import resting_share, resting_spectrum
from allostasis.circuit.eeg.spectrum import (
    BANDS,
    amplitude_share,
    band_powers,
    band_shares,
    power_spectrum,
    spectrogram,
)

__all__ = [
    "BANDS",
    "EegPower",
    "EegRecord",
    "Gains",
    "NeuralMass",
    "Regime",
    "amplitude_share",
    "band_powers",
    "band_shares",
    "driven_gains",
    "eeg_power",
    "loop_inhibition",
    "operating_point",
    "operating_points",
    "power_spectrum",
    "recognise",
    "resting_share",
    "resting_spectrum",
    "simulate_eeg",
    "spectrogram",
]
