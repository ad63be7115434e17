"""Two plans of the visitor's own: one is kept as plan A, the one that is found after it is plan B; both side by side."""

from collections.abc import Callable

from htmltools import Tag
from shiny import Inputs, Session, reactive, render

from allostasis.app.client import focus, show
from allostasis.app.figures import Board, render_figures
from allostasis.app.pages.taper_answer import TaperAnswer
from allostasis.app.pages.taper_draft import Asked
from allostasis.app.pages.taper_two_shown import kept_card, two_board, two_card
from allostasis.app.run import Run


def connect_two(input: Inputs, session: Session, search: Run[Asked, TaperAnswer]) -> Callable[[], TaperAnswer | None]:
    """Connect the button that keeps a plan, and what stands side by side; return what gives plan A, which ends with the visit."""
    kept: reactive.Value[TaperAnswer | None] = reactive.value(None)

    @reactive.calc
    def second() -> TaperAnswer | None:
        """Plan B: the last answer, where it is another plan than the one that is kept."""
        first, last = kept(), search.answer()
        return None if first is None or last is None or last is first or last.study.plan is None else last

    @reactive.effect
    @reactive.event(input.keep)
    def _() -> None:
        kept.set(search.answer())

    @reactive.effect
    @reactive.event(input.forget)
    def _() -> None:
        kept.set(None)
        focus(session, "keep")

    @reactive.effect
    async def _() -> None:
        held = search.answer()
        shown = held is not None and held.study.plan is not None
        await show(session, "keep", shown, instead="run")

    @render.ui
    def two() -> Tag | None:
        first, last = kept(), second()
        if first is None:
            return None
        return kept_card(first) if last is None else two_card(first, last)

    @render_figures
    def two_figures() -> Board | None:
        first, last = kept(), second()
        return None if first is None or last is None else two_board(first, last)

    return lambda: kept()  # noqa: PLW0108 reactive
