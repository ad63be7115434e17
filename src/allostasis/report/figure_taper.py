"""Tapers as figures: daily dose, and the imbalance under it with the cap."""

import numpy as np

from allostasis.clinic.taper import Plan
from allostasis.report.log_axis import curve, title
from allostasis.report.plot import BAND, Panel, axis, colour, frame
from allostasis.report.reference_line import level
from allostasis.report.view import Arm, shorten
from allostasis.study.taper_study import OWN, TaperStudy

DOSE_HEIGHT, IMBALANCE_HEIGHT = 240, 360  # structural: heights [px]
LEAST = -0.5  # structural: below this an imbalance is only sedation
EDGE = (5, 95)  # structural: percentiles over the virtual patients behind a band
MOST_BANDS = 2  # structural: more bands than that hide each other
HEADROOM = 1.2  # structural: axis beyond the highest value


def _weeks(days: int) -> dict:
    return axis(
        title=title("week"), showgrid=False, ticks="outside", tickcolor="@axis", showline=True, range=[0, days / 7],
        fixedrange=False,
    )  # fmt: skip


def dose_panel(study: TaperStudy, arms: dict[str, Arm]) -> Panel:
    """Daily dose of every plan as steps."""
    drawn, longest = [], 1
    for name, plan in study.plans.items():
        x, y = _steps(plan)
        longest = max(longest, plan.steps[-1].start_day + 7)
        drawn.append(curve(arms[name], x, y, width=3 if name == OWN else 1.5) | {"line": _stepped(arms[name], name == OWN)})
    layout = frame(xaxis=_weeks(longest), yaxis=axis(title=title("mg a day"), rangemode="tozero"))
    return Panel("plot-dose", "", "daily dose of each plan, week by week", {"data": drawn, "layout": layout}, DOSE_HEIGHT)


def _stepped(arm: Arm, own: bool) -> dict:
    return {"color": colour(arm), "width": 3 if own else 1.5, "dash": arm.dash, "shape": "hv"}


def _steps(plan: Plan) -> tuple[list[float], list[float]]:
    days = [step.start_day for step in plan.steps] + [plan.steps[-1].end_day]
    doses = [float(sum(step.mg_per_day.values())) for step in plan.steps]
    return [day / 7 for day in days], [*doses, doses[-1]]


def imbalance_panel(study: TaperStudy, arms: dict[str, Arm], cap: float) -> Panel:
    """Highest imbalance of each day under every plan.

    A band over the virtual patients lies under the plan of the question, and under the other one where there is only one.
    """
    assert study.comparison is not None
    lines, bands, top, days = [], [], cap, 1
    banded = set(study.comparison.daily) if len(study.comparison.daily) <= MOST_BANDS else {OWN}
    for name, daily in study.comparison.daily.items():
        weeks = (np.arange(len(daily)) + 1) / 7
        days = max(days, len(daily))
        lines.append(curve(arms[name], weeks, daily[:, 0], width=3 if name == OWN else 1.5))
        top = max(top, float(daily[:, 0].max()))
        if name in banded and daily.shape[1] > 1:
            low, high = np.percentile(daily[:, 1:], EDGE, axis=1)
            edge = {
                "type": "scatter", "mode": "lines", "x": shorten(weeks), "hoverinfo": "skip",
                "line": {"width": 0, "color": colour(arms[name], 0)}, "meta": {"arm": arms[name].index},
            }  # fmt: skip
            filled = {"y": shorten(high), "fill": "tonexty", "fillcolor": colour(arms[name], BAND)}
            bands += [edge | {"y": shorten(low)}, edge | filled]
            top = max(top, float(high.max()))
    shape, note = level(cap, f"cap {cap:g}", "@threshold")
    zero, words = level(0, "naive", below=True)
    lowest = max(LEAST, min(float(daily[:, 0].min()) for daily in study.comparison.daily.values()))
    layout = frame(
        xaxis=_weeks(days), shapes=[shape, zero], annotations=[note, words],
        yaxis=axis(title=title("imbalance [seizure thresholds]"), range=[lowest * HEADROOM, top * HEADROOM]),
    )  # fmt: skip
    label = "highest imbalance of each day under each plan, with the cap"
    return Panel("plot-imbalance", "", label, {"data": bands + lines, "layout": layout}, IMBALANCE_HEIGHT)
