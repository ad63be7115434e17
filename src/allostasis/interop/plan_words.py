"""Words, dates, counts and identities that every output of a taper plan shares."""

import math
import unicodedata
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID, uuid5

from allostasis.clinic.taper.plan import TIMES_OF_DAY, Intake, Plan, Step
from allostasis.clinic.taper.product import TEXT, Item, Liquid, Product
from allostasis.quantity import InputError

DISCLAIMER = (
    "Made by allostasis, software for research and teaching. This plan is the answer to a question about a model: it is no "
    "advice and no prescription. Stopping or cutting a benzodiazepine on one's own can cause seizures and death."
)
"""The line that stands on every output."""
NO_DOSE = "no dose"
"""What stands in place of the intakes on days without any drug."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WHEN = {"morning": "in the morning", "noon": "at noon", "evening": "in the evening", "night": "at night"}
PLACES = 6
"""Decimal places of a number that has no finite decimal form, such as a third of a mL."""
LONGEST = 30
"""Decimal places up to which an exact decimal form is looked for; no sum of contents needs that many."""
NAMESPACE = UUID("5f0c2a7e-6a0e-5d0b-9f43-0b6f6f1d2c11")
"""Root of the identities of plans; any fixed value does, and it may never change."""


def one_line(text: str) -> str:
    r"""Text without line breaks, control or format characters, which a terminal, a calendar or XML would stumble over.

    >>> one_line("hold\n\x1b[31m now ")
    'hold [31m now'
    """
    kept = (" " if unicodedata.category(c) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp") else c for c in text)
    return " ".join("".join(kept).split())


def decimal_text(value: Fraction) -> str:
    """A number in decimal notation, exact where that is finite, else rounded to `PLACES`.

    >>> decimal_text(Fraction(1, 32)), decimal_text(Fraction(20)), decimal_text(Fraction(1, 3))
    ('0.03125', '20', '0.333333')
    """
    finite = next((k for k in range(LONGEST) if (value * 10**k).denominator == 1), None)
    return f"{value:.{PLACES if finite is None else finite}f}"


def count_text(product: Product, quantity: Fraction) -> str:
    """A quantity for a reader: tablets as whole ones and parts, liquids in mL.

    >>> from allostasis.clinic.taper import Tablet
    >>> count_text(Tablet("diazepam", 5, parts=4), Fraction(11, 4)), count_text(Liquid("diazepam", 1), Fraction(7, 10))
    ('2 3/4', '0.7 mL')
    """
    if isinstance(product, Liquid):
        return f"{decimal_text(quantity)} mL"
    whole, rest = divmod(quantity, 1)
    return " ".join(([str(whole)] if whole or not rest else []) + ([TEXT[rest]] if rest else []))


def strength_text(product: Product) -> str:
    """Content of a tablet or of a mL: `5 mg`, `1 mg/mL`."""
    return f"{decimal_text(product.mg_per_unit)} {'mg/mL' if isinstance(product, Liquid) else 'mg'}"


def product_text(product: Product) -> str:
    """Name of a product, one line."""
    return f"{one_line(product.drug)} {strength_text(product)} {'liquid' if isinstance(product, Liquid) else 'tablet'}"


def amount_text(product: Product, quantity: Fraction) -> str:
    """A quantity of a product: `1 1/2 x 5 mg diazepam`, `0.7 mL of 1 mg/mL diazepam`."""
    joint = "of" if isinstance(product, Liquid) else "x"
    return f"{count_text(product, quantity)} {joint} {strength_text(product)} {one_line(product.drug)}"


def item_text(item: Item) -> str:
    """What is taken at once, as in `amount_text`."""
    return amount_text(item.product, item.quantity)


def splitting_text(product: Product) -> str:
    """Into what a product is divided for this plan."""
    if isinstance(product, Liquid):
        return f"{decimal_text(product.smallest)} mL steps"
    return {1: "whole", 2: "halves", 4: "quarters"}[product.parts]


def dose_texts(step: Step) -> tuple[str, ...]:
    """Daily dose of each drug of a step; `NO_DOSE` if there is none."""
    doses = (f"{decimal_text(Fraction(mg))} mg {one_line(drug)}" for drug, mg in step.mg_per_day.items())
    return tuple(doses) or (NO_DOSE,)


def whole(product: Product, quantity: Fraction) -> Fraction:
    """What a pharmacy hands out for a quantity: tablets are rounded up to whole ones, liquids are not.

    >>> from allostasis.clinic.taper import Tablet
    >>> whole(Tablet("diazepam", 5, parts=2), Fraction(7, 2)) == 4
    True
    """
    return quantity if isinstance(product, Liquid) else Fraction(math.ceil(quantity))


def sorted_products(plan: Plan) -> tuple[Product, ...]:
    """`Plan.products` in an order that is the same on every run, for products too that differ only in how they are divided."""
    return tuple(sorted(plan.products, key=lambda p: (plan.drugs.index(p.drug), -p.mg_per_unit, p.name, p.smallest)))


def ordered(step: Step) -> tuple[Intake, ...]:
    """Intakes of a step in the order of the day."""
    return tuple(sorted(step.intakes, key=lambda intake: TIMES_OF_DAY[intake.time_of_day]))


def day_of(start: date, day: int) -> date:
    """Date of a day of the plan, counted from 0.

    Raises:
        InputError: a start that is no date, or a plan that runs beyond the calendar.
    """
    if not isinstance(start, date) or isinstance(start, datetime):
        raise InputError("start of a plan", value=start, expected="a datetime.date", fix="datetime.date(2027, 1, 4)")
    try:
        return start + timedelta(days=day)
    except OverflowError as error:
        raise InputError("the plan runs beyond the last year of the calendar", value=str(start)) from error


def date_text(day: date, weekday: bool = False) -> str:
    """A date for a reader, the same in every locale.

    >>> date_text(date(2027, 1, 4), weekday=True)
    'Mon 4 Jan 2027'
    """
    text = f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {text}" if weekday else text


def first_and_last(step: Step, start: date) -> tuple[date, date]:
    """First and last date of a step, both included."""
    return day_of(start, step.start_day), day_of(start, step.end_day - 1)


def identity(plan_id: str, part: str) -> str:
    """A UUID that is the same on every run for the same plan and part of it.

    Raises:
        InputError: an empty id.
    """
    if not isinstance(plan_id, str) or not plan_id.strip():
        raise InputError("id of a plan", value=plan_id, expected="a text that names this plan and no other")
    return str(uuid5(uuid5(NAMESPACE, plan_id), part))


def remarks(plan: Plan) -> tuple[str, ...]:
    """Notes of the plan, what it was made with, and the line that stands on every output."""
    made = "; ".join(f"{one_line(k)}: {one_line(v)}" for k, v in plan.made_with.items())
    lines = [one_line(note) for note in plan.notes] + ([f"Made with {made}."] if made else [])
    return (*(line for line in lines if line), DISCLAIMER)


def checked_sequence(sequence: int) -> int:
    """The number of a version of a plan, 0 for the first.

    Raises:
        InputError: no whole number, or a negative one.
    """
    if type(sequence) is not int or sequence < 0:
        raise InputError("sequence of a plan", value=sequence, expected="0 or a larger whole number")
    return sequence
