"""The beta rise of the waking EEG under a benzodiazepine."""

from functools import cache

from allostasis.circuit.eeg import amplitude_share, power_spectrum, simulate_eeg
from allostasis.clinic.eeg_scene import AWAKE, EegScene, scene_of_dose

SECONDS, TRIALS, SEED = 60.0, 5, 1  # structural: record of the comparison; the same noise with and without drug
BETA = (13.0, 31.0)  # structural: band of the question [Hz]


def beta_rise(fast: float | int, slow: float | int = 1.0) -> float:
    """Change of the share of 13-31 Hz in the amplitude of the waking EEG [percentage points].

    The share is that of the amplitude spectrum, the root of the density, from 0.5 to 31 Hz.

    Args:
        fast: fast inhibition over naive.
        slow: slow inhibition over naive.

    >>> 0 < beta_rise(1.5) < 10
    True
    """
    record = simulate_eeg(EegScene(1.0, fast, slow).gains(AWAKE), seconds=SECONDS, trials=TRIALS, seed=SEED)
    shares = amplitude_share(power_spectrum(record), *BETA, top=BETA[1]).mean(axis=1)
    return float(100 * (shares[1] - shares[0]))  # structural: percentage points


@cache
def dose_beta_rise(dose: str, affinity: str = "in_vitro") -> float:
    """Largest change of the beta share after a dose [percentage points]: at the highest modulation of the fast loop.

    Args:
        dose: regimen text, such as "diazepam 10 mg po at 0 h".
        affinity: "in_vitro" or "in_vivo"; see `dose_modulation`.
    """
    scene = scene_of_dose(dose, affinity=affinity)
    return beta_rise(scene.inhibition_fast, scene.inhibition_slow)
