"""Answer a question of status epilepticus for a client: simulate, draw, and make the files, in the thread of the work."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allostasis.app.figures import Board
from allostasis.app.work import Tell, heed
from allostasis.clinic.status_epilepticus.question import Question
from allostasis.report.page import Page, page_html
from allostasis.report.se_page import se_page
from allostasis.report.tables import case_text
from allostasis.study.se_dataset import courses_table
from allostasis.study.se_outcome import Outcome, outcomes_of, steps, summary
from allostasis.study.se_question import record, run_question

TYPES = {
    "PROTOCOL.toml": ("PROTOCOL.toml", "application/toml"),
    "report.html": ("Report (HTML)", "text/html"),
    "summary.csv": ("Protocols compared (CSV)", "text/csv"),
    "steps.csv": ("Who got which step (CSV)", "text/csv"),
    "courses.csv": ("Minute by minute (CSV)", "text/csv"),
}
"""File -> its name for a reader and its type."""
DRAWN = "timeline"
"""Section of the report that the page draws itself, from the form."""
TABLE_SHARE = 0.97
"""Share done when the simulation is over and tables and figures are left."""


@dataclass(frozen=True)
class SeAnswer:
    """An answered question as the page shows it; the study itself is not kept.

    Attributes:
        question: what was asked.
        outcomes: one per protocol.
        page: words and table, as the report has them.
        board: the figures.
        tables: content of each CSV by name.
    """

    question: Question
    outcomes: tuple[Outcome, ...]
    page: Page
    board: Board
    tables: Mapping[str, str]

    def file(self, name: str) -> str:
        """Return the text of one of `TYPES`; other names raise KeyError."""
        if name == "PROTOCOL.toml":
            return protocol_toml(self.question)
        return page_html(self.page) if name == "report.html" else self.tables[name]


def answer_se(question: Question, tell: Tell, stop: threading.Event) -> SeAnswer:
    """Answer a question.

    Args:
        question: what to answer.
        tell: called with the share done, 0 to 1.
        stop: set it to stop, between blocks of the simulation and between tables.

    Raises:
        InputError: nobody has a seizure at the first treatment.
        Cancelled: `stop` was set.
    """
    study = run_question(question, cancel=stop, on_progress=lambda share: tell(TABLE_SHARE * share))
    heed(stop)
    found = outcomes_of(question, study)
    page = se_page(question, study, found, record(question, study))
    heed(stop)
    tables = {"summary.csv": summary(found).to_csv(index=False), "steps.csv": steps(study, found).to_csv(index=False)}
    heed(stop)
    tables["courses.csv"] = courses_table(study).to_csv(index=False, float_format="%.5g")
    shown = [section for section in page.sections if section.panels and section.id != DRAWN]
    return SeAnswer(question, found, page, Board(shown, page.arms), tables)


def protocol_toml(question: Question) -> str:
    """Write a question as PROTOCOL.toml; `load_question` reads an equal one.

    >>> from allostasis.clinic.status_epilepticus.question import parse_question
    >>> asked = {"title": "t", "horizon": "1 h", "protocol": [{"name": "a", "steps": ["lorazepam 4 mg iv"]}]}
    >>> print(protocol_toml(parse_question(asked)))
    title = "t"
    horizon = "1 h"
    <BLANKLINE>
    [[protocol]]
    name = "a"
    steps = [
      "lorazepam 4 mg iv",
    ]
    <BLANKLINE>
    """
    table: dict[str, Any] = question.model_dump(exclude_unset=True)
    protocols = table.pop("protocol", [])
    return "\n\n".join([case_text(table), *(_table(**protocol) for protocol in protocols)]) + "\n"


def _table(name: str, steps: list[str] | tuple[str, ...] = ()) -> str:
    lines = [f"  {json.dumps(step, ensure_ascii=False)}," for step in steps]
    listed = ["steps = [", *lines, "]"] if lines else ["steps = []"]
    return "\n".join(["[[protocol]]", f"name = {json.dumps(name, ensure_ascii=False)}", *listed])
