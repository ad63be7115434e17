"""Fold errors of groups of studies, beside the differences between the laboratories themselves."""

import math

import numpy as np
import pandas as pd

from allostasis.validation.observed.folds import summary

GROUP = ["drug", "route", "analyte"]
FEWEST_LABORATORIES = 3


def table(studies: pd.DataFrame, points: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """One row per group, largest error first.

    Columns: ``gmfe``, ``bias`` and ``within_*`` pool the points; ``gmfe_median_study`` weighs each study alike;
    ``auc_gmfe`` and ``cmax_gmfe`` are geometric means over studies; ``laboratory_gsd`` is the geometric standard
    deviation of the measured AUC per dose between publications, ``laboratory_gmfe`` the fold error that their own
    geometric mean would have as a prediction of each of them (only where drug, route and analyte are the same).
    """
    rows = []
    used = points.merge(studies[["study_id", *by]], on="study_id")
    pooled = dict(list(used.groupby(by, sort=True)))
    for key, group in studies.groupby(by, sort=True):
        name = key if isinstance(key, tuple) else (key,)
        rows.append(dict(zip(by, name, strict=True)) | row(group, pooled[key], by))
    columns = [*by, *row(studies.iloc[:0], points.iloc[:0], by)]
    return pd.DataFrame(rows, columns=columns).sort_values("gmfe", ascending=False, ignore_index=True)


def row(studies: pd.DataFrame, points: pd.DataFrame, by: list[str]) -> dict[str, float | int]:
    """Counts and fold errors of one group of studies and their used points."""
    alike = by == GROUP
    ln_fold = np.log(points["fold"].to_numpy(float))
    pooled = summary(ln_fold if len(ln_fold) else np.array([math.nan]))
    gmfe = pooled.pop("gmfe")
    return {
        "n_publications": int(studies["publication"].nunique()),
        "n_studies": len(studies),
        "n_points": len(points),
        "gmfe": gmfe,
        "gmfe_median_study": float(studies["gmfe"].median()) if len(studies) else math.nan,
        **pooled,
        "auc_gmfe": _gmfe(studies["auc_fold"]),
        "cmax_gmfe": _gmfe(studies["cmax_fold"]),
        **laboratories(studies if alike else studies.iloc[:0]),
    }


def laboratories(studies: pd.DataFrame) -> dict[str, float | int]:
    """Spread of AUC per dose between publications, from the data alone; NaN for fewer than three."""
    usable = studies.dropna(subset=["auc_per_dose"])
    means = np.log(usable["auc_per_dose"].astype(float)).groupby(usable["publication"]).mean().to_numpy(float)
    if len(means) < FEWEST_LABORATORIES:
        return {"n_laboratories": len(means), "laboratory_gsd": math.nan, "laboratory_gmfe": math.nan}
    off = means - means.mean()
    return {
        "n_laboratories": len(means),
        "laboratory_gsd": float(np.exp(means.std(ddof=1))),
        "laboratory_gmfe": float(np.exp(np.abs(off).mean())),
    }


def _gmfe(folds: pd.Series) -> float:
    values = folds.dropna().to_numpy(float)
    return float(np.exp(np.abs(np.log(values)).mean())) if len(values) else math.nan
