"""Slices: how long a discharge has to last before it goes on by itself, and where chloride stands when it does."""

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy import stats

from allostasis.clinic.status_epilepticus import Protocol
from allostasis.simulation.acute_numbers import preparation
from allostasis.study.status_epilepticus import Setting, Study, run_study
from allostasis.validation.epilepsy_targets.rat import COMPOSED

LENGTHS_MIN = np.arange(1.0, 12.0, 0.05)
"""Discharges [min]; the resolution is that of the integrator, a twentieth of a minute."""
SHARES = (0.5, 0.95)
"""Shares of slices that were reported."""
LOOKED_AT_MIN = 30
"""A slice that is still seizing then goes on by itself [min]; as in the calibration."""


@cache
def slices() -> Study:
    """Every length of discharge, once in the median slice and once in that which 95 % of slices exceed in severity."""
    spread = preparation("slice").severity_spread.value
    severity = np.repeat([-spread * stats.norm.ppf(share) for share in SHARES], len(LENGTHS_MIN))
    laid_out = {"severity": severity, "trigger_end": np.tile(LENGTHS_MIN, len(SHARES)) / 60}
    setting = Setting("slice", LOOKED_AT_MIN, 1, individuals=len(severity), spread=False)
    return run_study((Protocol("untreated"),), setting, laid_out=laid_out, beside=COMPOSED)


def duration(share: int) -> float:
    """Shortest discharge after which this share of slices goes on by itself [min]."""
    own = slices().enrolled.reshape(len(SHARES), -1)[share]
    return float(LENGTHS_MIN[own].min()) if own.any() else float("inf")


def e_gaba() -> float:
    """Reversal potential of GABA-A after half an hour in the median slices that go on by themselves [mV]."""
    found = slices()
    values = next(v for record, v in found.before.items() if record.port == "e_gaba")[-1]
    median = np.flatnonzero(found.enrolled) < len(LENGTHS_MIN)
    return float(values[median].mean())


SIMULATED: dict[str, Callable[[], float | bool]] = {
    "SE06": lambda: duration(0), "SE07": lambda: duration(1), "SR11": e_gaba,
}  # fmt: skip
"""Target -> what gives it."""
