"""Answer a taper question for a client: search, compare, draw, and make the files, in the thread of the work."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from allostasis.app.figures import Board
from allostasis.app.pages.taper_draft import Asked
from allostasis.app.work import Tell, heed
from allostasis.clinic.taper.asking import plan_id
from allostasis.clinic.taper.progress import END, Progress
from allostasis.interop.plan_files import plan_contents
from allostasis.interop.plan_pdf import forget
from allostasis.quantity import InputError
from allostasis.report.page import Page, page_html
from allostasis.report.taper_page import daily_table, how_made, taper_page
from allostasis.study.taper_study import TaperStudy, study_taper
from allostasis.study.taper_switch import study_switch

HELP_S = 45.0
"""Where there is no plan, time after which nothing more is begun to find what would help [s]."""
TYPES = {
    "plan.pdf": ("PDF to print", "application/pdf"),
    "plan.ics": ("Calendar (iCalendar)", "text/calendar"),
    "plan_fhir_r4.json": ("FHIR R4", "application/fhir+json"),
    "plan_fhir_r5.json": ("FHIR R5", "application/fhir+json"),
    "plan.csv": ("Table (CSV)", "text/csv"),
    "plan.json": ("For this program (JSON)", "application/json"),
    "comparison.csv": ("Plans compared (CSV)", "text/csv"),
    "daily.csv": ("Imbalance by day (CSV)", "text/csv"),
    "taper.html": ("Report (HTML)", "text/html"),
}
"""File -> its name for a reader and its type."""
REPORT = "taper.html"
"""The file that every answer has."""


@dataclass(frozen=True)
class TaperAnswer:
    """An answered question as the page shows it.

    Attributes:
        asked: the question.
        study: the plan and what it was compared with.
        page: words and table, as the report has them.
        board: the figures.
        files: content by name, of `TYPES` but the report, which is written when it is asked for, as it holds the drawing library.
        lacking: why there are no files of the plan; "" where they are there, or there is no plan.
    """

    asked: Asked
    study: TaperStudy
    page: Page
    board: Board
    files: Mapping[str, bytes]
    lacking: str = ""

    def file(self, name: str) -> bytes:
        """Return the content of one of `offered`; other names raise KeyError."""
        return page_html(self.page).encode() if name == REPORT else self.files[name]


def answer_taper(asked: Asked, tell: Tell, stop: threading.Event) -> TaperAnswer:
    """Answer a question.

    Args:
        asked: what to answer.
        tell: called with the share done, 0 to 1, and what is done now.
        stop: set it to stop, between blocks of the simulation, in the exact search, and between files.

    Raises:
        InputError: what only the search can refuse.
        Cancelled: `stop` was set.
    """
    progress = Progress(lambda text, share: tell(share, text), stop, HELP_S)
    if asked.switch is None:
        study = study_taper(asked.question, compared=asked.versus, progress=progress)
    else:
        study = study_switch(asked.question, asked.switch, compared=asked.versus, progress=progress)
    heed(stop)
    page = taper_page(study, asked.start, how_made(study.outcome.question))
    heed(stop)
    files: dict[str, bytes] = {}
    lacking = ""
    if study.comparison is not None:
        files["comparison.csv"] = study.comparison.table.to_csv(index=False).encode()
        files["daily.csv"] = daily_table(study.comparison).to_csv().encode()
    if study.plan is not None:
        tell(END, "writing the files")
        try:
            files |= plan_contents(study.plan, asked.start, plan_id=plan_id(asked.question), cancel=stop)
            forget()
        except InputError as error:  # a package of the extra `clinic` is missing, or the calendar ends before the plan
            lacking = str(error)
    figures = [section for section in page.sections if section.panels]
    return TaperAnswer(asked, study, page, Board(figures, page.arms), files, lacking)


def offered(answer: TaperAnswer) -> list[str]:
    """Names of the files that an answer has: those of the plan first."""
    return [name for name in TYPES if name in answer.files or name == REPORT]
