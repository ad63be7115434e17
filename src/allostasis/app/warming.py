"""The server's own work: the examples of the pages, run at the start, so that the first visitor need not wait for the compiler.

It is done one after another on a thread of its own, only while no client's work is under way: a client's work stops it at its
next block, and it begins anew when all is quiet. What was compiled by then stays compiled.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import date

from allostasis.app.answer import run_case
from allostasis.app.memory import give_back
from allostasis.app.pages import se_draft, se_laid, simulate_form, taper_draft, taper_form
from allostasis.app.pages.se_answer import answer_se
from allostasis.app.pages.taper_answer import answer_taper
from allostasis.app.shelf import SHELF
from allostasis.app.work import Desk, Work
from allostasis.clinic.status_epilepticus.question import Question
from allostasis.model.integrate import Cancelled
from allostasis.simulation import parse_case

LOG = logging.getLogger(__name__)


def examples() -> dict[str, Work]:
    """Page -> the work of what it opens with; its answer goes on the shelf.

    The one that needs most memory to compile comes first, while little else is kept.

    >>> list(examples())
    ['Status epilepticus', 'Simulate', 'Taper']
    """
    seizure = se_draft.read(se_laid.EXAMPLE)
    taper = taper_draft.read({"strengths": taper_form.marketed(taper_form.EXAMPLE["drug"])}, date.today())
    assert isinstance(seizure, Question)
    assert isinstance(taper, taper_draft.Asked)
    return {
        "Status epilepticus": SHELF.work(answer_se, seizure),
        "Simulate": SHELF.work(run_case, parse_case(simulate_form.EXAMPLE)),
        "Taper": SHELF.work(answer_taper, taper),
    }


def warm_up(desk: Desk, works: Callable[[], Mapping[str, Work]]) -> threading.Thread:
    """Start the thread of the server's own work, which also lays it out; it ends with the work, or when the desk is closed."""
    thread = threading.Thread(target=_work_off, args=(desk, works), name="allostasis-own")
    thread.start()
    return thread


def _work_off(desk: Desk, works: Callable[[], Mapping[str, Work]]) -> None:
    for name, work in works().items():
        while desk.wait_for_quiet():
            try:
                work(_say_nothing, desk.wanted)
            except Cancelled:
                continue
            except Exception:
                LOG.exception("the example of the page %s failed; its first visitor waits for the compiler", name)
            give_back()
            break


def _say_nothing(share: float, doing: str = "") -> None:
    pass
