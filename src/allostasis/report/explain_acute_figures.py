"""The figure of the page about explanations of an acute case: `python -m allostasis.report.explain_acute_figures`."""

from collections.abc import Callable

from allostasis.clinic.status_epilepticus.question import parse_question
from allostasis.drawing.waterfall import waterfall
from allostasis.report.explain_acute_page import steps_of
from allostasis.report.figure_command import command
from allostasis.study.se_explain import AcuteExplanation, explain_protocol

DIAZEPAM = {
    "title": "late diazepam in rats", "preparation": "rat", "delay": "30 min", "horizon": "20 min", "individuals": 120, "seed": 1,
    "endpoint": {"within": "20 min", "none_until": "20 min"},
    "protocol": [{"name": "diazepam", "steps": ["diazepam 10 mg/kg ip"]}],
}  # fmt: skip
"""`examples/explain_late_diazepam.toml`."""


def drawn(found: AcuteExplanation, heading: str) -> str:
    """The waterfall of the log imbalance with the drug, as the text of an SVG file."""
    label = f"waterfall of the log imbalance with the drug: {heading}"
    return waterfall(heading, "log imbalance H", steps_of(found, "imbalance with drug"), label)


def late_diazepam() -> str:
    """Diazepam in rats half an hour after onset."""
    heading = "Rats, 20 min after diazepam 10 mg/kg given at 30 min (Shapley values)"
    return drawn(explain_protocol(parse_question(DIAZEPAM)), heading)


FIGURES: dict[str, Callable[[], str]] = {"explain_late_diazepam": late_diazepam}
"""Name of the file without its ending, and what draws it."""


if __name__ == "__main__":
    command(FIGURES, __doc__)
