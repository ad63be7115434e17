"""A taper searched from the middle of a plan: the state is carried over, and so is what the ceiling of a guideline remembers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from jaxtyping import Float

from allostasis.clinic.taper.chain import Chain
from allostasis.clinic.taper.limits import Limits
from allostasis.clinic.taper.plan import Plan, Step
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.setting import Setting, lay_out, search_verified
from allostasis.clinic.taper.verify import Verification, verify
from allostasis.study.diary_outlook import Outlook
from allostasis.study.diary_run import PersonRun

SEARCHED = 31
"""Draws of the person beside the most probable one: with four candidates of each they fill the lanes of one compiled call."""
HOLDS = (0, 14, 28, 56)
"""Days of holding that are tried where the imbalance of today is above the cap and no reduction keeps it."""


@dataclass(frozen=True)
class CarriedLimits(Limits):
    """A ceiling that remembers the doses before the plan began.

    Args:
        before: (days before today at which a daily dose began, that dose [mg]); the last one is the dose of today.

    >>> from allostasis.clinic.taper import limits
    >>> asam = limits("asam", "diazepam")
    >>> carried = carry(asam, [(math.inf, Fraction(20)), (7, Fraction(16))])
    >>> float(asam.lowest_next([(math.inf, 16)])), float(carried.lowest_next([(math.inf, 16)]))
    (12.0, 15.0)
    >>> float(carried.lowest_next([(math.inf, 16), (7, 16)]))
    12.0
    """

    before: tuple[tuple[float | int, Fraction], ...] = ()

    def lowest_next(self, history: Sequence[tuple[float | int, Fraction | float | int]]) -> Fraction:
        """Lowest daily dose allowed next; the dose that began an infinite number of days ago is that of today."""
        since = [(ago, mg) for ago, mg in history if math.isfinite(ago)]
        elapsed = max((ago for ago, _ in since), default=0)
        return super().lowest_next([*((ago + elapsed, mg) for ago, mg in self.before), *since])


def carry(limits: Limits, before: Sequence[tuple[float | int, Fraction]]) -> CarriedLimits:
    """A ceiling with the doses before today."""
    return CarriedLimits(
        limits.name, limits.drug, limits.window_days, limits.bands, limits.always_mg, limits.notes, tuple(before)
    )


def doses_before(plan: Plan, question: Question, today: int) -> list[tuple[float, Fraction]]:
    """(days before today at which a daily dose began, that dose [mg]), from the use before the plan on."""
    past = [step for step in plan.steps if step.start_day < today]
    begun = [(float(today - step.start_day), Fraction(step.mg_per_day.get(question.drug, 0))) for step in past]
    return [(math.inf, Fraction(question.mg_per_day)), *begun]


@dataclass(frozen=True, eq=False)
class Today:
    """A person in the middle of a plan.

    Attributes:
        question: that the plan answered.
        plan: the plan.
        day: today.
        chain: the most probable person and draws beside, brought up to today.
    """

    question: Question
    plan: Plan
    day: int
    chain: Chain

    @property
    def mg(self) -> Fraction:
        """Daily dose up to today [mg]."""
        return self.plan.mg_on(self.day - 1, self.question.drug)

    def advanced(self, days: int) -> Chain:
        """The person after so many days at the dose of today."""
        if not days:
            return self.chain
        held = self.chain.plan_days(self.held(days), days)
        return replace(self.chain, now=self.chain.run.advance(self.chain.now, self.chain.amounts(held))[0])

    def held(self, days: int) -> Plan:
        """The dose of today for so many days, then none."""
        step = _step_of(self.plan, self.day - 1)
        return Plan("hold", (Step(0, days, step.mg_per_day, step.intakes, "hold"), Step(days, 1, {})))

    def setting(self, quantile: float | int, hold_days: int = 0) -> Setting:
        """What a search needs, after so many days at the dose of today."""
        asked = replace(
            self.question, mg_per_day=self.mg, virtual_patients=self.chain.patients - 1, quantile=quantile, exact="never"
        )
        setting = lay_out(asked, self.advanced(hold_days))
        before = [(ago + hold_days, mg) for ago, mg in doses_before(self.plan, self.question, self.day)]
        return replace(setting, baseline=replace(setting.baseline, limits=carry(setting.limits, before)))


def bring_up(
    question: Question, plan: Plan, run: PersonRun, mode: Float[np.ndarray, " numbers"], look: Outlook, day: int
) -> Today:
    """Bring the most probable person and draws that stand for all up to today.

    Args:
        question: that the plan answered.
        plan: the plan.
        run: use and plan.
        mode: the most probable person.
        look: the draws, and what the rest of the plan would do to them.
        day: today.
    """
    chosen = look.spread_out(SEARCHED)
    people = np.vstack([mode[None], look.people[chosen]])
    factors = {name: np.concatenate([np.ones(1), factor[chosen]]) for name, factor in look.factors.items()}
    chain, _ = replace(run, today=day).start(people, factors=factors, chunk=len(people))
    return Today(question, plan, day, chain)


@dataclass(frozen=True, eq=False)
class Rest:
    """A plan from today on.

    Attributes:
        plan: from today, its day 0, to zero.
        verified: its simulation in the draws of the person.
        hold_days: for how long the dose of today is held before the search begins.
        searched: whether it was searched, or is the rest of the old plan, postponed.
    """

    plan: Plan
    verified: Verification
    hold_days: int
    searched: bool

    @property
    def peaks(self) -> Float[np.ndarray, " draws"]:
        """Highest imbalance of each draw behind the hold [seizure thresholds]."""
        return self.verified.daily[:, 1:].max(axis=0)


def search(today: Today, quantile: float | int, hold_days: int = 0) -> Rest | None:
    """Search the rest of a taper, after so many days at the dose of today; None where nothing keeps the cap and the ceiling.

    The imbalance during the hold is not counted: nothing but a higher dose would lower it, and a plan never raises a dose.
    """
    _, plan, verified = search_verified(today.setting(quantile, hold_days))
    if plan is None or verified is None or not verified.within:
        return None
    return Rest(_behind(today, hold_days, plan), verified, hold_days, True)


def search_or_postpone(today: Today, quantile: float | int, hold_days: int = 0) -> Rest:
    """Search the rest of a taper; where nothing keeps the cap, hold longer, and at last postpone the rest of the old plan."""
    for hold in (h for h in HOLDS if h >= hold_days):
        found = search(today, quantile, hold)
        if found is not None:
            return found
    hold = max(hold_days, HOLDS[1])
    rest = Plan("rest", shifted(rest_of(today.plan, today.day), -today.day))
    verified = verify(today.advanced(hold), rest, replace(today.question, quantile=quantile).rules)
    return Rest(_behind(today, hold, rest), verified, hold, False)


def _behind(today: Today, hold: int, plan: Plan) -> Plan:
    if not hold:
        return plan
    return replace(plan, steps=(*today.held(hold).steps[:1], *shifted(plan.steps, hold)))


def rest_of(plan: Plan, day: int) -> tuple[Step, ...]:
    """Steps of a plan from a day on; one that runs over it is cut."""
    kept = [step for step in plan.steps if step.end_day > day]
    return tuple(
        replace(step, start_day=max(day, step.start_day), days=step.end_day - max(day, step.start_day)) for step in kept
    )


def shifted(steps: Sequence[Step], days: int) -> tuple[Step, ...]:
    """Steps some days later."""
    return tuple(replace(step, start_day=step.start_day + days) for step in steps)


def joined(plan: Plan, day: int, rest: Plan, note: str = "") -> tuple[Step, ...]:
    """Steps of a plan up to a day as they were, and another from there on; a dose that goes on stays one step.

    Args:
        plan: the old plan.
        day: from which the other one is taken.
        rest: the other one, its day 0 that day.
        note: of the dose that goes on; that of its step when left out.
    """
    past = [step for step in plan.steps if step.start_day < day]
    past[-1] = replace(past[-1], days=day - past[-1].start_day)
    first, *others = shifted(rest.steps, day)
    if first.mg_per_day == past[-1].mg_per_day and first.intakes == past[-1].intakes:
        past[-1] = replace(past[-1], days=past[-1].days + first.days, note=note or past[-1].note)
        return (*past, *others)
    return (*past, first, *others)


def _step_of(plan: Plan, day: int) -> Step:
    return next(step for step in plan.steps if step.start_day <= day < step.end_day)
