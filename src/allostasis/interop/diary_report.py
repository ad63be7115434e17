"""What an answer to a diary is handed out as: a page of text, two tables and a figure."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from scipy.special import ndtri

from allostasis.clinic.diary import TOP, WEEK_DAYS
from allostasis.drawing.chart import Axis, Panel, Series, chart
from allostasis.interop.plan_words import date_text, day_of
from allostasis.study.diary_decision import Decision
from allostasis.study.diary_outlook import BAND
from allostasis.study.diary_person import NUMBERS, in_words, prior_sd
from allostasis.study.diary_rules import line_of

MEANING = {
    "size": "odds of the share that adapts, over those of the typical person",
    "recovery": "times of recovery, over those of the typical person",
    "sensitivity": "symptoms for the same drive: anchors lower by this factor",
    "background": "score without any withdrawal, points of 100",
}
OBSERVED, AFTER, BEFORE, OLD = 1, 0, 5, 4
"""Colours of a figure."""


def posterior_rows(decision: Decision) -> list[list[str | float | int]]:
    """One row per number of the person: median and interval of 90 % before and after the diary, and the most probable value."""
    sd, found = prior_sd(), decision.update
    before = [in_words(float(ndtri(q)) * sd) for q in BAND]
    after = [in_words(np.quantile(found.drawn, q, axis=0)) for q in BAND]
    mode = in_words(found.posterior.mode)
    return [
        [name, *(each[name] for each in before), *(each[name] for each in after), mode[name],
         float(found.posterior.standard_error[k]), MEANING[name]]
        for k, name in enumerate(NUMBERS)
    ]  # fmt: skip


POSTERIOR_COLUMNS = (
    "number", "before_low", "before_median", "before_high", "after_low", "after_median", "after_high", "most_probable",
    "laplace_sd_of_log", "meaning",
)  # fmt: skip


def posterior_csv(decision: Decision) -> str:
    """The numbers of the person as CSV; quantiles 0.05, 0.5 and 0.95."""
    return _csv(POSTERIOR_COLUMNS, posterior_rows(decision))


def weeks_csv(decision: Decision) -> str:
    """Week by week: score as written and as forecast before and after the diary, dose of the old plan and of the new one."""
    look, drug = decision.outlook, decision.question.drug
    written = {entry.day: entry.total for entry in decision.update.diary.observed}
    rows = []
    for k, day in enumerate(look.days):
        near = next((score for last, score in written.items() if abs(last - day) < WEEK_DAYS / 2), None)
        doses = (float(plan.mg_on(day, drug)) for plan in (decision.old, decision.plan))
        rows.append([day, "" if near is None else near, *look.prior_scores[:, k], *look.posterior_scores[:, k], *doses])
    names = [f"{when}_{what}" for when in ("before", "after") for what in ("low", "median", "high")]
    return _csv(("day", "score", *names, "old_mg_per_day", "new_mg_per_day"), rows)


def _csv(names: Sequence[str], rows: Iterable[Sequence[str | float | int]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([cell if isinstance(cell, str) else f"{cell:.6g}" for cell in row] for row in rows)
    return text.getvalue()


def numbers_of(decision: Decision) -> list[tuple[str, str]]:
    """The numbers behind a decision, each with its name."""
    old, new = decision.weeks_to_zero()
    first, then = decision.next_reduction()
    rows = [("Cap", f"{decision.question.cap:g} seizure thresholds, with the tolerance {line_of(decision.question):.3g}")]
    for what, told in decision.peaks.items():
        text = f"{told['median']:.3f} ({told['low']:.3f} to {told['high']:.3f})"
        rows.append((f"Highest imbalance from today on, {what} the diary", text))
    above = decision.above
    rows += [
        ("The old plan exceeds cap and tolerance", f"{above['before']:.0%} before the diary, {above['after']:.0%} after it"),
        ("Weeks from today to zero", f"{old:g} by the old plan, {new:g} by the new one"),
        ("Next reduction", f"day {_day(first)} by the old plan, day {_day(then)} by the new one"),
        ("Mean squared residual over what the error allows", f"{decision.update.posterior.misfit:.2f}"),
    ]
    if decision.rest is None:
        rows[-3] = ("Weeks from today to zero", f"{old:g}")
        rows[-2] = ("Next reduction", f"day {_day(first)}")
    return rows


def _day(day: int | None) -> str:
    return "none left" if day is None else str(day)


def diary_markdown(decision: Decision, start: date) -> str:
    """The answer as a page of Markdown: decision, reason, numbers, the person, the steps from today on, limits."""
    today, drug = decision.today, decision.question.drug
    lines = [
        f"# {decision.decision.capitalize()}", "",
        f"Day {today} of the plan, {date_text(day_of(start, today))}. {decision.reason}", "", *decision.words, "",
        "| | |", "|---|---|", *(f"| {name} | {text} |" for name, text in numbers_of(decision)), "",
        "## The person", "",
        "Median and interval of 90 %, before the diary and after it.", "",
        "| number | before | after | meaning |", "|---|---|---|---|",
    ]  # fmt: skip
    for name, *numbers, _, _, meaning in posterior_rows(decision):
        b0, b1, b2, a0, a1, a2 = (f"{float(x):.2g}" for x in numbers)
        lines.append(f"| {name} | {b1} ({b0} to {b2}) | {a1} ({a0} to {a2}) | {meaning} |")
    found = decision.update
    lines += [
        "",
        f"Draws: {found.check}. Laplace's approximation alone: {found.laplace_share:.0%} of its draws are left when weighted. "
        f"Table against simulation: {found.table_error:.2f} points at most.",
        "", "## From today on", "", "| from day | date | daily dose | note |", "|---|---|---|---|",
    ]  # fmt: skip
    for step in decision.plan.steps:
        if step.end_day > today:
            mg = float(step.mg_per_day.get(drug, 0))
            first = max(step.start_day, today)
            lines.append(f"| {first} | {date_text(day_of(start, first))} | {mg:g} mg {drug} | {step.note} |")
    return "\n".join(lines) + "\n"


def diary_svg(decision: Decision) -> str:
    """Scores and doses of the plan: written, forecast before and after the diary; old and new plan."""
    look, drug = decision.outlook, decision.question.drug
    days, last = np.array(look.days, float), float(max(look.days[-1], decision.plan.days_to_zero))
    entries = decision.update.diary.observed
    written = np.array([float(entry.total or 0.0) for entry in entries])
    high = max(float(each.max()) for each in (look.posterior_scores, look.prior_scores[1], written))
    scores = [
        Series("expected before the diary", BEFORE, days, look.prior_scores[1], dash=True),
        Series("after it, with its interval of 90 %", AFTER, days, look.posterior_scores[1]),
        *(Series("", AFTER, days, look.posterior_scores[k], dash=True) for k in (0, 2)),
        Series("score of the week", OBSERVED, np.array([float(entry.day) for entry in entries]), written, "dots"),
    ]
    every = np.arange(0, last + 1)
    doses = [
        Series(name, colour, every, [float(plan.mg_on(int(day), drug)) for day in every], "step", dash=dash)
        for name, colour, plan, dash in (("old plan", OLD, decision.old, True), ("new plan", OBSERVED, decision.plan, False))
        if name == "new plan" or decision.rest is not None
    ]
    top = max(float(mg) for series in doses for mg in series.y)
    axis, score = Axis("day of the plan", 0, last), Axis("points of 100", 0, min(TOP, max(1.1 * high, 10)))
    return chart(
        [
            Panel("Withdrawal score, forecast under the old plan", axis, score, scores),
            Panel(f"Daily dose of {drug}", axis, Axis("mg", 0, max(1.1 * top, 1)), doses),
        ],
        f"Weekly withdrawal scores and daily doses; decision on day {decision.today}: {decision.decision}",
    )  # fmt: skip
