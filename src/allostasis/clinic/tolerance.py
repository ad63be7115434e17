"""Tolerance told apart: what metabolism took from the level, and what the brain took from the effect of the level.

    pharmacokinetic = 1 - C / (highest C so far)                 C: mean plasma concentration of the day
    pharmacodynamic = 1 - effect / effect of the same levels in a naive brain

Both are shares, 0 without tolerance. Steady dosing of a benzodiazepine gives the second alone; an autoinducer such as
carbamazepine gives the first alone. Neither says anything about addiction: a brain that adapts is physiologically dependent, and
whether a person's use has become compulsive is not in any number here.
"""

import numpy as np
import pandas as pd

from allostasis import library
from allostasis.clinic.effects import EFFECTS
from allostasis.clinic.simulate import simulate
from allostasis.quantity import InputError
from allostasis.receptor import SUBTYPES
from allostasis.simulation import Case

DAY_H = 24.0  # structural: hours in a day
SMALLEST = 1e-9  # structural: stands in for 0 under a quotient
WANTED = {"plasma": ("mean",), "modulation_phasic": ("mean",), "effect": ("mean",), "log_adaptation": ("last",)}


def tolerance(case: Case) -> pd.DataFrame:
    """Course of tolerance of every arm, day by day, of its first patient.

    Args:
        case: arms of steady dosing; while a dose changes, the shares say less.

    Returns:
        One row per arm and day: ``arm``, ``day``, ``pharmacokinetic``, one column ``pharmacodynamic_<effect>`` per effect (NaN
        for a drug without any effect here) and ``dependence``: the imbalance that the drug covers, which a stop would lay bare
        [seizure thresholds].

    Raises:
        InputError: output intervals that do not divide a day.

    >>> from allostasis.simulation import parse_case
    >>> arm = {"name": "a", "regimen": "lorazepam 1 mg po bid for 20 d"}
    >>> table = tolerance(parse_case({"title": "t", "horizon": "20 d", "arm": [arm]}))
    >>> last = table.iloc[-1]
    >>> bool(last["pharmacodynamic_sedation"] > last["pharmacodynamic_anxiolysis"] > 0), bool(last["pharmacokinetic"] < 0.01)
    (True, True)
    """
    per_day = DAY_H / case.every_h
    if abs(per_day - round(per_day)) > SMALLEST or per_day < 1:
        raise InputError(
            "output interval", value=f"{case.every_h:g} h", expected="a day or a whole part of it", fix='write every = "1 d"'
        )
    data = simulate(case, wanted=WANTED).data.isel(patient=0)
    clinic = library.parameter_set("clinic")
    weight = np.array([[clinic[f"effect_weight.{e}.{k}"].value for k in SUBTYPES] for e in EFFECTS])
    threshold = library.parameter_set("circuit")["seizure_threshold"].value
    tables = []
    for arm in data["arm"].values:
        one = data.sel(arm=arm)
        level = _daily(one["plasma_mean"].values.sum(axis=1)[:, None], round(per_day))[:, 0]
        naive = _daily(one["modulation_phasic_mean"].values - 1, round(per_day)) @ weight.T
        effect = _daily(one["effect_mean"].values, round(per_day))
        kept = np.where(naive > SMALLEST, effect / np.maximum(naive, SMALLEST), np.nan)
        columns = {
            "arm": str(arm), "day": np.arange(1, len(level) + 1),
            "pharmacokinetic": 1 - level / np.maximum(np.maximum.accumulate(level), SMALLEST),
        }  # fmt: skip
        columns |= {f"pharmacodynamic_{e}": 1 - kept[:, k] for k, e in enumerate(EFFECTS)}
        columns["dependence"] = one["log_adaptation_last"].values[1:][round(per_day) - 1 :: round(per_day)] / threshold
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def _daily(values: np.ndarray, per_day: int) -> np.ndarray:
    """Means over days; row 0, the instant of the start, is left out."""
    return values[1:].reshape(-1, per_day, values.shape[1]).mean(axis=1)
