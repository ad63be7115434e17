"""A taper behind a switch to another drug: the fastest robust switch, the taper of the new drug, both verified as one plan."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from allostasis import library
from allostasis.clinic.taper.asking import read_products
from allostasis.clinic.taper.chain import build_chain
from allostasis.clinic.taper.compare import compare
from allostasis.clinic.taper.crossover import join
from allostasis.clinic.taper.outcome import Found, Infeasible, NotFound, Outcome
from allostasis.clinic.taper.planner import plan_taper
from allostasis.clinic.taper.product import Product
from allostasis.clinic.taper.progress import HISTORY, SILENT, Progress
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.substitution import Substitution
from allostasis.clinic.taper.switch_robust import NoRobustSwitch, RobustSwitch, robust_switch
from allostasis.clinic.taper.switch_run import run_switches
from allostasis.clinic.taper.verify import verify
from allostasis.study.taper_patients import taper_factors
from allostasis.study.taper_study import OWN, TaperStudy, classical

TIMES = ("morning", "night")
"""Times of day of a long-acting drug, unless said otherwise."""


@dataclass(frozen=True)
class Switch:
    """What a taper is preceded by.

    Attributes:
        to: the new drug.
        products: of the new drug.
        times: times of day of the new drug.
    """

    to: str
    products: tuple[Product, ...]
    times: tuple[str, ...] = TIMES


def read_switch(drug: str, strengths: str | None = None) -> Switch:
    """Read a switch as a person writes it; without strengths, every tablet of the new drug that is marketed.

    Raises:
        InputError: strengths that are not understood.
        UnknownNameError: an unknown drug.

    >>> read_switch("Valium", "2 mg").products[0].name
    'diazepam 2 mg tablet'
    """
    return Switch(library.canonical(drug, "drug"), read_products(drug, strengths))


def study_switch(
    question: Question, switch: Switch, *, compared: bool | Collection[str] = True, progress: Progress = SILENT
) -> TaperStudy:
    """Switch, then taper: both in real tablets, verified as one plan in the person who took the old drug.

    The switch is the fastest of a ladder (overnight to four weeks) that stays under the cap whatever the new dose is worth, from
    half to twice; where none does, the one that comes nearest, and the notes say so. The taper is searched for a person who took
    the new drug all along; the verification of the whole starts from the old drug and decides.

    Args:
        question: of the old drug.
        switch: to what.
        compared: whether classical schedules of the old drug, without a switch, are laid beside it, or which of them.
        progress: who is told how far it is, and what stops it.

    Raises:
        InputError: whatever question, substitution or planner refuse.
    """
    asked = Substitution(
        question.drug, question.mg_per_day, question.times, question.products, switch.to, switch.products, switch.times,
        allow_above_label=question.allow_above_label,
    )  # fmt: skip
    progress.tell(f"comparing switches from {question.drug} to {asked.to}", HISTORY)
    run = run_switches(asked, use_days=question.use_days, seed=question.seed, cancel=progress.cancel)
    chosen = robust_switch(run, question.cap)
    course = chosen.switch if isinstance(chosen, RobustSwitch) else chosen.nearest
    crossed = course.crossover
    after = replace(
        question, drug=asked.to, mg_per_day=crossed.dose.mg, times=switch.times, products=switch.products, beside=()
    )
    factors = taper_factors(after) if after.virtual_patients else None
    outcome = plan_taper(after, factors=factors, progress=progress)
    plans, left_out = classical(question, compared) if compared else ({}, {})
    chain = build_chain(
        question.history, question.patient, drugs=[asked.to], model=question.model, cancel=progress.cancel
    )
    whole = _whole(outcome, crossed.steps, (*_said(chosen), *crossed.notes), chain, question)
    plan = None if isinstance(whole, Infeasible) else whole.plan
    plans = ({} if plan is None else {OWN: plan}) | plans
    comparison = compare(chain, plans, question.rules, progress) if plans else None
    return TaperStudy(whole, plans, comparison, left_out)


def _whole(outcome: Outcome, steps: Sequence, notes: tuple[str, ...], chain, question: Question) -> Outcome:
    """The answer for switch and taper together: the verification of the whole decides."""
    if isinstance(outcome, Infeasible) or outcome.plan is None:
        return outcome
    plan = join(steps, outcome.plan, notes=(*notes, *outcome.plan.notes))
    seen = verify(chain, plan, question.rules)
    bound = outcome.bound
    if seen.within and isinstance(outcome, Found):
        return Found(outcome.question, plan, seen, outcome.course, bound)
    reason = (
        f"the plan that was found reaches {seen.level:.3f} of a seizure threshold on day {seen.day + 1} from the old drug on,"
        f" above the cap of {question.cap:g}"
    )
    helps = outcome.additions if isinstance(outcome, NotFound) else ()
    return NotFound(outcome.question, reason, outcome.course, helps, bound, plan, seen)


def _said(chosen: RobustSwitch | NoRobustSwitch) -> tuple[str, ...]:
    if isinstance(chosen, RobustSwitch):
        return (f"switch: {chosen.switch.name}, highest imbalance {chosen.peak:.3f} for {chosen.against}",)
    return (f"no robust switch: {chosen.reason}",)
