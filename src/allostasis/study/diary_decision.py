"""Hold, slower, faster, or as planned: a taper solved again from today with what the diary says of the person.

The rest of the plan is held against its cap in draws of the person after the diary. With P the share of draws whose peak exceeds
the cap by more than the tolerance:

1. A last score at or above the alarm line: hold, whatever the model says.
2. The diary has at least doubled the odds of P over what the plan accepts: search again from today, under the same cap. The plan
   is held if its next reduction comes a period later or more, slower if any day has a higher dose. What the plan accepts is
   1 - quantile, or P before the diary where that is more, but at most one half.
3. Few or high scores, a diary that the model does not describe, or less than 90 % of the draws under the cap: as planned.
4. Otherwise search again for 90 % of the draws; faster if zero comes two weeks earlier or more.

The ceiling of the guideline holds in every search, across today (`diary_search`). The numbers are rows of the library's set
"diary".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from allostasis.clinic.diary import WEEK_DAYS, Diary
from allostasis.clinic.taper.plan import Plan
from allostasis.clinic.taper.question import Question
from allostasis.quantity import InputError
from allostasis.study.diary_outlook import Outlook, outlook, told
from allostasis.study.diary_question import other_numbers
from allostasis.study.diary_rules import (
    accepted,
    alarm,
    last_score,
    next_reduction,
    obstacle,
    rule_values,
    shares_above,
    worsened,
)
from allostasis.study.diary_run import person_run
from allostasis.study.diary_search import Rest, Today, bring_up, joined, search, search_or_postpone
from allostasis.study.diary_table import person_table
from allostasis.study.diary_update import Update, update
from allostasis.study.diary_words import CLINICIAN, LIMIT, person_text, shares_text, warnings_of

DECISIONS = ("hold", "slower", "as planned", "faster")
@dataclass(frozen=True, eq=False)
class Decision:
    """An answer to a diary.

    Attributes:
        decision: one of `DECISIONS`.
        reason: in one or two sentences.
        words: what else a reader must know.
        plan: from its first day on; the old one itself where it goes on as planned.
        old: the plan that the diary belongs to.
        today: day of the plan.
        question: that the plan answered.
        update: what the diary says of the person.
        outlook: what the rest of the old plan would do.
        rest: the new plan from today on; None where the old one goes on.
    """

    decision: str
    reason: str
    words: tuple[str, ...]
    plan: Plan
    old: Plan
    today: int
    question: Question
    update: Update
    outlook: Outlook
    rest: Rest | None

    @property
    def above(self) -> Mapping[str, float]:
        """Share of draws in which the rest of the old plan exceeds cap and tolerance, before and after the diary."""
        return shares_above(self.question, self.outlook)

    @property
    def peaks(self) -> Mapping[str, Mapping[str, float]]:
        """Highest imbalance from today on, median and interval of 90 %: old plan before and after the diary, new plan."""
        found = {"old plan, before": told(self.outlook.prior_peaks), "old plan, after": told(self.outlook.posterior_peaks)}
        return found if self.rest is None else found | {"new plan, after": told(self.rest.peaks)}

    def weeks_to_zero(self) -> tuple[float, float]:
        """From today, of the old plan and of the new one [weeks]."""
        old, new = ((plan.days_to_zero - self.today) / WEEK_DAYS for plan in (self.old, self.plan))
        return old, new

    def next_reduction(self) -> tuple[int | None, int | None]:
        """Day of the plan of the next reduction, of the old plan and of the new one; None where there is none left."""
        return next_reduction(self.old, self.today), next_reduction(self.plan, self.today)


def decide(plan: Plan, diary: Diary, question: Question, *, simulated_steps: int = 0, seed: int = 0) -> Decision:
    """Update a person by a diary and solve the plan again from the day after it.

    Args:
        plan: as it was handed out, and as it was taken up to now.
        diary: scores from its start on.
        question: that it answered (`question_of`).
        simulated_steps: steps of Markov chains by the simulation itself; 0 for the table.
        seed: of all draws.

    Raises:
        InputError: a score behind the end of the plan.
    """
    last, end = diary.entries[-1], plan.steps[-1].end_day
    if last.day >= end:
        raise InputError(f"{last.place}a score behind the end of the plan", value=f"day {last.day}", expected=f"before day {end}")
    horizon = max(plan.days_to_zero + question.rules.tail_days, diary.today)
    run = person_run(plan, question.history, question.patient, horizon, model=question.model)
    table = person_table(run)
    found = update(run, diary, table, simulated_steps=simulated_steps, seed=seed)
    look = outlook(question, run, table, found, seed=seed)
    words = [word for word in (other_numbers(plan, question), *warnings_of(found)) if word]
    make = _Answer(plan, question, found, look, (*words, LIMIT))
    if not plan.mg_on(diary.today - 1, question.drug):
        reason = "The dose is zero already; there is nothing left to reduce."
        return make.as_planned(reason, alarmed=alarm(diary))
    return _decided(make, lambda: bring_up(question, plan, run, found.posterior.mode, look, diary.today))


def _decided(make: "_Answer", today_of: Callable[[], Today]) -> Decision:
    """The decision by the four rules; the draws are brought up to today only where a plan is searched."""
    rules = rule_values()
    question, diary, above = make.question, make.update.diary, shares_above(make.question, make.look)
    said = f"{person_text(make.update)} {shares_text(question, above)}"
    if alarm(diary):
        rest = search_or_postpone(today_of(), question.quantile, int(rules["hold"]))
        reason = f"The last score, {last_score(diary):.0f} of 100, is at or above the alarm line of {rules['alarm']:.0f}."
        return make.changed("hold", f"{reason} {said}", rest)
    if above["after"] > worsened(accepted(question, above["before"]), rules["evidence"]):
        return _eased(make, today_of(), said)
    against = obstacle(question, make.update, make.look)
    if against:
        return make.as_planned(f"{said} {against}")
    rest = search(today_of(), max(question.quantile, rules["confident"]))
    earlier = make.plan.days_to_zero - diary.today - rest.plan.days_to_zero if rest else 0
    if rest is None or earlier < rules["gain"] * WEEK_DAYS:
        return make.as_planned(f"{said} No plan under the cap for {rules['confident']:.0%} of the draws is much shorter.")
    return make.changed("faster", f"{said} A plan that {rules['confident']:.0%} of the draws bear ends earlier.", rest)


def _eased(make: "_Answer", today: Today, said: str) -> Decision:
    """The plan again from today, where its rest is too much for this person."""
    rest = search_or_postpone(today, make.question.quantile)
    new = replace(make.plan, steps=joined(make.plan, today.day, rest.plan))
    days = range(today.day, new.days_to_zero + 1)
    if all(new.mg_on(day, make.question.drug) <= make.plan.mg_on(day, make.question.drug) for day in days):
        return make.as_planned(f"{said} No plan from these tablets is easier.")
    before, after = (next_reduction(each, today.day) for each in (make.plan, new))
    postponed = before is not None and (after is None or after - before >= make.question.period_days)
    if not rest.searched:
        said += " No plan under the cap was found from here: the old one is postponed. Ask again with the next scores."
    return make.changed("hold" if postponed or not rest.searched else "slower", said, rest)


@dataclass(frozen=True, eq=False)
class _Answer:
    """What every answer to a diary has in common."""

    plan: Plan
    question: Question
    update: Update
    look: Outlook
    words: tuple[str, ...]

    def as_planned(self, reason: str, *, alarmed: bool = False) -> Decision:
        return self._made("as planned", reason, self.plan, None, alarmed)

    def changed(self, decision: str, reason: str, rest: Rest) -> Decision:
        today = self.update.diary.today
        steps = joined(self.plan, today, rest.plan, note="hold" if decision == "hold" else "")
        scores = len(self.update.diary.observed)
        made: dict[str, Any] = {**self.plan.made_with, "diary": f"{decision} from day {today} on, after {scores} scores"}
        kept = tuple(note for note in self.plan.notes if not note.startswith("diary: "))
        new = replace(self.plan, steps=steps, made_with=made, notes=(*kept, f"diary: {decision} from day {today} on. {reason}"))
        return self._made(decision, reason, new, rest, alarm(self.update.diary))

    def _made(self, decision: str, reason: str, plan: Plan, rest: Rest | None, alarmed: bool) -> Decision:
        words = (CLINICIAN, *self.words) if alarmed else self.words
        today = self.update.diary.today
        return Decision(decision, reason, words, plan, self.plan, today, self.question, self.update, self.look, rest)
