"""One plan, many forms: a reader for each form finds the same tablets on every day and in the totals."""

import csv
import importlib
import io
import json
import re
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from html.parser import HTMLParser
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from allostasis.clinic.taper import Intake, Item, Liquid, Plan, Step, Tablet
from allostasis.clinic.taper.plan import TIMES_OF_DAY
from allostasis.interop import plan_example
from allostasis.interop.plan_csv import COLUMNS, plan_csv
from allostasis.interop.plan_example import example_plan
from allostasis.interop.plan_fhir import SUBJECT, fhir_text, plan_fhir
from allostasis.interop.plan_files import FILES, write_plan
from allostasis.interop.plan_icalendar import plan_icalendar
from allostasis.interop.plan_json import plan_json, plan_of_json, read_plan
from allostasis.interop.plan_pdf import calendar_data, plan_pdf, plan_pictures
from allostasis.interop.plan_table import plan_html, plan_text, step_table, supplies, supply_table
from allostasis.interop.plan_words import DISCLAIMER, decimal_text, one_line, sorted_products
from allostasis.quantity import InputError

dateutil = pytest.importorskip("dateutil.rrule")
icalendar = pytest.importorskip("icalendar")
pypdf = pytest.importorskip("pypdf")
pytest.importorskip("typst")

START = date(2027, 1, 28)
ID = "a plan of the tests"
TIMES = "\N{MULTIPLICATION SIGN}"
PART = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
WHEN = {"MORN": "morning", "NOON": "noon", "EVE": "evening", "NIGHT": "night"}


def made(*taken, title="A taper", notes=()):
    """A plan from (days, note, {time of day: [(product, quantity)]}), which ends at zero."""
    steps, day = [], 0
    for days, note, intakes in (*taken, (10, "", {})):
        found = tuple(Intake(t, tuple(Item(p, Fraction(q)) for p, q in items)) for t, items in intakes.items())
        drugs = {item.product.drug for intake in found for item in intake.items}
        doses = {drug: sum((i.mg(drug) for i in found), Fraction(0)) for drug in sorted(drugs)}
        steps.append(Step(day, days, doses, found, note))
        day += days
    return Plan(title, tuple(steps), {"cap": "0.05", "seed": "1"}, notes)


LORAZEPAM, QUARTERS = Tablet("lorazepam", 1, parts=2), Tablet("lorazepam", 0.5, parts=4)
FIVE, TWO, LIQUID = Tablet("diazepam", 5, parts=2), Tablet("diazepam", 2), Liquid("diazepam", 0.4, 0.05)
FOUR_TIMES = {time: [(LORAZEPAM, 1), (QUARTERS, "3/4")] for time in TIMES_OF_DAY}
PLANS = {
    "example": example_plan(),
    "one time of day, halves": made((14, "", {"night": [(FIVE, "5/2")]}), (9, "hold", {"night": [(FIVE, "1/2")]})),
    "four times, several products": made((3, "", FOUR_TIMES), (40, "slower", {"noon": [(QUARTERS, "1/4")]})),
    "liquid": made((31, "", {"morning": [(LIQUID, "3.35")], "night": [(LIQUID, "12")]}), (1, "", {"night": [(LIQUID, "0.05")]})),
    "cross-over": made(
        (7, "switch", {"morning": [(LORAZEPAM, "1/2")], "night": [(FIVE, 1), (TWO, 2)]}),
        (5, "pause", {}), (20, "", {"evening": [(LIQUID, "1.5"), (TWO, 1)]}),
    ),
    "nothing at all": made(),
}  # fmt: skip


@st.composite
def takings(draw):
    """Arguments of `made`; the plan itself is built in the test, for its run-time type checks draw random numbers."""
    drugs = ("lorazepam", "diazepam")
    tablets = st.builds(
        Tablet, st.sampled_from(drugs), st.sampled_from([0.125, 0.25, 0.5, 1, 2.5, 5, 10]), st.sampled_from([1, 2, 4])
    )
    liquids = st.builds(Liquid, st.sampled_from(drugs), st.sampled_from([0.4, 1, 2, 12.5]), st.sampled_from([0.05, 0.1, 1]))
    products = draw(st.lists(tablets | liquids, min_size=1, max_size=4, unique=True))
    amounts = st.tuples(st.sampled_from(products), st.integers(1, 11)).map(lambda p: (p[0], p[1] * p[0].smallest))
    intakes = st.dictionaries(st.sampled_from(list(TIMES_OF_DAY)), st.lists(amounts, min_size=1, max_size=3))
    steps = st.lists(st.tuples(st.integers(1, 40), st.sampled_from(["", "hold", "switch"]), intakes), max_size=5)
    return draw(steps)


