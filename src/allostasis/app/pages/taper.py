"""The page Taper: a plan that real tablets can make, verified, beside another, with everything that is handed out."""

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from htmltools import HTMLDependency, Tag, TagList, tags
from shiny import Inputs, Outputs, Session, reactive, render, req, ui

from allostasis import __version__
from allostasis.app.client import focus
from allostasis.app.figures import Board, output_figures, render_figures
from allostasis.app.looking import look_again
from allostasis.app.page import Page
from allostasis.app.pages import taper_shown as shown
from allostasis.app.pages.taper_answer import TYPES, TaperAnswer, answer_taper, offered
from allostasis.app.pages.taper_draft import Asked, changed, read
from allostasis.app.pages.taper_editor import Editor, connect_editor
from allostasis.app.pages.taper_form import EXAMPLE, form
from allostasis.app.pages.taper_two import connect_two
from allostasis.app.run import Run, connect_run
from allostasis.app.starting import connect_start
from allostasis.app.steady import steady
from allostasis.app.words import line, refusal
from allostasis.app.work import Desk

ASSETS = Path(__file__).parent.parent / "assets"
LOOK = 0.25
"""How often the progress is looked at [s]."""
SMALLER = "Ask for fewer virtual patients, or use 'allostasis taper', which has no such limit."


def page() -> Tag:
    """Return the content of the page."""
    style = HTMLDependency("allostasis-taper", __version__, source={"subdir": str(ASSETS)}, stylesheet={"href": "taper.css"})
    run = tags.div(
        {"class": "sticky-run"},
        tags.div(
            {"class": "row-of-buttons"},
            ui.input_action_button("run", "Find a plan", class_="main"),
            ui.input_action_button("cancel", "Cancel", hidden="hidden"),
            ui.input_action_button("keep", "Keep as plan A", hidden="hidden"),
        ),
        tags.div({"aria-live": "polite"}, ui.output_ui("status")),
    )
    intro = "From what is taken and what the pharmacy has, to the fastest plan in real tablets under a cap on the imbalance."
    return tags.div(
        style,
        tags.div({"class": "heading"}, tags.h1("Taper"), tags.p({"class": "intro"}, intro)),
        tags.div(
            {"class": "split"},
            tags.div({"class": "side"}, form(), run),
            tags.div(
                {"class": "stage"}, ui.output_ui("answered"), ui.output_ui("two"), output_figures("two_figures"),
                ui.output_ui("planned"), output_figures("figures"), ui.output_ui("beside"),
            ),
        ),
    )  # fmt: skip


def server(input: Inputs, output: Outputs, session: Session, desk: Desk) -> None:
    """Connect the page."""
    editor = connect_editor(input, output, session)
    search = connect_run(session, desk, answer_taper, smaller=SMALLER)
    _connect_start(input, session, editor, search)
    for name in TYPES:
        _connect_file(name, output, search)
    _connect_shown(desk, editor, search, connect_two(input, session, search))


def _connect_start(input: Inputs, session: Session, editor: Editor, search: Run[Asked, TaperAnswer]) -> None:
    """Start and stop; keep the address in step with the form once there is an answer."""

    def asked() -> Asked | None:
        found = editor.checked()
        return found if isinstance(found, Asked) else None

    def refuse() -> None:
        found = editor.checked()
        focus(session, next((key for key in EXAMPLE if isinstance(found, dict) and key in found), "run"))

    def lay_out(sent: dict[str, Any] | None) -> Asked | None:
        if sent is None:
            return None
        found = read({key: str(sent.get(key, example)) for key, example in EXAMPLE.items()}, date.today())
        if not isinstance(found, Asked):
            raise next(iter(found.values()))
        editor.fill(found.state)
        return found

    def state() -> dict[str, str] | None:
        found = asked()
        return None if found is None or search.answer() is None else changed(found.state)

    connect_start(PAGE.name, input, session, search, asked=asked, refuse=refuse, lay_out=lay_out, state=state)


def _connect_file(name: str, output: Outputs, search: Run[Asked, TaperAnswer]) -> None:
    """Hand out one file of the answer."""

    @output(id=shown.button_id(name))
    @render.download_button(filename=name, media_type=TYPES[name][1])
    async def content():
        held = search.answer()
        req(held is not None and name in offered(held))
        assert held is not None
        yield await asyncio.to_thread(held.file, name)


def _connect_shown(
    desk: Desk, editor: Editor, search: Run[Asked, TaperAnswer], kept: Callable[[], TaperAnswer | None]
) -> None:
    """Show how the search goes and what it gave."""

    def stands() -> Tag | TagList:
        held = search.ticket()
        if search.state() == "running" and held is not None:
            look_again(LOOK)
            return shown.waiting(held.doing, held.share, desk.ahead(held), held.state != "waiting")
        found, answer, trouble = editor.checked(), search.answer(), search.trouble()
        if trouble is not None:
            return refusal(trouble)
        if not isinstance(found, Asked):
            return refusal(found[""]) if "" in found else line("Something in the form is not understood: it is marked there.")
        if search.state() == "cancelled":
            return line("Cancelled.")
        return line(_stands(found, answer, kept()))

    told = steady(stands)

    @render.ui
    def status() -> Tag | TagList:
        return told()

    @reactive.effect
    def _() -> None:
        editor.written()
        search.trouble.set(None)

    @render.ui
    def answered() -> Tag:
        held = search.answer()
        return shown.empty() if held is None else shown.answer_card(held)

    @render.ui
    def planned() -> TagList | None:
        held = search.answer()
        return None if held is None else TagList(shown.plan_card(held), shown.files_card(held))

    @render_figures
    def figures() -> Board | None:
        held = search.answer()
        return None if held is None else held.board

    @render.ui
    def beside() -> TagList | None:
        held = search.answer()
        return None if held is None else TagList(shown.compared_card(held), shown.limits_card(held))


def _stands(asked: Asked, answer: TaperAnswer | None, kept: TaperAnswer | None) -> str:
    if answer is None:
        return ""
    if answer is kept and answer.asked == asked:
        return "Kept as plan A. Change the form and find another plan."
    return "This is the answer to the form." if answer.asked == asked else "The form has changed since this answer."


PAGE = Page("taper", "Taper", page, server)
