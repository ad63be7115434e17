"""Run one case for a client: simulate it, and draw and tabulate what its page shows, in the thread of the work."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from allostasis import clinic
from allostasis.app.figures import Board
from allostasis.app.work import Tell, heed
from allostasis.report.answer import answer as say
from allostasis.report.facts import arm_facts
from allostasis.report.figure_exposure import exposure_section
from allostasis.report.figure_imbalance import imbalance_section
from allostasis.report.figure_receptor import effect_section, occupancy_section
from allostasis.report.figure_why import why_section
from allostasis.report.plot import Section
from allostasis.report.tables import arm_columns, arm_rows, case_text, status_counts
from allostasis.report.view import View
from allostasis.report.writing import report_html
from allostasis.simulation import Case, Result

FILES = {
    "CASE.toml": "application/toml", "report.html": "text/html", "summary.csv": "text/csv", "series.csv": "text/csv",
}  # fmt: skip
"""Files of a finished run and their types."""


@dataclass(frozen=True)
class Answer:
    """A finished run as the page shows it.

    Attributes:
        result: the run.
        summary: its table of arms.
        headline, details: the answer in words.
        board: its figures.
        columns, rows: the table of arms in words.
        counts: how well sourced its numbers are.
    """

    result: Result
    summary: pd.DataFrame
    headline: str
    details: Sequence[str]
    board: Board
    columns: Sequence[tuple[str, str]]
    rows: Sequence[dict[str, Any]]
    counts: Sequence[dict[str, Any]]

    def file(self, name: str) -> str:
        """Return the text of one of `FILES`; other names raise KeyError."""
        return _WRITERS[name](self)


def run_case(case: Case, tell: Tell, stop: threading.Event) -> Answer:
    """Simulate a case and prepare its answer, in one thread, for others compute beside it.

    Args:
        case: what to simulate.
        tell: called with the share done, 0 to 1.
        stop: set it to stop, between blocks of the simulation and between the figures.

    Raises:
        Cancelled: `stop` was set.
    """
    result = clinic.simulate(case, on_progress=tell, cancel=stop, threads=1)
    heed(stop)
    summary = clinic.summary(result)
    heed(stop)
    view = View(result)
    facts = arm_facts(view, summary)
    headline, details = say(view, list(facts.values()))
    sections = []
    for draw in _drawings(view, facts):
        heed(stop)
        sections.append(draw())
    heed(stop)
    return Answer(
        result, summary, headline, details, Board(sections, view.arms), arm_columns(view), arm_rows(view, facts.values()),
        status_counts(result.used),
    )  # fmt: skip


def _drawings(view: View, facts) -> list[Callable[[], Section]]:
    """What draws each section: balance first, then why, then the chain from dose to effect."""
    further = {"plasma_mean": exposure_section, "occupancy_mean": occupancy_section, "effect_mean": effect_section}
    if not view.acts:
        return [partial(exposure_section, view)] if view.has("plasma_mean") else []
    chain = [partial(build, view) for variable, build in further.items() if view.has(variable)]
    return [partial(imbalance_section, view, facts), partial(why_section, view, facts), *chain]


def toml(case: Case) -> str:
    """Write a case as CASE.toml, without the keys that have their default value.

    >>> from allostasis.simulation import parse_case
    >>> print(toml(parse_case({"title": "t", "horizon": "9 d", "arm": [{"name": "a", "regimen": "none"}]})))
    title = "t"
    horizon = "9 d"
    <BLANKLINE>
    [[arm]]
    name = "a"
    regimen = "none"
    <BLANKLINE>
    """
    return case_text(case.model_dump(exclude_defaults=True)) + "\n"


_WRITERS: dict[str, Callable[[Answer], str]] = {
    "CASE.toml": lambda answer: toml(answer.result.case),
    "report.html": lambda answer: report_html(answer.result, answer.summary),
    "summary.csv": lambda answer: answer.summary.to_csv(index=False),
    "series.csv": lambda answer: answer.result.to_dataframe().to_csv(index=False),
}
