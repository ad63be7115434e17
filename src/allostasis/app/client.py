"""What the server asks of the visitor's browser beside its outputs: focus, what is shown, what is marked, the address."""

from typing import Any

from shiny import Session

from allostasis.app.address import to_word


def focus(session: Session, id: str) -> None:
    """Move the focus once the browser has everything of this flush, for it may have to show or to fill first what is focused."""

    async def moved() -> None:
        await session.send_custom_message("allostasis-focus", {"id": session.ns(id)})

    session.on_flushed(moved)


async def scroll_to(session: Session, id: str) -> None:
    """Bring the next content of an output into view, where the form fills the screen."""
    await session.send_custom_message("allostasis-scroll", {"id": session.ns(id)})


async def show(session: Session, id: str, wanted: bool, *, instead: str) -> None:
    """Show or hide an element; the focus, if it is in what is hidden, goes to what stands ``instead``."""
    told = {"id": session.ns(id), "shown": wanted, "instead": session.ns(instead)}
    await session.send_custom_message("allostasis-shown", told)


async def mark(session: Session, id: str, wrong: bool) -> None:
    """Mark a field as wrong, or as right again."""
    await session.send_custom_message("allostasis-invalid", {"id": session.ns(id), "wrong": wrong})


async def write_address(session: Session, page: str, state: dict[str, Any]) -> None:
    """Write the state of a page into the address, where it can be copied as a link."""
    await session.send_custom_message("allostasis-address", {"page": page, "state": to_word(state)})
