"""Two plans of the visitor's own in words, numbers, tablets and figures."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from htmltools import Tag, tags
from shiny import ui

from allostasis.app.figures import Board
from allostasis.app.pages.taper_answer import TaperAnswer
from allostasis.app.pages.taper_form import EXAMPLE
from allostasis.clinic.taper import Liquid, Plan, Step
from allostasis.clinic.taper.compare import Comparison
from allostasis.interop import plan_words as words
from allostasis.report.figure_taper import EDGE, dose_panel, imbalance_panel
from allostasis.report.page import lines
from allostasis.report.plot import Section
from allostasis.report.words import probability
from allostasis.study.taper_study import OWN, TaperStudy

NAMES = ("plan A", "plan B")
WEEK_DAYS = 7  # structural: days in a week
WHO = ("drug", "dose", "use", "weight", "age", "patients", "seed")
"""Fields that say who takes what today; where they differ, two plans are not of the same people."""
FIELDS = {
    "drug": "drug", "dose": "dose", "use": "taken for", "strengths": "strengths", "cap": "cap", "preset": "ceiling",
    "patients": "virtual people", "share": "share of them [%]", "switch": "switch to", "switch_strengths": "its strengths",
    "weight": "body weight", "age": "age", "period": "days at one dose", "weeks": "most weeks", "start": "first day",
    "seed": "seed", "above_label": "above the label",
}  # fmt: skip
"""Field of the form -> its name in a sentence."""


def kept_card(first: TaperAnswer) -> Tag:
    """Return what is said while there is only a plan A."""
    return _card(
        "Plan A is kept",
        tags.p({"class": "lead"}, f"{_asked(first)}: zero after {_weeks(first)} weeks, on {_end(first)}. Change the form"
               " and find another plan: both will stand side by side here."),
    )  # fmt: skip


def two_card(first: TaperAnswer, last: TaperAnswer) -> Tag:
    """Return both plans side by side: what was asked, numbers, tablets week by week."""
    changed = differences(first.asked.state, last.asked.state)
    what = f"What differs in the form: {'; '.join(changed)}." if changed else "Both answer the same form."
    other = [FIELDS[key] for key in WHO if _of(first, key) != _of(last, key)]
    warned = f"The plans are not of the same people ({', '.join(other)}): they differ by more than the plans." if other else ""
    return _card(
        "Plan A and plan B",
        tags.p({"class": "lead"}, what),
        tags.p({"class": "refusal"}, warned) if warned else None,
        _table("Plan A and plan B in numbers", ("", *NAMES), _numbers(first, last)),
        tags.h3({"class": "below"}, "Tablets per day"),
        _table("Tablets per day under plan A and plan B", ("From week", *NAMES), _weekly(first, last), tall=True),
    )


def two_board(first: TaperAnswer, last: TaperAnswer) -> Board:
    """Return imbalance and dose of both plans; a band is over the virtual people of its own plan."""
    pair = dict(zip(NAMES, (first, last), strict=True))
    arms = {arm.name: arm for arm in lines(NAMES)}
    daily = {name: one.study.comparison.daily[OWN] for name, one in pair.items() if one.study.comparison is not None}
    plans = {name: one.study.plan for name, one in pair.items() if one.study.plan is not None}
    assert last.study.comparison is not None
    study = TaperStudy(last.study.outcome, plans, Comparison(last.study.comparison.table, daily), {})
    low, high = EDGE
    lead = f"Highest imbalance of each day. Line: typical person. Band: {high - low} % of the virtual people, if there are any."
    cap = float(last.asked.question.cap)
    sections = [
        Section("imbalance", "Imbalance, A and B", lead, [imbalance_panel(study, arms, cap)], [], wide=True),
        Section("dose", "Dose, A and B", "Daily dose.", [dose_panel(study, arms)], [], wide=True),
    ]
    return Board(sections, tuple(arms.values()))


def differences(first: Mapping[str, str], last: Mapping[str, str]) -> list[str]:
    """What differs between two states of the form, in words.

    >>> differences({"cap": "0.1", "age": ""}, {"cap": "0.05", "age": "70 years"})
    ['cap 0.1, then 0.05', 'age not given, then 70 years']
    """
    both = ((FIELDS[key], first.get(key, EXAMPLE[key]), last.get(key, EXAMPLE[key])) for key in FIELDS)
    return [f"{name} {a or 'not given'}, then {b or 'not given'}" for name, a, b in both if a != b]


def _of(answer: TaperAnswer, key: str) -> str:
    return answer.asked.state.get(key, EXAMPLE[key])


def _card(heading: str, *content: Any) -> Tag:
    forget = ui.input_action_button("forget", "Forget plan A", class_="plain")
    head = tags.div({"class": "heading-and-button"}, tags.h2({"id": "taper-two-heading"}, heading), forget)
    return tags.section({"class": "panel two", "aria-labelledby": "taper-two-heading"}, head, *content)


def _asked(answer: TaperAnswer) -> str:
    question = answer.asked.question
    return f"{question.drug.capitalize()} {float(question.mg_per_day):g} mg a day under a cap of {question.cap:g}"


def _plan(answer: TaperAnswer) -> Plan:
    assert answer.study.plan is not None
    return answer.study.plan


def _weeks(answer: TaperAnswer) -> str:
    return f"{_plan(answer).days_to_zero / WEEK_DAYS:.4g}"


def _end(answer: TaperAnswer) -> str:
    return words.date_text(words.day_of(answer.asked.start, _plan(answer).days_to_zero))


def _numbers(first: TaperAnswer, last: TaperAnswer) -> list[Sequence[tuple[str, str]]]:
    """Rows of (text, remark): the name first, then each plan."""
    made = [_told(answer) for answer in (first, last)]
    return [((name, ""), *(told[name] for told in made)) for name in made[0]]


def _told(answer: TaperAnswer) -> dict[str, tuple[str, str]]:
    plan, comparison, question = _plan(answer), answer.study.comparison, answer.asked.question
    assert comparison is not None
    row = comparison.table.set_index("plan").loc[OWN]
    number = question.virtual_patients
    band = f"{row['peak_low']:.3f} to {row['peak_high']:.3f}" if number else "not asked for"
    above = f"{row['share_above_cap'] * number:.0f} of {number}" if number else "not asked for"
    share = f"{100 * (1 - question.quantile):.3g} % to {100 * question.quantile:.3g} % of {number} people" if number else ""
    tablets, volume = _most(plan)
    return {
        "First day without drug": (_end(answer), f"after {_weeks(answer)} weeks"),
        "Doses on the way": (str(sum(1 for step in plan.steps if step.mg_per_day)), ""),
        "Most on one day": (f"{tablets} tablets" + (f", {volume} mL" if volume else ""), ""),
        "Highest imbalance, typical person": (f"{row['peak_imbalance']:.3f}", f"day {row['peak_day'] + 1}"),
        "Highest imbalance, virtual people": (band, share),
        "Days above the cap, typical person": (str(row["days_above_cap"]), f"cap {question.cap:g}"),
        "Virtual people above the cap": (above, ""),
        "Seizure probability": (probability(row["seizure_probability"]), "modelled, for ranking"),
        "Drug in all": (f"{row['total_mg']} mg", ""),
    }


def _most(plan: Plan) -> tuple[str, str]:
    """Most tablets and most mL that a day of the plan has."""
    def count(liquid: bool) -> Fraction:
        products = [p for p in plan.products if isinstance(p, Liquid) == liquid]
        return max((sum((step.quantity(p) for p in products), Fraction(0)) for step in plan.steps), default=Fraction(0))

    return f"{float(count(False)):g}", f"{float(count(True)):g}" if count(True) else ""


def _weekly(first: TaperAnswer, last: TaperAnswer) -> list[Sequence[tuple[str, str]]]:
    """A row for each day on which one of the plans changes."""
    plans = [_plan(first), _plan(last)]
    days = sorted({step.start_day for plan in plans for step in plan.steps})
    return [((f"{day / WEEK_DAYS + 1:.3g}", ""), *(_day(plan, day) for plan in plans)) for day in days]


def _day(plan: Plan, day: int) -> tuple[str, str]:
    step = next((s for s in plan.steps if s.start_day <= day < s.end_day), plan.steps[-1])
    if not step.mg_per_day:
        return words.NO_DOSE, ""
    doses = words.dose_texts(step) if len(plan.drugs) > 1 else [f"{float(mg):g} mg" for mg in step.mg_per_day.values()]
    return ", ".join(doses), _taken(step)


def _taken(step: Step) -> str:
    return "; ".join(f"{i.time_of_day} {' + '.join(item.text for item in i.items)}" for i in step.intakes)


def _table(label: str, heads: Sequence[str], rows: Sequence[Sequence[tuple[str, str]]], *, tall: bool = False) -> Tag:
    head = tags.tr(tags.th({"scope": "col"}, heads[0]) if heads[0] else tags.td(),
                   *(tags.th({"scope": "col"}, text) for text in heads[1:]))  # fmt: skip
    body = [tags.tr(tags.th({"scope": "row"}, heads[0] and tags.span({"class": "narrow"}, f"{heads[0]} "), name[0]),
                    *(_cell(text, cell) for text, cell in zip(heads[1:], cells, strict=True)))
            for name, *cells in rows]  # fmt: skip
    made = tags.table({"class": "arms two"}, tags.thead(head), tags.tbody(*body))
    kind = "scroll tall" if tall else "scroll"
    return tags.div({"class": kind, "tabindex": "0", "role": "region", "aria-label": label}, made)


def _cell(head: str, content: tuple[str, str]) -> Tag:
    text, remark = content
    return tags.td({"data-label": head}, tags.span(text), tags.small(remark) if remark else None)
