"""Fold errors of one study: prediction over observation, point by point and for area and peak."""

import math

import numpy as np
from jaxtyping import Float

from allostasis.validation.observed.folder import Point
from allostasis.validation.observed.selection import Study

FOLDS = (1.5, 2.0, 3.0)  # structural: customary bounds of fold errors
USED, IN_LAG = "used", "within the lag of the model"
TOO_SMALL = "prediction below the smallest number"
SMALLEST = float(np.finfo(float).tiny)  # below it a number loses its digits and then is 0
FEWEST_FOR_AREA = 3
TAIL_POINTS = 3
LARGEST_TAIL = 0.5  # structural: an area whose larger part is extrapolated tells little


def status_of(point: Point, first_dose_h: float, predicted: float) -> str:
    """Say why a point enters no fold error, or "used"."""
    if point.time_h <= first_dose_h:
        return "not after the first dose"
    if point.unusable:
        return point.unusable
    if predicted <= 0:
        return IN_LAG
    return USED if predicted > SMALLEST else TOO_SMALL


def summary(ln_fold: Float[np.ndarray, " points"]) -> dict[str, float]:
    """Geometric mean fold error, geometric mean fold, and percentages within each bound.

    >>> {k: round(v, 3) for k, v in summary(np.log(np.array([2.0, 0.5]))).items()}
    {'gmfe': 2.0, 'bias': 1.0, 'within_1.5': 0.0, 'within_2': 100.0, 'within_3': 100.0}
    """
    size = np.abs(ln_fold)
    result = {"gmfe": float(np.exp(size.mean())), "bias": float(np.exp(ln_fold.mean()))}
    for bound in FOLDS:
        result[f"within_{bound:g}"] = float((size <= math.log(bound) + 1e-9).mean() * 100)
    return result


def area(times: Float[np.ndarray, " points"], values: Float[np.ndarray, " points"]) -> float:
    """Area under the curve, linear up and log down.

    >>> area(np.array([0.0, 1.0, 2.0]), np.array([0.0, 2.0, 2.0]))
    3.0
    """
    total = 0.0
    for dt, a, b in zip(np.diff(times), values[:-1], values[1:], strict=True):
        total += float(dt * ((a - b) / math.log(a / b) if 0 < b < a else (a + b) / 2))
    return total


def starts_at_zero(study: Study) -> bool:
    """Whether the analyte is absent at the instant of the first dose (all but an iv bolus of itself)."""
    first = study.inputs[0]
    return not (first.route == "iv" and first.duration_h == 0 and study.analyte == study.drug)


def window(
    study: Study, times: Float[np.ndarray, " points"], values: Float[np.ndarray, " points"]
) -> tuple[Float[np.ndarray, " all"], Float[np.ndarray, " all"]]:
    """Put the zero at the first dose before the points, where there is one to put."""
    second = min((dose.time_h for dose in study.inputs[1:]), default=math.inf)
    if starts_at_zero(study) and times[0] <= second:
        return np.append(study.inputs[0].time_h, times), np.append(0.0, values)
    return times, values


def study_metrics(
    study: Study,
    times: Float[np.ndarray, " points"],
    observed: Float[np.ndarray, " points"],
    predicted: Float[np.ndarray, " points"],
) -> dict[str, float]:
    """Fold errors of a study from its usable points (all concentrations above 0)."""
    result = summary(np.log(predicted / observed))
    enough = len(times) >= FEWEST_FOR_AREA
    result["cmax_fold"] = float(predicted.max() / observed.max()) if enough else math.nan
    result["auc_fold"] = (
        area(*window(study, times, predicted)) / area(*window(study, times, observed)) if enough else math.nan
    )
    result["auc_per_dose"] = area_per_dose(study, times, observed) if enough else math.nan
    return result


def area_per_dose(study: Study, times: Float[np.ndarray, " points"], observed: Float[np.ndarray, " points"]) -> float:
    """Area to infinity per mg of a single dose [ng h/mL/mg], from the data alone.

    An iv bolus is carried back to the dose from its first two points; the tail comes from the last three.

    Returns:
        NaN for several doses, and where the tail is larger than what was measured.

    """
    last, tail_t, tail_c = observed[-1], times[-TAIL_POINTS:], np.log(observed[-TAIL_POINTS:])
    if len(study.inputs) != 1 or np.ptp(tail_t) == 0:
        return math.nan
    slope = float(np.polyfit(tail_t, tail_c, 1)[0])
    if slope >= 0:
        return math.nan
    all_t, all_c = window(study, times, observed)
    if not starts_at_zero(study) and times[1] > times[0]:
        t0, ratio = study.inputs[0].time_h, max(observed[0] / observed[1], 1.0)
        c0 = observed[0] * ratio ** ((times[0] - t0) / (times[1] - times[0]))
        all_t, all_c = np.append(t0, times), np.append(c0, observed)
    measured, tail = area(all_t, all_c), float(last) / -slope
    if tail > LARGEST_TAIL * (measured + tail):
        return math.nan
    return (measured + tail) / study.inputs[0].amount_mg
