"""What text and page share: short names of the figures, their legend, the headline."""

import math

import pandas as pd

SHORT = {
    "n_publications": "publ", "n_studies": "studies", "n_points": "points", "gmfe": "GMFE",
    "gmfe_median_study": "median study", "bias": "bias", "within_2": "% in 2x", "auc_gmfe": "AUC GMFE",
    "cmax_gmfe": "Cmax GMFE", "laboratory_gmfe": "labs GMFE", "laboratory_gsd": "labs GSD",
}  # fmt: skip
LEGEND = (
    "GMFE: geometric mean fold error over points, 1 is perfect. median study: GMFE of the middle study. "
    "bias: geometric mean of predicted over observed. AUC, Cmax GMFE: over studies, over the sampled window. "
    "labs GMFE: how far the publications' own AUC per dose lie from their geometric mean; "
    "labs GSD: their geometric standard deviation (three publications or more)."
)
INDEPENDENT = (
    "independent: without the studies whose first author and year a source of the library's own numbers shares, and "
    "without metabolites whose formation was calibrated on measured profiles (OBSERVED_DEV)."
)


def group_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Pick the columns of a group table that fit on a page, with short names."""
    names = [c for c in table.columns if c in ("which", "drug", "route", "analyte")]
    shown = [*names, *(c for c in SHORT if c in table.columns and _known(table[c].tolist()))]
    return pd.DataFrame({SHORT.get(c, c): table[c] for c in shown})


def _known(values: list) -> bool:
    return any(not math.isnan(value) for value in values)


def headline(overall: pd.DataFrame, skipped: int) -> str:
    """Return one sentence with the overall figures."""
    every = next(iter(overall.to_dict("records")))
    if not every["n_studies"]:
        return f"0 studies compared, {skipped} skipped."
    return (
        f"{every['n_studies']} studies of {every['n_publications']} publications compared "
        f"({every['n_points']} points), {skipped} skipped: GMFE {every['gmfe']:.2f}, bias {every['bias']:.2f}, "
        f"{every['within_2']:.0f} % within 2-fold, "
        f"AUC GMFE {every['auc_gmfe']:.2f}, Cmax GMFE {every['cmax_gmfe']:.2f}."
    )
