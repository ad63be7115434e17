"""How the run of a page begins and ends: by its buttons and by its address, which follows the form."""

from collections.abc import Callable
from typing import Any

from shiny import Inputs, Session, reactive

from allostasis.app.address import from_word
from allostasis.app.client import scroll_to, write_address
from allostasis.app.run import Run
from allostasis.quantity import InputError


def connect_start[Question, Answer](
    page: str,
    input: Inputs,
    session: Session,
    run: Run[Question, Answer],
    *,
    asked: Callable[[], Question | None],
    refuse: Callable[[], None],
    lay_out: Callable[[dict[str, Any] | None], Question | None],
    state: Callable[[], dict[str, Any] | None],
) -> None:
    """Connect the buttons "run" and "cancel" and the address of a page.

    Args:
        page: its name.
        input: of the page.
        session: of the page.
        run: what is started and stopped.
        asked: the question that stands in the form, or None.
        refuse: what a press of the button does where there is none.
        lay_out: puts the state of an address into the form and returns what is run then, or None; there is no state where the
            page is opened without one. Raises InputError: it is no state of this page.
        state: of the form, for the address; None leaves the address alone.
    """

    @reactive.effect
    @reactive.event(input.run)
    async def _() -> None:
        question = asked()
        if question is None:
            refuse()
        else:
            run.start(question)
            await scroll_to(session, "answered")

    @reactive.effect
    @reactive.event(input.cancel)
    def _() -> None:
        run.stop()

    @reactive.effect
    @reactive.event(input.address)
    def _() -> None:
        word = input.address()
        try:
            question = lay_out(from_word(word) if word else None)
        except InputError as error:
            run.trouble.set(error)
            return
        if question is not None:
            run.start(question)

    @reactive.effect
    async def _() -> None:
        found = state()
        if found is not None:
            await write_address(session, page, found)
