"""What the text says about each arm, computed once from the series and the summary."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allostasis.report.view import Arm, View
from allostasis.report.words import HOURS

VISIBLE = 0.005  # structural: the smallest imbalance that two decimals show
SETTLED = 0.1  # structural: imbalance below which the text calls an arm settled
RETURN = 0.1  # structural: a rise of sedation by this share of its highest value counts as a return
HALF = 0.5  # structural: the definition of a half-time


@dataclass(frozen=True)
class Rebound:
    """Sedation that is lowered and comes back; values as shares of the highest."""

    low: float
    low_h: float
    back: float
    back_h: float


@dataclass(frozen=True)
class ArmFacts:
    """The numbers of one arm, medians over patients where there are several.

    Attributes:
        arm: the arm.
        rows: its rows of the summary, one per patient.
        peak, peak_h: highest imbalance and when [h].
        settled_h: from when on the imbalance stays small for good [h], or None.
        lowest, lowest_h: lowest imbalance and when [h].
        sedation, sedation_h: highest sedation [fractional gain of inhibition] and when [h], or None.
        rebound: how sedation came back after it had been lowered, or None.
        start_dose: drug -> scheduled dose of the first 24 h [mg].
    """

    arm: Arm
    rows: pd.DataFrame
    peak: float
    peak_h: float
    settled_h: float | None
    lowest: float
    lowest_h: float
    sedation: float | None
    sedation_h: float | None
    rebound: Rebound | None
    start_dose: dict[str, float]

    @property
    def after_last_h(self) -> float:
        """Time of the peak after the last scheduled dose [h]; negative while dosing goes on."""
        return self.peak_h - self.arm.last_dose_h

    def values(self, column: str) -> list[float]:
        """Return a column of the summary, one value per patient."""
        return [float(v) for v in self.rows[column]]


def _median(view: View, variable: str, arm: Arm, **component: str) -> np.ndarray:
    return np.median(view.raw(variable, arm, **component), axis=0)


def rebound(times: np.ndarray, values: np.ndarray) -> Rebound | None:
    """Find the deepest dip of a series from which it comes back.

    >>> import numpy as np
    >>> found = rebound(np.arange(6.0), np.array([0.0, 1.0, 0.9, 0.2, 0.7, 0.3]))
    >>> found.low, found.low_h, found.back, found.back_h
    (0.2, 3.0, 0.7, 4.0)
    >>> rebound(np.arange(4.0), np.array([0.0, 1.0, 0.5, 0.2])) is None
    True
    """
    highest = float(np.max(values))
    if highest <= 0:
        return None
    fall = np.maximum.accumulate(values) - values
    rise = np.maximum.accumulate(values[::-1])[::-1] - values
    dip = np.minimum(fall, rise)
    low = int(np.argmax(dip))
    if dip[low] < RETURN * highest:
        return None
    back = low + int(np.argmax(values[low:]))
    return Rebound(float(values[low] / highest), float(times[low]), float(values[back] / highest), float(times[back]))


def _settled(times: np.ndarray, high: np.ndarray, peak: int) -> float | None:
    above = np.flatnonzero(high > SETTLED)
    if len(above) == 0 or above[-1] + 1 >= len(times) or above[-1] < peak:
        return None
    return float(times[above[-1]])


def arm_facts(view: View, summary: pd.DataFrame) -> dict[str, ArmFacts]:
    """Compute the facts of every arm, in the order of the arms."""
    found = {}
    for arm in view.arms:
        rows = summary.loc[summary["arm"] == arm.name, :]
        high, low = _median(view, "imbalance_max", arm), _median(view, "imbalance_min", arm)
        peak_h = float(np.median(rows["peak_day"])) * HOURS["day"]
        sedation = sedation_h = back = None
        if view.has("effect_mean"):
            series = _median(view, "effect_mean", arm, effect="sedation")
            sedation, sedation_h = float(series.max()), float(view.ends[int(np.argmax(series))])
            back = rebound(view.ends, series) if view.acute else None
        first_day = view.ends <= max(HOURS["day"], view.every)
        doses = {} if not view.drugs else {
            d: float(view.data["dose"].sel(arm=arm.name, drug=d).values[first_day].sum()) for d in view.drugs
        }  # fmt: skip
        found[arm.name] = ArmFacts(
            arm, rows, float(np.median(rows["peak_imbalance"])), peak_h,
            _settled(view.ends, high, int(np.argmax(high))),
            float(np.median(rows["lowest_imbalance"])), float(view.ends[int(np.argmin(low))]),
            sedation, sedation_h, back, {drug: mg for drug, mg in doses.items() if mg > 0},
        )  # fmt: skip
    return found
