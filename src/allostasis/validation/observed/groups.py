"""Fold errors of groups of studies, beside the differences between the laboratories themselves."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from allostasis.validation.observed.folds import summary

GROUP = ("drug", "route", "analyte")
FEWEST_LABORATORIES = 3

Row = Mapping[str, Any]


def table(
    studies: Sequence[Row], ln_folds: Mapping[str, Float[np.ndarray, " points"]], by: Sequence[str]
) -> list[dict[str, Any]]:
    """Summarise each group of studies, largest error first.

    ``gmfe``, ``bias`` and ``within_*`` pool the points; ``gmfe_median_study`` weighs each study alike; ``auc_gmfe``
    and ``cmax_gmfe`` are geometric means over studies. ``laboratory_gsd`` is the geometric standard deviation of the
    measured AUC per dose between publications, ``laboratory_gmfe`` the fold error that their own geometric mean
    would have as a prediction of each of them (only where drug, route and analyte are the same).

    Args:
        studies: rows of `run`.
        ln_folds: study id -> ln(predicted / observed) of its used points.
        by: columns to group by.

    """
    groups: dict[tuple, list[Row]] = {}
    for study in studies:
        groups.setdefault(tuple(study[name] for name in by), []).append(study)
    alike = tuple(by)[: len(GROUP)] == GROUP
    rows = [
        dict(zip(by, key, strict=True)) | row(group, ln_folds) | laboratories(group if alike else ())
        for key, group in groups.items()
    ]
    return sorted(rows, key=lambda r: -r["gmfe"])


def row(studies: Sequence[Row], ln_folds: Mapping[str, Float[np.ndarray, " points"]]) -> dict[str, float | int]:
    """Count and summarise one group of studies; every figure is NaN for an empty group."""
    pooled = np.concatenate([ln_folds[s["study_id"]] for s in studies]) if studies else np.array([math.nan])
    figures = summary(pooled)
    gmfe = figures.pop("gmfe")
    return {
        "n_publications": len({s["publication"] for s in studies}),
        "n_studies": len(studies),
        "n_points": sum(s["n_points"] for s in studies),
        "gmfe": gmfe,
        "gmfe_median_study": float(np.median([s["gmfe"] for s in studies])) if studies else math.nan,
        **figures,
        "auc_gmfe": _gmfe([s["auc_fold"] for s in studies]),
        "cmax_gmfe": _gmfe([s["cmax_fold"] for s in studies]),
    }


def laboratories(studies: Sequence[Row]) -> dict[str, float | int]:
    """Spread of AUC per dose between publications, from the data alone; NaN for fewer than three."""
    by_publication: dict[str, list[float]] = {}
    for study in studies:
        if not math.isnan(study["auc_per_dose"]):
            by_publication.setdefault(study["publication"], []).append(math.log(study["auc_per_dose"]))
    means = np.array([sum(values) / len(values) for values in by_publication.values()])
    if len(means) < FEWEST_LABORATORIES:
        return {"n_laboratories": len(means), "laboratory_gsd": math.nan, "laboratory_gmfe": math.nan}
    return {
        "n_laboratories": len(means),
        "laboratory_gsd": float(np.exp(means.std(ddof=1))),
        "laboratory_gmfe": float(np.exp(np.abs(means - means.mean()).mean())),
    }


def _gmfe(folds: Sequence[float]) -> float:
    known = np.array([fold for fold in folds if not math.isnan(fold)])
    return float(np.exp(np.abs(np.log(known)).mean())) if len(known) else math.nan
