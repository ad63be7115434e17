"""The rules behind a decision about a plan: how much the diary must say, and what stands against a faster plan."""

import numpy as np

from allostasis import library
from allostasis.clinic.diary import Diary
from allostasis.clinic.taper.plan import Plan
from allostasis.clinic.taper.question import Question
from allostasis.study.diary_outlook import Outlook
from allostasis.study.diary_update import Update


def rule_values() -> dict[str, float]:
    """Numbers of the rules: rows "decision.*" of the library's set "diary", by their last name."""
    rows = library.parameter_set("diary")
    return {key.removeprefix("decision."): row.value for key, row in rows.items() if key.startswith("decision.")}


def line_of(question: Question) -> float:
    """The cap and its tolerance [seizure thresholds]."""
    return question.cap * (1 + rule_values()["tolerance"])


def shares_above(question: Question, look: Outlook) -> dict[str, float]:
    """Share of draws whose peak exceeds the cap by more than the tolerance, before and after the diary."""
    line = line_of(question)
    return {"before": float(np.mean(look.prior_peaks > line)), "after": float(np.mean(look.posterior_peaks > line))}


def accepted(question: Question, before: float | int) -> float:
    """Share of draws above the cap that the plan accepts.

    A plan for virtual patients accepts 1 - quantile; one that lies close under its cap for the typical person leaves about half
    of people above it, and nobody knew better before the diary.
    """
    return min(max(1 - question.quantile, before), 1 / 2)


def worsened(share: float | int, evidence: float | int) -> float:
    """A share whose odds are multiplied.

    >>> round(worsened(0.5, 2), 3), round(worsened(0.1, 2), 3)
    (0.667, 0.182)
    """
    odds = evidence * share / (1 - share)
    return odds / (1 + odds)


def next_reduction(plan: Plan, today: int) -> int | None:
    """First day from today on whose dose is lower than that of the day before; None where there is none left."""
    drug = plan.drugs[0]
    days = range(max(today, 1), plan.days_to_zero + 1)
    return next((day for day in days if plan.mg_on(day, drug) < plan.mg_on(day - 1, drug)), None)


def last_score(diary: Diary) -> float:
    """The last score of a diary in points of 100."""
    total = diary.observed[-1].total
    assert total is not None
    return total


def alarm(diary: Diary) -> bool:
    """Whether the last score is at or above the alarm line."""
    return last_score(diary) >= rule_values()["alarm"]


def obstacle(question: Question, found: Update, look: Outlook) -> str:
    """Why a plan may not become faster; "" where it may."""
    rules, diary, above = rule_values(), found.diary, float(np.mean(look.posterior_peaks > question.cap))
    if len(diary.observed) < rules["fewest_scores"]:
        return f"A faster plan needs {rules['fewest_scores']:.0f} weeks with a score."
    if last_score(diary) > rules["mild"]:
        return f"A faster plan needs a last score of {rules['mild']:.0f} or less."
    if found.posterior.misfit > rules["misfit"]:
        return "The model does not describe this diary, so no faster plan rests on it."
    if above > 1 - rules["confident"]:
        return f"A faster plan needs {rules['confident']:.0%} of the draws under the cap, and {1 - above:.0%} are."
    return ""
