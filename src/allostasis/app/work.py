"""The desk where long work is handed in: a bounded queue before a few threads, with progress, cancel and a share per client."""

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from allostasis.app.limits import Busy, Limits
from allostasis.app.memory import give_back
from allostasis.model.integrate import Cancelled
from allostasis.quantity import InputError

type Tell = Callable[..., None]
"""How work tells its progress: `tell(share, doing="")`, the share done, 0 to 1, and what is done now in words."""
type Work = Callable[[Tell, threading.Event], Any]
"""Long work: called with a function to tell its progress, and an event that asks it to stop."""


def heed(stop: threading.Event) -> None:
    """Raise `Cancelled` where work was asked to stop: long work calls it between steps that can't be stopped themselves."""
    if stop.is_set():
        raise Cancelled


@dataclass(eq=False)
class Ticket:
    """One piece of work that was handed in.

    Attributes:
        id: unguessable name.
        client: whose share of the desk it takes.
        share: how much is done, 0 to 1.
        doing: what is done now, in words; "" where the work does not say.
        stop: asks the work to stop.
        future: its answer.
    """

    client: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    share: float = 0.0
    doing: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    future: Future = field(default_factory=Future)
    late: bool = False

    @property
    def state(self) -> str:
        """One of waiting, running, done, cancelled, refused, failed; cancelled as soon as it was asked to stop."""
        if self.future.cancelled() or (self.stop.is_set() and not self.late and not self.finished):
            return "cancelled"
        if not self.future.done():
            return "running" if self.future.running() else "waiting"
        error = self.future.exception()
        if error is None:
            return "done"
        if isinstance(error, Cancelled):
            return "failed" if self.late else "cancelled"
        return "refused" if isinstance(error, InputError) else "failed"

    @property
    def finished(self) -> bool:
        """Whether an answer, or an error, is there."""
        return self.future.done()

    def cancel(self) -> None:
        """Ask the work to stop, and drop it if it has not begun; what is left of it is thrown away."""
        self.stop.set()
        self.future.cancel()


class Desk:
    """Takes work up to its limits and does it on its own threads.

    >>> desk = Desk(Limits(workers=1))
    >>> ticket = desk.submit("a client", lambda tell, stop: tell(0.5) or 42)
    >>> ticket.future.result(), ticket.state
    (42, 'done')
    >>> desk.close()
    """

    def __init__(self, limits: Limits):
        self.limits = limits
        self._pool = ThreadPoolExecutor(limits.workers, thread_name_prefix="allostasis")
        self._open: dict[str, Ticket] = {}
        self._lock = threading.Lock()
        self._quiet = threading.Event()
        self._quiet.set()
        self._closed = False
        self.wanted = threading.Event()
        """Set while a client's work is under way, and once the desk is closed: the server's own work makes way."""

    def submit(self, client: str, work: Work) -> Ticket:
        """Hand in work.

        Args:
            client: who asks; any text that tells clients apart.
            work: what to do; it must look at its stop event at least once a second.

        Raises:
            Busy: the queue is full, or the client has its share of it.
        """
        limits = self.limits
        with self._lock:
            if sum(ticket.client == client for ticket in self._open.values()) >= limits.per_client:
                raise Busy(
                    "you have as many runs under way as this server allows", expected=f"at most {limits.per_client} at once",
                    fix="wait for one to end, or cancel one",
                )  # fmt: skip
            if len(self._open) >= limits.workers + limits.waiting:
                raise Busy("the queue of this server is full", fix="try again in a minute")
            ticket = Ticket(client)
            self._open[ticket.id] = ticket
            self._quiet.clear()
            self.wanted.set()
            ticket.future = self._pool.submit(self._do, ticket, work)
        ticket.future.add_done_callback(lambda _: self._close_ticket(ticket))
        return ticket

    def _do(self, ticket: Ticket, work: Work) -> Any:
        def tell(share: float, doing: str = "") -> None:
            ticket.share, ticket.doing = float(share), doing

        def overrun() -> None:
            ticket.late = not ticket.stop.is_set()
            ticket.stop.set()

        if ticket.stop.is_set():
            raise Cancelled
        clock = threading.Timer(self.limits.seconds, overrun)
        clock.daemon = True
        clock.start()
        try:
            answer = work(tell, ticket.stop)
        finally:
            clock.cancel()
            give_back()
        if ticket.stop.is_set() and not ticket.late:
            raise Cancelled
        return answer

    def _close_ticket(self, ticket: Ticket) -> None:
        with self._lock:
            self._open.pop(ticket.id, None)
            if not self._open and not self._closed:
                self.wanted.clear()
                self._quiet.set()

    def wait_for_quiet(self) -> bool:
        """Wait until no client's work is under way; False once the desk is closed."""
        self._quiet.wait()
        return not self._closed

    def ahead(self, ticket: Ticket) -> int:
        """Count the tickets that wait in front of this one."""
        with self._lock:
            waiting = [t.id for t in self._open.values() if t.state == "waiting"]
        return waiting.index(ticket.id) if ticket.id in waiting else 0

    @property
    def load(self) -> tuple[int, int]:
        """Return (running, waiting)."""
        with self._lock:
            running = sum(t.future.running() for t in self._open.values())
            return running, len(self._open) - running

    def close(self) -> None:
        """Stop everything."""
        with self._lock:
            tickets = list(self._open.values())
            self._closed = True
            self.wanted.set()
            self._quiet.set()
        for ticket in tickets:
            ticket.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
