"""The search of the page Taper: started, followed, cancelled; one at a time for each visitor."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from shiny import Session, reactive

from allostasis.app.pages.taper_answer import TaperAnswer, answer_taper
from allostasis.app.pages.taper_draft import Asked
from allostasis.app.work import Desk, Ticket
from allostasis.quantity import InputError


@dataclass(frozen=True)
class Search:
    """What the page needs of its search.

    Attributes:
        start: starts a question and drops the search before it.
        stop: cancels.
        state: of the task: initial, running, success, error, cancelled.
        doing: what is done now, in words.
        ticket: the work under way.
        answer: the last answer.
        trouble: why there is none, or None.
    """

    start: Callable[[Asked], None]
    stop: Callable[[], None]
    state: Callable[[], str]
    doing: Callable[[], str]
    ticket: reactive.Value[Ticket | None]
    answer: reactive.Value[TaperAnswer | None]
    trouble: reactive.Value[InputError | str | None]


def connect_search(session: Session, desk: Desk) -> Search:
    """Make the search of a visitor; it ends with the visit."""
    ticket: reactive.Value[Ticket | None] = reactive.value(None)
    answer: reactive.Value[TaperAnswer | None] = reactive.value(None)
    trouble: reactive.Value[InputError | str | None] = reactive.value(None)
    notes: reactive.Value[deque[str]] = reactive.value(deque([""], maxlen=1))

    @reactive.extended_task
    async def task(handed_in: Ticket) -> TaperAnswer:
        return await asyncio.wrap_future(handed_in.future)

    def start(asked: Asked) -> None:
        stop()
        written: deque[str] = deque([""], maxlen=1)  # its own, so that a search that was dropped can't speak for this one
        try:
            handed_in = desk.submit(f"page {session.id}", partial(answer_taper, asked, written.append))
        except InputError as error:
            trouble.set(error)
            return
        trouble.set(None)
        notes.set(written)
        ticket.set(handed_in)
        task(handed_in)

    def stop() -> None:
        drop()
        task.cancel()

    def drop() -> None:
        with reactive.isolate():
            held = ticket()
        if held is not None:
            held.cancel()

    session.on_ended(drop)

    @reactive.effect
    async def _() -> None:
        state = task.status()
        await session.send_custom_message("allostasis-shown", {"id": session.ns("cancel"), "shown": state == "running"})
        if state == "success":
            answer.set(task.result())
        elif state == "error":
            with reactive.isolate():
                held = ticket()
            error = held.future.exception() if held is not None and held.finished else None
            late = (
                f"The search took longer than {desk.limits.seconds:g} s, the most that this server gives to one. Ask for fewer"
                " virtual patients, or use 'allostasis taper', which has no such limit."
            )
            failed = "The search failed; please report it with the address of this page."
            other = late if held is not None and held.late else failed
            trouble.set(error if isinstance(error, InputError) else other)

    return Search(start, stop, lambda: task.status(), lambda: notes()[-1], ticket, answer, trouble)  # noqa: PLW0108 reactive
