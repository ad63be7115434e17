"""What the page Taper shows of an answer beside its figures: words, the plan as tablets per day, plans compared, files."""

import math
from collections.abc import Sequence
from datetime import date

from htmltools import Tag, TagList, tags
from shiny import ui

from allostasis.app.pages.taper_answer import TYPES, TaperAnswer, offered
from allostasis.clinic.taper import Item, Liquid, Plan, Question, Step
from allostasis.clinic.taper.outcome import Found, Infeasible
from allostasis.clinic.taper.plan import TIMES_OF_DAY
from allostasis.interop import plan_words as words
from allostasis.interop.plan_table import supply_table
from allostasis.report.page import Cell

EMPTY = (
    "Find a plan searches the fastest taper that real tablets can make, that no ceiling of a guideline forbids, and that keeps"
    " the modelled imbalance of the brain under a cap. Then it simulates the tablets of the plan day by day, beside a classical"
    " schedule, in the same people."
)
HARD = "\N{NO-BREAK SPACE}"  # a quantity stays on one line
WEEK_DAYS = 7  # structural: days in a week


def answer_card(answer: TaperAnswer) -> Tag:
    """Return the answer in words, with its numbers large where there is a plan."""
    outcome, page = answer.study.outcome, answer.page
    notes = set() if answer.study.plan is None else set(answer.study.plan.notes)
    told = [line for line in page.details if line not in notes]
    name = "A plan" if isinstance(outcome, Found) else "No plan" if isinstance(outcome, Infeasible) else "No plan was found"
    return tags.section(
        {"class": "answer" if isinstance(outcome, Found) else "answer none", "aria-label": "The answer"},
        tags.h2(f"{name}: {page.title[0].lower()}{page.title[1:]}"),
        tags.p({"class": "headline"}, page.headline),
        _numbers(answer, outcome) if isinstance(outcome, Found) else None,
        tags.ul(*(tags.li(line) for line in told)) if told else None,
        tags.p({"class": "note"}, page.caution),
    )


def _numbers(answer: TaperAnswer, found: Found) -> Tag:
    first = answer.asked.start
    steps = sum(1 for step in found.plan.steps if step.mg_per_day)
    shown = (
        ("weeks to zero", f"{found.plan.days_to_zero / WEEK_DAYS:g}"),
        ("first day without", words.date_text(words.day_of(first, found.plan.days_to_zero))),
        ("doses on the way", str(steps)),
        (_whose(found.question), f"{found.verified.level:.3f}"),
    )
    return tags.dl({"class": "numbers"}, *(tags.div(tags.dt(name), tags.dd(value)) for name, value in shown))


def _whose(question: Question) -> str:
    number = question.virtual_patients
    if not number:
        return "highest imbalance"
    return f"highest imbalance, {math.ceil(question.quantile * number)} of {number} people"


def plan_card(answer: TaperAnswer) -> Tag | None:
    """Return the plan as tablets per day, a row a step."""
    plan = answer.study.plan
    if plan is None:
        return None
    kept = isinstance(answer.study.outcome, Found)
    lead = "What is taken each day, week by week. What is swallowed adds up to the dose, exactly."
    if not kept:
        lead = "The plan that came nearest: its real tablets exceed the cap when they are simulated, so it does not answer."
    liquids = [product for product in plan.products if isinstance(product, Liquid)]
    if len(liquids) == 1:
        lead += f" Volumes are of the liquid with {liquids[0].mg_per_ml:g} mg/mL."
    return tags.section(
        {"class": "panel", "aria-labelledby": "taper-plan"},
        tags.h2({"id": "taper-plan"}, "The plan, tablets per day" if kept else "The nearest plan, tablets per day"),
        tags.p({"class": "lead"}, lead),
        _region("Steps of the plan", _steps(plan, answer.asked.start), tall=True),
        tags.h3({"class": "below"}, "To dispense"),
        _region("To dispense", _supplies(plan)),
        tags.details(tags.summary("Notes of the plan"), tags.ul(*(tags.li(words.one_line(note)) for note in plan.notes))),
    )


def _steps(plan: Plan, start: date) -> Tag:
    times = [time for time in TIMES_OF_DAY if any(i.time_of_day == time for s in plan.steps for i in s.intakes)]
    heads = ("Week", "Dates", "Dose a day", *(time.capitalize() for time in times))
    several = len(plan.drugs) > 1 or sum(isinstance(p, Liquid) for p in plan.products) > 1
    rows = [_step(step, start, times, heads, several) for step in plan.steps]
    return _table(heads, rows, "arms plan steps")


def _step(step: Step, start: date, times: Sequence[str], heads: Sequence[str], several: bool) -> Tag:
    first, last = words.first_and_last(step, start)
    taken = {intake.time_of_day: " + ".join(_item(item, several) for item in intake.items) for intake in step.intakes}
    head = tags.th({"scope": "row"}, f"{step.start_day / WEEK_DAYS + 1:.3g}")
    if not step.intakes:
        rest = tags.td({"colspan": str(len(heads) - 2)}, words.NO_DOSE)
        return tags.tr({"class": "zero"}, head, tags.td(f"from {words.date_text(first)}"), rest)
    doses = words.dose_texts(step) if several else [f"{float(mg):g} mg" for mg in step.mg_per_day.values()]
    begun = words.date_text(first).removesuffix(f" {last.year}")
    cells = [f"{begun} to {words.date_text(last)}", ", ".join(doses), *(taken.get(time, "nothing") for time in times)]
    return tags.tr(head, *(tags.td({"data-label": name}, text) for name, text in zip(heads[1:], cells, strict=True)))


