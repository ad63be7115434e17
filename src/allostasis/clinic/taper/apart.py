"""A mixed-integer linear programme that can be stopped on the way: scipy's `milp` in a process of its own, which is then ended.

`milp` returns only when it has finished or its time is over. In a process of its own it can be asked to stop by an event, as the
rest of a search is.
"""

import contextlib
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from scipy.optimize import milp

from allostasis.model.integrate import Cancelled

type Milp = Callable[..., Any]
"""As `scipy.optimize.milp`."""
LOOK_S = 0.1  # structural: a convention, no number of the model
"""How often the event is looked at [s]."""
CHILD = """
import os, pickle, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
answers = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
from scipy.optimize import milp
while True:
    try:
        given, named = pickle.load(sys.stdin.buffer)
    except EOFError:
        break
    try:
        answer = milp(*given, **named)
    except Exception as error:
        answer = error
    pickle.dump(answer, answers)
    answers.flush()
"""
"""The other process: reads arguments, writes results. What the solver prints goes with the errors; Ctrl-C is for the parent."""


@contextlib.contextmanager
def stoppable(cancel: threading.Event | None) -> Iterator[Milp]:
    """`milp` as long as the block lasts; without an event to look at, that of this process.

    Args:
        cancel: set it to end a call that is under way.

    Raises:
        Cancelled: from a call, `cancel` was set. What `milp` raises is raised here too.

    >>> with stoppable(threading.Event()) as solve:
    ...     solve([1.0], integrality=[1], bounds=(0.5, 2.0)).x
    array([1.])
    """
    if cancel is None:
        yield milp
        return
    process = subprocess.Popen([sys.executable, "-P", "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process, cancel, ended), name="allostasis-milp")
    watcher.start()
    try:
        yield lambda *given, **named: _call(process, cancel, given, named)
    finally:
        ended.set()
        watcher.join()
        process.kill()
        process.wait()
        for end in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # arguments that a process that was ended did not read
                assert end is not None
                end.close()


def _watch(process: subprocess.Popen, cancel: threading.Event, ended: threading.Event) -> None:
    while not ended.is_set():
        if cancel.wait(LOOK_S):
            process.kill()
            return


def _call(process: subprocess.Popen, cancel: threading.Event, given: tuple, named: dict) -> Any:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        pickle.dump((given, named), process.stdin)
        process.stdin.flush()
        answer = pickle.load(process.stdout)
    except (EOFError, OSError, pickle.UnpicklingError):
        if cancel.is_set():
            raise Cancelled from None
        raise
    if isinstance(answer, Exception):
        raise answer
    return answer
