"""A page that is not about a run: curves, records, profiles. The same frame, style and script as the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from allostasis import __version__
from allostasis.report.plot import Section
from allostasis.report.view import Arm
from allostasis.report.writing import environment, frame_assets

type Cell = tuple[str, str]
"""Text of a cell and a remark below it, or "" for none."""


@dataclass(frozen=True)
class Row:
    """One row of the table of a page, with the colour of its line if it has one."""

    name: str
    cells: Sequence[Cell]
    arm: Arm | None = None
    remark: str = ""


@dataclass(frozen=True)
class Table:
    """The table of a page; the first column names the rows."""

    heading: str
    columns: Sequence[Cell]
    rows: Sequence[Row]
    note: str = ""


@dataclass(frozen=True)
class Page:
    """What a page says, in the order in which it says it.

    Attributes:
        title: the heading.
        kind: what it is, beside the name of the program.
        question: a sentence below the heading.
        headline, details: the answer.
        caution: one sentence on how far to trust it, beside the link to `limits`.
        table: the numbers.
        arms: lines that can be shown or hidden in every figure.
        sections: the figures.
        limits: what the page cannot tell.
        made: how it was made, as name and value.
        numbers: the file that holds the numbers.
    """

    title: str
    kind: str
    headline: str
    table: Table
    sections: Sequence[Section]
    limits: Sequence[str]
    caution: str
    made: Mapping[str, str]
    numbers: str
    arms: Sequence[Arm] = ()
    details: Sequence[str] = ()
    question: str = ""
    version: str = field(default=__version__)


def lines(names: Sequence[str]) -> tuple[Arm, ...]:
    """Give each name a colour, and a dash once the colours are used up."""
    return tuple(Arm(name, k, "", 0.0) for k, name in enumerate(names))


def page_html(page: Page) -> str:
    """Return a page as one self-contained HTML text that opens without a network."""
    return environment().get_template("page.html").render(
        page=page, version=page.version, **frame_assets(page.sections)
    )  # fmt: skip


def write_page(page: Page, path: str | Path) -> Path:
    """Write a page as one HTML file."""
    path = Path(path)
    path.write_text(page_html(page), encoding="utf-8")
    return path
