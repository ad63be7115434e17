"""A field of a form whose refusal stands below it and marks it; its place is the output ``"said_" + key``."""

from collections.abc import Callable

from htmltools import Tag
from shiny import Outputs, Session, reactive, render

from allostasis.app.client import mark
from allostasis.app.steady import steady
from allostasis.app.words import refusal
from allostasis.quantity import InputError


def connect_field(key: str, output: Outputs, session: Session, wrong: Callable[[], InputError | None]) -> None:
    """Connect a field.

    Args:
        key: of the field.
        output: of the page.
        session: of the page.
        wrong: what is wrong with the field now; reactive.
    """

    def made() -> Tag | None:
        error = wrong()
        return None if error is None else refusal(error)

    told = steady(made)

    @output(id=f"said_{key}")
    @render.ui
    def said() -> Tag | None:
        return told()

    @reactive.effect
    async def _() -> None:
        await mark(session, key, told() is not None)
