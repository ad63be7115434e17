"""`python -m allostasis.interop.plan_example FILE.png`: a month of the printed calendar of an example, as a picture.

The example shows what a plan can hold; its doses answer no question and are no suggestion.
"""

import sys
from datetime import date
from fractions import Fraction
from pathlib import Path

from allostasis.clinic.taper import Intake, Item, Liquid, Plan, Product, Step, Tablet
from allostasis.interop.plan_pdf import calendar_data, plan_pictures

START = date(2027, 1, 4)
LORAZEPAM = Tablet("lorazepam", 1, parts=2)
DIAZEPAM = Tablet("diazepam", 5, parts=2)
SMALL = Tablet("diazepam", 2, parts=2)
LIQUID = Liquid("diazepam", 1, step_ml=0.1)
NIGHT = "night"
SHARPNESS = 75.0
"""Of the picture [pixels per inch]."""


def example_plan() -> Plan:
    """A switch from lorazepam to diazepam and down to zero, with halves of tablets and a liquid at the end.

    >>> example_plan().days_to_zero
    63
    """
    taken = [
        (7, "switch, first half", [("morning", LORAZEPAM, "1"), ("noon", LORAZEPAM, "1/2"), (NIGHT, DIAZEPAM, "3/2")]),
        (7, "switch, second half", [("noon", LORAZEPAM, "1/2"), ("morning", DIAZEPAM, "1"), (NIGHT, DIAZEPAM, "2")]),
        (14, "hold", [("morning", DIAZEPAM, "1"), ("noon", SMALL, "1"), (NIGHT, DIAZEPAM, "2")]),
        (14, "", [("morning", DIAZEPAM, "1/2"), (NIGHT, DIAZEPAM, "3/2"), (NIGHT, SMALL, "1/2")]),
        (14, "", [(NIGHT, DIAZEPAM, "1"), (NIGHT, SMALL, "1/2")]),
        (7, "liquid from here", [(NIGHT, LIQUID, "1.7")]),
    ]
    steps, day = [], 0
    for days, note, intakes in taken:
        steps.append(_step(day, days, note, intakes))
        day += days
    notes = ("An example of the form, made by hand: no model has judged it.",)
    return Plan("Example: lorazepam to diazepam to zero", (*steps, Step(day, 14, {}, (), "end")), {"example": "by hand"}, notes)


def _step(day: int, days: int, note: str, taken: list[tuple[str, Product, str]]) -> Step:
    items: dict[str, list[Item]] = {}
    doses: dict[str, Fraction] = {}
    for time, product, quantity in taken:
        item = Item(product, Fraction(quantity))
        items.setdefault(time, []).append(item)
        doses[product.drug] = doses.get(product.drug, Fraction(0)) + item.mg
    return Step(day, days, doses, tuple(Intake(time, tuple(found)) for time, found in items.items()), note)


def main() -> None:
    """Write the picture to the file that the command line names."""
    plan = example_plan()
    months = len(calendar_data(plan, START)["months"])
    Path(sys.argv[1]).write_bytes(plan_pictures(plan, START, ppi=SHARPNESS)[-months])


if __name__ == "__main__":
    main()
