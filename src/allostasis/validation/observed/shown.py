"""What text and page share: short names of the figures, their legend, the headline."""

import math

import pandas as pd

SHORT = {
    "n_publications": "publ", "n_studies": "studies", "n_points": "points", "gmfe": "GMFE",
    "gmfe_median_study": "median study", "bias": "bias", "within_2": "% in 2x", "auc_gmfe": "AUC GMFE",
    "cmax_gmfe": "Cmax GMFE", "laboratory_gmfe": "labs GMFE", "laboratory_gsd": "labs GSD",
}  # fmt: skip
BARS_LEGEND = (
    "AUC, concentrations: geometric mean fold errors; the bars lie about 5 % above the spread between publications, which no "
    "typical value can beat. Build studies show the fit: what the same values do where not seen is in the documentation."
)
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
    names = [c for c in table.columns if c in ("which", "drug", "route", "analyte", "part")]
    shown = [*names, *(c for c in SHORT if c in table.columns and _known(table[c].tolist()))]
    return pd.DataFrame({SHORT.get(c, c): table[c] for c in shown})


def _known(values: list) -> bool:
    return any(not math.isnan(value) for value in values)


def headline(overall: pd.DataFrame, skipped: int) -> str:
    """Return one sentence with the overall figures."""
    rows = {str(row["which"]): row for row in overall.to_dict("records")}
    said = []
    for part, what in (("verify", "check the library"), ("build", "set numbers of it")):
        row = rows[part]
        if row["n_studies"]:
            said.append(
                f"{row['n_studies']} studies of {row['n_publications']} publications ({row['n_points']} points) {what}: "
                f"GMFE {row['gmfe']:.2f}, bias {row['bias']:.2f}, {row['within_2']:.0f} % within 2-fold, "
                f"AUC GMFE {row['auc_gmfe']:.2f}, Cmax GMFE {row['cmax_gmfe']:.2f}."
            )
    return " ".join([*said, f"{skipped} studies skipped."]) if said else f"0 studies compared, {skipped} skipped."
