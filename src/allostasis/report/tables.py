"""The tables of the report: arms, exactness, parameters, provenance."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from allostasis import library
from allostasis.quantity import Parameter
from allostasis.quantity.parameter import STATUSES
from allostasis.report.facts import VISIBLE, ArmFacts
from allostasis.report.view import View
from allostasis.report.words import HOURS, figure, listing, moment, percent, probability, span, spread, thresholds, when

ROUNDING = 1e-6  # structural: [h] shorter differences of time are none
STATUS_WORDS = {
    "seen": "read in the source", "recalled": "quoted from memory of the source", "derived": "computed from others",
    "calibrated": "set so that the model meets a known number", "assumed": "nobody measured it",
}  # fmt: skip


def _daily(fact: ArmFacts) -> str:
    return listing([f"{figure(mg)} mg {drug}" for drug, mg in fact.start_dose.items()]) or "none scheduled"


def _peak_time(view: View, fact: ArmFacts) -> str:
    if fact.arm.last_dose_h <= 0:
        return when(fact.peak_h, view.unit)
    side = "after" if fact.after_last_h >= 0 else "before"
    return f"{span(abs(fact.after_last_h), view.unit)} {side} the last dose"


def _acute_cells(view: View, fact: ArmFacts) -> list[tuple[str, str]]:
    """Sedation, its lowest point and its return, and the highest imbalance."""
    back, peak = fact.rebound, fact.peak
    return [
        (percent(fact.sedation or 0.0), when(fact.sedation_h or 0.0, view.unit)),
        (percent(back.low), when(back.low_h, view.unit)) if back else ("no return", ""),
        (percent(back.back), when(back.back_h, view.unit)) if back else ("", ""),
        (thresholds(peak), when(fact.peak_h, view.unit)) if peak >= VISIBLE else ("none", "above naive"),
    ]


def arm_columns(view: View) -> list[tuple[str, str]]:
    """Return headings of the table of arms with a unit or remark each."""
    shared = [("Highest imbalance", "seizure thresholds")]
    if view.acute:
        return [
            ("Scheduled", "first 24 h"),
            ("Deepest sedation", "gain of inhibition"),
            ("Lowest after that", "share of the deepest"),
            ("Back to", "share of the deepest"),
            *shared,
        ]
    return [
        ("Daily dose at start", ""), ("Last dose", ""), *shared, ("Withdrawal score", "highest, 0 to 100"),
        ("Above half threshold", "days"), ("Seizure probability", "modelled, for ranking"),
    ]  # fmt: skip


def arm_rows(view: View, facts: Iterable[ArmFacts]) -> list[dict[str, Any]]:
    """Return one row per arm; each cell is (text, remark)."""
    rows = []
    for fact in facts:
        peak = (spread(fact.values("peak_imbalance"), thresholds), _peak_time(view, fact))
        if view.acute:
            cells = [(_daily(fact), ""), *_acute_cells(view, fact)]
        else:
            cells = [
                (_daily(fact), ""), (moment(fact.arm.last_dose_h, view.unit), ""), peak,
                (spread(fact.values("withdrawal_score_peak"), lambda v: f"{v:.0f}"), ""),
                (spread(fact.values("days_above_half_threshold"), lambda v: f"{v:.0f}"), ""),
                (spread(fact.values("seizure_probability"), probability), ""),
            ]  # fmt: skip
        rows.append({"arm": fact.arm, "cells": cells})
    return rows


def status_counts(used: Mapping[str, Parameter]) -> list[dict[str, Any]]:
    """Count the parameters of each status."""
    counts = [
        {"status": s, "count": sum(p.status == s for p in used.values()), "means": STATUS_WORDS[s]} for s in STATUSES
    ]
    return [c | {"share": 100 * c["count"] / max(1, len(used))} for c in counts if c["count"]]


def parameter_rows(used: Mapping[str, Parameter]) -> list[dict[str, str]]:
    """Return one row per parameter that the run used, sorted by name."""
    works = library.bibliography()
    rows = []
    for name, p in sorted(used.items()):
        work = works.get(p.source)
        span_text = "" if p.low is None and p.high is None else f"{_bound(p.low)} to {_bound(p.high)}"
        citation = f"{work.citation} ({work.locator})" if work else p.source
        rows.append({
            "name": name, "value": f"{p.value:.6g}", "unit": "" if p.unit == "1" else p.unit, "range": span_text, "kind": p.kind,
            "status": p.status, "source": citation + (f", {p.locator}" if p.locator else ""), "note": p.note,
        })  # fmt: skip
    return rows


def _bound(value: float | int | None) -> str:
    return "?" if value is None else f"{value:g}"


def check_rows(checks: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one row per headline of `simulation.check`: value, and its distance to two finer answers, in words."""
    rows = []
    for row in checks.get("headlines", ()):
        time = row["unit"] == "h"
        off = _hours if time else difference
        unit = "day" if row["value"] > 2 * HOURS["day"] else "hour"
        rows.append({
            "arm": row["arm"], "quantity": row["quantity"],
            "value": moment(row["value"], unit) if time else figure(row["value"], 4),
            "step": off(row["step_error"]),
            "reference": "none (rule)" if row["reference"] is None else off(row["reference_error"]),
        })  # fmt: skip
    return rows


def difference(value: float | int) -> str:
    """Write a signed error with two digits.

    >>> difference(0.00123), difference(-0.5), difference(0.0)
    ('+0.0012', '\N{MINUS SIGN}0.5', '0')
    """
    return f"{value:+.2g}".replace("-", "\N{MINUS SIGN}", 1) if value else "0"


def _hours(value: float | int) -> str:
    """Write a signed error of a time."""
    if abs(value) < ROUNDING:
        return "0"
    sign = "+" if value > 0 else "\N{MINUS SIGN}"
    return sign + span(abs(value), "day" if abs(value) >= HOURS["day"] else "hour" if abs(value) >= 1 else "minute")


def case_text(case: Mapping[str, Any]) -> str:
    """Write a case as TOML again.

    >>> print(case_text({"title": "t", "arm": [{"name": "a", "regimen": "none"}], "output": {"every": "1 d"}}))
    title = "t"
    <BLANKLINE>
    [output]
    every = "1 d"
    <BLANKLINE>
    [[arm]]
    name = "a"
    regimen = "none"
    """
    blocks = [
        "\n".join(f"{k} = {_toml(v)}" for k, v in case.items() if v != "" and not isinstance(v, dict) and k != "arm")
    ]
    tables = [(f"[{k}]", v) for k, v in case.items() if isinstance(v, dict)]
    tables += [("[[arm]]", arm) for arm in case.get("arm", ())]
    for head, table in tables:
        blocks.append("\n".join([head, *(f"{k} = {_toml(v)}" for k, v in table.items() if v is not None)]))
    return "\n\n".join(blocks)


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, str) and "\n" in value and '"""' not in value and "\\" not in value:
        return f'"""\n{value}"""'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)
