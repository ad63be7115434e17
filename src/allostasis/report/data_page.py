"""The page of fitted data: curves with their points and bands, intervals of EC50 and Emax, comparisons, residuals."""

from collections.abc import Mapping, Sequence

import numpy as np

from allostasis.receptor.hill_compare import FTest
from allostasis.receptor.hill_fit import HillFit
from allostasis.receptor.hill_verdict import p_words
from allostasis.report.figure_curve import CurveLine, curve_section, potency_section, residual_section
from allostasis.report.log_axis import shown_unit
from allostasis.report.page import Page, Row, Table, lines
from allostasis.report.view import Arm
from allostasis.report.words import figure, quoted

BESIDE, POINTS = 3.0, 200  # structural: factor of the drawn curve beyond the data, and its points
RESPONSE = "response"
METHODS = {"covariance": "from the covariance, Student t", "profile": "from the profile likelihood"}
NAMES = {"ec50": "EC50", "emax": "Emax", "hill": "Hill coefficient", "bottom": "bottom"}


def interval_words(ends: tuple[float, float] | None) -> str:
    """Write an interval; open ends say so.

    >>> interval_words((28.2, 35.1)), interval_words((0.0, float("inf"))), interval_words(None)
    ('28.2 to 35.1', 'no limit', 'fixed')
    """
    if ends is None:
        return "fixed"
    low, high = ends
    if not np.isfinite(high):
        return "no limit" if low == 0 or not np.isfinite(low) else f"above {figure(low)}"
    return f"up to {figure(high)}" if not np.isfinite(low) else f"{figure(low)} to {figure(high)}"


def verdict_words(test: FTest, first: str, second: str) -> str:
    """Say what an F-test of two curves found."""
    names = test.question.removeprefix("same ").split(" and ")
    what = " and ".join(NAMES[name] for name in names)
    numbers = f"F({test.extra}, {test.freedom}) = {test.ratio:.3g}, {p_words(test.p)}"
    verdict = "differ" if test.rejected else "no difference shown"
    return f"{what} of {quoted(first)} and {quoted(second)}: {verdict} ({numbers})."


def data_page(
    fits: Mapping[str, HillFit], unit: str, tests: Sequence[str], misfits: Sequence[str], title: str, made: Mapping[str, str],
) -> Page:  # fmt: skip
    """Build the page.

    Args:
        fits: fit by name of the curve.
        unit: of the concentrations.
        tests: what comparisons found, in words.
        misfits: curves that the Hill equation does not describe, in words.
        title: the heading.
        made: how it was made.
    """
    arms = lines(list(fits))
    drawn = [_line(arm, fit) for arm, fit in zip(arms, fits.values(), strict=True)]
    vague = [
        f"{quoted(name)} is not determined by its data: {fit.reason}."
        for name, fit in fits.items()
        if not fit.identified
    ]
    told = [_told(name, fit, unit) for name, fit in fits.items() if fit.identified]
    lead = "Points are the data, lines the fitted Hill equation with its band; a large dot marks EC50."
    sections = [
        curve_section(drawn, unit, RESPONSE, lead, told + vague),
        potency_section(drawn, unit, RESPONSE, list(tests)), residual_section(drawn, unit, "response less curve", list(misfits)),
    ]  # fmt: skip
    level = f"{100 * next(iter(fits.values())).level:.0f} %"
    headline = " ".join([*told[:2], *vague[: max(0, 2 - len(told))]])
    return Page(
        title=title, kind="a fit of concentration-response data", headline=headline, details=[*tests, *misfits, *vague],
        caution=f"Intervals are {level} for the scatter about the curve; they know nothing of other experiments.",
        table=_table(fits, arms, unit, level), sections=[s for s in sections if s is not None], limits=_LIMITS, made=made,
        numbers="fit.csv", arms=arms,
    )  # fmt: skip


_LIMITS = (
    "An interval covers the scatter of these points about this equation. Days, batches and laboratories differ by more.",
    "“No difference shown” is not “the same”: few or scattered points cannot show a difference.",
    "EC50 is no affinity: it depends on the agonist, its level and the preparation.",
)


def drawn_concentrations(fit: HillFit) -> np.ndarray:
    """Grid on which a fitted curve is drawn: the concentrations of its data and a factor of three beyond."""
    dosed = fit.x[fit.x > 0]
    return np.geomspace(dosed.min() / BESIDE, dosed.max() * BESIDE, POINTS)


def _line(arm: Arm, fit: HillFit) -> CurveLine:
    x = drawn_concentrations(fit)
    errors = None if np.ptp(fit.weight) == 0 else 1 / fit.weight
    points, rest = (fit.x, fit.y, errors), (fit.x, fit.y - fit.predict(fit.x))
    if not fit.identified:
        return CurveLine(arm, x, fit.predict(x), points=points, residual=rest, doubtful=True)
    return CurveLine(
        arm, x, fit.predict(x), (fit.bottom + fit.emax) / 2, fit.ec50, fit.emax, fit.intervals["ec50"], fit.intervals["emax"],
        points, fit.band(x), rest,
    )  # fmt: skip


def _told(name: str, fit: HillFit, unit: str) -> str:
    shown = shown_unit(unit)
    return (
        f"{quoted(name)}: EC50 {figure(fit.ec50)} {shown} ({interval_words(fit.intervals['ec50'])}),"
        f" Emax {figure(fit.emax)} ({interval_words(fit.intervals['emax'])})."
    )


def _table(fits: Mapping[str, HillFit], arms: Sequence[Arm], unit: str, level: str) -> Table:
    columns = [
        ("Curve", ""),
        ("EC50", shown_unit(unit)),
        ("Emax", ""),
        ("Hill", ""),
        ("Bottom", ""),
        ("Scatter", "residual sd"),
    ]
    rows = []
    for arm, (name, fit) in zip(arms, fits.items(), strict=True):
        values = ((fit.ec50, "ec50"), (fit.emax, "emax"), (fit.hill, "hill"), (fit.bottom, "bottom"))
        cells = [(figure(value), interval_words(fit.intervals.get(key))) for value, key in values]
        if not fit.identified:
            cells = [("not determined", ""), *[("", "")] * (len(values) - 1)]
        remark = f"{len(fit.x)} points"
        rows.append(Row(name, [*cells, (figure(fit.residual_sd), "")], arm, remark))
    method = next(iter(fits.values())).method
    return Table("The fit", columns, rows, f"Below each number its {level} interval, {METHODS[method]}.")
