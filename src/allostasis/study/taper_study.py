"""A taper question with its answer beside the classical schedules, in the same person."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from allostasis.clinic.taper import Baseline, Plan, asam, ashton, hyperbolic, linear, nice, percent_of_current
from allostasis.clinic.taper.compare import Comparison, compare
from allostasis.clinic.taper.outcome import Infeasible, Outcome
from allostasis.clinic.taper.planner import plan_taper
from allostasis.clinic.taper.progress import SILENT, Progress
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.setting import set_up
from allostasis.patient import Patient
from allostasis.quantity import InputError, UnknownNameError
from allostasis.simulation.assemble import assemble
from allostasis.study.calibration import held_scale, occupied, steady_brain
from allostasis.study.taper_patients import taper_factors

OWN = "this plan"
"""Name of the plan that answers the question, among the others."""
PERCENT, PERIOD_DAYS = 10, 14
"""Of the percentage schedules: the usual 10 % every two weeks."""
OCCUPANCY_STEPS = 20
"""Steps of the schedule with equal steps of occupancy."""
OF_CURRENT, OF_START, EQUAL = f"{PERCENT} % of current", f"{PERCENT} % of start", "equal occupancy"
ASHTON, NICE, ASAM = "Ashton", "NICE CKS, fastest", "ASAM initial pace"
CLASSICAL = (OF_CURRENT, OF_START, EQUAL, ASHTON, NICE, ASAM)
"""Names of the schedules that are laid beside a plan."""


@dataclass(frozen=True)
class TaperStudy:
    """What a question gave.

    Attributes:
        outcome: a verified plan, a reasoned "not found", or a proven "no".
        plans: name -> plan, the answer first; without it where there is none.
        comparison: the plans side by side in the same person.
        left_out: classical schedules that do not fit the drug or its tablets, with the reason.
    """

    outcome: Outcome
    plans: Mapping[str, Plan]
    comparison: Comparison | None
    left_out: Mapping[str, str]

    @property
    def plan(self) -> Plan | None:
        """The answer, None without one."""
        return self.plans.get(OWN)


def study_taper(
    question: Question, *, compared: bool | Collection[str] = True, progress: Progress = SILENT
) -> TaperStudy:
    """Answer a taper question and lay the classical schedules beside the answer.

    Args:
        question: who takes what; with virtual patients the plan is robust over them.
        compared: whether the classical schedules are made and simulated, or which of `CLASSICAL`.
        progress: who is told how far it is, and what stops it.

    Raises:
        InputError: whatever the question refuses.
        UnknownNameError: a schedule that is not in `CLASSICAL`.
        Cancelled: it was asked to stop.
    """
    factors = taper_factors(question) if question.virtual_patients else None
    outcome = plan_taper(question, factors=factors, progress=progress)
    plan = None if isinstance(outcome, Infeasible) else outcome.plan
    plans: dict[str, Plan] = {} if plan is None else {OWN: plan}
    left_out: dict[str, str] = {}
    if compared:
        found, left_out = classical(question, compared)
        plans |= found
    chain = set_up(question, factors, Progress(cancel=progress.cancel)).chain if plans else None
    comparison = None if chain is None else compare(chain, plans, question.rules, progress)
    return TaperStudy(outcome, plans, comparison, left_out)


def dose_occupancy(drug: str, patient: Patient) -> Callable[[float], float]:
    """Occupancy of benzodiazepine sites at steady state of a daily oral dose [mg], metabolites included.

    >>> rise = dose_occupancy("diazepam", Patient())
    >>> 0.08 < rise(20.0) < 0.25, rise(10.0) / rise(20.0) < 0.6
    (True, True)
    """
    system = assemble([(drug, "oral")], patient)
    brain = steady_brain(system, drug, "oral", 1.0)
    scales = {ligand: held_scale(ligand) for ligand in brain}
    return lambda mg: occupied(system, {ligand: level * float(mg) for ligand, level in brain.items()}, scales)


def classical(question: Question, wanted: bool | Collection[str] = True) -> tuple[dict[str, Plan], dict[str, str]]:
    """The classical schedules from the same tablets, without a ceiling: (name -> plan, name -> why it was left out).

    Args:
        question: who takes what.
        wanted: True for all of `CLASSICAL`, or which of them.

    Raises:
        UnknownNameError: a schedule that is not in `CLASSICAL`.
    """
    names = CLASSICAL if isinstance(wanted, bool) else tuple(wanted)
    for name in names:
        if name not in CLASSICAL:
            raise UnknownNameError("classical schedule", name, CLASSICAL)
    start = replace(question.baseline, limits=None)
    makers: dict[str, Callable[[Baseline], Plan]] = {
        OF_CURRENT: lambda s: percent_of_current(s, percent=PERCENT, period_days=PERIOD_DAYS),
        OF_START: lambda s: linear(s, percent_of_start=PERCENT, period_days=PERIOD_DAYS),
        EQUAL: lambda s: hyperbolic(s, dose_occupancy(question.drug, question.patient), steps=OCCUPANCY_STEPS),
        ASHTON: ashton,
        NICE: lambda s: nice(s, pace="fastest"),
        ASAM: asam,
    }
    found, left_out = {}, {}
    for name in names:
        try:
            found[name] = makers[name](start)
        except InputError as error:
            left_out[name] = str(error)
    return found, left_out
