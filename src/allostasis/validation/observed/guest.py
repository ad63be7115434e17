"""Limits within which a predicted ratio of areas counts as right, narrower the weaker the interaction (Guest 2011, recalled)."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

PLAIN, VARIABLE = 1.0, 1.25
"""delta: without, and with a variability of the victim itself of 1.25-fold between occasions."""
BAR = 85.0
"""Share of the ratios of drugs, in group means, that shall lie within the limits [%]."""
SUMMARY_COLUMNS = (
    "which", "pairs", "publications", "inside", "inside, delta 1.25", "within 2-fold", "GMFE", "bias", "inside, to infinity",
    "Cmax GMFE",
)  # fmt: skip
NONE = "none known"
Row = Mapping[str, Any]


def guest_limits(observed: float | int, delta: float | int = PLAIN) -> tuple[float, float]:
    """Lowest and highest ratio that count as right.

        R     = observed, or 1/observed below 1
        limit = (delta + 2 (R - 1)) / R             delta at R = 1, and 2 for a strong interaction
        range = observed / limit to observed * limit

    Guest et al., Drug Metab Dispos 2011;39:170 (recalled).

    Args:
        observed: measured ratio of areas [1].
        delta: variability of the victim alone, 1 for none [1].

    >>> [round(x, 2) for x in guest_limits(4.0)], [round(x, 3) for x in guest_limits(0.25)]
    ([2.29, 7.0], [0.143, 0.438])
    >>> guest_limits(1.0), guest_limits(1.0, 1.25)
    ((1.0, 1.0), (0.8, 1.25))
    """
    size = max(observed, 1 / observed)
    limit = (delta + 2 * (size - 1)) / size
    return observed / limit, observed * limit


def inside(observed: float | int, predicted: float | int, delta: float | int = PLAIN) -> bool:
    """Whether a prediction lies within the limits, bounds included.

    >>> inside(4.0, 2.3), inside(4.0, 2.2), inside(1.0, 1.2, 1.25)
    (True, False, True)
    """
    low, high = guest_limits(observed, delta)
    return low * (1 - 1e-9) <= predicted <= high * (1 + 1e-9)  # structural: rounding


def summary(pairs: Sequence[Row]) -> pd.DataFrame:
    """Shares within the limits and errors: means of groups and single subjects apart, per part, per perpetrator.

    Args:
        pairs: rows of `interactions.table`; those without a prediction count nowhere.
    """
    compared = [p for p in pairs if math.isfinite(p["predicted"])]
    done = [p for p in compared if p["perpetrator"] != NONE]
    means = [p for p in done if p["data_type"] != "individual"]
    drugs = [p for p in means if p["analyte"] == p["victim"]]
    rows = [
        _row("drugs, group means", drugs),
        _row("drugs, group means: build", [p for p in drugs if p["part"] == "build"]),
        _row("drugs, group means: verify", [p for p in drugs if p["part"] == "verify"]),
        _row("metabolites, group means", [p for p in means if p["analyte"] != p["victim"]]),
        _row("single subjects", [p for p in done if p["data_type"] == "individual"]),
        _row("all of these", done),
        _row("co-medication without known effect", [p for p in compared if p["perpetrator"] == NONE]),
    ]
    names = sorted({p["perpetrator"] for p in drugs})
    rows += sorted((_row(name, [p for p in drugs if p["perpetrator"] == name]) for name in names), key=lambda r: r["inside"])
    return pd.DataFrame([r for r in rows if r["pairs"]], columns=pd.Index(SUMMARY_COLUMNS))


def verdict(table: pd.DataFrame) -> str:
    """One sentence on the bar, from the summary; "" without pairs."""
    rows = {str(r["which"]): r for r in table.to_dict("records")}
    if "drugs, group means" not in rows:
        return ""
    row = rows["drugs, group means"]
    said = [
        f"{row[name]:.0f} % {how} ({'met' if row[name] >= BAR else 'missed'})"
        for name, how in (("inside", "without variability of the victim"), ("inside, delta 1.25", "with delta 1.25"))
    ]
    return f"Bar: {BAR:.0f} % of the ratios of drugs (group means) within the limits of Guest: {', '.join(said)}."


def _row(which: str, pairs: Sequence[Row]) -> dict[str, Any]:
    folds = np.log([p["predicted"] / p["observed"] for p in pairs])
    peaks = [p["cmax_predicted"] / p["cmax_observed"] for p in pairs]
    peaks = np.log([x for x in peaks if math.isfinite(x) and x > 0])
    whole = [p["inf_inside"] for p in pairs if p["inf_inside"] in (True, False)]
    return {
        "which": which, "pairs": len(pairs), "publications": len({p["publication"] for p in pairs}),
        "inside": _share([p["inside"] for p in pairs]), "inside, delta 1.25": _share([p["inside_1.25"] for p in pairs]),
        "within 2-fold": _share(list(np.abs(folds) <= math.log(2))),
        "GMFE": _mean(np.abs(folds)), "bias": _mean(folds), "inside, to infinity": _share(whole),
        "Cmax GMFE": _mean(np.abs(peaks)),
    }  # fmt: skip


def _share(values: Sequence[Any]) -> float:
    return 100 * sum(map(bool, values)) / len(values) if len(values) else math.nan


def _mean(values: np.ndarray) -> float:
    return float(np.exp(values.mean())) if len(values) else math.nan
