"""What a protocol came to: how many doses, how much drug, for how long, and what the imbalance did meanwhile."""

import numpy as np
import pandas as pd

from allostasis.quantity import InputError
from allostasis.simulation import Result

NEEDED = ("imbalance_max", "imbalance_min", "withdrawal_score_max")


def protocol_table(result: Result, from_h: float | int) -> pd.DataFrame:
    """One row per arm and patient: scheduled doses and doses by rule together.

    A dose is counted as an output interval in which one was given, so the interval must be no longer than the shortest time
    between doses, and several doses at one instant count once. A patient who needed none has 0 doses and no times.

    Columns: ``arm``, ``patient``, ``doses`` [1], ``total_mg``, ``first_dose_h``, ``last_dose_h`` (start of the interval),
    ``duration_h`` (first to last dose, 0 for one or none), ``highest_imbalance``, ``lowest_imbalance`` [seizure thresholds] and
    ``highest_score`` (0 to 100) from ``from_h`` on.

    Args:
        result: a run whose output keeps imbalance and withdrawal score.
        from_h: from when on the extremes are taken [h]; a few hours after the first dose, when it has begun to act.

    Raises:
        InputError: a time outside the run, or series that were not kept.
    """
    data = result.data
    ends = np.asarray(data["time"].values, float)
    if not 0 <= from_h < ends[-1]:
        raise InputError("start of the extremes of a protocol [h]", value=from_h, expected=f"0 to below {ends[-1]:g} h")
    if missing := [name for name in NEEDED if name not in data]:
        raise InputError("the table needs series that were not kept", value=", ".join(missing), fix="leave out `wanted`")
    starts = np.concatenate([[0.0], ends[:-1]])
    after = ends > from_h
    tables = []
    for arm in data["arm"].values:
        one = data.sel(arm=arm)
        given = mg_given(result, str(arm))
        any_dose = given > 0
        some = any_dose.any(axis=1)
        first = np.where(some, starts[any_dose.argmax(axis=1)], np.nan)
        last = np.where(some, starts[ends.size - 1 - any_dose[:, ::-1].argmax(axis=1)], np.nan)
        columns = {
            "arm": str(arm),
            "patient": np.arange(given.shape[0]),
            "doses": any_dose.sum(axis=1),
            "total_mg": given.sum(axis=1),
            "first_dose_h": first,
            "last_dose_h": last,
            "duration_h": np.where(some, last - first, 0.0),
            "highest_imbalance": one["imbalance_max"].values[:, after].max(axis=1),
            "lowest_imbalance": one["imbalance_min"].values[:, after].min(axis=1),
            "highest_score": one["withdrawal_score_max"].values[:, after].max(axis=1),
        }
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def mg_given(result: Result, arm: str) -> np.ndarray:
    """mg of all drugs given in each output interval, scheduled and by rule, [patients, times]; the first time is 0."""
    one = result.data.sel(arm=arm)
    given = np.zeros((one.sizes["patient"], one.sizes["time"]))
    if "dose" in one:
        given = given + one["dose"].sum("drug").transpose("time").values[None, :]
    if "rule_dose" in one:
        given = given + one["rule_dose"].sum("drug").transpose("patient", "time").values
    return given
