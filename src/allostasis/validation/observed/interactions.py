"""Ratios of areas with and without a co-medication: predicted against measured, pair by pair of ddi.csv."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float

from allostasis.validation.observed.folder import number
from allostasis.validation.observed.folds import area, starts_at_zero
from allostasis.validation.observed.guest import NONE, PLAIN, VARIABLE, guest_limits, inside
from allostasis.validation.observed.parts import interaction_part_of
from allostasis.validation.observed.predict import Predictor
from allostasis.validation.observed.selection import Study
from allostasis.validation.observed.skip import Skip

FILE = "ddi.csv"
COLUMNS = (
    "publication", "part", "perpetrator", "victim", "analyte", "route", "data_type", "measure", "observed", "predicted",
    "limit_low", "limit_high", "inside", "inside_1.25", "inf_observed", "inf_predicted", "inf_inside", "cmax_observed",
    "cmax_predicted", "window_h", "treated_study_id", "control_study_id", "reason",
)  # fmt: skip
TAIL_POINTS, GRID = 3, 60  # structural: points of a terminal slope, and of a curve without samples of its own


class Arm(NamedTuple):
    """One arm: the study, its sampled instants after the dose [h], what was predicted there [ng/mL]."""

    study: Study
    times: Float[np.ndarray, " points"]
    predicted: Float[np.ndarray, " points"]


def read_pairs(folder: str | Path) -> list[dict[str, str]]:
    """Rows of ddi.csv; none where the folder has no such file, or one without the needed columns."""
    path = Path(folder) / FILE
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, restval=""))
    needed = ("publication", "treated_study_id", "control_study_id")
    return [
        {k: v.strip() for k, v in row.items() if k and isinstance(v, str)} for row in rows if all(n in row for n in needed)
    ]


def table(
    pairs: Sequence[dict[str, str]], arms: Mapping[str, Arm], skipped: Mapping[str, str], predictor: Predictor
) -> list[dict[str, Any]]:
    """One row per pair, misses first, then what was not compared with its reason.

    Where both arms were sampled, areas are those over the common window of ``ddi.csv`` ("window"), prediction and measurement
    read at the sampled instants of each arm; beside them those to infinity. Where the control has no profile, the published
    ratio is compared with areas to infinity, the control being the treated arm without its co-medication ("published").

    Args:
        pairs: rows of ddi.csv.
        arms: what was predicted, by study id.
        skipped: study id -> reason, of studies that were not compared.
        predictor: simulates the missing controls.
    """
    rows = []
    for pair in pairs:
        row = {name: pair.get(name, "") for name in COLUMNS if name in pair} | {"reason": ""}
        try:
            found = _compared(pair, arms, skipped, predictor)
        except Skip as skip:
            found = {"reason": str(skip)}
        rows.append(dict.fromkeys(COLUMNS, math.nan) | row | found)
    return sorted(rows, key=_misses_first)


def frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The rows as a table."""
    return pd.DataFrame(rows, columns=pd.Index(COLUMNS))


def _compared(pair: dict[str, str], arms: Mapping[str, Arm], skipped: Mapping[str, str], predictor: Predictor) -> dict[str, Any]:
    treated = _arm("treated", pair["treated_study_id"], arms, skipped)
    study, factor = treated.study, number(pair.get("dose_normalisation", "")) if pair.get("dose_normalisation") else 1.0
    perpetrators = ", ".join(dict.fromkeys(drug for drug, _ in study.comedication))
    names = {
        "perpetrator": perpetrators or NONE, "victim": study.drug, "analyte": study.analyte, "route": study.route,
        "part": interaction_part_of(study.publication, perpetrators.split(", ")),
    }  # fmt: skip
    if pair["control_study_id"]:
        control = _arm("control", pair["control_study_id"], arms, skipped)
        window, observed = number(pair.get("window_h", "")), number(pair.get("auc_ratio_common_window", ""))
        areas = ratio(treated, control, window) * factor
        infinite, peak = ratio(treated, control, math.inf) * factor, float(treated.predicted.max() / control.predicted.max())
        figures = {
            "measure": "window", "observed": observed, "predicted": areas, "window_h": window,
            "inf_observed": number(pair.get("auc_ratio_inf", "")), "inf_predicted": infinite,
            "cmax_observed": number(pair.get("cmax_ratio", "")), "cmax_predicted": peak * factor,
        }  # fmt: skip
    else:
        with_it, without = (curve(s, treated, predictor) for s in (study, replace(study, comedication=())))
        figures = {
            "measure": "published", "observed": number(pair.get("auc_ratio_published_dose_corrected", "")),
            "predicted": ratio(with_it, without, math.inf), "inf_observed": math.nan, "inf_predicted": math.nan,
            "cmax_observed": number(pair.get("cmax_ratio_published", "")),
            "cmax_predicted": float(with_it.predicted.max() / without.predicted.max()),
        }  # fmt: skip
    return names | figures | _verdict(figures)


