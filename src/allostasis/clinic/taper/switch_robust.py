"""The fastest switch that stays under a cap whatever the dose of the new drug is worth, or none with the bound."""

from dataclasses import dataclass

import numpy as np

from allostasis.clinic.taper.search_rules import CAP, SearchRules
from allostasis.clinic.taper.switch_course import SwitchCourse
from allostasis.clinic.taper.switch_run import SwitchRun
from allostasis.quantity import InputError


@dataclass(frozen=True, eq=False)
class RobustSwitch:
    """The fastest switch that stays under the cap whatever the dose is worth.

    Attributes:
        switch: the switch, with its steps in `switch.crossover.steps`.
        peak: what is held against the cap [seizure thresholds].
        cap: highest imbalance allowed [seizure thresholds].
        against: for what, in words.
    """

    switch: SwitchCourse
    peak: float
    cap: float
    against: str


@dataclass(frozen=True, eq=False)
class NoRobustSwitch:
    """None of the switches stays under the cap.

    Attributes:
        nearest: the one that comes nearest.
        bound: its peak [seizure thresholds]: the lowest cap that any of them keeps.
        cap: highest imbalance allowed [seizure thresholds].
        reason: in words.
    """

    nearest: SwitchCourse
    bound: float
    cap: float
    reason: str


def robust_switch(
    run: SwitchRun, cap: float | int = CAP, quantile: float | int | None = None
) -> RobustSwitch | NoRobustSwitch:
    """Find the fastest switch whose highest imbalance stays under a cap whatever the new dose is worth.

    Args:
        run: the switches.
        cap: highest imbalance allowed [seizure thresholds].
        quantile: of the peaks over the worths drawn from the tables, an order statistic; None for every worth between the
            smallest and the largest fixed error.

    Raises:
        InputError: a cap or a quantile out of range, or a quantile without draws.
    """
    cap, low, high = float(SearchRules(cap=cap).cap), *_ends(run)
    against = f"every worth of the new dose from x{low:g} to x{high:g}"
    if quantile is not None:
        if not 0 < quantile < 1 or len(run.worth) == run.fixed:
            raise InputError("quantile over the tables", value=quantile, expected="above 0 and below 1, of draws that were made")
        against = f"a share of {quantile:g} of what the tables make of the new dose"
    peaks = [peak_against(run, switch, quantile) for switch in run.switches]
    for switch, peak in zip(run.switches, peaks, strict=True):
        if peak <= cap:
            return RobustSwitch(switch, peak, cap, against)
    nearest = int(np.argmin(peaks))
    reason = (
        f"none of {len(peaks)} switches, the slowest {run.switches[-1].name}, keeps the cap of {cap:g} for {against}: the lowest "
        f"peak is {peaks[nearest]:.3f}, by {run.switches[nearest].name}"
    )
    return NoRobustSwitch(run.switches[nearest], peaks[nearest], cap, "; ".join(filter(None, (reason, already_above(run, cap)))))


def _ends(run: SwitchRun) -> tuple[float, float]:
    fixed = run.worth[: run.fixed]
    return float(fixed.min()), float(fixed.max())


def peak_against(run: SwitchRun, switch: SwitchCourse, quantile: float | int | None) -> float:
    """Highest imbalance that a switch is judged by: over all worths within the fixed errors, or a quantile over the draws."""
    if quantile is not None:
        return float(np.quantile(switch.peak[run.fixed :], quantile, method="inverted_cdf"))
    low, high = _ends(run)
    return float(switch.peak[(run.worth >= low) & (run.worth <= high)].max())


def already_above(run: SwitchRun, cap: float) -> str:
    """Say that the cap is crossed before the switch, between doses of the old drug; "" where it is not."""
    if run.before_imbalance <= cap:
        return ""
    return (
        f"between doses of {run.question.drug} the imbalance is {run.before_imbalance:.3f} before anything is switched, above "
        "the cap already: the same dose divided over more times of day lowers it"
    )
