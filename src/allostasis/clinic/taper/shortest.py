"""How far a plan is from the shortest, and whether there is any: the exact search around the course of the greedy one."""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from allostasis.clinic.taper.apart import Milp, stoppable
from allostasis.clinic.taper.exact import Programme, doses, programme, solve
from allostasis.clinic.taper.greedy import Course, greedy
from allostasis.clinic.taper.outcome import Bound
from allostasis.clinic.taper.plan import Plan
from allostasis.clinic.taper.setting import Setting, plan_of
from allostasis.clinic.taper.surrogate import build_surrogate
from allostasis.clinic.taper.verify import Verification, verify

RAISED = 1.5  # structural: factor by which the cap is raised until a course to zero is found to linearise around
MOST_RAISES = 12  # structural: a guard, more than a hundredfold
PROOF_SHARE = 0.5  # structural: share of the time for the bound, the rest for plans of the linear model, a convention
ATTEMPTS = 3  # structural: plans of the linear model that are verified, each with the cap tightened by what the last exceeded
IMPROVE_S = 5  # structural: time to lower the total imbalance of the shortest plan, a convention
TINY = 1e-6  # structural: in seizure thresholds, so that a tightened cap is not met to rounding


@dataclass(frozen=True, eq=False)
class Shortest:
    """What the exact search found.

    Attributes:
        bound: what is known of all plans.
        plan: a plan that is shorter than that of the greedy search and within the cap; None without one.
        verified: its full simulation.
        impossible: whether no plan exists at all.
    """

    bound: Bound
    plan: Plan | None
    verified: Verification | None
    impossible: bool


def shortest(setting: Setting, course: Course) -> Shortest:
    """Bound the weeks of every plan, and look for a shorter one than the greedy search found.

    The bound is proven for the cap plus the error of the linear model, so that the error cannot exclude a plan that exists, as
    far as it was measured. A plan counts only where its real tablets stay under the cap in the full simulation.

    Raises:
        Cancelled: it was asked to stop.
    """
    rules, question = setting.question.rules, setting.question
    path = _path(setting, course)
    most = course.periods_to_zero - 1 if course.reached_zero else rules.most_periods
    periods = max(1, min(rules.most_periods, most + 1))
    linear = build_surrogate(
        setting.smooth, setting.real, setting.ladder, path, periods, setting.limits, rules, seed=question.seed
    )
    task = programme(linear, setting.ceiling, periods)
    error = max(linear.too_high, 0.0)
    with stoppable(setting.progress.cancel) as by:
        proof = solve(task, rules.cap + error, most=most, limit_s=question.exact_limit_s * PROOF_SHARE, by=by)
        weeks = rules.period_days / 7  # structural: days in a week
        bound = Bound(proof.least_periods * weeks, proof.proven, rules.cap + error, error, linear.tested, proof.seconds)
        if proof.proven and proof.least_periods > most:
            return Shortest(bound, None, None, not course.reached_zero)
        plan, verified = _attempt(setting, task, most, by)
        return Shortest(bound, plan, verified, False)


def _attempt(setting: Setting, task: Programme, most: int, by: Milp) -> tuple[Plan | None, Verification | None]:
    """A plan of the linear model that the full simulation confirms."""
    cap, limit = setting.question.rules.cap, setting.question.exact_limit_s * (1 - PROOF_SHARE) / ATTEMPTS
    for _ in range(ATTEMPTS):
        found = solve(task, cap, most=most, limit_s=limit, improve_s=IMPROVE_S, by=by)
        if not found.rungs:
            return None, None
        plan = plan_of(setting, doses(found.rungs, setting.ladder), ("shortest plan of a linear model, verified",))
        verified = verify(setting.chain, plan, setting.question.rules)
        if verified.within:
            return plan, verified
        cap += verified.margin - TINY
    return None, None


def _path(setting: Setting, course: Course) -> tuple[Fraction, ...]:
    """Doses to linearise around: those of a course that reaches zero, under a raised cap if it must be."""
    rules = setting.question.rules
    for _ in range(MOST_RAISES):
        if course.reached_zero:
            return course.doses
        rules = replace(rules, cap=rules.cap * RAISED)
        course = greedy(setting.real, setting.ladder, setting.start, setting.limits, rules)
    even = np.linspace(float(setting.start), 0, rules.most_periods)
    return tuple(min(setting.ladder, key=lambda mg: abs(float(mg) - wanted)) for wanted in even)
