"""How a run of the page Status epilepticus begins: by its button, by the address, by a file that is opened."""

from pathlib import Path

from htmltools import TagList
from shiny import Inputs, Session, reactive, render, req

from allostasis.app.address import from_word, to_word
from allostasis.app.opening import read_toml, too_large
from allostasis.app.pages.se_answer import SeAnswer
from allostasis.app.pages.se_draft import Draft, read
from allostasis.app.pages.se_editor import Editor
from allostasis.app.pages.se_laid import EXAMPLE, of_question, of_state
from allostasis.app.run import Run
from allostasis.app.words import line, refusal
from allostasis.clinic.status_epilepticus.question import Question, parse_question
from allostasis.quantity import InputError


def connect_button(input: Inputs, session: Session, editor: Editor, run: Run[Question, SeAnswer]) -> None:
    """Start and stop by button."""

    @reactive.effect
    @reactive.event(input.run)
    async def _() -> None:
        found = editor.checked()
        if isinstance(found, Question):
            run.start(found)
            await session.send_custom_message("allostasis-scroll", {"id": session.ns("answered")})
        else:
            first = next(iter(found))
            await session.send_custom_message("allostasis-focus", {"id": session.ns(first or "run")})

    @reactive.effect
    @reactive.event(input.cancel)
    def _() -> None:
        run.stop()


def connect_address(name: str, input: Inputs, session: Session, editor: Editor, run: Run[Question, SeAnswer]) -> None:
    """Start by the address; keep it in step with the form."""

    @reactive.effect
    @reactive.event(input.address)
    def _() -> None:
        if not input.address():
            return
        try:
            draft = of_state(from_word(input.address()))
        except InputError as error:
            run.trouble.set(error)
            return
        _begin(editor, draft, run)

    @reactive.effect
    async def _() -> None:
        draft = editor.draft()
        if isinstance(editor.checked(), Question) and draft != EXAMPLE:
            await session.send_custom_message("allostasis-address", {"page": name, "state": to_word(draft.state())})


def connect_open(input: Inputs, editor: Editor, run: Run[Question, SeAnswer]) -> None:
    """Open a PROTOCOL.toml: it fills the form and runs; one that is refused leaves the form as it was."""
    trouble: reactive.Value[InputError | None] = reactive.value(None)

    @reactive.effect
    @reactive.event(input.open)
    def _() -> None:
        trouble.set(None)
        try:
            table = read_toml(Path(req(input.open())[0]["datapath"]), 'horizon = "60 min"')
            draft = of_question(parse_question(table))
        except InputError as error:
            trouble.set(error)
            return
        _begin(editor, draft, run)

    @reactive.effect
    @reactive.event(input.open_large)
    def _() -> None:
        trouble.set(too_large(input.open_large()))

    @render.ui
    def opened() -> TagList:
        error, beside = trouble(), editor.draft().told()
        return TagList(
            refusal(error) if error else None,
            line(f"Kept from the file: {', '.join(beside)}.") if beside else None,
        )


def _begin(editor: Editor, draft: Draft, run: Run[Question, SeAnswer]) -> None:
    """Put a draft into the form, and run it if it is a question."""
    editor.fill(draft)
    found = read(draft)
    if isinstance(found, Question):
        run.start(found)
