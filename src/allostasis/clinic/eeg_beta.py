"""The beta rise of the waking EEG under a benzodiazepine."""

from functools import cache

import numpy as np

from allostasis.circuit.eeg import loop_inhibition, resting_share
from allostasis.clinic.eeg_scene import dose_modulation
from allostasis.model.subtypes import SUBTYPES

RELAY = SUBTYPES.index("a1")
"""Synapses of the reticular nucleus onto relay cells have alpha1 receptors."""
PERCENT = 100  # structural: percentage points


def beta_rise(cortex: float | int, relay: float | int | None = None, *, exponent: float | int | None = None) -> float:
    """Change of the share of 13-31 Hz in the waking EEG [percentage points].

    Args:
        cortex: charge of GABA-A currents in cortex over that without drug.
        relay: the same onto relay cells of the thalamus; that of cortex when left out.
        exponent: 1 for the share of power, 0.5 for that of its root; of the library when left out.

    >>> 0 < beta_rise(1.2) < beta_rise(1.5)
    True
    """
    with_drug = resting_share(cortex, cortex if relay is None else relay, exponent=exponent)
    return PERCENT * (with_drug - resting_share(exponent=exponent))


def dose_charge(dose: str, affinity: str = "in_vitro") -> tuple[float, float]:
    """Charge of GABA-A currents over no drug, in cortex and onto relay cells, at the highest modulation after a dose.

    Args:
        dose: regimen text, such as "diazepam 10 mg po at 0 h".
        affinity: "in_vitro" or "in_vivo"; see `dose_modulation`.
    """
    _, modulation = dose_modulation(dose, affinity=affinity)
    cortex, _ = loop_inhibition(list(modulation))
    k = int(np.argmax(cortex))
    return float(cortex[k]), float(modulation[RELAY, k])


@cache
def dose_beta_rise(dose: str, affinity: str = "in_vitro", exponent: float | int | None = None) -> float:
    """Largest change of the beta share after a dose [percentage points]; arguments as in `dose_charge` and `beta_rise`."""
    return beta_rise(*dose_charge(dose, affinity), exponent=exponent)
