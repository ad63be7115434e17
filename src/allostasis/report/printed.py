"""The tables of the report as plain text, short enough for a terminal of 80 columns."""

import pandas as pd

from allostasis.report.facts import arm_facts
from allostasis.report.tables import check_rows
from allostasis.report.view import View
from allostasis.report.words import moment, percent, probability, spread, thresholds
from allostasis.simulation import Result

CHRONIC = ("arm", "last dose", "peak*", "when", "score", "days > 0.5", "seizure**")
ACUTE = ("arm", "deepest sedation", "when", "then down to", "back to", "when", "peak*")
NOTE = "* imbalance in seizure thresholds: 0 naive, 1 the median threshold"
RANKING = "\n** modelled probability: a ranking, no forecast"


def arms_table(result: Result, summary: pd.DataFrame) -> tuple[list[str], list[list[str]], str]:
    """Return headings, rows and a note: the numbers of the report's table of arms."""
    view = View(result)
    rows = []
    for fact in arm_facts(view, summary).values():
        if not view.acute:
            cells = [
                moment(fact.arm.last_dose_h, view.unit),
                spread(fact.values("peak_imbalance"), thresholds),
                moment(fact.peak_h, view.unit),
                spread(fact.values("withdrawal_score_peak"), lambda v: f"{v:.0f}"),
                spread(fact.values("days_above_half_threshold"), lambda v: f"{v:.0f}"),
                spread(fact.values("seizure_probability"), probability),
            ]
        else:
            back = fact.rebound
            returned = (percent(back.low), percent(back.back), moment(back.back_h, view.unit)) if back else ("", "", "")
            deepest = (percent(fact.sedation or 0.0), moment(fact.sedation_h or 0.0, view.unit))
            cells = [*deepest, *returned, thresholds(max(fact.peak, 0.0))]
        rows.append([fact.arm.name, *cells])
    return list(ACUTE if view.acute else CHRONIC), rows, NOTE if view.acute else NOTE + RANKING


def checks_table(result: Result) -> tuple[list[str], list[list[str]], str]:
    """Return headings, rows and a note: what `--check` found, or no rows."""
    headings = ["arm", "headline", "this run", "half step", "reference"]
    return (
        headings,
        [list(row.values()) for row in check_rows(result.checks)],
        "how far this run is off, against half the step and against an adaptive solver",
    )
