"""The numbers of the protocols page: alcohol withdrawal by symptoms, by the clock and by loading; resedation after flumazenil.

Every table of the page: `python -m allostasis.study.protocols examples`.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from allostasis.clinic import simulate
from allostasis.clinic.precipitated import precipitated_withdrawal
from allostasis.clinic.protocols import protocol_table
from allostasis.clinic.reversal import reversal
from allostasis.quantity import InputError
from allostasis.simulation import Case, load_case, parse_case
from allostasis.study.population import sample_factors

SETTLED_H = 30.0
"""From when on extremes are taken: six hours after treatment begins in the two cases of alcohol withdrawal."""
ANTIDOTE_H = 2.0
"""When the antidote is given in the overdoses below."""
FLUMAZENIL_3MG = "flumazenil 1 mg iv at 120 min, then 1 mg at 124 min, then 1 mg at 128 min"
OVERDOSES = {
    "diazepam": "diazepam 200 mg po at 0 h", "lorazepam": "lorazepam 20 mg po at 0 h",
    "alprazolam": "alprazolam 10 mg po at 0 h", "midazolam": "midazolam 150 mg po at 0 h",
    "midazolam, a procedure": "midazolam 5 mg iv at 105 min",
}  # fmt: skip
"""Twenty tablets of a common strength each, and one dose for a procedure as a contrast."""
SEVERITIES = (0.4, 0.55, 0.7, 0.85, 1.0, 1.2)
WATCHED_H = (1.0, 2.0, 3.0, 6.0)


def protocol_medians(case: Case, severities: Iterable[float], *, patients: int, seed: int) -> pd.DataFrame:
    """Medians over virtual patients for each arm of a case of alcohol withdrawal and each severity.

    Kinetics, time constants and severity vary between patients; ``severities`` are the medians of the last.

    Returns:
        Columns ``severity`` [seizure thresholds], ``arm``, ``treated`` (share with a dose), ``doses``, ``total_mg``,
        ``duration_h``, ``highest_imbalance``, ``lowest_imbalance``: medians over all patients, untreated ones included.

    Raises:
        InputError: a case without alcohol withdrawal.
    """
    if not case.model.alcohol:
        raise InputError("a case without alcohol withdrawal", value=case.title, fix="write alcohol = 0.8 under [model]")
    drawn = sample_factors(case, patients, seed)
    rows = []
    for severity in severities:
        factors = drawn | {"alcohol.severity": drawn["alcohol.severity"] * severity / case.model.alcohol}
        wanted = {"imbalance": ("min", "max"), "withdrawal_score": ("max",)}
        table = protocol_table(simulate(case, factors=factors, wanted=wanted), SETTLED_H)
        names = table["arm"].to_numpy()
        rows += [{"severity": severity, "arm": arm.name} | _medians(table, names == arm.name) for arm in case.arm]
    return pd.DataFrame(rows)


def _medians(table: pd.DataFrame, chosen: np.ndarray) -> dict[str, float]:
    names = ("doses", "total_mg", "duration_h", "highest_imbalance", "lowest_imbalance")
    treated = {"treated": float(np.mean(table["doses"].to_numpy()[chosen] > 0))}
    return treated | {name: float(np.median(table[name].to_numpy()[chosen])) for name in names}


def ratios(medians: pd.DataFrame, arm: str, other: str) -> pd.DataFrame:
    """Ratio of the median amounts and durations of two arms by severity: ``severity``, ``dose_ratio``, ``duration_ratio``."""
    arms = medians["arm"].to_numpy()
    of = {name: medians[name].to_numpy() for name in ("severity", "total_mg", "duration_h")}
    return pd.DataFrame({
        "severity": of["severity"][arms == arm],
        "dose_ratio": of["total_mg"][arms == arm] / of["total_mg"][arms == other],
        "duration_ratio": of["duration_h"][arms == arm] / of["duration_h"][arms == other],
    })


def resedation_table(
    overdoses: Mapping[str, str], antidote: str, *, patients: int, seed: int, watched_h: Iterable[float] = WATCHED_H
) -> pd.DataFrame:
    """Waking and resedation of virtual patients after one antidote in several overdoses, one row each.

    Returns:
        Columns ``overdose``, ``woken`` (share), ``resedated_<hours>h`` (share of the woken), ``awake_h`` (median of those who
        are sedated again).
    """
    rows = []
    for name, overdose in overdoses.items():
        case = parse_case({
            "title": name, "horizon": "10 h", "solver": {"step": "1 min"}, "output": {"every": "2 min"},
            "arm": [{"name": "antidote", "regimen": f"{overdose}; {antidote}"}],
        })  # fmt: skip
        drawn = sample_factors(case, patients, seed)
        result = simulate(case, factors=drawn, wanted={"effect": ("mean",)})
        found = {h: reversal(result, "antidote", antidote_h=ANTIDOTE_H, within_h=h) for h in watched_h}
        last = found[max(found)]
        again = last.awake_h[last.resedated & last.woken]
        shares = {f"resedated_{h:g}h": each.share for h, each in found.items()}
        rows.append(
            {"overdose": name, "woken": float(last.woken.mean())}
            | shares
            | {"awake_h": float(np.median(again)) if again.size else float("nan")}
        )
    return pd.DataFrame(rows)


def precipitated_table(case: Case, antagonist_h: float) -> pd.DataFrame:
    """Imbalance before and at its peak after an antagonist, for each arm of a case, one patient."""
    result = simulate(case)
    rows = []
    for arm in (table.name for table in case.arm):
        found = precipitated_withdrawal(result, arm, antagonist_h=antagonist_h, within_h=max(WATCHED_H))
        awake = reversal(result, arm, antidote_h=antagonist_h, within_h=max(WATCHED_H))
        rows.append({
            "arm": arm, "before": float(found.before[0]), "peak": float(found.peak[0]), "jump": float(found.jump[0]),
            "seizure_probability": float(found.seizure_probability[0]),
            "sedation_left": float(awake.lowest[0] / awake.before[0]), "woken": bool(awake.woken[0]),
            "resedated": bool(awake.resedated[0]), "awake_h": float(awake.awake_h[0]),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _print(title: str, table: pd.DataFrame) -> None:
    print(f"\n{title}\n\n{table.round(3).to_string(index=False)}")


def main(folder: str) -> None:
    """Print every table of the protocols page from the cases in a folder."""
    symptom = protocol_medians(
        load_case(Path(folder) / "alcohol_symptom_triggered.toml"), SEVERITIES, patients=200, seed=1
    )
    _print("Alcohol withdrawal by symptoms or by the clock, medians of 200 virtual patients", symptom)
    _print("Ratios", ratios(symptom, "symptom-triggered", "fixed schedule and as needed"))
    loading = protocol_medians(load_case(Path(folder) / "alcohol_loading.toml"), SEVERITIES, patients=200, seed=1)
    _print("Loading, medians of 200 virtual patients", loading)
    resedated = resedation_table(OVERDOSES, FLUMAZENIL_3MG, patients=100, seed=1)
    _print("Resedation after flumazenil 3 mg at 2 h, 100 virtual patients each", resedated)
    smaller = resedation_table(OVERDOSES, "flumazenil 1 mg iv at 120 min", patients=100, seed=1)
    _print("Resedation after flumazenil 1 mg at 2 h, 100 virtual patients each", smaller)
    dependent = precipitated_table(load_case(Path(folder) / "flumazenil_in_dependence.toml"), 60 * 24 + ANTIDOTE_H)
    _print("Flumazenil in dependence, one typical adult", dependent)


if __name__ == "__main__":
    main(*sys.argv[1:])
