"""From the texts of the form Taper to a question, field by field, so that each refusal stands where it was caused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from allostasis import library
from allostasis.app.pages.taper_form import EXAMPLE
from allostasis.clinic.taper.asking import Daily, read_daily, read_days, read_person, read_products
from allostasis.clinic.taper.carrying_out import Baseline
from allostasis.clinic.taper.history import Steady
from allostasis.clinic.taper.presets import limits
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.search_rules import SearchRules
from allostasis.patient import Patient
from allostasis.quantity import InputError, UnknownNameError
from allostasis.study.taper_study import CLASSICAL
from allostasis.study.taper_switch import Switch, read_switch

MOST_PATIENTS = 200
"""Virtual patients of one question on a shared server; the command line has no such limit."""
MOST_WEEKS = 260
"""Longest plan on a shared server [weeks]."""
EXACT_LIMIT_S = 20.0
"""Time of the exact search on a shared server [s]."""
MOST_SEED = 2**31 - 1  # structural: of a 32-bit generator
WEEK_DAYS = 7  # structural: days in a week
LONGEST_TEXT = 300
"""Characters of a field."""


@dataclass(frozen=True)
class Asked:
    """A question that can be answered.

    Attributes:
        question: who takes what, what the pharmacy has, what a plan may not do.
        switch: what it is preceded by, or None.
        versus: the classical schedules beside it.
        start: first day of the plan.
        state: the texts of the form, for the address.
    """

    question: Question
    switch: Switch | None
    versus: tuple[str, ...]
    start: date
    state: Mapping[str, str]


type Refusals = dict[str, InputError]
"""Field -> what is wrong with it; "" for what is wrong with the whole."""


def read(fields: Mapping[str, str], today: date) -> Asked | Refusals:
    """Read the form.

    Args:
        fields: text of each field of `EXAMPLE`; one that is missing has its example.
        today: the first day where none is given.

    Returns:
        The question, or every refusal under its field. Nothing is computed but checks.

    >>> asked = read({"strengths": "0.5 mg (halves), 1 mg"}, date(2027, 1, 4))
    >>> isinstance(asked, Asked) and float(asked.question.mg_per_day)
    3.0
    >>> sorted(read({"dose": "1 mg often", "cap": "high", "strengths": "1 mg"}, date(2027, 1, 4)))
    ['cap', 'dose']
    """
    state = {key: _short(key, fields.get(key, EXAMPLE[key])) for key in EXAMPLE}
    wrong: Refusals = {}

    def part[T](key: str, make: Callable[[], T], spare: T) -> T:
        """What a field says; where that is refused, a spare so that the other fields are read too."""
        try:
            return make()
        except InputError as error:
            wrong.setdefault(key, error)
            return spare

    def good(*keys: str) -> bool:
        return not any(key in wrong for key in keys)

    drug = part("drug", lambda: library.canonical(state["drug"], "drug"), "")
    if not drug:
        return wrong
    label = state["above_label"] == "yes"
    daily = part("dose", lambda: read_daily(drug, state["dose"]), Daily(Fraction(0), ()))
    days = part("use", lambda: read_days(state["use"]), 0)
    products = part("strengths", lambda: read_products(drug, state["strengths"] or None), ())
    person = part("weight", lambda: read_person(state["weight"]), Patient())
    if state["age"] and good("weight"):
        person = part("age", lambda: read_person(state["weight"], state["age"]), person)
    cap = part("cap", lambda: SearchRules(_number("cap of the imbalance", state["cap"])).cap, 0)
    period = part("period", lambda: _whole("days at one dose", state["period"], 1, WEEK_DAYS * MOST_WEEKS), 1)
    weeks = part("weeks", lambda: _whole("longest plan [weeks]", state["weeks"], 1, MOST_WEEKS), 1)
    seed = part("seed", lambda: _whole("seed", state["seed"], 0, MOST_SEED), 0)
    number = part("patients", lambda: _whole("virtual patients", state["patients"], 0, MOST_PATIENTS), 0)
    share = part("share", lambda: _share(state["share"]), 0)
    start = part("start", lambda: _date(state["start"], today), today)
    versus = part("versus", lambda: _versus(state["versus"]), ())
    switch = _switch(drug, state, part)
    ceiling = part("preset", lambda: limits(state["preset"], drug), None)
    if good("dose", "use"):
        part("use", lambda: Steady(drug, daily.mg, daily.times, days), None)
    if good("dose", "strengths", "preset"):
        part("dose", lambda: Baseline(products, daily.mg, daily.times, limits=ceiling, allow_above_label=label), None)
    if wrong:
        return wrong
    question = part("", lambda: Question(
        drug, daily.mg, daily.times, days, products, patient=person, cap=cap, quantile=share, preset=state["preset"],
        period_days=period, most_weeks=weeks, virtual_patients=number, seed=seed, exact_limit_s=EXACT_LIMIT_S,
        allow_above_label=label,
    ), None)  # fmt: skip
    return wrong if question is None else Asked(question, switch, versus, start, state)


def _switch(drug: str, state: Mapping[str, str], part: Callable) -> Switch | None:
    if not state["switch"]:
        return None
    if state["switch"] == drug:
        same = InputError("a switch to the drug that is taken", value=drug, fix="choose another drug, or none")
        return part("switch", lambda: _refuse(same), None)
    where = "switch_strengths" if state["switch_strengths"] else "switch"
    return part(where, lambda: read_switch(state["switch"], state["switch_strengths"] or None), None)


def _refuse(error: InputError) -> None:
    raise error


def changed(state: Mapping[str, str]) -> dict[str, str]:
    """The fields that differ from the example, for a short address."""
    return {key: value for key, value in state.items() if value != EXAMPLE[key]}


def _short(key: str, text: object) -> str:
    return str(text).strip()[:LONGEST_TEXT]


def _number(what: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(what, value=text, expected="a number", fix="write 0.1") from None


def _whole(what: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise InputError(what, value=text, expected=f"a whole number from {least} to {most}")
    return int(text)


def _share(text: str) -> float:
    percent = _number("share of the virtual patients [%]", text.removesuffix("%"))
    if not 0 < percent < 100:  # structural: per cent
        raise InputError("share of the virtual patients [%]", value=text, expected="above 0 and below 100", fix="write 90")
    return percent / 100  # structural: per cent


def _date(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text) if text else today
    except ValueError:
        raise InputError("start of the plan", value=text, expected="a date such as 2026-12-01") from None


def _versus(text: str) -> tuple[str, ...]:
    if text and text not in CLASSICAL:
        raise UnknownNameError("classical schedule", text, CLASSICAL)
    return (text,) if text else ()


