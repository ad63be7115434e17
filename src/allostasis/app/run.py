"""The run of a page: handed in at the desk, followed, cancelled; one at a time for each visitor."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from shiny import Session, reactive

from allostasis.app.client import show
from allostasis.app.shelf import SHELF
from allostasis.app.work import Desk, Tell, Ticket
from allostasis.quantity import InputError


@dataclass(frozen=True)
class Run[Question, Answer]:
    """What a page needs of its run.

    Attributes:
        start: starts a question and drops the run before it.
        stop: cancels.
        state: of the task: initial, running, success, error, cancelled.
        ticket: the work under way.
        answer: the last answer.
        trouble: why there is none, or None; set it to show something else that is wrong.
    """

    start: Callable[[Question], None]
    stop: Callable[[], None]
    state: Callable[[], str]
    ticket: reactive.Value[Ticket | None]
    answer: reactive.Value[Answer | None]
    trouble: reactive.Value[InputError | str | None]


def connect_run[Question, Answer](
    session: Session,
    desk: Desk,
    answer_to: Callable[[Question, Tell, Event], Answer],
    *,
    smaller: str,
    report: str = "the address of this page",
) -> Run[Question, Answer]:
    """Make the run of a visitor; it ends with the visit. The button "cancel" of the page is shown while it runs.

    Args:
        session: of the page.
        desk: where the work is done.
        answer_to: answers a question, as long work does: it tells its share done, and stops when it is asked to.
        smaller: what to ask for where a run took too long, a sentence.
        report: what to report a failure with.
    """
    ticket: reactive.Value[Ticket | None] = reactive.value(None)
    answer: reactive.Value[Answer | None] = reactive.value(None)
    trouble: reactive.Value[InputError | str | None] = reactive.value(None)

    @reactive.extended_task
    async def task(handed_in: Ticket) -> Answer:
        return await asyncio.wrap_future(handed_in.future)

    def start(question: Question) -> None:
        stop()
        try:
            handed_in = desk.submit(f"page {session.id}", SHELF.work(answer_to, question))
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

    def reason() -> InputError | str:
        with reactive.isolate():
            held = ticket()
        error = held.future.exception() if held is not None and held.finished else None
        if isinstance(error, InputError):
            return error
        if held is not None and held.late:
            return f"It took longer than {desk.limits.seconds:g} s, the most that this server gives to one run. {smaller}"
        return f"The run failed; please report it with {report}."

    @reactive.effect
    async def _() -> None:
        state = task.status()
        await show(session, "cancel", state == "running", instead="run")
        if state == "success":
            answer.set(task.result())
        elif state == "error":
            trouble.set(reason())

    return Run(start, stop, task.status, ticket, answer, trouble)
