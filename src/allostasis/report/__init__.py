"""One self-contained HTML page about a run: the answer, the arms, the figures, every number's source, the limits."""

from allostasis.report.writing import report_html, write_report

__all__ = ["report_html", "write_report"]
