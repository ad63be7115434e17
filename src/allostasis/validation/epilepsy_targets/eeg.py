"""The waking EEG under a benzodiazepine: target id -> function."""

from collections.abc import Callable

from allostasis.clinic.eeg_beta import dose_beta_rise

DOSES = {"SE97": "diazepam 10 mg po at 0 h", "SE98": "diazepam 5 mg po at 0 h"}


def diazepam_10_mg(affinity: str = "in_vitro") -> float:
    """Peak change of the share of 13-31 Hz after 10 mg of diazepam [percentage points]."""
    return dose_beta_rise(DOSES["SE97"], affinity)


def diazepam_5_mg(affinity: str = "in_vitro") -> float:
    """The same after 5 mg [percentage points]."""
    return dose_beta_rise(DOSES["SE98"], affinity)


SIMULATED: dict[str, Callable[[], float | bool]] = {"SE97": diazepam_10_mg, "SE98": diazepam_5_mg}
_CAUSE = "a linear corticothalamic model with published constants gives about two thirds of the reported rise at 10 mg"
CAUSES = {"SE97": _CAUSE, "SE98": _CAUSE}
"""Why a target is missed, where it is."""
