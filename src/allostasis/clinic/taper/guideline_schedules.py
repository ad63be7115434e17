"""Tapers of guidelines from real tablets: NICE CKS, Ashton, ASAM.

Their numbers are rows of the library, with source and status; the plan names them. A plan keeps its guideline's own ceiling
(`limits`) where the products can; where they cannot, it is made without, and its notes say so. `Baseline.limits`, if given, is
never given up.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from allostasis.clinic.taper.carrying_out import Baseline, carry_out
from allostasis.clinic.taper.plan import Plan
from allostasis.clinic.taper.presets import limits, preset_bands, preset_rows, scale_from_diazepam
from allostasis.clinic.taper.product import exact
from allostasis.clinic.taper.rules import band_doses
from allostasis.clinic.taper.schedules import PERCENT, percent_of_current
from allostasis.quantity import InputError, UnknownNameError

PACES = ("fastest", "slowest")
"""Ends of a rule that gives ranges: the largest fall in the shortest time, or the smallest in the longest."""

WEEK = 7  # structural: days
ASHTON_TIMES = ("morning", "night")
"""Times of day of Ashton's stage table."""


def nice(baseline: Baseline, *, pace: str = "slowest") -> Plan:
    """NICE CKS: steps in mg of diazepam by band of the dose, every 1 to 2 weeks.

    Args:
        baseline: dose of today and products.
        pace: "fastest" (largest steps, weekly) or "slowest" (smallest steps, every 2 weeks).

    Raises:
        UnknownNameError: another pace.
        NotModelledError: a drug without equivalence to diazepam.

    >>> from allostasis.clinic.taper import parse_strengths
    >>> start = Baseline(parse_strengths("2 mg (halves), 5 mg, 10 mg", "diazepam"), 40, ("night",))
    >>> nice(start, pace="fastest").days_to_zero / 7
    19.0
    """
    return _banded(baseline, "nice", f"NICE CKS, {pace}", pace, lambda mg: None)


def ashton(baseline: Baseline, *, pace: str = "slowest") -> Plan:
    """Ashton's slow withdrawal: a tenth above 40 mg of diazepam, 2 mg down to 14 mg, then 1 mg, every 1 to 2 weeks.

    With times of day morning and night, the night dose stays at 8 mg while the morning dose goes to zero.

    Args:
        baseline: dose of today and products.
        pace: "fastest" (weekly) or "slowest" (every 2 weeks); the steps are the same.

    Raises:
        UnknownNameError: another pace.
        NotModelledError: a drug without equivalence to diazepam.

    >>> from allostasis.clinic.taper import parse_strengths
    >>> start = Baseline(parse_strengths("2 mg (halves), 5 mg, 10 mg", "diazepam"), 40, ("morning", "night"))
    >>> ashton(start, pace="fastest").days_to_zero / 7
    26.0
    """
    kept = exact(preset_rows("ashton")["night_kept"].value) * scale_from_diazepam(baseline.drug, "Ashton's rule")

    def share(mg: Fraction) -> Mapping[str, Fraction] | None:
        if set(baseline.times) != set(ASHTON_TIMES) or mg > 2 * kept:
            return None
        night = min(mg, kept)
        return {"morning": mg - night, "night": night}

    return _banded(baseline, "ashton", f"Ashton, {pace}", pace, share)


def asam(baseline: Baseline, *, percent: float | int | None = None, period_days: int | None = None) -> Plan:
    """ASAM 2025: by default the initial pace, 10 % of the current dose every 2 weeks, to the end.

    Args:
        baseline: dose of today and products.
        percent: fall per period [% of the current dose]; by default the upper end of the initial pace.
        period_days: length of a step [d]; by default the shorter end.

    Raises:
        InputError: a fall above the guideline's ceiling for that period, or what `carry_out` refuses.

    >>> from allostasis.clinic.taper import parse_strengths
    >>> start = Baseline(parse_strengths("2 mg (halves); liquid 1 mg/mL", "diazepam"), 20, ("night",))
    >>> asam(start).days_to_zero / 7
    58.0
    """
    pace, ceiling = preset_rows("asam_initial"), preset_rows("asam")
    share = pace["above_0.fraction"].value if percent is None else percent / PERCENT
    days = int(pace["window"].value) if period_days is None else period_days
    top, window = ceiling["above_0.fraction"].value, ceiling["window"].value
    steps_in_window = -(-int(window) // days) if days >= 1 else 1
    if 1 - (1 - share) ** steps_in_window > top:
        raise InputError(
            "a fall above the ceiling of ASAM", value=f"{PERCENT * share:g} % every {days} days",
            expected=f"at most {PERCENT * top:g} % per {window:g} days", fix="take a smaller percentage or a longer period",
        )  # fmt: skip
    plan = _keeping(baseline, "asam", lambda start: percent_of_current(start, percent=PERCENT * share, period_days=days))
    return Plan(f"ASAM, {plan.title}", plan.steps, plan.made_with, (*plan.notes, _said(("asam", "asam_initial"))))


def _banded(baseline: Baseline, preset: str, title: str, pace: str, share: Callable[[Fraction], Any]) -> Plan:
    if pace not in PACES:
        raise UnknownNameError("pace", pace, PACES)
    slow, window = pace == "slowest", preset_rows(preset)["window"]
    scale = scale_from_diazepam(baseline.drug, title)
    days = int(window.high if slow and window.high is not None else window.value)
    bands = preset_bands(preset, scale, slow=slow and preset == "nice")
    rule = f"{title}: steps by band of the dose, every {days / WEEK:g} weeks"
    notes = [_said((preset,))]
    if scale != 1:
        notes.append(f"1 mg of diazepam was taken as {float(scale):.3g} mg of {baseline.drug}, the median of the tables")
    asked = band_doses(exact(baseline.mg), bands)
    return _keeping(baseline, preset, lambda start: carry_out(start, title, asked, days, rule=rule, notes=notes, share=share))


def _keeping(baseline: Baseline, preset: str, make: Callable[[Baseline], Plan]) -> Plan:
    """Make a plan that keeps the guideline's own ceiling, or say in its notes that the products cannot."""
    if baseline.limits is not None:
        return make(baseline)
    try:
        return make(replace(baseline, limits=limits(preset, baseline.drug)))
    except InputError as refusal:
        plan = make(baseline)
        return Plan(plan.title, plan.steps, plan.made_with, (*plan.notes, f"breaks its own ceiling: {refusal.what}"))


def _said(presets: tuple[str, ...]) -> str:
    """Sources of the rows of presets, with their status."""
    rows = [row for preset in presets for row in preset_rows(preset).values()]
    return "rule from " + ", ".join(sorted({f"{row.source} ({row.status})" for row in rows}))
