"""Peak velocity of saccades under midazolam: target id -> function. The target set no constant."""

from collections.abc import Callable

from allostasis.clinic.saccades import dose_saccades

DOSE = "midazolam 0.1 mg/kg iv over 10 min at 0 h"
"""The mean dose of the study, at the rate at which it infused: 0.6 mg/kg/h until people could no longer do the test."""
PERCENT = 100.0


def midazolam(affinity: str = "in_vivo", exponent: float | int | None = None) -> float:
    """Largest change of peak velocity [%]."""
    return -PERCENT * dose_saccades(DOSE, affinity=affinity, exponent=exponent).largest_loss


SIMULATED: dict[str, Callable[[], float | bool]] = {"SE101": midazolam}
CAUSES = {
    "SE101": "one exponent, of mean changes under lorazepam and alprazolam by mouth, whose largest change it understates as well "
    "(64 of 85 deg/s); it was not raised, nor was a circuit behind the receptor put in",
}
"""Why a target is missed."""
