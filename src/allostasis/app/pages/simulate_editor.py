"""The editor of the page Simulate: what stands in the form as a draft, checked while it is typed, and how it is filled."""

from collections.abc import Callable
from dataclasses import dataclass

from htmltools import Tag, tags
from shiny import Inputs, Outputs, Session, reactive, render, ui

from allostasis.app.client import focus, mark, show
from allostasis.app.limits import Limits
from allostasis.app.pages.simulate_draft import Draft
from allostasis.app.pages.simulate_form import CHOICES, EXAMPLE, ON_THE_FORM, SLOTS
from allostasis.app.words import refusal
from allostasis.quantity import InputError
from allostasis.regimen import parse_regimen
from allostasis.simulation import Case, parse_case
from allostasis.simulation.simulate import arm_regimens

WAYS = {"stop": "then stop", "start": "then taper {cut} of start every {every}, then stop",
        "current": "then taper {cut} of current every {every} until below 10 % of start, then stop"}  # fmt: skip
"""How the small form lets a course end."""


@dataclass(frozen=True)
class Editor:
    """What the rest of the page needs of the form.

    Attributes:
        draft: what stands in it.
        checked: the case that it makes, or why it makes none.
        fill: writes a draft into it.
        kept: what a file held that the form does not show.
    """

    draft: Callable[[], Draft]
    checked: Callable[[], Case | InputError]
    fill: Callable[[Draft], None]
    kept: Callable[[], dict]


def checked_case(table: dict, limits: Limits) -> Case:
    """Check a case with its regimens; raises InputError."""
    case = limits.check(parse_case(table))
    arm_regimens(case)
    return case


def connect_editor(input: Inputs, output: Outputs, session: Session, limits: Limits) -> Editor:
    """Connect the form."""
    arms = reactive.value(len(EXAMPLE["arm"]))
    kept: reactive.Value[dict] = reactive.value({})

    @reactive.calc
    def draft() -> Draft:
        patient = {key: str(input[key]() or "") for key in ON_THE_FORM}
        written = [(input[f"name{k}"](), input[f"regimen{k}"]()) for k in range(arms())]
        return Draft(input.title(), input.horizon(), patient, written, kept())

    @reactive.calc
    def checked() -> Case | InputError:
        try:
            return checked_case(draft().table(), limits)
        except InputError as error:
            return error

    def fill(new: Draft) -> None:
        ui.update_text("title", value=new.title)
        ui.update_text("horizon", value=new.horizon)
        for key, text in new.patient.items():
            if key in CHOICES:
                ui.update_select(key, selected=text)
            else:
                ui.update_text(key, value=text)
        for k in range(SLOTS):
            _write_arm(k, *(new.arms[k] if k < len(new.arms) else ("", "")))
        kept.set(dict(new.kept))
        arms.set(len(new.arms))

    def add(regimen: str) -> None:
        k = arms()
        if k < SLOTS:
            _write_arm(k, f"arm {k + 1}", regimen)
            arms.set(k + 1)
            focus(session, f"regimen{k}")

    @reactive.effect
    @reactive.event(input.add)
    def _() -> None:
        add("")

    @reactive.effect
    @reactive.event(input.write)
    def _() -> None:
        cut, _, every = input.w_cut().partition(" every ")
        course = f"{input.w_drug()} {input.w_dose()} po {input.w_often()} for {input.w_for()}"
        add(f"{course}, {WAYS[input.w_end()].format(cut=cut, every=every)}")

    @reactive.effect
    async def _() -> None:
        for k in range(SLOTS):
            await show(session, f"slot{k}", k < arms(), instead="add")
        ui.update_action_button("add", disabled=arms() >= SLOTS)
        ui.update_action_button("remove0", disabled=arms() <= 1)

    for k in range(SLOTS):
        _connect_arm(k, input, output, session, Editor(draft, checked, fill, kept), arms)
    return Editor(draft, checked, fill, kept)


def _write_arm(k: int, name: str, regimen: str) -> None:
    ui.update_text(f"name{k}", value=name)
    ui.update_text_area(f"regimen{k}", value=regimen)


def _connect_arm(k: int, input: Inputs, output: Outputs, session: Session, editor: Editor, arms: Callable[[], int]) -> None:
    """Connect one arm: say how its regimen is read, and remove it."""

    @reactive.effect
    @reactive.event(input[f"remove{k}"])
    def _() -> None:
        left = arms() - 1
        if left:
            editor.fill(editor.draft().without_arm(k))
        if left == 1:
            focus(session, "add")  # the last one can't be removed

    @reactive.calc
    def read() -> str | InputError:
        text = input[f"regimen{k}"]()
        if editor.kept().get("arm", {}).get(k, {}).get("shown") == text:
            return text
        try:
            return str(parse_regimen(text[: 2 * MOST_SHOWN]))
        except InputError as error:
            return error

    @output(id=f"said{k}")
    @render.ui
    def said() -> Tag | None:
        if k >= arms():
            return None
        found = read()
        return refusal(found) if isinstance(found, InputError) else tags.p({"class": "understood"}, f"Read as: {found}")

    @reactive.effect
    async def _() -> None:
        wrong = k < arms() and isinstance(read(), InputError)
        await mark(session, f"regimen{k}", wrong)


MOST_SHOWN = 10_000
"""Characters of a regimen that are read while it is typed; a longer one is refused with the case."""
