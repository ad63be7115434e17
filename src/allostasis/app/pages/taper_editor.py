"""The form of the page Taper at work: read while it is written, each refusal below its field, strengths filled in by market."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from htmltools import Tag, tags
from shiny import Inputs, Outputs, Session, reactive, render, ui

from allostasis.app.pages.taper_draft import Asked, Refusals, read
from allostasis.app.pages.taper_form import EXAMPLE, SELECTS, marketed, markets
from allostasis.app.words import refusal
from allostasis.quantity import InputError

TEXTS = tuple(key for key in EXAMPLE if key not in (*SELECTS, "above_label"))
"""Fields of free text."""


@dataclass(frozen=True)
class Editor:
    """What the page needs of its form.

    Attributes:
        written: the texts of the fields.
        checked: the question, or what is wrong, by field.
        fill: writes texts into the fields.
    """

    written: Callable[[], dict[str, str]]
    checked: Callable[[], Asked | Refusals]
    fill: Callable[[Mapping[str, str]], None]


def connect_editor(input: Inputs, output: Outputs, session: Session) -> Editor:
    """Connect the fields."""
    filled_for = reactive.value((EXAMPLE["drug"], EXAMPLE["market"]))

    @reactive.calc
    def written() -> dict[str, str]:
        fields = {key: str(input[key]() or "") for key in (*TEXTS, *SELECTS)}
        return fields | {"above_label": "yes" if input.above_label() else ""}

    @reactive.calc
    def checked() -> Asked | Refusals:
        return read(written(), date.today())

    @reactive.effect
    @reactive.event(input.drug, input.market)
    def _() -> None:
        known = markets(input.drug())
        chosen = (input.drug(), input.market() if input.market() in known else "")
        if chosen == filled_for():
            return
        if chosen[0] != filled_for()[0]:
            ui.update_select("market", choices=known, selected=chosen[1])
        ui.update_text_area("strengths", value=marketed(*chosen))
        filled_for.set(chosen)

    @reactive.effect
    async def _() -> None:
        await session.send_custom_message("allostasis-shown", {"id": session.ns("switching"), "shown": bool(input.switch())})

    @render.ui
    def read_dose() -> Tag | None:
        found = checked()
        if not isinstance(found, Asked):
            return None
        question = found.question
        text = f"Read as {float(question.mg_per_day):g} mg a day ({', '.join(question.times)}) for {question.use_days} days."
        return tags.p({"class": "understood"}, text)

    def fill(state: Mapping[str, str]) -> None:
        filled_for.set((state["drug"], state["market"]))
        for name in TEXTS:
            update = ui.update_text_area if name == "strengths" else ui.update_text
            update(name, value=state[name])
        ui.update_select("market", choices=markets(state["drug"]), selected=state["market"])
        for name in SELECTS:
            if name != "market":
                ui.update_select(name, selected=state[name])
        ui.update_checkbox("above_label", value=state["above_label"] == "yes")

    for key in EXAMPLE:
        _connect_field(key, output, session, checked)
    return Editor(written, checked, fill)


def _connect_field(key: str, output: Outputs, session: Session, checked: Callable[[], Asked | Refusals]) -> None:
    """Say below a field what is wrong with it, and mark it."""

    @reactive.calc
    def wrong() -> InputError | None:
        found = checked()
        return None if isinstance(found, Asked) else found.get(key)

    @output(id=f"said_{key}")
    @render.ui
    def said() -> Tag | None:
        error = wrong()
        return None if error is None else refusal(error)

    @reactive.effect
    async def _() -> None:
        await session.send_custom_message("allostasis-invalid", {"id": session.ns(key), "wrong": wrong() is not None})
