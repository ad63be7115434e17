"""Tapers by a rule of arithmetic: percent of the current dose, linear, equal steps of receptor occupancy.

Each is a rule (`rules`) carried out with the products at hand (`carrying_out`): rounded up, never rising, down to zero. None
knows anything of the drug's kinetics or of the person; that is what the simulation is for.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from allostasis import library
from allostasis.clinic.taper.carrying_out import Baseline, carry_out
from allostasis.clinic.taper.plan import Plan
from allostasis.clinic.taper.presets import scale_from_diazepam
from allostasis.clinic.taper.product import exact
from allostasis.clinic.taper.rules import hyperbolic_doses, linear_doses, percent_doses
from allostasis.quantity import InputError

PERCENT = 100  # structural: a percentage is a hundredth
"""Percent in a whole."""


def percent_of_current(
    baseline: Baseline, *, percent: float | int, period_days: int, stop_mg: Fraction | float | int | None = None
) -> Plan:
    """Fall by a share of the current dose each period.

    The share is taken of the exact dose of the rule, not of the rounded one, so rounding up never stalls the taper.

    Args:
        baseline: dose of today and products.
        percent: fall per period [% of the current dose].
        period_days: length of a step [d].
        stop_mg: the taper goes to 0 instead of below this [mg/d]; by default the library's `floor.fall`, 1 mg of diazepam or
            its equivalent.

    Raises:
        InputError: a percentage outside 0 to 100, or what `carry_out` refuses.
        NotModelledError: no `stop_mg` for a drug without equivalence to diazepam.

    >>> from allostasis.clinic.taper import parse_strengths
    >>> start = Baseline(parse_strengths("2 mg (halves), 5 mg", "diazepam"), 10, ("night",))
    >>> plan = percent_of_current(start, percent=25, period_days=14)
    >>> [float(step.mg_per_day.get("diazepam", 0)) for step in plan.steps]
    [8.0, 6.0, 5.0, 4.0, 3.0, 2.0, 2.0, 2.0, 1.0, 0.0]
    """
    stop = _stop(baseline.drug) if stop_mg is None else exact(stop_mg)
    asked = percent_doses(exact(baseline.mg), exact(percent) / PERCENT, stop)
    rule = f"{percent:g} % of the current dose every {period_days} days; 0 instead of below {float(stop):.3g} mg"
    return carry_out(baseline, f"{percent:g} % every {period_days} days", asked, period_days, rule=rule, last_mg=stop)


def linear(
    baseline: Baseline,
    *,
    period_days: int,
    step_mg: Fraction | float | int | None = None,
    percent_of_start: float | int | None = None,
) -> Plan:
    """Fall by the same mg each period: given in mg, or as a share of the start dose.

    Args:
        baseline: dose of today and products.
        period_days: length of a step [d].
        step_mg: fall per period [mg/d].
        percent_of_start: fall per period [% of the start dose], in its place.

    Raises:
        InputError: both or neither of the two, or what `carry_out` refuses.

    >>> from allostasis.clinic.taper import parse_strengths
    >>> start = Baseline(parse_strengths("2 mg (halves), 5 mg", "diazepam"), 10, ("night",))
    >>> plan = linear(start, percent_of_start=25, period_days=7)
    >>> [float(step.mg_per_day.get("diazepam", 0)) for step in plan.steps], plan.days_to_zero
    ([8.0, 5.0, 3.0, 0.0], 21)
    """
    if (step_mg is None) == (percent_of_start is None):
        fix = "give step_mg or percent_of_start"
        raise InputError("the step of a linear taper", value=(step_mg, percent_of_start), expected="one of two", fix=fix)
    if step_mg is not None:
        step, said = exact(step_mg), f"{float(step_mg):g} mg"
    else:
        assert percent_of_start is not None
        step, said = exact(baseline.mg) * exact(percent_of_start) / PERCENT, f"{percent_of_start:g} % of the start dose"
    title = f"{said} every {period_days} days"
    return carry_out(baseline, title, linear_doses(exact(baseline.mg), step), period_days, rule=title)


def hyperbolic(
    baseline: Baseline, occupancy: Callable[[float], Any], *, steps: int, period_days: int | None = None
) -> Plan:
    """Equal steps of receptor occupancy, so that the steps in mg shrink towards zero.

    Args:
        baseline: dose of today and products.
        occupancy: receptor occupancy (0 to 1) at steady state of a daily dose [mg], from the chain or any other model.
        steps: number of steps to zero.
        period_days: length of a step [d]; by default the library's (14).

    Raises:
        InputError: a function that does not rise from 0, or what `carry_out` refuses.

    >>> from allostasis.clinic.taper import parse_strengths
    >>> start = Baseline(parse_strengths("2 mg (halves), 5 mg", "diazepam"), 20, ("night",))
    >>> plan = hyperbolic(start, lambda mg: mg / (mg + 20), steps=5)
    >>> [float(step.mg_per_day.get("diazepam", 0)) for step in plan.steps]
    [14.0, 9.0, 5.0, 3.0, 0.0]
    """
    row = library.parameter_set("taper")["hyperbolic.period"]
    days = int(row.value) if period_days is None else period_days
    asked = hyperbolic_doses(exact(baseline.mg), steps, occupancy)
    rule = f"{steps} equal steps of receptor occupancy, one every {days} days"
    return carry_out(baseline, f"hyperbolic, {steps} steps", asked, days, rule=rule)


def _stop(drug: str) -> Fraction:
    scale = scale_from_diazepam(drug, "the dose at which a percent rule stops", fix="give stop_mg")
    return exact(library.parameter_set("taper")["floor.fall"].value) * scale
