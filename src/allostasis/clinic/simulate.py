"""Simulate a case with its clinical readouts, and the table of arms."""

import threading
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from allostasis import library
from allostasis.clinic.effects import EFFECTS, EffectProfile
from allostasis.clinic.seizure import seizure_probability
from allostasis.clinic.symptoms import CLUSTERS, WithdrawalSymptoms
from allostasis.quantity import InputError
from allostasis.receptor import SUBTYPES
from allostasis.simulation import Case, Result
from allostasis.simulation.simulate import default_wanted
from allostasis.simulation.simulate import simulate as simulate_chain

HALF = 0.5  # structural: "half of the seizure threshold" is the definition of the column
READ_OUT = {"effect": ("mean",), "withdrawal_score": ("max",)}
"""Series of the clinical readouts that a run keeps beside those of the chain."""


def readouts() -> tuple:
    """The clinical submodels of the chain with their library rows."""
    clinic = library.parameter_set("clinic")
    effects = {
        "weight": tuple(tuple(clinic[f"effect_weight.{e}.{k}"] for k in SUBTYPES) for e in EFFECTS),
        "reach": tuple(clinic[f"effect_reach.{e}"] for e in EFFECTS),
    }
    symptoms = {name: tuple(clinic[f"withdrawal.{name}.{k}"] for k in CLUSTERS) for name in ("half", "share")}
    return (EffectProfile(), effects), (WithdrawalSymptoms(), symptoms | {"hill": clinic["withdrawal.hill"]})


def simulate(
    case: Case,
    *,
    wanted: Mapping[str, tuple[str, ...]] | None = None,
    factors: Mapping[str, np.ndarray] | None = None,
    on_progress: Callable[[float], None] | None = None,
    cancel: threading.Event | None = None,
    threads: int = 2,
) -> Result:
    """Simulate every arm of a case: dose to brain to receptor to adaptation to balance, with effects and withdrawal symptoms.

    Args:
        case: the question, from `load_case` or `parse_case`.
        wanted: port -> statistics to keep; `default_wanted` with effects and withdrawal score when left out.
        factors: "submodel.name" -> factor per patient, for a virtual population.
        on_progress: called with the share done, 0 to 1.
        cancel: set it to stop between blocks.
        threads: threads over chunks of patients.
    """
    return simulate_chain(
        case, readouts=readouts(), wanted=wanted or default_wanted(factors) | READ_OUT, factors=factors,
        on_progress=on_progress, cancel=cancel, threads=threads,
    )  # fmt: skip


def summary(result: Result) -> pd.DataFrame:
    """The table of arms: one row per arm and patient, units in the column names.

    Columns: ``arm``, ``patient``, ``last_dose_day``, ``peak_imbalance`` [seizure thresholds], ``peak_day``,
    ``days_after_last_dose``, ``withdrawal_score_peak`` (0 to 100), ``days_above_half_threshold``, ``seizure_probability``,
    ``lowest_imbalance`` [seizure thresholds], ``total_dose_mg``.
    """
    needed = ("imbalance_max", "imbalance_min", "imbalance_time_of_max", "withdrawal_score_max")
    if missing := [name for name in needed if name not in result.data]:
        raise InputError(
            "the table of arms needs series that were not kept", value=", ".join(missing), fix="leave out `wanted`"
        )
    data, day = result.data, 24.0  # structural: hours in a day
    spread = library.parameter_set("circuit")["seizure_threshold"].log_spread
    every = float(data["time"][1] - data["time"][0]) / day
    tables = []
    for arm in data["arm"].values:
        one = data.sel(arm=arm)
        high = one["imbalance_max"].values
        patients = np.arange(high.shape[0])
        peak = high.argmax(axis=1)
        peak_day = one["imbalance_time_of_max"].values[patients, peak] / day
        last = np.maximum(result.last_dose_h[str(arm)], _last_by_rules(one)) / day
        columns = {
            "arm": str(arm),
            "patient": patients,
            "last_dose_day": last,
            "peak_imbalance": high[patients, peak],
            "peak_day": peak_day,
            "days_after_last_dose": peak_day - last,
            "withdrawal_score_peak": one["withdrawal_score_max"].values.max(axis=1),
            "days_above_half_threshold": np.sum(high > HALF, axis=1) * every,
            "seizure_probability": seizure_probability(high[patients, peak], spread),
            "lowest_imbalance": one["imbalance_min"].values.min(axis=1),
            "total_dose_mg": float(one["dose"].sum()) + _by_rules(one),
        }
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def _by_rules(one):
    """mg that dosing rules gave to each patient of an arm; 0 without rules."""
    return one["rule_dose"].sum(["time", "drug"]).values if "rule_dose" in one else 0.0


def _last_by_rules(one):
    """End of the last interval in which a rule gave each patient a dose [h]; 0 without any."""
    if "rule_dose" not in one:
        return 0.0
    return ((one["rule_dose"].sum("drug") > 0) * one["time"]).max("time").values
