"""The page Status epilepticus: protocols as a timeline one can edit, and what each does to the same virtual individuals."""

import asyncio
from pathlib import Path

from htmltools import HTMLDependency, Tag, TagList, tags
from shiny import Inputs, Outputs, Session, reactive, render, req, ui

from allostasis import __version__
from allostasis.app.figures import Board, output_figures, render_figures
from allostasis.app.looking import look_again
from allostasis.app.page import Page
from allostasis.app.pages import se_shown as shown
from allostasis.app.pages.se_answer import TYPES, SeAnswer, answer_se, protocol_toml
from allostasis.app.pages.se_begin import connect_begin
from allostasis.app.pages.se_editor import Editor, connect_editor
from allostasis.app.pages.se_form import form
from allostasis.app.pages.se_laid import EXAMPLE
from allostasis.app.pages.se_timeline import timeline_of
from allostasis.app.run import Run, connect_run
from allostasis.app.steady import steady
from allostasis.app.words import line, refusal
from allostasis.app.work import Desk
from allostasis.clinic.status_epilepticus.question import Question

ASSETS = Path(__file__).parent.parent / "assets"
LOOK = 0.2
"""How often the progress is looked at [s]."""
NAME = "status_epilepticus"
SMALLER = "Ask for fewer individuals or a shorter time, or use 'allostasis se', which has no such limit."
TIMELINE = (
    "What may be given when, as it stands in the form. A filled mark is for all, an open one for those still seizing then;"
    " a share, once it was simulated, says how many of the treated got the step."
)


def page() -> Tag:
    """Return the content of the page."""
    style = HTMLDependency("allostasis-se", __version__, source={"subdir": str(ASSETS)}, stylesheet={"href": "se.css"})
    run = tags.div(
        {"class": "sticky-run"},
        tags.div(
            {"class": "row-of-buttons"},
            ui.input_action_button("run", "Compare", class_="main"),
            ui.input_action_button("cancel", "Cancel", hidden="hidden"),
            ui.output_ui("question_button", inline=True),
        ),
        tags.div({"aria-live": "polite"}, ui.output_ui("status")),
    )
    intro = "A seizure that does not end by itself: protocols in the same virtual individuals, from dose to EEG."
    plan = tags.section(
        {"class": "panel", "aria-label": "The protocols drawn"}, tags.h2("The protocols"), tags.p({"class": "lead"}, TIMELINE),
        ui.output_ui("drawn"),
    )  # fmt: skip
    return tags.div(
        style,
        tags.div({"class": "heading"}, tags.h1("Status epilepticus"), tags.p({"class": "intro"}, intro)),
        tags.div(
            {"class": "split"},
            tags.div({"class": "side"}, form(EXAMPLE.fields, EXAMPLE.protocols), run),
            tags.div({"class": "stage"}, ui.output_ui("answered"), plan, output_figures("figures"), ui.output_ui("beside")),
        ),
    )


def server(input: Inputs, output: Outputs, session: Session, desk: Desk) -> None:
    """Connect the page."""
    editor = connect_editor(input, output, session)
    run = connect_run(session, desk, answer_se, smaller=SMALLER)
    connect_begin(NAME, input, session, editor, run)
    for name in TYPES:
        _connect_file(name, output, editor, run)
    _connect_shown(desk, editor, run)


def _connect_file(name: str, output: Outputs, editor: Editor, run: Run[Question, SeAnswer]) -> None:
    """Hand out one file: the question as it stands, or what belongs to the answer."""

    @output(id=shown.button_id(name))
    @render.download_button(filename=name, media_type=TYPES[name][1])
    async def content():
        if name == shown.ONLY_QUESTION:
            asked = editor.checked()
            yield protocol_toml(asked) if isinstance(asked, Question) else ""
            return
        held = run.answer()
        req(held is not None)
        assert held is not None
        yield await asyncio.to_thread(held.file, name)


def _connect_shown(desk: Desk, editor: Editor, run: Run[Question, SeAnswer]) -> None:
    """Show how the run goes and what it gave."""
    understood = steady(lambda: isinstance(editor.checked(), Question))

    @render.ui
    def question_button() -> Tag | None:
        name = shown.ONLY_QUESTION
        return ui.download_button(shown.button_id(name), name) if understood() else None

    def stands() -> Tag | TagList:
        held = run.ticket()
        if run.state() == "running" and held is not None:
            look_again(LOOK)
            return shown.waiting(held.share, desk.ahead(held), held.state != "waiting")
        found, answer, trouble = editor.checked(), run.answer(), run.trouble()
        if trouble is not None:
            return refusal(trouble)
        if not isinstance(found, Question):
            return refusal(found[""]) if "" in found else line("Something in the form is not understood: it is marked there.")
        return line("Cancelled." if run.state() == "cancelled" else _stands(found, answer))

    told = steady(stands)

    @render.ui
    def status() -> Tag | TagList:
        return told()

    @reactive.effect
    def _() -> None:
        editor.draft()
        run.trouble.set(None)

    @render.ui
    def drawn() -> Tag:
        held, found = run.answer(), editor.checked()
        fits = held is not None and isinstance(found, Question) and held.question == found
        return timeline_of(editor.draft(), held if fits else None)

    @render.ui
    def answered() -> TagList | None:
        held = run.answer()
        return None if held is None else TagList(shown.answer_card(held), shown.compared_card(held))

    @render_figures
    def figures() -> Board | None:
        held = run.answer()
        return None if held is None else held.board

    @render.ui
    def beside() -> TagList | None:
        held = run.answer()
        return None if held is None else TagList(shown.files_card(), shown.limits_card(held))


def _stands(question: Question, answer: SeAnswer | None) -> str:
    if answer is None:
        return "Some seconds for a hundred individuals; it can be cancelled."
    return "This is the answer to the form." if answer.question == question else "The form has changed since this answer."


PAGE = Page(NAME, "Status epilepticus", page, server)
