"""A taper plan as tables: plain text for a terminal, rows for HTML."""

import textwrap
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from html import escape

from allostasis.clinic.taper.plan import Plan, Step
from allostasis.clinic.taper.product import Product
from allostasis.interop.plan_words import (
    NO_DOSE,
    amount_text,
    count_text,
    date_text,
    day_of,
    dose_texts,
    first_and_last,
    item_text,
    one_line,
    ordered,
    product_text,
    remarks,
    sorted_products,
    splitting_text,
    whole,
)

WIDEST = 34
"""Width at which the last column of the plain text is wrapped [characters]."""
GAP = "  "


@dataclass(frozen=True)
class TextTable:
    """A table of texts; a cell is a tuple of lines.

    Args:
        headings: one a column.
        rows: cells in the order of the headings.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]

    def plain(self) -> str:
        """Columns side by side; the line of dashes below the headings marks their edges."""
        cells = [[*row[:-1], _wrapped(row[-1])] for row in self.rows]
        widths = [max([len(h), *(len(line) for row in cells for line in row[k])]) for k, h in enumerate(self.headings)]
        lines = [list(self.headings), ["-" * width for width in widths]]
        for row in cells:
            height = max(len(cell) for cell in row)
            lines += [[cell[k] if k < len(cell) else "" for cell in row] for k in range(height)]
        padded = (GAP.join(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in lines)
        return "\n".join(line.rstrip() for line in padded)

    def html_rows(self) -> str:
        """Body rows, escaped, valid as XHTML too; the first cell of a row is its heading."""
        return "\n".join(
            "<tr>" + "".join(_cell(lines, "td" if k else 'th scope="row"') for k, lines in enumerate(row)) + "</tr>"
            for row in self.rows
        )

    def html(self) -> str:
        """The whole table."""
        head = "".join(_cell((heading,), 'th scope="col"') for heading in self.headings)
        return f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{self.html_rows()}\n</tbody></table>"


@dataclass(frozen=True)
class Supply:
    """How much of a product a plan needs.

    Args:
        product: what.
        by_step: tablets or mL of each step.
    """

    product: Product
    by_step: tuple[Fraction, ...]

    @property
    def used(self) -> Fraction:
        """Tablets, with parts, or mL of the whole plan."""
        return sum(self.by_step, Fraction(0))

    @property
    def at_once(self) -> Fraction:
        """Whole tablets if left-over parts are kept for the next steps; mL."""
        return whole(self.product, self.used)

    @property
    def step_by_step(self) -> Fraction:
        """Whole tablets if each step is handed out by itself; mL."""
        return sum((whole(self.product, quantity) for quantity in self.by_step), Fraction(0))


def supplies(plan: Plan) -> tuple[Supply, ...]:
    """How much of each product a plan needs, in the order of `Plan.products`."""
    return tuple(Supply(p, tuple(step.days * step.quantity(p) for step in plan.steps)) for p in sorted_products(plan))


def step_table(plan: Plan, start: date) -> TextTable:
    """One row a step: number, dates, days, dose, when and what is taken, whole tablets for the step, note.

    The cells `when` and `take` have the same lines: a time of day, or "" where it goes on, beside what is taken then.

    Args:
        plan: the taper.
        start: date of its day 0.

    Raises:
        InputError: a start that is no date, or a plan that runs beyond the calendar.
    """
    rows = []
    for number, step in enumerate(plan.steps, 1):
        first, last = first_and_last(step, start)
        taken = [("" if k else i.time_of_day, item_text(item)) for i in ordered(step) for k, item in enumerate(i.items)]
        when, take = zip(*taken, strict=True) if taken else (("",), (NO_DOSE,))
        rows.append((
            (str(number),), (date_text(first),), (date_text(last),), (str(step.days),), dose_texts(step), when, take,
            supply_texts(plan, step), (one_line(step.note),),
        ))  # fmt: skip
    return TextTable(("step", "from", "to", "days", "dose a day", "when", "take", "for the step", "note"), tuple(rows))


def supply_texts(plan: Plan, step: Step) -> tuple[str, ...]:
    """What is handed out for one step, whole tablets and mL, a line a product; `("",)` for none."""
    lines = []
    for product in sorted_products(plan):
        quantity = step.days * step.quantity(product)
        if quantity:
            lines.append(amount_text(product, whole(product, quantity)))
    return tuple(lines) or ("",)


def supply_table(plan: Plan) -> TextTable:
    """One row a product: what the plan uses, and whole tablets to hand out at once or step by step."""
    rows = tuple(
        (
            (product_text(s.product),), (splitting_text(s.product),),
            *((count_text(s.product, quantity),) for quantity in (s.used, s.at_once, s.step_by_step)),
        )
        for s in supplies(plan)
    )  # fmt: skip
    return TextTable(("product", "split into", "used", "to dispense at once", "to dispense step by step"), rows)


def plan_text(plan: Plan, start: date) -> str:
    """The plan as plain text: steps, tablets to dispense, notes. Arguments and errors as in `step_table`."""
    heading = [one_line(plan.title), _span(plan, start), "", step_table(plan, start).plain(), ""]
    supply = [supply_table(plan).plain(), ""] if plan.products else []
    return "\n".join([*heading, *supply, *(line for note in remarks(plan) for line in textwrap.wrap(note, 100))]) + "\n"


def plan_html(plan: Plan, start: date) -> str:
    """The same as a fragment of HTML without a style. Arguments and errors as in `step_table`."""
    parts = [f"<p>{escape(one_line(plan.title))}. {_span(plan, start)}</p>", step_table(plan, start).html()]
    parts += [supply_table(plan).html()] if plan.products else []
    return "\n".join([*parts, *(f"<p>{escape(note)}</p>" for note in remarks(plan))])


def _span(plan: Plan, start: date) -> str:
    zero = plan.days_to_zero
    first = date_text(day_of(start, 0), weekday=True)
    return f"From {first}; first day with {NO_DOSE}: {date_text(day_of(start, zero), weekday=True)} (after {zero} days)."


def _wrapped(lines: tuple[str, ...]) -> list[str]:
    return [part for line in lines for part in textwrap.wrap(line, WIDEST) or [""]]


def _cell(lines: tuple[str, ...], tag: str) -> str:
    return f"<{tag}>{'<br/>'.join(escape(line) for line in lines)}</{tag.split(maxsplit=1)[0]}>"
