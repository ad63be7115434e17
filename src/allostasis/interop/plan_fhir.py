"""A taper plan as FHIR R4 or R5: a Bundle of one CarePlan and one MedicationRequest for each product, all drafts.

The shape is that of HL7's own example of a tapering order: one request with a dosage instruction for each step, bounded by
dates. Instructions of one step have the same `sequence`, which says that they hold at the same time; a higher number comes later.
Requests of one plan have the same `groupIdentifier` and are `basedOn` its CarePlan. Times of day are the codes MORN, NOON, EVE
and NIGHT, because a plan says "in the morning" and not "at 8:00". Products are named by text: a code of a terminology has to be
looked up where the plan is used. Nobody is named: `subject` is a text to display.
"""

import json
from datetime import date
from fractions import Fraction
from typing import Any

from allostasis.clinic.taper.plan import Plan, Step
from allostasis.clinic.taper.product import Liquid, Product
from allostasis.interop.plan_table import Supply, plan_html, supplies
from allostasis.interop.plan_words import (
    NO_DOSE,
    WHEN,
    checked_sequence,
    count_text,
    date_text,
    day_of,
    decimal_text,
    first_and_last,
    identity,
    one_line,
    ordered,
    product_text,
    remarks,
)
from allostasis.quantity import UnknownNameError

SUBJECT = "Nobody in particular"
"""What stands for the subject unless the caller says otherwise."""
RELEASES = ("R4", "R5")
UCUM = "http://unitsofmeasure.org"
URI = "urn:ietf:rfc:3986"
EVENT_TIMING = {"morning": "MORN", "noon": "NOON", "evening": "EVE", "night": "NIGHT"}
"""Codes of http://hl7.org/fhir/event-timing."""
Resource = dict[str, Any]


def plan_fhir(
    plan: Plan, start: date, *, plan_id: str, release: str = "R5", sequence: int = 0, subject: str = SUBJECT
) -> Resource:
    """The plan as a Bundle of type `collection`, in the JSON form of FHIR. R4 and R4B share this content.

    Where the releases differ: R4 has `medicationCodeableConcept` and tells of days without any drug in `activity.detail`; R5 has
    `medication.concept`, `effectiveDosePeriod` and, as its CarePlan has no detail, a Task for the days without any drug.

    Args:
        plan: the taper.
        start: date of its day 0.
        plan_id: names this plan and its later versions; identifiers are made from it.
        release: R4 or R5.
        sequence: 0 for the first version, one more for each later one.
        subject: text to display for the subject; the default names nobody.

    Raises:
        InputError: another release, a start that is no date, an empty id, or a plan beyond the calendar.
    """
    if release not in RELEASES:
        raise UnknownNameError("FHIR release", release, RELEASES)
    made = {
        "status": "draft", "intent": "plan",
        "groupIdentifier": {"system": URI, "value": _urn(plan_id, "plan")},
        "basedOn": [{"reference": _urn(plan_id, "care plan")}],
    }  # fmt: skip
    who = {"display": one_line(subject) or SUBJECT}
    requests = [
        {"resourceType": "MedicationRequest", "id": identity(plan_id, _part(supply.product)), **made, "subject": who}
        | _request(plan, supply, start, release)
        for supply in supplies(plan)
    ]
    free = [(number, step) for number, step in enumerate(plan.steps, 1) if not step.intakes]
    tasks = [
        {"resourceType": "Task", "id": identity(plan_id, f"step {number} none"), **made, "for": who}
        | {"description": _free_text(number, step, start), "requestedPeriod": _period(step, start)}
        for number, step in (free if release == "R5" else ())
    ]
    activities = [{_REFERENCE[release]: {"reference": f"urn:uuid:{resource['id']}"}} for resource in (*requests, *tasks)]
    if release == "R4":
        activities += [{"detail": _detail(number, step, start)} for number, step in free]
    care_plan = {
        "resourceType": "CarePlan", "id": identity(plan_id, "care plan"),
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{plan_html(plan, start)}</div>'},
        "identifier": [made["groupIdentifier"]], "status": "draft", "intent": "plan", "title": one_line(plan.title) or "Taper",
        "description": f"Taper to zero in {plan.days_to_zero} days, version {checked_sequence(sequence) + 1} of this plan.",
        "subject": who,
        "period": {"start": str(day_of(start, 0)), "end": str(first_and_last(plan.steps[-1], start)[1])},
        "activity": activities, "note": [{"text": text} for text in remarks(plan)],
    }  # fmt: skip
    entries = [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in (care_plan, *requests, *tasks)]
    return {"resourceType": "Bundle", "id": identity(plan_id, "bundle"), "type": "collection", "entry": entries}


