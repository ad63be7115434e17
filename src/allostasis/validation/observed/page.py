"""The comparison as one self-contained page: misses first, tables, drawings, what was skipped."""

import html
from typing import TYPE_CHECKING

import pandas as pd

from allostasis.validation.observed.groups import GROUP
from allostasis.validation.observed.svg import profile, scatter

if TYPE_CHECKING:
    from allostasis.validation.observed.report import ObservedReport

SHOWN_MISSES = 20
STYLE = """
:root{color-scheme:light dark;--ink:#1c2530;--paper:#fff;--soft:#667;--rule:#ccd;--line:#b3402e}
@media(prefers-color-scheme:dark){:root{--ink:#e4e8ee;--paper:#14181d;--soft:#9ab;--rule:#3a4450;--line:#ff9b85}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:72rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;font-size:13px;margin:.5rem 0}th,td{padding:.15rem .5rem;border-bottom:1px solid var(--rule);text-align:left}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}.legend,figcaption{color:var(--soft);font-size:13px}
.panels{display:flex;flex-wrap:wrap;gap:.6rem}figure{margin:0;width:190px}figcaption{font-size:11px;line-height:1.3;overflow-wrap:anywhere}
svg text{font:10px system-ui,sans-serif;fill:var(--soft)}svg .frame{fill:none;stroke:var(--rule)}svg .grid{stroke:var(--rule);stroke-width:.5}
svg .same{stroke:var(--ink)}svg .bound{stroke:var(--ink);stroke-dasharray:5 4}svg .predicted{fill:none;stroke:var(--line);stroke-width:1.5}
svg .seen{fill:var(--ink)}circle{fill-opacity:.7}.c0{fill:#0072b2}.c1{fill:#d55e00}.c2{fill:#009e73}.c3{fill:#cc79a7}.c4{fill:#e69f00}
.c5{fill:#56b4e9}.c6{fill:#8c6d31}.c7{fill:#888}summary{cursor:pointer;font-weight:600;margin:.6rem 0}
"""
_MISS_COLUMNS = {
    "publication": "publication", "drug": "drug", "route": "route", "analyte": "analyte", "dose_mg": "dose, mg",
    "n_points": "points", "gmfe": "GMFE", "bias": "bias", "auc_fold": "AUC fold", "cmax_fold": "Cmax fold",
    "overlap_with_library_source": "same source as library", "flags": "remarks", "study_id": "study",
}  # fmt: skip


def page(report: "ObservedReport") -> str:
    """The page as text; it names no other host and needs no script."""
    from allostasis.validation.observed.report import LEGEND

    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>",
        f"<title>Predicted against measured concentrations</title><style>{STYLE}</style></head><body>",
        "<h1>Predicted against measured concentrations</h1>",
        f"<p><strong>{html.escape(report.headline())}</strong> Data: {html.escape(report.folder)}.</p>",
        *(f"<p>{html.escape(note)}</p>" for note in report.notes),
    ]
    if len(report.studies):
        misses = report.studies[list(_MISS_COLUMNS)].rename(columns=_MISS_COLUMNS).head(SHOWN_MISSES)
        parts += ["<h2>Misses first</h2>", table(misses)]
        parts += ["<h2>By drug, route and analyte</h2>", table(report.shown(report.by_group))]
        parts.append(f"<p class='legend'>{html.escape(LEGEND)}</p>")
        parts += ["<h2>By drug and analyte</h2>", table(report.shown(report.by_drug))]
        parts += ["<h2>Overall</h2>", table(report.shown(report.overall.reset_index(names="which")))]
        parts.append(
            "<p class='legend'>independent: without studies whose first author and year a source of the library's own numbers shares.</p>"
        )
        parts += ["<h2>Every point</h2>", scatter(report.points, report.studies)]
        parts += ["<h2>Every study</h2>", *_panels(report)]
    if len(report.skipped):
        parts += ["<h2>Skipped</h2>", table(report.skipped_by_kind())]
        parts += ["<details><summary>Each skipped study</summary>", table(report.skipped), "</details>"]
    return "\n".join([*parts, "</body></html>"])


def table(frame: pd.DataFrame) -> str:
    """A table with numbers aligned to the right."""
    numeric = {c: pd.api.types.is_numeric_dtype(frame[c]) for c in frame.columns}
    kind = {c: " class='n'" if numeric[c] else "" for c in frame.columns}
    head = "".join(f"<th{kind[c]}>{html.escape(str(c))}</th>" for c in frame.columns)
    rows = []
    for record in frame.to_dict("records"):
        cells = "".join(f"<td{kind[str(c)]}>{_cell(value)}</td>" for c, value in record.items())
        rows.append(f"<tr>{cells}</tr>")
    return (
        f"<div class='wide'><table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "-" if value != value else f"{value:.0f}" if value.is_integer() else f"{value:.2f}"
    return html.escape(str(value))


def _panels(report: "ObservedReport") -> list[str]:
    """One drawing per study, by group, the worst group and study first."""
    points = dict(list(report.points.groupby("study_id")))
    by_group = dict(list(report.studies.groupby(GROUP)))
    parts = []
    for group in report.by_group.itertuples():
        studies = by_group[(group.drug, group.route, group.analyte)]
        title = f"{group.analyte} after {group.drug}, {group.route}: {len(studies)} studies, GMFE {group.gmfe:.2f}"
        parts.append(f"<details open><summary>{html.escape(title)}</summary><div class='panels'>")
        for study in studies.itertuples():
            label = f"{study.publication}, {study.dose_mg:.3g} mg, GMFE {study.gmfe:.2f}"
            drawing = (
                profile(points[study.study_id], report.curves[study.study_id], label)
                if study.study_id in report.curves
                else ""
            )
            parts.append(f"<figure>{drawing}<figcaption>{html.escape(label)}</figcaption></figure>")
        parts.append("</div></details>")
    return parts
