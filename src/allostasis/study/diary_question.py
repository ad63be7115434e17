"""The question that a plan answered, read back from the plan itself."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from allostasis.clinic.taper.history import Steady, in_order
from allostasis.clinic.taper.plan import Plan
from allostasis.clinic.taper.product import Product
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.search_rules import CAP, PERIOD_DAYS, QUANTILE
from allostasis.clinic.taper.strengths import parse_strengths
from allostasis.patient import Patient
from allostasis.quantity import InputError, NotModelledError
from allostasis.simulation.assemble import assemble
from allostasis.simulation.simulate import parameter_hash

CEILING = "asam"
"""Ceiling of an update of a plan that was made without one."""
TYPICAL_QUANTILE = 0.5
"""A plan that was made for the typical person is held against the median of what is known of this one."""
HISTORY = re.compile(r"([\d.]+) mg/d for (\d+) days")
PATIENTS = re.compile(r"(\d+) virtual, seed (\d+)")
CAP_TEXT = re.compile(r"([\d.eE+-]+) seizure thresholds")
PERIOD = re.compile(r"every (\d+)$")


def question_of(
    plan: Plan,
    *,
    mg_per_day: Fraction | float | int | None = None,
    use_days: int | None = None,
    cap: float | int | None = None,
    quantile: float | int | None = None,
    preset: str | None = None,
    always_mg: float | int | None = None,
    products: Sequence[Product] | None = None,
    patient: Patient | None = None,
    beside: Sequence[Steady] = (),
    model: Mapping[str, Any] | None = None,
) -> Question:
    """The question that a plan answered, from what the planner wrote into it; an argument takes the place of what it wrote.

    Args:
        plan: as it was handed out.
        mg_per_day: daily dose up to the plan [mg/d].
        use_days: for how long it was taken [d].
        cap: highest imbalance allowed [seizure thresholds]; `CAP` where neither says.
        quantile: share of what is known of the person that stays under the cap; that of the plan, or the median where it was
            made for the typical person.
        preset: ceiling of a guideline, any but "none"; "asam" where the plan has none.
        always_mg: fall per window that the ceiling always allows [mg], as `limits` takes it; a plan does not say.
        products: what the pharmacy has; what the plan names.
        patient: who; a plan does not say.
        beside: other drugs that are taken unchanged; a plan does not say.
        model: variants of mechanisms, as `simulation.assemble` takes them.

    Raises:
        InputError: a plan that does not say what was taken before it, or no ceiling.
        NotModelledError: a plan of more than one drug.
    """
    if len(plan.drugs) != 1:
        raise NotModelledError(
            "a diary of a plan that does not give one drug", value=", ".join(plan.drugs) or "no drug", expected="one drug",
            fix="begin a new plan at the end of the switch, and its diary with it",
        )  # fmt: skip
    drug, said = plan.drugs[0], plan.made_with
    taken = HISTORY.match(said.get("history", ""))
    dose = mg_per_day if mg_per_day is not None else (Fraction(taken[1]) if taken else None)
    days = use_days if use_days is not None else (int(taken[2]) if taken else None)
    if dose is None or days is None:
        raise InputError(
            "the plan does not say what was taken before it", value=said.get("history", ""),
            expected="made_with history, such as '20 mg/d for 730 days'", fix="give the daily dose and for how long it was taken",
        )  # fmt: skip
    if preset == "none":
        raise InputError(
            "an update without the ceiling of a guideline", value=preset, expected="asam, asam_initial, nice or ashton",
            fix="leave it out",
        )  # fmt: skip
    ceiling = preset or said.get("ceiling", CEILING)
    own = PATIENTS.match(said.get("patients", ""))
    return Question(
        drug, dose, _times(plan), days, tuple(products) if products else _products(plan), patient or Patient(), tuple(beside),
        cap=cap if cap is not None else _number(CAP_TEXT, said.get("cap", ""), CAP),
        quantile=quantile if quantile is not None else _quantile(said), preset=CEILING if ceiling == "none" else ceiling,
        always_mg=always_mg,
        period_days=int(_number(PERIOD, said.get("rule", ""), PERIOD_DAYS)), virtual_patients=int(own[1]) if own else 0,
        seed=int(own[2]) if own else 0, allow_above_label=True, model=dict(model or {}), exact="never",
    )  # fmt: skip


def _times(plan: Plan) -> tuple[str, ...]:
    return in_order(list(dict.fromkeys(intake.time_of_day for step in plan.steps for intake in step.intakes)))


def _products(plan: Plan) -> tuple[Product, ...]:
    """What the pharmacy has, as the plan says it; the products that it uses where it does not."""
    text = plan.made_with.get("strengths", "")
    return parse_strengths(text, plan.drugs[0]) if text else plan.products


def _number(pattern: re.Pattern[str], text: str, otherwise: float | int) -> float:
    found = pattern.search(text)
    return float(found[1]) if found else float(otherwise)


def _quantile(said: Mapping[str, str]) -> float:
    if not PATIENTS.match(said.get("patients", "")):
        return TYPICAL_QUANTILE
    return _number(re.compile(r"([\d.]+)"), said.get("quantile", ""), QUANTILE)


def other_numbers(plan: Plan, question: Question) -> str:
    """A warning where the plan was made with other numbers than those of today; "" where they are the same or it does not say."""
    held = plan.made_with.get("parameters", "")
    sites = sorted({(steady.drug, steady.route) for steady in question.history})
    if held in ("", parameter_hash(assemble(sites, question.patient, **question.model))):
        return ""
    return "the plan was made with other numbers: another patient, another library or another version of this package"
