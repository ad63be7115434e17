"""Ctrl-C: it stops the threads of a run as well, and the run says that nothing was written."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from allostasis.cli.console import ERR


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Turn Ctrl-C into an event that the integrator polls, and into KeyboardInterrupt, which gives exit status 130."""
    from allostasis.model.integrate import Cancelled

    cancel = threading.Event()
    main = threading.current_thread() is threading.main_thread()

    def stop(number: int, frame: FrameType | None) -> None:
        cancel.set()
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGINT, stop) if main else None
    try:
        yield cancel
    except (KeyboardInterrupt, Cancelled):
        ERR.print("Stopped. Nothing was written.")
        raise KeyboardInterrupt from None
    finally:
        if main:
            signal.signal(signal.SIGINT, former)
