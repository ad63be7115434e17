"""Look again after a while: the output that asks for it is made anew, for as long as its visitor is there.

What Shiny has for this (`reactive.invalidate_later`) writes a traceback to the log when a visit ends, or the server stops, in the
instant in which it waits for its turn. Here that instant is nobody's concern: nothing is cancelled in it.
"""

import asyncio

from shiny import reactive
from shiny.session import require_active_session, session_context

_WAITING: set[asyncio.Task] = set()
"""Tasks that wait for their turn; the loop itself holds them only weakly."""


def look_again(seconds: float) -> None:
    """Make the reactive output that calls this anew after some seconds, unless the visit ended before."""
    loop = asyncio.get_running_loop()
    with session_context(None):  # a value for one look, of which the visit keeps no list
        due = reactive.value(False)
    due()  # the output hangs on it from now on

    async def look() -> None:
        async with reactive.lock():
            due.set(True)
            await reactive.flush()

    def begin() -> None:
        forget()
        task = loop.create_task(look())
        _WAITING.add(task)
        task.add_done_callback(_WAITING.discard)

    forget = require_active_session(None).on_ended(loop.call_later(seconds, begin).cancel)
