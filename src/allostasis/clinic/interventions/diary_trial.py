"""A trial by seizure diaries: who improves by how much, by a lever and by the noise of the diary alone.

    rate_i ~ lognormal,    n_0 ~ NB(T_0 rate_i, v) with n_0 >= entry,    n_1 ~ NB(T_1 rate_i e^(shift - k_i fall), v)
    improved:  n_1 / T_1 <= left n_0 / T_0

k_i: sensitivity of the log rate to the log imbalance, log-normal between patients with the spread of `clinic.seizure_frequency`;
fall: how much the lever lowers the log imbalance; v: variance of a patient's rate between periods, calibrated to a placebo arm.
The entry rule selects patients in a bad period, so part of them improves by itself: regression to the mean. Summed over quantiles
of rate and sensitivity and over counts; nothing is drawn.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import betainc, gammaln, ndtri, xlog1py

from allostasis import library
from allostasis.quantity import InputError

RATES, SENSITIVITIES, COUNTS = 30, 12, 400  # structural: quantiles of rate and of sensitivity, counts that are summed over
MONTH = 28  # structural: days of the rate
HALF = 0.5  # structural: half as many seizures


@dataclass(frozen=True)
class DiaryTrial:
    """Design of a trial and what its patients are like.

    Attributes:
        rate: median seizures in 28 days.
        rate_spread: sd of its logarithm between patients.
        baseline, treatment: lengths [days].
        least: seizures in 28 days of baseline that the entry rule asks for.
        period_variance: variance of a patient's rate between periods, over its square.
        sensitivity: median k [1 per unit of log imbalance].
        sensitivity_spread: sd of ln k between patients.
    """

    rate: float | int
    rate_spread: float | int
    baseline: float | int
    treatment: float | int
    least: float | int
    period_variance: float | int
    sensitivity: float | int
    sensitivity_spread: float | int

    @classmethod
    def from_library(cls, **changes: float | int) -> "DiaryTrial":
        """The trial of the library, with changes by name.

        >>> DiaryTrial.from_library(treatment=28.0).treatment
        28.0
        """
        rows, sizes = library.parameter_set("interventions"), library.parameter_set("intervention_sizes")
        calibrated = {"period_variance": "diary.period_variance", "sensitivity": "rate_sensitivity"}
        held = {name: sizes[key].value for name, key in calibrated.items() if name not in changes}
        fixed = {name: rows[f"diary.{name}"].value for name in ("rate", "rate_spread", "baseline", "treatment", "least")}
        spread = library.parameter_set("clinic")["seizure_frequency.sensitivity_spread"].value
        return cls(**({"sensitivity_spread": spread} | fixed | held | changes))


def _quantiles(count: int) -> Float[np.ndarray, " count"]:
    """Middles of equal shares of the standard normal distribution."""
    return ndtri((np.arange(count) + HALF) / count)


def share_improved(trial: DiaryTrial, fall: float | int = 0.0, *, left: float | int = HALF, shift: float | int = 0.0) -> float:
    """Share of patients who have at most ``left`` of their baseline rate.

    Args:
        trial: the trial.
        fall: how much the lever lowers the log imbalance; 0 is the arm without it.
        left: rate under treatment over that of baseline; one half for the usual responder.
        shift: change of the log rate of everyone, as in a placebo arm.

    Raises:
        InputError: ``left`` not above 0.

    >>> trial = DiaryTrial(8.0, 1.0, 56, 84, 3, 0.2, 15.0, 1.0)
    >>> share_improved(trial) < share_improved(trial, 0.05) < share_improved(trial, 0.1)
    True
    """
    if not left > 0:
        raise InputError("share of the rate that is left", value=left, expected="above 0")
    daily = trial.rate / MONTH * np.exp(trial.rate_spread * _quantiles(RATES))
    sensitivity = trial.sensitivity * np.exp(trial.sensitivity_spread * _quantiles(SENSITIVITIES))
    size, counts = 1 / trial.period_variance, np.arange(COUNTS)
    before = _mass(counts, size, daily[:, None] * trial.baseline)
    before = np.where(counts >= trial.least * trial.baseline / MONTH, before, 0.0)
    allowed = np.floor(left * counts * trial.treatment / trial.baseline)
    log_ratio = np.atleast_1d(shift - sensitivity * fall) if fall else np.array([shift])
    improved = np.zeros_like(before)
    for one in log_ratio:
        improved += _cumulative(allowed, size, daily[:, None] * trial.treatment * np.exp(one))
    return float(np.sum(before * improved) / log_ratio.size / np.sum(before))


def _mass(counts: np.ndarray, size: float | int, mean: np.ndarray) -> np.ndarray:
    """Negative binomial probability of counts, with variance mean + mean^2 / size."""
    chance = size / (size + mean)
    log_ways = gammaln(counts + size) - gammaln(size) - gammaln(counts + 1)
    return np.exp(log_ways + size * np.log(chance) + xlog1py(counts, -chance))


def _cumulative(counts: np.ndarray, size: float | int, mean: np.ndarray) -> np.ndarray:
    """Probability of so many or fewer."""
    return betainc(size, counts + 1, size / (size + mean))
