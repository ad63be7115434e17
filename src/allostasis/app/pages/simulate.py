"""The page Simulate: regimens as arms, side by side, from dose to brain to balance."""

import asyncio
from typing import Any

from htmltools import Tag, TagList, tags
from shiny import Inputs, Outputs, Session, reactive, render, req, ui

from allostasis.app.answer import Answer, run_case, toml
from allostasis.app.figures import Board, output_figures, render_figures
from allostasis.app.looking import look_again
from allostasis.app.opening import connect_open
from allostasis.app.page import Page
from allostasis.app.pages.simulate_draft import draft_of, told
from allostasis.app.pages.simulate_editor import Editor, checked_case, connect_editor
from allostasis.app.pages.simulate_form import EXAMPLE, form
from allostasis.app.pages.simulate_shown import answer_card, arms_card, files_card, sources_card, waiting
from allostasis.app.run import Run, connect_run
from allostasis.app.starting import connect_start
from allostasis.app.steady import steady
from allostasis.app.words import line, refusal
from allostasis.app.work import Desk
from allostasis.quantity import InputError
from allostasis.regimen import GrammarError
from allostasis.simulation import Case

LOOK = 0.2
"""How often the progress is looked at [s]."""
SMALLER = "Ask for a shorter time or fewer arms, or use 'allostasis run', which has no such limit."


def page() -> Tag:
    """Return the content of the page."""
    run = tags.div(
        {"class": "sticky-run"},
        tags.div(
            {"class": "row-of-buttons"},
            ui.input_action_button("run", "Simulate", class_="main"),
            ui.input_action_button("cancel", "Cancel", hidden="hidden"),
            ui.output_ui("case_button", inline=True),
        ),
        tags.div({"aria-live": "polite"}, ui.output_ui("status")),
    )
    intro = "Regimens side by side, each followed from dose to plasma, brain, receptor and the balance that the brain defends."
    return tags.div(
        tags.div({"class": "heading"}, tags.h1("Simulate"), tags.p({"class": "intro"}, intro)),
        tags.div(
            {"class": "split"},
            tags.div({"class": "side"}, form(), run),
            tags.div({"class": "stage"}, ui.output_ui("answered"), output_figures("figures"), ui.output_ui("beside")),
        ),
    )


def server(input: Inputs, output: Outputs, session: Session, desk: Desk) -> None:
    """Connect the page."""
    editor = connect_editor(input, output, session, desk.limits)
    run = connect_run(session, desk, run_case, smaller=SMALLER, report="its CASE.toml")
    _connect_begin(input, session, desk, editor, run)
    _connect_files(editor, run)
    _connect_shown(desk, editor, run)


def _connect_begin(input: Inputs, session: Session, desk: Desk, editor: Editor, run: Run[Case, Answer]) -> None:
    """Begin by button, by the address or by a file; the page opens with its example under way."""
    example = checked_case(EXAMPLE, desk.limits)

    def asked() -> Case | None:
        found = editor.checked()
        return found if isinstance(found, Case) else None

    def refuse() -> None:
        found = editor.checked()
        run.trouble.set(found if isinstance(found, InputError) else None)

    def lay_out(table: dict[str, Any]) -> Case:
        case = checked_case(table, desk.limits)
        editor.fill(draft_of(case))
        return case

    def of_address(sent: dict[str, Any] | None) -> Case:
        return example if sent is None else lay_out(sent)

    def state() -> dict[str, Any] | None:
        case = asked()
        return None if case is None or case == example else case.model_dump(exclude_defaults=True)

    connect_start(PAGE.name, input, session, run, asked=asked, refuse=refuse, lay_out=of_address, state=state)
    connect_open(input, run, example='horizon = "360 d"', lay_out=lay_out, kept=lambda: told(editor.kept()))


def _connect_files(editor: Editor, run: Run[Case, Answer]) -> None:
    """Give files."""

    def finished() -> Answer:
        held = run.answer()
        req(held is not None)
        assert held is not None
        return held

    @render.download_button(filename="CASE.toml", media_type="application/toml")
    def case_file():
        case = editor.checked()
        yield toml(case) if isinstance(case, Case) else ""

    @render.download_button(filename="report.html", media_type="text/html")
    async def report():
        yield await asyncio.to_thread(finished().file, "report.html")

    @render.download_button(filename="series.csv", media_type="text/csv")
    async def series():
        yield await asyncio.to_thread(finished().file, "series.csv")

    @render.download_button(filename="summary.csv", media_type="text/csv")
    def summary():
        yield finished().file("summary.csv")


def _connect_shown(desk: Desk, editor: Editor, run: Run[Case, Answer]) -> None:
    """Show how the run goes and what it gave."""
    understood = steady(lambda: isinstance(editor.checked(), Case))

    @render.ui
    def case_button() -> Tag | None:
        return ui.download_button("case_file", "CASE.toml") if understood() else None

    def stands() -> Tag | TagList:
        held = run.ticket()
        if run.state() == "running" and held is not None:
            look_again(LOOK)
            return waiting(held.share, desk.ahead(held), held.state != "waiting")
        case, shown, trouble = editor.checked(), run.answer(), run.trouble()
        if isinstance(case, GrammarError):
            return refusal("A regimen is not understood yet: see below it.")
        if trouble is not None or isinstance(case, InputError):
            return refusal(trouble or case)  # type: ignore[arg-type]
        text = "The figures show this case." if shown else ""
        if shown is not None and shown.result.case != case:
            text = "The form has changed since the run that is shown."
        return line("Cancelled." if run.state() == "cancelled" else text)

    now = steady(stands)

    @render.ui
    def status() -> Tag | TagList:
        return now()

    @reactive.effect
    def _() -> None:
        editor.draft()
        run.trouble.set(None)

    @render.ui
    def answered() -> Tag | None:
        held = run.answer()
        return None if held is None else answer_card(held)

    @render_figures
    def figures() -> Board | None:
        held = run.answer()
        return None if held is None else held.board

    @render.ui
    def beside() -> TagList | None:
        held = run.answer()
        return None if held is None else TagList(arms_card(held), sources_card(held), files_card())


PAGE = Page("simulate", "Simulate", page, server)
