"""Withdrawal that an antagonist precipitates: the imbalance before it, its peak, and the seizure probability there."""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.clinic.seizure import seizure_probability
from allostasis.quantity import InputError, UnknownNameError
from allostasis.simulation import Result


class Precipitated(NamedTuple):
    """The imbalance of each patient around an antagonist [seizure thresholds].

    Attributes:
        before: imbalance in the last output interval before it.
        peak: highest imbalance after it.
        seizure_probability: share of such patients whose threshold lies below the peak; withdrawal alone.
    """

    before: Float[np.ndarray, " patients"]
    peak: Float[np.ndarray, " patients"]
    seizure_probability: Float[np.ndarray, " patients"]

    @property
    def jump(self) -> Float[np.ndarray, " patients"]:
        """Rise of the imbalance [seizure thresholds]."""
        return self.peak - self.before


def precipitated_withdrawal(
    result: Result, arm: str, *, antagonist_h: float | int, within_h: float | int = math.inf
) -> Precipitated:
    """Read a precipitated withdrawal from a run that keeps mean and maximum of the imbalance.

    The drug that held the balance is displaced; what is left of the imbalance is the adaptation. Seizures by other poisons, and
    arrhythmias, are not in it: the frequencies of serious harm in trials (3.8 times that of placebo) and of seizures in overdose
    (13 of 904) are facts beside the model, not results of it.

    Args:
        result: the run.
        arm: name of the arm with the antagonist.
        antagonist_h: time of its first dose [h].
        within_h: how long the peak is looked for [h].

    Raises:
        UnknownNameError: an arm that the run does not have.
        InputError: a time outside the run, or series that were not kept.
    """
    data = result.data
    if arm not in data["arm"].values:
        raise UnknownNameError("arm", arm, [str(a) for a in data["arm"].values])
    if "imbalance_mean" not in data or "imbalance_max" not in data:
        raise InputError(
            "precipitated withdrawal needs mean and maximum of the imbalance", fix="leave out `wanted` in simulate"
        )
    ends = np.asarray(data["time"].values, float)
    if not (ends[1] <= antagonist_h < ends[-1] and within_h > 0):
        raise InputError(
            "time of the antagonist and time of watching [h]", value=f"{antagonist_h:g}, {within_h:g}",
            expected=f"{ends[1]:g} to below {ends[-1]:g} h, and above 0 h",
        )  # fmt: skip
    rounding = (ends[1] - ends[0]) / 2
    one = data.sel(arm=arm).transpose("patient", "time", ...)
    before = one["imbalance_mean"].values[:, np.flatnonzero(ends <= antagonist_h + rounding)[-1]]
    watched = (ends > antagonist_h + rounding) & (ends <= antagonist_h + within_h + rounding)
    peak = one["imbalance_max"].values[:, watched].max(axis=1)
    spread = library.parameter_set("circuit")["seizure_threshold"].log_spread
    return Precipitated(before, peak, seizure_probability(peak, spread))
