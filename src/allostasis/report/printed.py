"""The tables of the report as plain text, for a terminal."""

import pandas as pd

from allostasis.report.facts import arm_facts
from allostasis.report.tables import arm_columns, arm_rows, check_rows
from allostasis.report.view import View
from allostasis.simulation import Result


def arms_table(result: Result, summary: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of the table of arms, as the report shows it."""
    view = View(result)
    headings = ["Arm", *(f"{heading} [{unit}]" if unit else heading for heading, unit in arm_columns(view))]
    rows = []
    for row in arm_rows(view, arm_facts(view, summary).values()):
        cells = [f"{text}, {remark}" if remark else text for text, remark in row["cells"]]
        rows.append([row["arm"].name, *cells])
    return headings, rows


def checks_table(result: Result) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of what `--check` found, or no rows."""
    headings = ["Arm", "Headline", "This run", "half the step", "adaptive reference"]
    return headings, [list(row.values()) for row in check_rows(result.checks)]
