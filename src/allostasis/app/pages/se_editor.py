"""The form of the page Status epilepticus at work: read while it is written, each refusal below its field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from htmltools import Tag, tags
from shiny import Inputs, Outputs, Session, reactive, render, ui

from allostasis.app.pages.se_draft import Draft, Refusals, read
from allostasis.app.pages.se_form import DEFAULTS, OWN, SELECTS, SLOTS
from allostasis.app.pages.se_laid import EXAMPLE, of_preset
from allostasis.app.words import refusal
from allostasis.clinic.status_epilepticus.question import Question
from allostasis.quantity import InputError

TEXTS = tuple(key for key in DEFAULTS if key not in (*SELECTS, "above"))
"""Fields of free text."""


@dataclass(frozen=True)
class Editor:
    """What the page needs of its form.

    Attributes:
        draft: what stands in it.
        checked: the question, or what is wrong, by field.
        fill: writes a draft into it.
    """

    draft: Callable[[], Draft]
    checked: Callable[[], Question | Refusals]
    fill: Callable[[Draft], None]


def connect_editor(input: Inputs, output: Outputs, session: Session) -> Editor:
    """Connect the fields."""
    number = reactive.value(len(EXAMPLE.protocols))
    filled_for = reactive.value(EXAMPLE.fields["preset"])
    beside: reactive.Value[Mapping[str, Any]] = reactive.value({})

    @reactive.calc
    def draft() -> Draft:
        fields = {key: str(input[key]() or "") for key in (*TEXTS, *SELECTS)} | {"above": "yes" if input.above() else ""}
        return Draft(fields, [(input[f"name{k}"](), input[f"steps{k}"]()) for k in range(number())], beside())

    @reactive.calc
    def checked() -> Question | Refusals:
        return read(draft())

    def fill(new: Draft) -> None:
        filled_for.set(new.fields["preset"])
        beside.set(new.beside)
        for key in TEXTS:
            ui.update_text(key, value=new.fields[key])
        for key in SELECTS:
            ui.update_select(key, selected=new.fields[key])
        ui.update_checkbox("above", value=new.fields["above"] == "yes")
        for k in range(SLOTS):
            _write(k, *(new.protocols[k] if k < len(new.protocols) else ("", "")))
        number.set(len(new.protocols))

    @reactive.effect
    @reactive.event(input.preset)
    def _() -> None:
        if input.preset() != filled_for():
            filled_for.set(input.preset())
            if input.preset() != OWN:
                fill(of_preset(input.preset()))

    @reactive.effect
    @reactive.event(input.add)
    async def _() -> None:
        k = number()
        if k < SLOTS:
            _write(k, f"protocol {k + 1}", "lorazepam 4 mg iv" if input.preparation() == "human" else "diazepam 10 mg/kg ip")
            number.set(k + 1)
            await session.send_custom_message("allostasis-focus", {"id": session.ns(f"steps{k}")})

    @reactive.effect
    async def _() -> None:
        for k in range(SLOTS):
            await session.send_custom_message("allostasis-shown", {"id": session.ns(f"slot{k}"), "shown": k < number()})
        human = input.preparation() == "human"
        await session.send_custom_message("allostasis-shown", {"id": session.ns("person"), "shown": human})
        ui.update_action_button("add", disabled=number() >= SLOTS)
        ui.update_action_button("remove0", disabled=number() <= 1)

    editor = Editor(draft, checked, fill)
    for k in range(SLOTS):
        _connect_slot(k, input, output, session, editor, number)
    for key in TEXTS:
        _connect_field(key, output, session, checked)
    return editor


def _write(k: int, name: str, steps: str) -> None:
    ui.update_text(f"name{k}", value=name)
    ui.update_text_area(f"steps{k}", value=steps)


def _connect_slot(
    k: int, input: Inputs, output: Outputs, session: Session, editor: Editor, number: Callable[[], int]
) -> None:
    """Connect one protocol: say what is wrong with its steps, and remove it."""

    @reactive.effect
    @reactive.event(input[f"remove{k}"])
    def _() -> None:
        if number() > 1:
            editor.fill(editor.draft().without(k))

    _connect_field(f"steps{k}", output, session, editor.checked)


def _connect_field(key: str, output: Outputs, session: Session, checked: Callable[[], Question | Refusals]) -> None:
    """Say below a field what is wrong with it, and mark it."""

    @reactive.calc
    def wrong() -> InputError | None:
        found = checked()
        return None if isinstance(found, Question) else found.get(key)

    @output(id=f"said_{key}")
    @render.ui
    def said() -> Tag | None:
        error = wrong()
        return None if error is None else tags.div(refusal(error))

    @reactive.effect
    async def _() -> None:
        await session.send_custom_message("allostasis-invalid", {"id": session.ns(key), "wrong": wrong() is not None})
