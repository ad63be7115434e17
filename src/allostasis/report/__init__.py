"""One self-contained HTML page about a run: the answer, the arms, the figures, every number's source, the limits."""

from allostasis.report.printed import arms_table, checks_table
from allostasis.report.writing import report_html, write_report

__all__ = ["arms_table", "checks_table", "report_html", "write_report"]