def _verdict(figures: Mapping[str, Any]) -> dict[str, Any]:
    observed, predicted = figures["observed"], figures["predicted"]
    if not (observed > 0 and predicted > 0 and math.isfinite(predicted)):
        raise Skip("interaction", "no ratio of areas could be formed")
    low, high = guest_limits(observed)
    whole = figures["inf_observed"], figures["inf_predicted"]
    return {
        "limit_low": low, "limit_high": high, "inside": inside(observed, predicted, PLAIN),
        "inside_1.25": inside(observed, predicted, VARIABLE),
        "inf_inside": inside(*whole) if all(math.isfinite(x) for x in whole) else math.nan,
    }  # fmt: skip


def _arm(which: str, identifier: str, arms: Mapping[str, Arm], skipped: Mapping[str, str]) -> Arm:
    if not identifier:
        raise Skip("interaction", f"{which} arm: no profile in the data")
    if identifier not in arms:
        raise Skip("interaction", f"{which} arm: {skipped.get(identifier, 'not in the data')}")
    return arms[identifier]


def curve(study: Study, arm: Arm, predictor: Predictor) -> Arm:
    """Predict a study on a grid of its own, from its last dose to the last sample."""
    start = study.inputs[-1].time_h
    times = start + (arm.times.max() - start) * np.linspace(0, 1, GRID + 1)[1:] ** 2
    return Arm(study, times, predictor.concentrations(study, times))


def ratio(treated: Arm, control: Arm, window: float | int) -> float:
    """Ratio of the predicted areas up to ``window`` h after the dose, infinity included."""
    return _area(treated, window) / _area(control, window)


def _area(arm: Arm, window: float) -> float:
    """Area of what was predicted from the dose on, up to ``window`` h after it; to infinity by the terminal slope."""
    first = max(t.time_h for t in arm.study.inputs if t.time_h < arm.times[0])
    times, values = arm.times - first, arm.predicted
    if not times[0] <= 0:
        times, values = np.append(0.0, times), np.append(_at_dose(arm.study, times, values), values)
    if math.isinf(window):
        return area(times, values) + _tail(times, values)
    end = min(window, times[-1])
    at_end = float(np.exp(np.interp(end, times[1:], np.log(values[1:]))))
    kept = times < end
    return area(np.append(times[kept], end), np.append(values[kept], at_end))


def _at_dose(study: Study, times: np.ndarray, values: np.ndarray) -> float:
    """Concentration at the dose: none, that of the first sample after several doses, or an iv bolus carried back."""
    if len(study.inputs) > 1 or len(times) < 2:
        return 0.0 if starts_at_zero(study) and len(study.inputs) == 1 else float(values[0])
    if starts_at_zero(study):
        return 0.0
    fall = max(values[0] / values[1], 1.0) ** (times[0] / (times[1] - times[0]))
    return float(values[0] * fall)


def _tail(times: np.ndarray, values: np.ndarray) -> float:
    """Area beyond the last sample; NaN where the last samples do not fall."""
    t, c = times[-TAIL_POINTS:], values[-TAIL_POINTS:]
    if len(t) < TAIL_POINTS or np.ptp(t) == 0:
        return math.nan
    slope = float(np.polyfit(t, np.log(c), 1)[0])
    return float(values[-1]) / -slope if slope < 0 else math.nan


def _misses_first(row: Mapping[str, Any]) -> tuple[int, float]:
    if row["reason"]:
        return 2, 0.0
    return int(row["inside"]), -abs(math.log(row["predicted"] / row["observed"]))
