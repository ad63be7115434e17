"""Everything that a search needs, made of a question: the person today, the ladder, and the forecasts of its doses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.metadata import version

import numpy as np

from allostasis.clinic.equivalence import equivalence, equivalent_drugs, sample
from allostasis.clinic.taper.carrying_out import DISCLAIMER, Baseline
from allostasis.clinic.taper.ceiling import Ceiling, ceiling
from allostasis.clinic.taper.chain import Chain, build_chain
from allostasis.clinic.taper.forecast import LaneForecast, forecast
from allostasis.clinic.taper.greedy import Course, greedy
from allostasis.clinic.taper.limits import Limits
from allostasis.clinic.taper.plan import Plan, Step
from allostasis.clinic.taper.progress import HELP, HISTORY, SEARCH, SILENT, Progress
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.strengths import strengths_text
from allostasis.clinic.taper.verify import Verification, verify
from allostasis.quantity import InputError

WEEK_DAYS = 7  # structural: days in a week
MOST_ROUNDS = 4  # structural: a guard; each round tightens the cap by what the real tablets exceeded it
TINY = 1e-6  # structural: in seizure thresholds, so that a tightened cap is not met to rounding


@dataclass(frozen=True, eq=False)
class Setting:
    """A question, ready to be searched.

    Attributes:
        question: what was asked.
        chain: the person today.
        baseline: dose, products and ceiling.
        ladder: daily doses that can be made [mg/d].
        real: forecast of the ladder in real tablets.
        smooth: the same with every dose divided evenly.
        progress: who is told how far a search is.
    """

    question: Question
    chain: Chain
    baseline: Baseline
    ladder: tuple[Fraction, ...]
    real: LaneForecast
    smooth: LaneForecast
    progress: Progress = SILENT

    @property
    def limits(self) -> Limits:
        """Ceiling of the plan."""
        assert self.baseline.limits is not None
        return self.baseline.limits

    @property
    def ceiling(self) -> Ceiling:
        """The same on the ladder."""
        return ceiling(self.limits, self.ladder, self.question.period_days)

    @property
    def stops_at(self) -> Fraction:
        """Dose below which the ceiling lets no plan of these products come [mg/d]; 0 where zero can be reached."""
        return self.ladder[self.ceiling.stops_at(len(self.ladder) - 1)]

    @property
    def start(self) -> Fraction:
        """Daily dose up to today [mg/d]."""
        return self.ladder[-1]


def set_up(
    question: Question, factors: Mapping[str, np.ndarray] | None = None, progress: Progress = SILENT
) -> Setting:
    """Compose the chain, simulate the history once, and lay out the ladder.

    Args:
        question: what is asked.
        factors: "submodel.name" -> factor per virtual patient, as `clinic.simulate` takes them.
        progress: who is told, and what stops it.

    Raises:
        InputError: factors for another number of virtual patients than the question has.
    """
    number = question.virtual_patients
    lengths = {np.size(f) for f in (factors or {}).values()}
    if lengths - {number}:
        raise InputError("factors of virtual patients", value=sorted(lengths), expected=f"{number} for each parameter")
    worth = {}
    if number and question.drug in equivalent_drugs():
        draws = sample(question.drug, number, question.seed)
        worth[question.drug] = equivalence(question.drug).median_mg / draws
    progress.tell(f"bringing the person up to today: {question.use_days} days of {question.drug}", HISTORY)
    chain = build_chain(
        question.history, question.patient, factors=factors, equivalence=worth, model=question.model, cancel=progress.cancel
    )
    return lay_out(question, chain, progress)


def lay_out(question: Question, chain: Chain, progress: Progress = SILENT) -> Setting:
    """A setting for a person that was brought up to today before: other products, times of day, cap or horizon."""
    baseline = question.baseline
    rungs = baseline.rungs()
    ways = {mg: baseline.intakes(mg) for mg in rungs if mg}
    real, smooth = (forecast(chain, question.drug, question.times, known) for known in (ways, None))
    return Setting(question, chain, baseline, rungs, real, smooth, progress)


def search_verified(setting: Setting) -> tuple[Course, Plan | None, Verification | None]:
    """Search, verify with real tablets, and search again under a tightened cap where they exceed it.

    Returns:
        The last course, and its plan with its verification; neither where the search did not reach zero. A plan that still
        exceeds the cap comes back with a verification that says so.
    """
    rules, notes = setting.question.rules, []
    course, plan, verified = None, None, None

    def tell(periods: int, mg: Fraction) -> None:
        weeks = periods * rules.period_days / WEEK_DAYS
        text = f"searching: {float(mg):g} mg a day after {weeks:g} weeks"
        setting.progress.between(SEARCH, HELP, 1 - float(mg / setting.start), text)

    for _ in range(MOST_ROUNDS):
        found = greedy(setting.real, setting.ladder, setting.start, setting.limits, rules, tell)
        if not found.reached_zero:
            if plan is not None:
                plan = replace(plan, notes=(*plan.notes, *notes, "the repeated search found none"))
            return (course or found), plan, verified
        course, plan = found, plan_of(setting, found.doses, notes)
        verified = verify(setting.chain, plan, setting.question.rules)
        if verified.within:
            break
        tighter = rules.cap + verified.margin - TINY
        notes.append(
            f"the real tablets exceeded the cap by {-verified.margin:.4f}; the search was repeated at {tighter:.4f}"
        )
        if tighter <= 0:
            break
        rules = replace(rules, cap=tighter)
    assert course is not None
    return course, plan, verified


def plan_of(setting: Setting, doses: Sequence[Fraction], notes: Sequence[str] = ()) -> Plan:
    """The plan of a course: real tablets at the times of day; equal doses become one step."""
    question, days = setting.question, setting.question.period_days
    steps: list[Step] = []
    for mg in doses:
        if mg == 0:
            break
        if steps and steps[-1].mg_per_day[question.drug] == mg:
            steps[-1] = replace(steps[-1], days=steps[-1].days + days)
        else:
            begin = steps[-1].end_day if steps else 0
            steps.append(Step(begin, days, {question.drug: mg}, setting.baseline.intakes(mg)))
    begin = steps[-1].end_day if steps else 0
    steps.append(Step(begin, question.rules.tail_days, {}, (), "no drug"))
    return Plan(f"adaptive, cap {question.cap:g}", tuple(steps), made_with(setting), (DISCLAIMER, *setting.limits.notes, *notes))


def made_with(setting: Setting) -> dict[str, str]:
    """What a reader needs to judge a plan of this setting."""
    question, rules = setting.question, setting.question.rules
    patients = f"{question.virtual_patients} virtual, seed {question.seed}" if question.virtual_patients else "the typical one"
    return {
        "rule": f"lowest dose that keeps the imbalance under the cap for {rules.look_ahead_days} days, every {rules.period_days}",
        "cap": f"{rules.cap:g} seizure thresholds",
        "patients": patients,
        "quantile": f"{rules.quantile:g}" if question.virtual_patients else "none",
        "ceiling": setting.limits.name,
        "strengths": strengths_text(question.products),
        "history": f"{float(setting.start):g} mg/d for {question.use_days} days",
        "parameters": setting.chain.parameter_hash,
        "allostasis": version("allostasis"),
    }
