"""The page of concentration-response curves of the model: what is potent, what is effective, and the curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allostasis.receptor.curve_shape import ModelCurve
from allostasis.report.figure_curve import CurveLine, curve_section, potency_section, residual_section
from allostasis.report.log_axis import shown_unit
from allostasis.report.page import Page, Row, Table, lines
from allostasis.report.view import Arm
from allostasis.report.words import figure, listing, percent, quoted

BESIDE, PER_DECADE = 2.5, 20  # structural: decades of the grid beyond the outermost EC50, and its points
PLAIN_PERCENT, WHOLE_PERCENT = (
    1000.0,
    10.0,
)  # structural: a larger change is told as a factor; a smaller one with a decimal
SMALLEST_BOTTOM = 1e-3  # structural: no change in percent of an open probability below this
EXACT = 1e-3  # structural: deviation below which a curve is a Hill curve and none is drawn
SLIGHT = 0.02  # structural: share of the effect from which the text says that the curve is not a Hill curve
RESPONSE = "open probability"


@dataclass(frozen=True, eq=False)
class NamedCurve:
    """A curve of the model with its name in tables and figures, and what is held: GABA, other ligands, coupling."""

    name: str
    curve: ModelCurve
    held: str


def effect_words(curve: ModelCurve) -> str:
    """Write the effect at Emax: a change in percent, a factor, or the direction where nothing was open before."""
    if curve.ec50 is None:
        return "none"
    if curve.bottom < SMALLEST_BOTTOM:
        return f"0 to {percent(curve.emax)} open"
    if abs(curve.change_percent) < PLAIN_PERCENT:
        digits = 0 if abs(curve.change_percent) >= WHOLE_PERCENT else 1
        return f"{curve.change_percent:+.{digits}f} %".replace("-", "\N{MINUS SIGN}")
    return f"{curve.emax / curve.bottom:.3g}-fold"


def grid(curves: Sequence[NamedCurve]) -> np.ndarray:
    """Concentrations that show all curves: from 2.5 decades below the smallest EC50 to 2.5 above the largest."""
    middles = [v for c in curves for v in (c.curve.ec50, c.curve.turning) if v is not None] or [1.0]
    low, high = np.log10(min(middles)) - BESIDE, np.log10(max(middles)) + BESIDE
    return np.logspace(low, high, round(float(high - low) * PER_DECADE) + 1)


def model_page(curves: Sequence[NamedCurve], title: str, made: Mapping[str, str]) -> Page:
    """Build the page."""
    unit, x = curves[0].curve.unit, grid(curves)
    arms = lines([c.name for c in curves])
    drawn = [_line(arm, c.curve, x) for arm, c in zip(arms, curves, strict=True)]
    potency = potency_section(drawn, unit, RESPONSE, _ranks(curves))
    rest = residual_section(drawn, unit, "share of the effect", _shapes(curves), tickformat=".1~%")
    lead = "Exact curves of the equilibrium model; a dot marks EC50."
    figures = [curve_section(drawn, unit, RESPONSE, lead, [_told(c) for c in curves])]
    return Page(
        title=title, kind="concentration and response at the receptor", headline=_headline(curves), details=_details(curves),
        caution="A computation from constants in the library, at equilibrium: no currents, no desensitisation.",
        table=_table(curves, arms), sections=[*figures, *filter(None, (potency, rest))], arms=arms, numbers="curve.csv",
        limits=_LIMITS, made=made, question=curves[0].held if len({c.held for c in curves}) == 1 else "",
    )  # fmt: skip


_LIMITS = (
    "Open probability at equilibrium. A current also desensitises, and a record takes time: allostasis receptor record.",
    "Constants carry the uncertainty of their sources, often a factor of two; an EC50 with three digits is exact for"
    " the model, not for a receptor.",
    "EC50 of a modulator depends on the GABA level and on what else is bound; the affinity K does not.",
)


def _line(arm: Arm, curve: ModelCurve, x: np.ndarray) -> CurveLine:
    y = curve.response(x)
    half = None if curve.ec50 is None else (curve.bottom + curve.emax) / 2
    if curve.ec50 is None:
        return CurveLine(arm, x, y)
    span = abs(curve.emax - curve.bottom)
    rest = None if curve.fit is None or curve.deviation < EXACT else (x, (y - curve.fit.predict(x)) / span)
    effect = f"{figure(curve.emax)} ({effect_words(curve)})" if curve.bottom >= SMALLEST_BOTTOM else figure(curve.emax)
    return CurveLine(arm, x, y, half, curve.ec50, curve.emax, residual=rest, bottom=curve.bottom, effect=effect)


def _table(curves: Sequence[NamedCurve], arms: Sequence[Arm]) -> Table:
    unit = shown_unit(curves[0].curve.unit)
    columns = [("Curve", ""), ("EC50", unit), ("Emax", RESPONSE), ("Effect", "at Emax"), ("Fitted Hill", "")]
    columns.append(("Fitted EC50", unit))
    rows, several = [], len({c.held for c in curves}) > 1
    for arm, named in zip(arms, curves, strict=True):
        c = named.curve
        hill, ec50 = ("", "") if c.fit is None else (f"{c.fit.hill:.3f}", figure(c.fit.ec50))
        cells = [
            ("" if c.ec50 is None else figure(c.ec50), ""),
            (figure(c.emax), "" if c.turning is None else f"turns at {figure(c.turning)} {unit}"), (effect_words(c), ""),
            (hill or "none", ""), (ec50 or "none", ""),
        ]  # fmt: skip
        rows.append(Row(named.name, cells, arm, named.held if several and named.held != c.receptor else ""))
    note = (
        "EC50 and Emax are exact: half way to, and at, saturation (or the turning point). Hill and the second EC50 belong to"
        " the Hill equation fitted to the curve over three decades on either side."
    )
    return Table("The numbers", columns, rows, note)


def _active(curves: Sequence[NamedCurve]) -> list[NamedCurve]:
    return [c for c in curves if c.curve.ec50 is not None]


def _told(named: NamedCurve) -> str:
    c = named.curve
    if c.ec50 is None:
        return f"{named.name}: no effect; this receptor has no site for it, or it is a pure antagonist."
    unit = shown_unit(c.unit)
    text = f"{named.name}: EC50 {figure(c.ec50)} {unit}, open probability from {figure(c.bottom)} to {figure(c.emax)}"
    if c.turning is not None:
        return f"{text}, then the curve turns round at {figure(c.turning)} {unit}: another site acts the other way."
    return text + "."


def _headline(curves: Sequence[NamedCurve]) -> str:
    active = _active(curves)
    if len(active) < 2:
        return _told(curves[0] if not active else active[0])
    potent = min(active, key=lambda c: c.curve.ec50 or 0)
    strong = max(active, key=lambda c: abs(c.curve.emax - c.curve.bottom))
    unit = shown_unit(potent.curve.unit)
    first = f"{quoted(potent.name)} is the most potent (EC50 {figure(potent.curve.ec50 or 0)} {unit})"
    if potent is strong:
        return f"{first} and has the largest effect ({effect_words(potent.curve)})."
    return f"{first}; {quoted(strong.name)} has the largest effect ({effect_words(strong.curve)}). Potency is not efficacy."


def _details(curves: Sequence[NamedCurve]) -> list[str]:
    turning = [c.name for c in curves if c.curve.turning is not None]
    silent = [c.name for c in curves if c.curve.ec50 is None]
    found = [f"Without effect: {listing(silent)}."] if silent else []
    return found + ([f"Turns round, so no Hill equation describes it: {listing(turning)}."] if turning else [])


def _ranks(curves: Sequence[NamedCurve]) -> list[str]:
    active = _active(curves)
    if len(active) < 2:
        return []
    by_potency = sorted(active, key=lambda c: c.curve.ec50 or 0)
    by_effect = sorted(active, key=lambda c: -abs(c.curve.emax - c.curve.bottom))
    return [
        f"By potency: {listing([c.name for c in by_potency])}.",
        f"By size of the effect: {listing([f'{c.name} ({effect_words(c.curve)})' for c in by_effect])}.",
    ]


def _shapes(curves: Sequence[NamedCurve]) -> list[str]:
    told = []
    for named in curves:
        fit, off = named.curve.fit, named.curve.deviation
        if fit is not None:
            verdict = "not a Hill curve" if off > SLIGHT else "nearly a Hill curve" if off > EXACT else "a Hill curve"
            most = f"at most {percent(off)}" if off > EXACT else "less than 0.1 %"
            told.append(f"{named.name}: Hill coefficient {fit.hill:.3g}, off by {most} of the effect: {verdict}.")
    return told
