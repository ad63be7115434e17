"""The run of the page Status epilepticus: started, followed, cancelled; one at a time for each visitor."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from shiny import Session, reactive

from allostasis.app.pages.se_answer import SeAnswer, answer_se
from allostasis.app.work import Desk, Ticket
from allostasis.clinic.status_epilepticus.question import Question
from allostasis.quantity import InputError


@dataclass(frozen=True)
class Run:
    """What the page needs of its run.

    Attributes:
        start: starts a question and drops the run before it.
        stop: cancels.
        state: of the task: initial, running, success, error, cancelled.
        ticket: the work under way.
        answer: the last answer.
        trouble: why there is none, or None.
    """

    start: Callable[[Question], None]
    stop: Callable[[], None]
    state: Callable[[], str]
    ticket: reactive.Value[Ticket | None]
    answer: reactive.Value[SeAnswer | None]
    trouble: reactive.Value[InputError | str | None]


def connect_run(session: Session, desk: Desk) -> Run:
    """Make the run of a visitor; it ends with the visit."""
    ticket: reactive.Value[Ticket | None] = reactive.value(None)
    answer: reactive.Value[SeAnswer | None] = reactive.value(None)
    trouble: reactive.Value[InputError | str | None] = reactive.value(None)

    @reactive.extended_task
    async def task(handed_in: Ticket) -> SeAnswer:
        return await asyncio.wrap_future(handed_in.future)

    def start(question: Question) -> None:
        stop()
        try:
            handed_in = desk.submit(f"page {session.id}", partial(answer_se, question))
        except InputError as error:
            trouble.set(error)
            return
        trouble.set(None)
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
                f"The run took longer than {desk.limits.seconds:g} s, the most that this server gives to one. Ask for fewer"
                " individuals or a shorter time, or use 'allostasis se', which has no such limit."
            )
            failed = "The run failed; please report it with the address of this page."
            other = late if held is not None and held.late else failed
            trouble.set(error if isinstance(error, InputError) else other)

    return Run(start, stop, task.status, ticket, answer, trouble)
