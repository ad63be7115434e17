"""A taper plan as JSON without any loss, and its reader."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from allostasis.clinic.taper.plan import Intake, Plan, Step
from allostasis.clinic.taper.product import Item, Liquid, Product, Tablet
from allostasis.interop.plan_words import DISCLAIMER, checked_sequence, day_of, identity, sorted_products
from allostasis.quantity import InputError

FORMAT = "allostasis-plan"
VERSION = 1
FORMS: dict[str, type[Product]] = {"tablet": Tablet, "liquid": Liquid}


@dataclass(frozen=True)
class IssuedPlan:
    """A plan as it was handed out.

    Args:
        plan: the taper.
        start: date of its day 0.
        plan_id: names this plan and its later versions.
        sequence: 0 for the first version, one more for each later one.

    Raises:
        InputError: a start that is no date, a plan that runs beyond the calendar, an empty id, or a negative sequence.
    """

    plan: Plan
    start: date
    plan_id: str
    sequence: int = 0

    def __post_init__(self):
        day_of(self.start, self.plan.steps[-1].end_day)
        identity(self.plan_id, "")
        checked_sequence(self.sequence)


def plan_json(plan: Plan, start: date, *, plan_id: str, sequence: int = 0) -> str:
    """The plan as JSON: products once, fractions as `"3/2"`; `read_plan` gives back an equal plan.

    Args:
        plan: the taper.
        start: date of its day 0.
        plan_id: names this plan and its later versions.
        sequence: 0 for the first version, one more for each later one.

    Raises:
        InputError: as in `IssuedPlan`.
    """
    issued = IssuedPlan(plan, start, plan_id, sequence)
    products = sorted_products(plan)
    steps = [
        {
            "start_day": step.start_day, "days": step.days, "note": step.note,
            "mg_per_day": {drug: str(mg) for drug, mg in step.mg_per_day.items()},
            "intakes": [
                {"time_of_day": intake.time_of_day, "items": [
                    {"product": products.index(item.product), "quantity": str(item.quantity)} for item in intake.items
                ]} for intake in step.intakes
            ],
        } for step in plan.steps
    ]  # fmt: skip
    content = {
        "format": FORMAT, "version": VERSION, "caution": DISCLAIMER, "plan_id": issued.plan_id, "sequence": issued.sequence,
        "start": issued.start.isoformat(), "title": plan.title, "made_with": dict(plan.made_with), "notes": list(plan.notes),
        "products": [
            {"form": "liquid" if isinstance(product, Liquid) else "tablet", **asdict(product)} for product in products
        ],
        "steps": steps,
    }  # fmt: skip
    return json.dumps(content, indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def read_plan(path: str | Path) -> IssuedPlan:
    """Read the file that `plan_json` wrote.

    Raises:
        InputError: no such file, not such a file, or one whose content is no plan.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("the plan cannot be read", value=str(path), expected="the plan.json of a taper") from error
    return plan_of_json(text)


def plan_of_json(text: str) -> IssuedPlan:
    """Read the text that `plan_json` made.

    Raises:
        InputError: text that is no such plan; a plan that contradicts itself is refused by its own checks.
    """
    try:
        content = json.loads(text)
        if content["format"] != FORMAT or content["version"] != VERSION:
            raise ValueError("another format or version")
        return _issued(content)
    except InputError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError) as error:
        expected = f'a plan.json with "format": "{FORMAT}" and "version": {VERSION}'
        raise InputError(f"this is no plan ({type(error).__name__}: {error})", expected=expected) from error


def _issued(content: Mapping[str, Any]) -> IssuedPlan:
    products = [_product(**row) for row in content["products"]]
    steps = tuple(
        Step(
            _whole(step["start_day"]), _whole(step["days"]), {drug: Fraction(mg) for drug, mg in step["mg_per_day"].items()},
            tuple(Intake(i["time_of_day"], tuple(_item(row, products) for row in i["items"])) for i in step["intakes"]),
            step["note"],
        ) for step in content["steps"]
    )  # fmt: skip
    plan = Plan(str(content["title"]), steps, dict(content["made_with"]), tuple(map(str, content["notes"])))
    return IssuedPlan(plan, date.fromisoformat(content["start"]), content["plan_id"], content["sequence"])


def _product(form: str, **fields: Any) -> Product:
    return FORMS[form](**fields)


def _item(row: Mapping[str, Any], products: list[Product]) -> Item:
    return Item(products[_whole(row["product"])], Fraction(row["quantity"]))


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no whole number")
    return value
