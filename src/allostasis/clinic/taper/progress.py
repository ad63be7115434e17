"""How a long search says where it is, and how it is asked to stop."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

HISTORY, SEARCH, HELP, COMPARE, END = 0.02, 0.1, 0.5, 0.75, 1.0  # structural: shares of a bar, conventions
"""Share of the work that lies behind where each stage begins; estimated, the stages differ from question to question."""


def _nobody(text: str, share: float) -> None:
    pass


@dataclass(frozen=True)
class Progress:
    """Who is told, and what stops the work.

    Args:
        tell: called with what is done now, and the share of the whole that lies behind (0 to 1, estimated).
        cancel: polled between blocks of a simulation, which then raise `Cancelled`, and during the exact search; None for work
            that nobody stops.
        help_s: where there is no plan, time after which nothing more is begun to find what would help [s].

    >>> said = []
    >>> Progress(lambda text, share: said.append((text, round(share, 3)))).between(SEARCH, HELP, 0.5, "searching")
    >>> said
    [('searching', 0.3)]
    """

    tell: Callable[[str, float], None] = _nobody
    cancel: threading.Event | None = None
    help_s: float | int = math.inf

    def between(self, begin: float, end: float, share: float, text: str) -> None:
        """Tell a share of a stage that reaches from `begin` to `end` of the whole."""
        self.tell(text, begin + (end - begin) * share)


SILENT = Progress()
"""Nobody is told, and nobody stops it."""
