"""The form of the page Taper at work: read while it is written, each refusal below its field, strengths filled in by market."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from htmltools import Tag
from shiny import Inputs, Outputs, Session, reactive, render, ui

from allostasis.app.client import show
from allostasis.app.field import connect_field
from allostasis.app.pages.taper_draft import Asked, Refusals, read
from allostasis.app.pages.taper_form import EXAMPLE, SELECTS, marketed, markets
from allostasis.app.steady import steady
from allostasis.app.words import line
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
        await show(session, "switching", bool(input.switch()), instead="switch")

    def wrong(key: str) -> InputError | None:
        found = checked()
        return None if isinstance(found, Asked) else found.get(key)

    def understood() -> str:
        found = checked()
        if not isinstance(found, Asked):
            return ""
        asked = found.question
        return f"Read as {float(asked.mg_per_day):g} mg a day ({', '.join(asked.times)}) for {asked.use_days} days."

    told = steady(understood)

    @render.ui
    def read_dose() -> Tag | None:
        return line(told()) if told() else None

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
        connect_field(key, output, session, lambda key=key: wrong(key))
    return Editor(written, checked, fill)
