"""What text and page say of interactions: the misses, the summary, the legend."""

import pandas as pd

SHOWN = {
    "publication": "publication", "part": "part", "perpetrator": "with", "victim": "drug", "analyte": "analyte", "route": "route",
    "data_type": "data", "measure": "ratio", "observed": "observed", "predicted": "predicted", "limit_low": "from",
    "limit_high": "to", "inside_1.25": "inside, delta 1.25", "cmax_observed": "Cmax observed", "cmax_predicted": "Cmax predicted",
}  # fmt: skip
GUEST_LEGEND = (
    "Ratio of areas with over without the co-medication; window: both arms over the same sampled window, published: to infinity. "
    "from, to: limits of Guest et al. 2011 (recalled) without variability of the victim; delta 1.25 allows for one of 1.25-fold. "
    "build: the publication set the strength of that perpetrator; verify: it did not."
)


def compared(table: pd.DataFrame) -> pd.DataFrame:
    """The pairs that were compared, misses first."""
    return table.loc[table["reason"] == ""] if len(table) else table


def misses(table: pd.DataFrame) -> pd.DataFrame:
    """The pairs outside the limits, with short names of the columns."""
    outside = compared(table)
    outside = outside.loc[~outside["inside"].astype(bool)] if len(outside) else outside
    return pd.DataFrame({short: outside[name] for name, short in SHOWN.items()}) if len(outside) else pd.DataFrame()


def left_out(table: pd.DataFrame) -> pd.DataFrame:
    """The pairs that were not compared, with the reason."""
    rest = table.loc[table["reason"] != ""]
    return pd.DataFrame({name: rest[name] for name in ("publication", "victim", "analyte", "perpetrator", "route", "reason")})
