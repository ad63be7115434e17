"""The comparison as one self-contained page: misses first, tables, drawings, what was skipped."""

import html
import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from allostasis.validation.observed.folds import USED
from allostasis.validation.observed.groups import GROUP
from allostasis.validation.observed.guest import verdict
from allostasis.validation.observed.interactions_shown import GUEST_LEGEND, compared, left_out, misses
from allostasis.validation.observed.shown import BARS_LEGEND, INDEPENDENT, LEGEND, group_columns
from allostasis.validation.observed.svg import profile, scatter

if TYPE_CHECKING:
    from allostasis.validation.observed.report import ObservedReport

SHOWN_MISSES = 20
STYLE = """
:root{color-scheme:light dark;--ink:#1c2530;--paper:#fff;--soft:#566;--rule:#ccd;--line:#b3402e}
@media(prefers-color-scheme:dark){
:root{--ink:#e4e8ee;--paper:#14181d;--soft:#9ab;--rule:#3a4450;--line:#ff9b85}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:88rem;
margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;font-size:13px;margin:.5rem 0}
th,td{padding:.15rem .5rem;border-bottom:1px solid var(--rule);text-align:left}
td{vertical-align:top}.misses td:nth-last-child(2){min-width:14rem}
.misses td:last-child{overflow-wrap:anywhere;min-width:9rem;font-size:11px}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}.legend,figcaption{color:var(--soft);font-size:13px}
.panels{display:flex;flex-wrap:wrap;gap:.6rem}figure{margin:0;width:190px}
figcaption{font-size:11px;line-height:1.3;overflow-wrap:anywhere}
svg{max-width:100%;height:auto}svg text{font:10px system-ui,sans-serif;fill:var(--soft)}
svg .frame{fill:none;stroke:var(--rule)}svg .grid{stroke:var(--rule);stroke-width:.5}
svg .same{stroke:var(--ink)}svg .bound{stroke:var(--ink);stroke-dasharray:5 4}
svg .predicted{fill:none;stroke:var(--line);stroke-width:1.5}svg .seen{fill:var(--ink)}circle{fill-opacity:.7}
.c0{fill:#0072b2}.c1{fill:#d55e00}.c2{fill:#009e73}.c3{fill:#cc79a7}.c4{fill:#e69f00}.c5{fill:#56b4e9}
.c6{fill:#8c6d31}.c7{fill:#888}summary{cursor:pointer;font-weight:600;margin:.6rem 0}
"""
_MISS_COLUMNS = {
    "publication": "publication", "part": "part", "drug": "drug", "route": "route", "analyte": "analyte",
    "dose_mg": "dose, mg", "n_points": "points", "gmfe": "GMFE", "bias": "bias", "auc_fold": "AUC fold",
    "cmax_fold": "Cmax fold", "flags": "remarks",
    "study_id": "study",
}  # fmt: skip


def page(report: "ObservedReport") -> str:
    """Return the page; it names no other host and needs no script."""
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width'>",
        f"<title>Predicted against measured concentrations</title><style>{STYLE}</style></head><body>",
        "<h1>Predicted against measured concentrations</h1>",
        f"<p><strong>{html.escape(report.headline())}</strong> Data: {html.escape(report.folder)}.</p>",
        *(f"<p>{html.escape(note)}</p>" for note in report.notes),
    ]
    if len(report.studies):
        misses = pd.DataFrame({short: report.studies[name] for name, short in _MISS_COLUMNS.items()})
        parts += ["<h2>What it is held to, misses first</h2>", html_table(report.bars)]
        parts.append(f"<p class='legend'>{html.escape(BARS_LEGEND)}</p>")
        parts += ["<h2>Worst studies</h2>", "<div class='misses'>", html_table(misses.head(SHOWN_MISSES)), "</div>"]
        parts += _interactions(report)
        parts += ["<h2>By drug, route and analyte</h2>", html_table(group_columns(report.by_group))]
        parts.append(f"<p class='legend'>{html.escape(LEGEND)}</p>")
        parts += ["<h2>By drug and analyte</h2>", html_table(group_columns(report.by_drug))]
        parts += ["<h2>Overall</h2>", html_table(group_columns(report.overall))]
        parts.append(f"<p class='legend'>{html.escape(INDEPENDENT)}</p>")
        parts += ["<h2>Every point</h2>", *_drawings(report)]
    if len(report.skipped):
        parts += ["<h2>Skipped</h2>", html_table(report.skipped_by_kind())]
        parts += ["<details><summary>Each skipped study</summary>", html_table(report.skipped), "</details>"]
    return "\n".join([*parts, "</body></html>"])


