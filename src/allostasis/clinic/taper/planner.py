"""The planner: a question in, a verified plan, a reasoned "not found" or a proven "no" out."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from allostasis.clinic.taper.additions import additions
from allostasis.clinic.taper.greedy import Course
from allostasis.clinic.taper.outcome import Found, Infeasible, NotFound, Outcome
from allostasis.clinic.taper.progress import HELP, SILENT, Progress
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.setting import Setting, search_verified, set_up
from allostasis.clinic.taper.shortest import Shortest, shortest
from allostasis.clinic.taper.strengths import strengths_text


def plan_taper(
    question: Question,
    *,
    factors: Mapping[str, np.ndarray] | None = None,
    suggest: bool = True,
    progress: Progress = SILENT,
) -> Outcome:
    """Search the taper that reaches zero soonest under a cap on the predicted imbalance, from tablets that exist.

    The greedy search comes first. Its plan is verified by the full simulation of its real tablets, and the search repeats under a
    tightened cap until that stays under the cap. Where it finds none, or where the question asks for it always, the exact search
    bounds the weeks of every plan, or proves that there is none.

    Args:
        question: who takes what, what the pharmacy has, what a plan may not do.
        factors: "submodel.name" -> factor per virtual patient, as `clinic.simulate` takes them (`study.taper_patients`).
        suggest: where there is no plan, try what would make one possible.
        progress: who is told how far it is, and what stops it.

    Returns:
        `Found`, `NotFound` or `Infeasible`. Only a plan whose verified peak is within the cap is `Found`.

    Raises:
        InputError: factors that do not fit the question; the question checks everything else.
        Cancelled: it was asked to stop.
    """
    setting = set_up(question, factors, progress)
    if setting.stops_at > 0:
        return Infeasible(question, _stopped(setting), None, None, additions(setting) if suggest else ())
    course, plan, verified = search_verified(setting)
    within = plan is not None and verified is not None and verified.within
    exact = None
    if question.exact == "always" or (question.exact == "if needed" and not within):
        progress.tell("no plan so far: looking for a proof, or for a plan of the exact search", HELP)
        exact = shortest(setting, course if within else replace(course, reached_zero=False))
        if exact.plan is not None and exact.verified is not None:
            return Found(question, exact.plan, exact.verified, course, exact.bound)
    if within:
        assert plan is not None
        assert verified is not None
        return Found(question, plan, verified, course, None if exact is None else exact.bound)
    helps = additions(setting) if suggest else ()
    if exact is not None and exact.impossible:
        return Infeasible(question, _no_plan(setting), course, exact.bound, helps)
    return NotFound(question, _reason(setting, course, exact), course, helps, exact.bound if exact else None, plan, verified)


def _stopped(setting: Setting) -> str:
    lowest = float(setting.limits.lowest_after(setting.stops_at))
    return (
        f"{_no_plan(setting)}: from {float(setting.stops_at):g} mg/d that ceiling allows no dose below {lowest:.3g} mg/d, and "
        "the products make none between"
    )


def _no_plan(setting: Setting) -> str:
    question = setting.question
    return (
        f"no plan from {float(setting.start):g} mg/d of {question.drug} to zero within {question.most_weeks} weeks keeps the cap "
        f"of {question.cap:g} and the ceiling {question.preset} with {strengths_text(question.products)}"
    )


def _reason(setting: Setting, course: Course, exact: Shortest | None) -> str:
    question, parts = setting.question, []
    parts.append(course.stopped or "every plan that was found exceeds the cap with its real tablets")
    if not course.doses:
        parts.append("the imbalance between doses alone is above the cap: a longer-acting drug or more doses a day lower it")
    if exact is not None:
        parts.append(exact.bound.text)
    return f"no plan found within {question.most_weeks} weeks: " + "; ".join(parts)