def _item(item: Item, several: bool) -> str:
    """A quantity for a narrow cell; the drug, or which liquid, only where a plan has several."""
    if isinstance(item.product, Liquid) and not several:
        return f"{float(item.quantity):g} mL".replace(" ", HARD)
    return words.item_text(item) if several else item.text.replace(" x ", " \N{MULTIPLICATION SIGN} ").replace(" ", HARD)


def _supplies(plan: Plan) -> Tag:
    table = supply_table(plan)
    heads = tuple(head.capitalize() for head in table.headings)
    return _table(heads, [_row(heads, ["; ".join(lines) for lines in row]) for row in table.rows])


def _row(heads: Sequence[str], cells: Sequence[str]) -> Tag:
    made = (tags.td({"data-label": head}, text) for head, text in zip(heads[1:], cells[1:], strict=True))
    return tags.tr(tags.th({"scope": "row"}, cells[0]), *made)


def _table(heads: Sequence[str], rows: Sequence[Tag], kind: str = "arms plan") -> Tag:
    head = tags.tr(*(tags.th({"scope": "col"}, text) for text in heads))
    return tags.table({"class": kind}, tags.thead(head), tags.tbody(*rows))


def _region(label: str, table: Tag, *, tall: bool = False) -> Tag:
    kind = "scroll tall" if tall else "scroll"
    return tags.div({"class": kind, "tabindex": "0", "role": "region", "aria-label": label}, table)


def compared_card(answer: TaperAnswer) -> Tag | None:
    """Return the plans side by side."""
    table = answer.page.table
    if not table.rows:
        return None

    def cell(head: str, content: Cell) -> Tag:
        text, remark = content
        return tags.td({"data-label": head}, tags.span(text), tags.small(remark) if remark else None)

    rows = []
    for row in table.rows:
        colour = {} if row.arm is None else {"style": f"color: var(--arm{row.arm.colour})"}
        cells = [cell(head, content) for (head, _), content in zip(table.columns[1:], row.cells, strict=True)]
        name = tags.th({"scope": "row", **colour}, row.name, tags.small(row.remark) if row.remark else None)
        rows.append(tags.tr(name, *cells))
    heads = [tags.th({"scope": "col"}, text, tags.small(remark) if remark else None) for text, remark in table.columns]
    made = tags.table({"class": "arms"}, tags.thead(tags.tr(*heads)), tags.tbody(*rows))
    left_out = [f"{name} was left out: {why}" for name, why in answer.study.left_out.items()]
    return tags.section(
        {"class": "panel", "aria-labelledby": "taper-compared"},
        tags.h2({"id": "taper-compared"}, "Plans side by side" if len(rows) > 1 else "The plan in numbers"),
        tags.p({"class": "lead"}, table.note),
        _region("Plans side by side", made),
        *(tags.p({"class": "note"}, text) for text in left_out),
    )


def files_card(answer: TaperAnswer) -> Tag:
    """Return the buttons that hand out the files."""
    buttons = [ui.download_button(button_id(name), TYPES[name][0]) for name in offered(answer)]
    return tags.section(
        {"class": "panel files", "aria-labelledby": "taper-files"},
        tags.h2({"id": "taper-files"}, "Take it with you"),
        tags.div({"class": "row-of-buttons"}, *buttons),
        tags.p({"class": "refusal"}, tags.b("No files of the plan. "), answer.lacking) if answer.lacking else None,
        tags.p({"class": "note"}, words.DISCLAIMER) if answer.study.plan is not None else None,
    )


def limits_card(answer: TaperAnswer) -> Tag:
    """Return what the answer cannot tell, and how it was made."""
    made = (tags.div(tags.dt(name), tags.dd(value)) for name, value in answer.page.made.items())
    return tags.section(
        {"class": "panel", "aria-labelledby": "taper-limits"},
        tags.h2({"id": "taper-limits"}, "What this cannot tell"),
        tags.ul({"class": "limits"}, *(tags.li(text) for text in answer.page.limits)),
        tags.details(tags.summary("How it was made"), tags.dl({"class": "numbers small"}, *made)),
    )


def waiting(text: str, share: float, ahead: int, begun: bool) -> TagList:
    """Return the line of progress."""
    said = text or "starting" if begun else f"waiting, {ahead} before you"
    value = {"value": f"{share:.3f}"} if begun and share else {}
    bar = tags.progress({"max": "1", "aria-label": "share done, estimated", **value})
    return TagList(tags.div({"class": "progress-line"}, bar), tags.p({"class": "understood"}, f"{said[0].upper()}{said[1:]}"))


def empty() -> Tag:
    """Return what stands where the answer will be."""
    return tags.section(
        {"class": "panel empty", "aria-label": "No answer yet"},
        tags.h2("No plan yet"),
        tags.p(EMPTY),
        tags.ul(
            tags.li("If there is none, it says why, and what would help."),
            tags.li("A plan comes as PDF, calendar, FHIR and table."),
            tags.li("A search takes some seconds for one person and up to a minute or two for a group; it can be cancelled."),
        ),
    )


def button_id(name: str) -> str:
    """Id of the button of a file.

    >>> button_id("plan_fhir_r4.json")
    'file_plan_fhir_r4_json'
    """
    return "file_" + name.replace(".", "_")