def _interactions(report: "ObservedReport") -> list[str]:
    """Ratios with and without a co-medication: misses, summary, every pair."""
    if not len(report.interaction_summary):
        return []
    return [
        "<h2>Interactions</h2><h3>Outside the limits of Guest</h3>", html_table(misses(report.interactions)),
        "<h3>Within the limits, %</h3>", f"<p>{html.escape(verdict(report.interaction_summary))}</p>",
        html_table(report.interaction_summary),
        f"<p class='legend'>{html.escape(GUEST_LEGEND)}</p>",
        "<details><summary>Each pair</summary>", html_table(compared(report.interactions)), "</details>",
        "<details><summary>Pairs that were not compared</summary>", html_table(left_out(report.interactions)), "</details>",
    ]  # fmt: skip


def html_table(frame: pd.DataFrame) -> str:
    """Return a table with numbers aligned to the right."""
    numeric = {c: " class='n'" if pd.api.types.is_numeric_dtype(frame[c]) else "" for c in frame.columns}
    head = "".join(f"<th{numeric[c]}>{html.escape(str(c))}</th>" for c in frame.columns)
    rows = []
    for record in frame.to_dict("records"):
        cells = "".join(f"<td{numeric[c]}>{_cell(value)}</td>" for c, value in record.items())
        rows.append(f"<tr>{cells}</tr>")
    body = "".join(rows)
    return f"<div class='wide'><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:.2f}"
    return html.escape(str(value))


def _drawings(report: "ObservedReport") -> list[str]:
    """Draw every point, then one panel per study by group, the worst group and study first."""
    points: dict[Any, list[dict[str, Any]]] = {}
    for point in report.points.to_dict("records"):
        if point["use"] == USED:
            points.setdefault(point["study_id"], []).append({str(k): v for k, v in point.items()})
    groups: dict[tuple, list[dict[Any, Any]]] = {}
    for study in report.studies.to_dict("records"):
        groups.setdefault(tuple(study[name] for name in (*GROUP, "part")), []).append(study)
    series = {study["drug"]: [] for group in groups.values() for study in group}
    for group in groups.values():
        for study in group:
            series[study["drug"]] += [(p["observed"], p["predicted"]) for p in points[study["study_id"]]]
    parts = [scatter(series), "<h2>Every study</h2>"]
    for group in report.by_group.to_dict("records"):
        studies = groups[tuple(group[name] for name in (*GROUP, "part"))]
        title = f"{group['analyte']} after {group['drug']}, {group['route']} ({group['part']}): "
        title += f"{group['n_studies']} studies, GMFE {group['gmfe']:.2f}"
        parts.append(f"<details open><summary>{html.escape(title)}</summary><div class='panels'>")
        for study in studies:
            label = f"{study['publication']}, {study['dose_mg']:.3g} mg, GMFE {study['gmfe']:.2f}"
            curve = report.curves.get(study["study_id"])
            drawing = profile(points[study["study_id"]], curve, label) if curve else ""
            parts.append(f"<figure>{drawing}<figcaption>{html.escape(label)}</figcaption></figure>")
        parts.append("</div></details>")
    return parts