# ---- what each form says, as day -> time of day -> amounts of (drug, content of a unit, unit)


def expected(plan, start):
    """From the plan itself; a day without any drug is there, and empty."""
    days = {}
    for step in plan.steps:
        for k in range(step.days):
            day = days.setdefault(start + timedelta(days=step.start_day + k), {})
            for intake in step.intakes:
                amounts = Counter()
                for item in intake.items:
                    amounts[item.product.drug, item.product.mg_per_unit, item.product.unit] += item.quantity
                day[intake.time_of_day] = amounts
    return days


def amount(text, drug=None):
    """Read `1 1/2 x 5 mg diazepam`, `1½ × 5 mg` (of the drug given) or `0.7 mL of 1 mg/mL diazepam`."""
    if found := re.fullmatch(r"([\d.]+) mL of ([\d.]+) mg/mL(?: (.+))?", text):
        return {(found[3] or drug, Fraction(found[2]), "mL"): Fraction(found[1])}
    found = re.fullmatch(rf"(\d+)?\s*(½|¼|¾|[13]/[24])? [x{TIMES}] ([\d.]+) mg(?: (.+))?", text)
    part = PART.get(found[2]) or Fraction(found[2] or 0)
    return {(found[4] or drug, Fraction(found[3]), "tablet"): Fraction(found[1] or 0) + part}


def count(text):
    """Read `80 1/2`, `80½` or `32.2 mL`."""
    found = re.fullmatch(r"(?:([\d.]+)(?: mL)?)?\s*(½|¼|¾|[13]/[24])?", text)
    return Fraction(found[1] or 0) + (PART.get(found[2]) or Fraction(found[2] or 0))


def key(name):
    """Drug, content and unit of a product's name."""
    drug, content, unit, form = re.fullmatch(r"(.+) ([\d.]+) (mg|mg/mL) (tablet|liquid)", name).groups()
    assert (unit, form) in {("mg", "tablet"), ("mg/mL", "liquid")}
    return drug, Fraction(content), "mL" if form == "liquid" else "tablet"


def add(days, day, time, amounts):
    days.setdefault(day, {})
    if time:
        days[day].setdefault(time, Counter()).update(amounts)


def spread(days, first, last, time, amounts):
    for k in range((last - first).days + 1):
        add(days, first + timedelta(days=k), time, amounts)


def spoken_date(text):
    day, month, year = text.split()[-3:]
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return date(int(year), months.index(month) + 1, int(day))


def columns(lines, dashes):
    """Cells of lines of plain text under a line of dashes."""
    edges = [match.span() for match in re.finditer("-+", dashes)]
    ends = [*(start for start, _ in edges[1:]), None]
    return [[line[start:end].strip() for (start, _), end in zip(edges, ends, strict=True)] for line in lines]


def read_text(text):
    """Steps by day and totals by product, from the columns of the plain text."""
    lines = text.splitlines()
    at = [k for k, line in enumerate(lines) if line.startswith("----")]
    days, time, first, last = {}, "", None, None
    for step, start, end, _, _, when, take, _, _ in columns(lines[at[0] + 1 : lines.index("", at[0])], lines[at[0]]):
        if step:
            first, last, time = spoken_date(start), spoken_date(end), ""
            add(days, first, "", {})
        time = when or time
        if take == "no dose":
            spread(days, first, last, "", {})
        elif take:
            spread(days, first, last, time, amount(take))
    totals = {}
    for k in at[1:]:
        for name, split, *counts in columns(lines[k + 1 : lines.index("", k)], lines[k]):
            totals[name, split] = [count(c) for c in counts]
    return days, totals


