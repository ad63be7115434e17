"""The form of the page Status epilepticus at work: read while it is written, each refusal below its field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shiny import Inputs, Outputs, Session, reactive, ui

from allostasis.app.client import focus, show
from allostasis.app.field import connect_field
from allostasis.app.pages.se_draft import Draft, Refusals, read
from allostasis.app.pages.se_form import DEFAULTS, OWN, SELECTS, SLOTS
from allostasis.app.pages.se_laid import EXAMPLE, of_preset
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
    def _() -> None:
        k = number()
        if k < SLOTS:
            _write(k, f"protocol {k + 1}", "lorazepam 4 mg iv" if input.preparation() == "human" else "diazepam 10 mg/kg ip")
            number.set(k + 1)
            focus(session, f"steps{k}")

    @reactive.effect
    async def _() -> None:
        for k in range(SLOTS):
            await show(session, f"slot{k}", k < number(), instead="add")
        await show(session, "person", input.preparation() == "human", instead="preparation")
        ui.update_action_button("add", disabled=number() >= SLOTS)
        ui.update_action_button("remove0", disabled=number() <= 1)

    def wrong(key: str) -> InputError | None:
        found = checked()
        return None if isinstance(found, Question) else found.get(key)

    editor = Editor(draft, checked, fill)
    for k in range(SLOTS):
        _connect_remove(k, input, session, editor)
    for key in (*TEXTS, *(f"steps{k}" for k in range(SLOTS))):
        connect_field(key, output, session, lambda key=key: wrong(key))
    return editor


def _write(k: int, name: str, steps: str) -> None:
    ui.update_text(f"name{k}", value=name)
    ui.update_text_area(f"steps{k}", value=steps)


def _connect_remove(k: int, input: Inputs, session: Session, editor: Editor) -> None:
    """Connect the button that removes a protocol."""

    @reactive.effect
    @reactive.event(input[f"remove{k}"])
    def _() -> None:
        left = len(editor.draft().protocols) - 1
        if left:
            editor.fill(editor.draft().without(k))
        if left == 1:
            focus(session, "add")  # the last one can't be removed