def fhir_text(resource: Resource) -> str:
    """A resource as JSON text, the same on every run."""
    return json.dumps(resource, indent=1, ensure_ascii=True, allow_nan=False) + "\n"


_REFERENCE = {"R4": "reference", "R5": "plannedActivityReference"}


def _request(plan: Plan, supply: Supply, start: date, release: str) -> Resource:
    """What a MedicationRequest says about its product."""
    product, name = supply.product, {"text": product_text(supply.product)}
    used = [step for step, quantity in zip(plan.steps, supply.by_step, strict=True) if quantity]
    first, last = first_and_last(used[0], start)[0], first_and_last(used[-1], start)[1]
    days = {"value": used[-1].end_day - used[0].start_day, "unit": "days", "system": UCUM, "code": "d"}
    new = {"medication": {"concept": name}, "effectiveDosePeriod": {"start": str(first), "end": str(last)}}
    return {
        **(new if release == "R5" else {"medicationCodeableConcept": name}),
        "note": [{"text": text} for text in remarks(plan)],
        "dosageInstruction": _dosages(plan, product, start),
        "dispenseRequest": {"quantity": _quantity(product, supply.at_once), "expectedSupplyDuration": days},
    }


def _dosages(plan: Plan, product: Product, start: date) -> list[Resource]:
    """One dosage for each step and time of day at which a product is taken."""
    dosages = []
    for number, step in enumerate(plan.steps, 1):
        for intake in ordered(step):
            quantity = sum((item.quantity for item in intake.items if item.product == product), Fraction(0))
            if not quantity:
                continue
            bounds = {"boundsPeriod": _period(step, start), "frequency": 1, "period": 1, "periodUnit": "d"}
            dosages.append({
                "sequence": number,
                "text": _dosage_text(number, step, product, quantity, start) + f" {WHEN[intake.time_of_day]}"
                + (f". {note}" if (note := one_line(step.note)) else ""),
                "timing": {"repeat": bounds | {"when": [EVENT_TIMING[intake.time_of_day]]}},
                "doseAndRate": [{"doseQuantity": _quantity(product, quantity)}],
            })  # fmt: skip
    return dosages


def _dosage_text(number: int, step: Step, product: Product, quantity: Fraction, start: date) -> str:
    count = count_text(product, quantity) + ("" if isinstance(product, Liquid) else f" tablet{'s' * (quantity > 1)}")
    return f"Step {number}, {_dates(step, start)}: {count} ({decimal_text(quantity * product.mg_per_unit)} mg)"


def _detail(number: int, step: Step, start: date) -> Resource:
    """Days without any drug as an activity of R4."""
    return {
        "status": "not-started", "description": _free_text(number, step, start), "scheduledPeriod": _period(step, start),
    }  # fmt: skip


def _free_text(number: int, step: Step, start: date) -> str:
    note = one_line(step.note)
    said = f"Step {number}, {_dates(step, start)}: {NO_DOSE} of any drug of this plan is taken"
    return said + (f". {note}" if note else "")


def _dates(step: Step, start: date) -> str:
    first, last = first_and_last(step, start)
    return f"{date_text(first)} to {date_text(last)}"


def _period(step: Step, start: date) -> Resource:
    """Dates of a step; in FHIR an end without a time includes that day."""
    first, last = first_and_last(step, start)
    return {"start": str(first), "end": str(last)}


def _quantity(product: Product, quantity: Fraction) -> Resource:
    code = "mL" if isinstance(product, Liquid) else "{tablet}"
    return {"value": _number(quantity), "unit": product.unit, "system": UCUM, "code": code}


def _number(value: Fraction) -> int | float:
    text = decimal_text(value)
    return float(text) if "." in text else int(text)


def _part(product: Product) -> str:
    return f"{type(product).__name__} {product.drug} {product.mg_per_unit} {product.smallest}"


def _urn(plan_id: str, part: str) -> str:
    return f"urn:uuid:{identity(plan_id, part)}"