def read_csv(text):
    rows = list(csv.DictReader(io.StringIO(text)))
    days, totals = {}, Counter()
    for row in rows:
        if row["kind"] == "note":
            continue
        first, last = date.fromisoformat(row["first_date"]), date.fromisoformat(row["last_date"])
        product = (row["drug"], Fraction(row["mg_per_unit"] or 0), row["unit"])
        spread(days, first, last, row["time_of_day"], {product: Fraction(row["quantity"])})
        if row["kind"] == "intake":
            totals[product] += Fraction(row["quantity_in_step"])
            assert Fraction(row["mg"]) == Fraction(row["quantity"]) * product[1]
            assert key(row["product"]) == product
    return days, totals


def read_calendar(data):
    days = {}
    for event in icalendar.Calendar.from_ical(data).walk("VEVENT"):
        start, summary = event["DTSTART"].dt, str(event["SUMMARY"])
        if not isinstance(start, datetime):
            spread(days, start, event["DTEND"].dt - timedelta(days=1), "", {})
            continue
        time = next(time for time, hour in TIMES_OF_DAY.items() if hour == start.hour + start.minute / 60)
        assert summary.startswith(f"{time.capitalize()}: ")
        rule = event.get("RRULE")
        times = dateutil.rrulestr(rule.to_ical().decode(), dtstart=start) if rule else [start]
        for moment in times:
            for text in summary.partition(": ")[2].split(" + "):
                add(days, moment.date(), time, amount(text))
    return days


def read_fhir(text, release):
    bundle = json.loads(text, parse_float=Fraction, parse_int=Fraction)
    resources = [entry["resource"] for entry in bundle["entry"]]
    days, totals, care = {}, Counter(), resources[0]
    for resource in resources[1:]:
        if resource["resourceType"] != "MedicationRequest":
            continue
        concept = resource["medication"]["concept"] if release == "R5" else resource["medicationCodeableConcept"]
        product = key(concept["text"])
        for dosage in resource["dosageInstruction"]:
            repeat = dosage["timing"]["repeat"]
            assert (repeat["frequency"], repeat["period"], repeat["periodUnit"]) == (1, 1, "d")
            first, last = (date.fromisoformat(repeat["boundsPeriod"][edge]) for edge in ("start", "end"))
            quantity = dosage["doseAndRate"][0]["doseQuantity"]
            assert quantity["unit"] == product[2]
            spread(days, first, last, WHEN[repeat["when"][0]], {product: quantity["value"]})
        totals[product] += resource["dispenseRequest"]["quantity"]["value"]
    free = [r["requestedPeriod"] for r in resources if r["resourceType"] == "Task"]
    free += [a["detail"]["scheduledPeriod"] for a in care["activity"] if "detail" in a]
    for period in free:
        spread(days, date.fromisoformat(period["start"]), date.fromisoformat(period["end"]), "", {})
    return days, totals


def read_printed(pages):
    """Days and totals from the text of the pages of the PDF."""
    days, totals, year, day, time, drug = {}, {}, None, None, "", ""
    unwrapped = (re.sub(r"\s*\n(?=[\d.]+ mg/mL|(?:loraz|diaz)epam$)", " ", page, flags=re.MULTILINE) for page in pages)
    for line in (line.strip() for page in unwrapped for line in page.splitlines()):
        if found := re.fullmatch(r"(.+ (?:tablet|liquid)) (whole|halves|quarters|[\d.]+ mL steps) (.+)", line):
            counts = re.findall(r"[\d.]+ mL|\d*[½¼¾]|\d+", found[3])
            totals[found[1], found[2]] = [count(c) for c in counts]
        elif found := re.fullmatch(r"[A-Z][a-z]+ (\d{4})(?: ½ . 5 mg is .*)?", line):
            year, day = found[1], None
        elif found := re.fullmatch(r"(?:.* )?(\d+) ([A-Z][a-z]{2}) step \d+", line):
            day, time = spoken_date(f"{found[1]} {found[2]} {year}"), ""
            add(days, day, "", {})
        elif found := re.fullmatch(rf"(morning|noon|evening|night)?\s*(.*{TIMES} [\d.]+ mg.*|[\d.]+ mL of .*)?", line):
            time = found[1] or time
            if found[2] and day and time:
                add(days, day, time, amount(found[2], drug))
        elif found := re.fullmatch(r"[\d.]+ mg (.+)", line):
            drug = found[1]
        elif line.startswith(("Made by", "page")):
            day = None
    return days, totals


