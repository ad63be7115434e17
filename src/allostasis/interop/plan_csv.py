"""A taper plan as a table of comma-separated values, one row for each quantity that is taken."""

import csv
import io
from datetime import date
from fractions import Fraction

from allostasis.clinic.taper.plan import Plan
from allostasis.clinic.taper.product import Liquid
from allostasis.interop.plan_words import (
    NO_DOSE,
    decimal_text,
    first_and_last,
    one_line,
    ordered,
    product_text,
    remarks,
)

COLUMNS: tuple[str, ...] = (
    "kind", "step", "first_date", "last_date", "days", "time_of_day", "drug", "product", "form", "mg_per_unit",
    "smallest_quantity", "quantity", "unit", "mg", "quantity_in_step", "note",
)  # fmt: skip
"""`kind` is `intake`, `no dose` (a step without any drug) or `note` (a line about the whole plan); `unit` is tablet or mL and
`mg_per_unit` the content of one; `quantity` is taken at once, on every day of the step; `quantity_in_step` = quantity x days."""
FORMULA = ("=", "+", "-", "@")
"""First characters that a spreadsheet would take for a formula."""


def plan_csv(plan: Plan, start: date) -> str:
    """The plan as CSV text with a header; columns in `COLUMNS`, dates in ISO 8601, first and last both included.

    A text that a spreadsheet would run as a formula is written with an apostrophe in front.

    Args:
        plan: the taper.
        start: date of its day 0.

    Raises:
        InputError: a start that is no date, or a plan that runs beyond the calendar.
    """
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for number, step in enumerate(plan.steps, 1):
        first, last = (day.isoformat() for day in first_and_last(step, start))
        same = {"step": number, "first_date": first, "last_date": last, "days": step.days, "note": _safe(step.note)}
        if not step.intakes:
            writer.writerow(same | {"kind": NO_DOSE, "quantity": 0, "mg": 0, "quantity_in_step": 0})
        for intake in ordered(step):
            for item in intake.items:
                product = item.product
                writer.writerow(same | {
                    "kind": "intake", "time_of_day": intake.time_of_day, "drug": _safe(product.drug),
                    "product": _safe(product_text(product)), "form": "liquid" if isinstance(product, Liquid) else "tablet",
                    "unit": product.unit, **_numbers(
                        mg_per_unit=product.mg_per_unit, smallest_quantity=product.smallest, quantity=item.quantity,
                        mg=item.mg, quantity_in_step=step.days * item.quantity,
                    ),
                })  # fmt: skip
    for note in (one_line(plan.title), *remarks(plan)):
        writer.writerow({"kind": "note", "note": _safe(note)})
    return stream.getvalue()


def _numbers(**values: Fraction) -> dict[str, str]:
    return {name: decimal_text(value) for name, value in values.items()}


def _safe(text: str) -> str:
    text = one_line(text)
    return f"'{text}" if text.startswith(FORMULA) else text
