"""A taper plan as a printable calendar: steps, tablets to dispense, a page for each month, set by typst with its own fonts."""

import calendar
import json
from dataclasses import asdict
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from allostasis.clinic.taper.plan import Plan, Step
from allostasis.clinic.taper.product import Item
from allostasis.interop.plan_table import step_table, supply_table
from allostasis.interop.plan_words import (
    MONTHS,
    checked_sequence,
    date_text,
    day_of,
    dose_texts,
    item_text,
    one_line,
    ordered,
    remarks,
)
from allostasis.quantity import InputError, UnknownNameError

TEMPLATE = "plan_calendar.typ"
PAPERS = ("a4", "us-letter")
KEPT = 10  # structural: documents over which typst keeps what it computed
NO_GLYPH = "could not be displayed"
"""What typst says of a letter that no font has; PDF/UA forbids the empty box that would stand for it."""
Data = dict[str, Any]


def plan_pdf(plan: Plan, start: date, *, sequence: int = 0, paper: str = "a4") -> bytes:
    """The plan as a PDF, the same bytes on every run of one version of typst. Tagged for screen readers (PDF/UA-1).

    Args:
        plan: the taper.
        start: date of its day 0.
        sequence: 0 for the first version, one more for each later one.
        paper: a4 or us-letter, both printed across.

    Raises:
        InputError: typst is not installed, an unknown paper, a start that is no date, a plan beyond the calendar, or a text in
            letters that no font here has.
    """
    return _compile(plan, start, sequence, paper, format="pdf", pdf_standards="ua-1")


def plan_pictures(
    plan: Plan, start: date, *, sequence: int = 0, paper: str = "a4", ppi: float | int = 110
) -> list[bytes]:
    """The pages of `plan_pdf` as PNG pictures with `ppi` pixels per inch. Errors as there."""
    pages = _compile(plan, start, sequence, paper, format="png", ppi=ppi)
    return pages if isinstance(pages, list) else [pages]


def calendar_data(plan: Plan, start: date, *, sequence: int = 0, paper: str = "a4") -> Data:
    """Everything that the template prints, as JSON data: it holds texts only, and the template never takes a text for code."""
    if paper not in PAPERS:
        raise UnknownNameError("paper", paper, PAPERS)
    zero = day_of(start, plan.days_to_zero)
    return {
        "title": one_line(plan.title) or "Taper", "paper": paper, "version": checked_sequence(sequence) + 1,
        "first": date_text(start, weekday=True), "zero": date_text(zero, weekday=True), "days_to_zero": plan.days_to_zero,
        "steps": asdict(step_table(plan, start)), "supply": asdict(supply_table(plan)),
        "notes": remarks(plan)[:-1], "caution": remarks(plan)[-1], "months": _months(plan, start),
        "lines": max(sum(len(intake.items) for intake in step.intakes) for step in plan.steps),
    }  # fmt: skip


def _months(plan: Plan, start: date) -> list[Data]:
    """Weeks of each month that have a day of the plan; a day of another month is None, a day outside of the plan has no step."""
    days = [
        (day_of(start, day), number, step)
        for number, step in enumerate(plan.steps, 1) for day in range(step.start_day, step.end_day)
    ]  # fmt: skip
    months = []
    for (year, month), found in groupby(days, key=lambda row: (row[0].year, row[0].month)):
        cells = {day.day: _cell(day == day_of(start, step.start_day), number, step) for day, number, step in found}
        weeks = [
            [{"day": day, "month": MONTHS[month - 1][:3]} | cells.get(day, {}) if day else None for day in week]
            for week in calendar.Calendar().monthdayscalendar(year, month) if not cells.keys().isdisjoint(week)
        ]
        months.append({"name": f"{MONTHS[month - 1]} {year}", "weeks": weeks})
    return months


def _cell(first: bool, number: int, step: Step) -> Data:
    named = len(step.mg_per_day) > 1  # on other days the line of the dose names the drug
    return {
        "step": number, "first": first, "dose": dose_texts(step), "free": not step.intakes,
        "intakes": [
            {"time": intake.time_of_day, "items": [_item(item, named) for item in intake.items]} for intake in ordered(step)
        ],
    }  # fmt: skip


def _item(item: Item, with_drug: bool) -> str:
    return item_text(item) if with_drug else item_text(item).removesuffix(f" {one_line(item.product.drug)}")


def _compile(plan: Plan, start: date, sequence: int, paper: str, **options: Any) -> Any:
    """Compile with the fonts of typst alone, and with those of the machine only if a text needs letters that they lack."""
    data = json.dumps(calendar_data(plan, start, sequence=sequence, paper=paper))
    typst, missing = _typst(), None
    for own_fonts_only in (True, False):
        try:
            return typst.compile(_template(), ignore_system_fonts=own_fonts_only, sys_inputs={"plan": data}, **options)
        except typst.TypstError as error:
            if NO_GLYPH not in str(error):
                raise
            missing = error
    raise InputError(
        f"a text of the plan cannot be printed ({missing})", expected="letters that a font of this machine has",
        fix="write it in Latin, Greek or Cyrillic letters, or install a font that has them",
    ) from missing  # fmt: skip


@cache
def _template() -> bytes:
    return files("allostasis.interop").joinpath(TEMPLATE).read_bytes()


def forget() -> None:
    """Let typst forget what it keeps of documents, some 70 MB each: it does so only after ten further ones, here empty ones.

    For a process that lives long, such as a server.
    """
    typst = _typst()
    for _ in range(KEPT + 1):
        typst.compile(b" ", ignore_system_fonts=True, format="png")


def _typst() -> Any:
    try:
        import typst
    except ImportError as error:
        raise InputError(
            "typst is not installed, and the printed calendar of a plan needs it", fix="pip install 'allostasis[clinic]'"
        ) from error
    return typst