def totals_of(plan):
    """What the plan uses and what is handed out at once and step by step, by name and way of splitting."""
    splits = {1: "whole", 2: "halves", 4: "quarters"}
    found = {}
    for product, used in plan.to_dispense().items():
        liquid = isinstance(product, Liquid)
        split = f"{product.step_ml:g} mL steps" if liquid else splits[product.parts]
        apart = sum((step.days * step.quantity(product)).__ceil__() for step in plan.steps)
        found[product.name, split] = [used, used, used] if liquid else [used, used.__ceil__(), apart]
    return found


def merged(totals, place):
    """Totals by drug, content and unit: products that differ only in how they are split count together."""
    found = Counter()
    for (name, _), counts in totals.items():
        found[key(name)] += counts[place]
    return found


def cells(table):
    return [[list(cell) for cell in row] for row in table.rows]


def check_forms(plan, start):
    """Every form but the PDF's pages agrees with the plan."""
    days, totals = expected(plan, start), totals_of(plan)
    assert read_text(plan_text(plan, start)) == (days, totals)
    csv_days, csv_totals = read_csv(plan_csv(plan, start))
    assert {d: {t: a for t, a in v.items() if t} for d, v in csv_days.items()} == days
    assert csv_totals == merged(totals, 0)
    assert read_calendar(plan_icalendar(plan, start, plan_id=ID)) == days
    for release in ("R4", "R5"):
        text = fhir_text(plan_fhir(plan, start, plan_id=ID, release=release))
        assert read_fhir(text, release) == (days, merged(totals, 1))
    issued = plan_of_json(plan_json(plan, start, plan_id=ID, sequence=3))
    assert (issued.plan, issued.start, issued.plan_id, issued.sequence) == (plan, start, ID, 3)
    data = json.loads(json.dumps(calendar_data(plan, start)))
    assert data["steps"]["rows"] == cells(step_table(plan, start))
    assert data["supply"]["rows"] == cells(supply_table(plan))
    assert printed_days(data) == days


def printed_days(data):
    """Days of the data of the printed calendar."""
    days = {}
    for month in data["months"]:
        for cell in (cell for week in month["weeks"] for cell in week if cell and "step" in cell):
            day = spoken_date(f"{cell['day']} {month['name'][:3]} {month['name'].split()[1]}")
            assert cell["month"] == month["name"][:3]
            add(days, day, "", {})
            for intake in cell["intakes"]:
                for text in intake["items"]:
                    add(days, day, intake["time"], amount(text, cell["dose"][0].split(" mg ")[-1]))
    return days


@pytest.mark.parametrize("name", PLANS)
def test_all_forms_agree(name):
    check_forms(PLANS[name], START)


@settings(max_examples=25)
@given(takings(), st.dates(date(2024, 1, 1), date(2031, 12, 31)))
def test_all_forms_of_any_plan_agree(taken, start):
    check_forms(made(*taken, notes=("A limit.",)), start)


def pages(pdf):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


@cache
def printed_pages(name):
    return pages(plan_pdf(PLANS[name], START))


@pytest.mark.parametrize("name", PLANS)
def test_the_printed_pages_say_the_same(name):
    plan = PLANS[name]
    assert read_printed(printed_pages(name)) == (expected(plan, START), totals_of(plan))


