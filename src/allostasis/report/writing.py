"""Put the report together: one HTML file that opens without a network."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from allostasis.quantity import InputError
from allostasis.report.answer import answer
from allostasis.report.facts import ArmFacts, arm_facts
from allostasis.report.figure_exposure import exposure_section
from allostasis.report.figure_imbalance import imbalance_section
from allostasis.report.figure_receptor import effect_section, occupancy_section
from allostasis.report.figure_why import why_section
from allostasis.report.plot import Section
from allostasis.report.tables import arm_columns, arm_rows, case_text, check_rows, parameter_rows, status_counts
from allostasis.report.view import View
from allostasis.report.words import tied
from allostasis.simulation import Result

ASSETS = Path(__file__).parent / "assets"


def write_report(result: Result, summary: pd.DataFrame, path: str | Path) -> Path:
    """Write the report of a run as one self-contained HTML file.

    Args:
        result: a finished run, from `clinic.simulate`.
        summary: its table of arms, from `clinic.summary`.
        path: the file to write.

    Raises:
        InputError: a summary that does not belong to the result.
    """
    path = Path(path)
    path.write_text(report_html(result, summary), encoding="utf-8")
    return path


def report_html(result: Result, summary: pd.DataFrame) -> str:
    """Return the report as text."""
    view = View(result)
    names = [arm.name for arm in view.arms]
    if set(summary["arm"]) != set(names):
        raise InputError(
            "summary and result have different arms", value=sorted(set(summary["arm"])), expected=", ".join(names)
        )
    facts = arm_facts(view, summary)
    sections = _sections(view, facts)
    headline, details = answer(view, list(facts.values()))
    return environment().get_template("report.html").render(
        case=result.case, view=view, arms=view.arms, headline=headline, details=details, notes=result.notes, sections=sections,
        columns=arm_columns(view), rows=arm_rows(view, facts.values()), checks=check_rows(result.checks),
        counts=status_counts(result.used), parameters=parameter_rows(result.used), provenance=result.provenance,
        case_text=case_text(result.provenance.get("case", result.case.model_dump())), citations=result.cite(),
        **frame_assets(sections),
    )  # fmt: skip


def environment() -> Environment:
    """Make the environment of the templates: strict, escaping, and with the filter `tied`."""
    made = Environment(
        loader=PackageLoader("allostasis.report", "assets"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["tied"] = tied
    return made


def frame_assets(sections: Sequence[Section]) -> dict[str, str]:
    """Return what every page embeds: style, script, Plotly and its figures as JSON."""
    figures = {panel.id: panel.figure for section in sections for panel in section.panels}
    return {
        "css": _asset("report.css"), "script": _asset("report.js"), "plotly": _plotly(), "figures": embedded_json(figures),
    }  # fmt: skip


def _sections(view: View, facts: dict[str, ArmFacts]) -> list[Section]:
    if not view.acts:
        return [exposure_section(view)] if view.has("plasma_mean") else []
    sections = [imbalance_section(view, facts), why_section(view, facts)]
    further = {"plasma_mean": exposure_section, "occupancy_mean": occupancy_section, "effect_mean": effect_section}
    return sections + [build(view) for variable, build in further.items() if view.has(variable)]


def embedded_json(value: Any) -> str:
    r"""Write JSON that may stand inside a script element of HTML: it cannot close the element nor open a comment.

    >>> print(embedded_json({"name": "</script><!--"}))
    {"name":"\u003c/script\u003e\u003c!--"}
    """
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


@cache
def _plotly() -> str:
    """Read plotly.min.js out of the plotly wheel, without importing plotly."""
    found = find_spec("plotly")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("plotly is not installed; the report needs the script that its wheel holds")
    text = (Path(found.submodule_search_locations[0]) / "package_data" / "plotly.min.js").read_text(encoding="utf-8")
    return text.replace("</script", "<\\/script")