@settings(max_examples=4, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # shrinking would take minutes
@given(takings())
def test_the_printed_pages_of_any_plan_say_the_same(taken):
    plan = made(*taken)
    assert read_printed(pages(plan_pdf(plan, START, paper="us-letter"))) == (expected(plan, START), totals_of(plan))


@pytest.mark.parametrize("name", PLANS)
def test_tablets_sum_to_the_stated_dose_in_every_form(name):
    plan = PLANS[name]
    forms = {
        "table": read_text(plan_text(plan, START))[0],
        "calendar": read_calendar(plan_icalendar(plan, START, plan_id=ID)),
        "fhir": read_fhir(fhir_text(plan_fhir(plan, START, plan_id=ID)), "R5")[0],
        "pdf": read_printed(printed_pages(name))[0],
    }
    for form, days in forms.items():
        for k in range(plan.steps[-1].end_day):
            taken = Counter()
            for amounts in days[START + timedelta(days=k)].values():
                for (drug, content, _), quantity in amounts.items():
                    taken[drug] += content * quantity
            assert taken == {drug: mg for drug in plan.drugs if (mg := plan.mg_on(k, drug))}, (form, k)


@pytest.mark.parametrize("name", PLANS)
def test_the_last_days_say_that_nothing_is_taken(name):
    plan = PLANS[name]
    last = {START + timedelta(days=k) for k in range(plan.days_to_zero, plan.steps[-1].end_day)}
    row = step_table(plan, START).rows[-1]
    assert (row[4], row[6]) == (("no dose",), ("no dose",))
    written = [r for r in csv.DictReader(io.StringIO(plan_csv(plan, START))) if r["kind"] != "note"][-1]
    assert (written["kind"], written["quantity"], written["days"]) == ("no dose", "0", str(len(last)))
    event = icalendar.Calendar.from_ical(plan_icalendar(plan, START, plan_id=ID)).walk("VEVENT")[-1]
    assert str(event["SUMMARY"]).startswith("No dose")
    assert {event["DTSTART"].dt + timedelta(days=k) for k in range((event["DTEND"].dt - event["DTSTART"].dt).days)} == last
    r4 = plan_fhir(plan, START, plan_id=ID, release="R4")["entry"][0]["resource"]["activity"][-1]["detail"]
    r5 = plan_fhir(plan, START, plan_id=ID, release="R5")["entry"][-1]["resource"]
    assert r5["resourceType"] == "Task"
    assert "no dose of any drug" in r4["description"]
    assert r4["description"] == r5["description"]
    assert r4["scheduledPeriod"] == r5["requestedPeriod"] == {"start": str(min(last)), "end": str(max(last))}
    weeks = calendar_data(plan, START)["months"][-1]["weeks"]
    assert [cell for cell in weeks[-1] if cell and "step" in cell][-1]["dose"] == ("no dose",)


# ---- FHIR


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("release", ["R4", "R5"])
def test_fhir_validates(name, release):
    # R4 itself is not in that package; R4B has the same CarePlan, MedicationRequest and Bundle
    bundle = importlib.import_module({"R4": "fhir.resources.R4B.bundle", "R5": "fhir.resources.bundle"}[release])
    text = fhir_text(plan_fhir(PLANS[name], START, plan_id=ID, release=release))
    again = json.loads(bundle.Bundle.model_validate_json(text).model_dump_json(exclude_none=True))
    assert again == json.loads(text)


@pytest.mark.parametrize("release", ["R4", "R5"])
def test_fhir_ties_the_requests_to_one_draft(release):
    plan = PLANS["cross-over"]
    entries = plan_fhir(plan, START, plan_id=ID, release=release)["entry"]
    care, *others = [entry["resource"] for entry in entries]
    assert [entry["fullUrl"] for entry in entries] == [f"urn:uuid:{entry['resource']['id']}" for entry in entries]
    assert len({entry["fullUrl"] for entry in entries}) == len(entries)
    for resource in (care, *others):
        assert (resource["status"], resource["intent"]) == ("draft", "plan")
        assert resource.get("subject", resource.get("for")) == {"display": SUBJECT}
    for other in others:
        assert other["groupIdentifier"] == care["identifier"][0]
        assert other["basedOn"] == [{"reference": f"urn:uuid:{care['id']}"}]
    activities = {"R4": "reference", "R5": "plannedActivityReference"}[release]
    named = [a[activities]["reference"] for a in care["activity"] if activities in a]
    assert named == [f"urn:uuid:{other['id']}" for other in others]
    assert all(len(activity) == 1 for activity in care["activity"])  # R4: a reference or a detail, not both
    requests = [r for r in others if r["resourceType"] == "MedicationRequest"]
    assert len(requests) == len(plan.products)
    for request in requests:
        sequences = [d["sequence"] for d in request["dosageInstruction"]]
        assert sequences == sorted(sequences)
        assert {d["timing"]["repeat"]["when"][0] for d in request["dosageInstruction"]} <= set(WHEN)
    text = fhir_text(plan_fhir(plan, START, plan_id=ID, release=release))
    assert "coding" not in text  # products are texts: no code of a terminology comes from memory
    assert text.count("http://unitsofmeasure.org") == text.count('"code"') > 0


def test_fhir_names_a_subject_only_on_request():
    bundle = plan_fhir(PLANS["liquid"], START, plan_id=ID, subject="Patient 7")
    subjects = {json.dumps(e["resource"].get("subject", e["resource"].get("for"))) for e in bundle["entry"]}
    assert subjects == {'{"display": "Patient 7"}'}


# ---- iCalendar


def events(plan, **options):
    calendar = icalendar.Calendar.from_ical(plan_icalendar(plan, START, plan_id=ID, **options))
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_a_calendar_reminds_at_floating_times():
    plan = PLANS["four times, several products"]
    found = events(plan)
    assert len(found) == 4 + 1 + 1
    for event in found.values():
        assert event.walk("VALARM")[0]["TRIGGER"].dt == timedelta(0)
        assert (int(event["SEQUENCE"]), str(event["TRANSP"]), str(event["STATUS"])) == (0, "TRANSPARENT", "CONFIRMED")
        assert getattr(event["DTSTART"].dt, "tzinfo", None) is None
        assert DISCLAIMER in str(event["DESCRIPTION"])
        assert str(UUID(str(event["UID"]))) == str(event["UID"])
    assert b"UNTIL" not in plan_icalendar(plan, START, plan_id=ID)
    assert not [e for e in events(plan, alarms=False).values() if e.walk("VALARM")]


def test_a_later_plan_moves_events_and_cancels_what_is_gone():
    former, later = PLANS["four times, several products"], PLANS["one time of day, halves"]
    before, after = events(former), events(later, sequence=1, former=former)
    gone = {uid for uid, event in after.items() if str(event["STATUS"]) == "CANCELLED"}
    assert set(before) | set(events(later)) == set(after)
    assert gone == set(before) - set(events(later))
    assert len(gone) == 4  # morning, noon and evening of step 1, noon of step 2
    assert {int(event["SEQUENCE"]) for event in after.values()} == {1}
    assert min(e["DTSTAMP"].dt for e in after.values()) > max(e["DTSTAMP"].dt for e in before.values())
    another = icalendar.Calendar.from_ical(plan_icalendar(former, START, plan_id="another"))
    assert set(before).isdisjoint(str(event["UID"]) for event in another.walk("VEVENT"))


# ---- text that means something elsewhere

HOSTILE = '=1+1 #panic("x") [boo] $x$ \\ "q" <b>&amp; @ref `c` ; , a\nEND:VEVENT\r\n\x1b[31m\u202e // 1/2 x 2 mg'


def hostile_plan():
    drug = Tablet(HOSTILE, 5, parts=2)
    liquid = Liquid("#set page(width: 1cm)", 1)
    step = Step(0, 2, {drug.drug: 5, liquid.drug: 1}, (
        Intake("noon", (Item(drug, Fraction(1, 2)),)), Intake("night", (Item(drug, Fraction(1, 2)), Item(liquid, Fraction(1)))),
    ), HOSTILE)  # fmt: skip
    return Plan(HOSTILE, (step, Step(2, 1, {}, (), HOSTILE)), {HOSTILE: HOSTILE}, (HOSTILE, "", "note"))


def flat(text):
    return re.sub(r"\s+", "", text)


def test_hostile_text_stays_text():
    plan, shown = hostile_plan(), one_line(HOSTILE)
    assert not set("\n\r\x1b\u202e") & set(shown)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", plan_text(plan, START))

    rows = list(csv.DictReader(io.StringIO(plan_csv(plan, START))))
    assert rows[0]["drug"] == f"'{shown}"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert set(rows[0]) == set(COLUMNS)

    calendar = icalendar.Calendar.from_ical(plan_icalendar(plan, START, plan_id=HOSTILE))
    assert len(calendar.walk("VEVENT")) == 3
    assert str(calendar["NAME"]) == shown
    assert str(calendar.walk("VEVENT")[0]["SUMMARY"]) == f"Noon: 1/2 x 5 mg {shown}"

    for release in ("R4", "R5"):
        bundle = plan_fhir(plan, START, plan_id=HOSTILE, release=release, subject=HOSTILE)
        assert bundle["entry"][0]["resource"]["title"] == shown
        assert "<b>" not in bundle["entry"][0]["resource"]["text"]["div"]
    assert plan_of_json(plan_json(plan, START, plan_id=HOSTILE)).plan == plan

    first, *_ = printed = pages(plan_pdf(plan, START))
    assert flat(shown) in flat(first)
    assert flat("1 mL of 1 mg/mL #set page(width: 1cm)") in flat(" ".join(printed))
    assert flat(f"½ {TIMES} 5 mg {shown}") in flat(" ".join(printed))


class Cells(HTMLParser):
    """Texts of the cells of HTML, lines apart."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.inside = [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append([""])
            self.inside = True
        elif tag == "br":
            self.rows[-1][-1].append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in {"td", "th"}

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1][-1] += data


@pytest.mark.parametrize("plan", [*PLANS.values(), hostile_plan()], ids=lambda plan: plan.title[:12])
def test_html_has_the_cells_of_the_table(plan):
    table = step_table(plan, START)
    assert Cells(table.html_rows()).rows == cells(table)
    whole = Cells(plan_html(plan, START)).rows
    assert [row for row in whole if row in cells(table)] == cells(table)
    assert [[[h] for h in table.headings]] == whole[:1]


# ---- files


def test_files_are_written_whole_and_the_same_every_time(tmp_path):
    plan = PLANS["example"]
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        paths = write_plan(plan, folder, START, plan_id=ID, sequence=2)
        assert list(paths) == list(FILES)
        assert sorted(paths.values()) == sorted(folder.iterdir())
    assert [(first / n).read_bytes() for n in FILES] == [(second / n).read_bytes() for n in FILES]
    issued = read_plan(first / "plan.json")
    assert (issued.plan, issued.start, issued.sequence) == (plan, START, 2)
    # the reader's plan makes the same files
    write_plan(issued.plan, second, issued.start, plan_id=issued.plan_id, sequence=issued.sequence)
    assert [(first / n).read_bytes() for n in FILES] == [(second / n).read_bytes() for n in FILES]


WRONG = [
    ({"start": datetime(2027, 1, 4)}, "start of a plan"),
    ({"start": date(9999, 12, 1)}, "beyond the last year"),
    ({"plan_id": " "}, "id of a plan"),
    ({"sequence": -1}, "sequence of a plan"),
    ({"sequence": True}, "sequence of a plan"),
    ({"paper": "a5"}, "unknown paper"),
]


@pytest.mark.parametrize(("change", "said"), WRONG, ids=lambda value: str(value)[:30])
def test_nothing_is_written_on_bad_input(tmp_path, change, said):
    with pytest.raises(InputError, match=said):
        write_plan(PLANS["example"], tmp_path, **({"start": START, "plan_id": ID} | change))
    assert not list(tmp_path.iterdir())


def test_a_folder_must_exist(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        write_plan(PLANS["example"], tmp_path / "new", START, plan_id=ID)


@pytest.mark.parametrize("package", ["typst", "icalendar"])
def test_a_missing_package_names_the_extra(tmp_path, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=rf"{package} is not installed.*allostasis\[clinic\]"):
        write_plan(PLANS["example"], tmp_path, START, plan_id=ID)
    assert not list(tmp_path.iterdir())


def test_an_unknown_release_is_refused():
    with pytest.raises(InputError, match="FHIR release"):
        plan_fhir(PLANS["example"], START, plan_id=ID, release="R3")


def change(**fields):
    return json.dumps(json.loads(plan_json(PLANS["cross-over"], START, plan_id=ID)) | fields)


STEPS = json.loads(change())["steps"]
BROKEN = {
    "no JSON": "{",
    "a list": "[]",
    "another format": change(format="x"),
    "another version": change(version=2),
    "no title": json.dumps({k: v for k, v in json.loads(change()).items() if k != "title"}),
    "no date": change(start="soon"),
    "a gap": change(steps=[*STEPS[:1], *STEPS[2:]]),
    "half a day": change(steps=[STEPS[0] | {"days": 7.5}, *STEPS[1:]]),
    "an end above zero": change(steps=STEPS[:-1]),
    "another dose": change(steps=[STEPS[0] | {"mg_per_day": {"lorazepam": "1"}}, *STEPS[1:]]),
    "no such product": change(products=[]),
    "a fraction of zero": change(steps=[STEPS[0] | {"mg_per_day": {"lorazepam": "1/0"}}, *STEPS[1:]]),
    "an unknown form": change(products=[{"form": "patch"}]),
    "a strength that is text": change(products=[{"form": "tablet", "drug": "x", "strength_mg": "5"}]),
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plan_is_refused(tmp_path, name):
    path = tmp_path / "plan.json"
    path.write_text(BROKEN[name], encoding="utf-8")
    with pytest.raises(InputError):
        read_plan(path)


def test_a_plan_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_plan(tmp_path / "none.json")


# ---- smaller things


def test_products_that_differ_only_in_splitting_have_an_order():
    products = [Tablet("diazepam", 5, parts=parts) for parts in (4, 1, 2)]
    plan = made((2, "", {"noon": [(p, 1) for p in products]}))
    assert [p.parts for p in sorted_products(plan)] == [4, 2, 1]
    assert [s.product for s in supplies(plan)] == list(sorted_products(plan))
    assert len({e["resource"]["id"] for e in plan_fhir(plan, START, plan_id=ID)["entry"]}) == 5  # plan, 3 requests, days of zero


def test_odd_volumes_are_rounded_only_where_they_have_no_decimal_form():
    assert decimal_text(Fraction(1, 3)) == "0.333333"
    assert decimal_text(Fraction(10**9 + 1, 10**9)) == "1.000000001"
    third = Liquid("diazepam", 1, 1 / 3)
    plan = made((3, "", {"noon": [(third, Fraction(2, 3))]}))
    assert plan_of_json(plan_json(plan, START, plan_id=ID)).plan == plan  # no loss there
    assert "0.666667 mL" in plan_text(plan, START)


def test_every_form_carries_notes_and_caution():
    plan = made((2, "", {"noon": [(FIVE, 1)]}), notes=("Mind the gap.",))
    ical = icalendar.Calendar.from_ical(plan_icalendar(plan, START, plan_id=ID))
    texts = {
        "text": " ".join(plan_text(plan, START).split()), "html": plan_html(plan, START).replace("&#x27;", "'"),
        "csv": plan_csv(plan, START), "calendar": str(ical["DESCRIPTION"]), "json": plan_json(plan, START, plan_id=ID),
        "pdf": " ".join(pages(plan_pdf(plan, START))[0].split()),
    }  # fmt: skip
    texts |= {release: fhir_text(plan_fhir(plan, START, plan_id=ID, release=release)) for release in ("R4", "R5")}
    for form, text in texts.items():
        assert "Mind the gap." in text, form
        assert DISCLAIMER in text, form


def test_a_pdf_is_set_in_its_own_fonts_and_tagged():
    reader = pypdf.PdfReader(io.BytesIO(plan_pdf(PLANS["example"], START)))
    fonts = {str(f.get_object()["/BaseFont"]) for page in reader.pages for f in page["/Resources"]["/Font"].values()}
    assert fonts
    assert all("Libertinus" in font for font in fonts)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert len(plan_pictures(PLANS["example"], START, ppi=20)) == len(reader.pages)


@pytest.mark.parametrize("title", ["Πλάνο, план, Ł", "日本", "\U00013000"])
def test_letters_are_printed_or_refused_by_name(title):
    plan = made((2, "", {"noon": [(FIVE, 1)]}), title=title)
    try:
        first = pages(plan_pdf(plan, START))[0]
    except InputError as error:
        assert title[0] in str(error)  # noqa: PT017 - either is right, whatever fonts the machine has
        assert not title.startswith("Π")
    else:
        assert title in first


def test_a_day_with_more_than_a_page_loses_nothing():
    many = {time: [(Tablet(f"drug {k}", 5), 1) for k in range(30)] for time in TIMES_OF_DAY}
    printed = "\n".join(pages(plan_pdf(made((1, "", many)), START)))
    # at four times of day, in the table of steps and in the calendar
    assert [len(re.findall(rf"1 {TIMES} 5 mg\s+drug {k}\b", printed)) for k in range(30)] == [8] * 30


def test_the_picture_of_the_example(tmp_path, monkeypatch):
    path = tmp_path / "calendar.png"
    monkeypatch.setattr(sys, "argv", ["plan_example", str(path)])
    plan_example.main()
    assert path.read_bytes().startswith(b"\x89PNG")
