"""What the qualification is held to: geometric mean fold errors of AUC and of concentrations, per group of studies."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

Row = Mapping[str, Any]


class Bar(NamedTuple):
    """A group of mean curves of healthy adults (single doses unless told otherwise) and its two bars."""

    name: str
    drug: str
    analyte: str
    route: str
    auc: float
    concentrations: float
    doses: str = "single"
    who: str = "healthy adults"


BARS = (
    Bar("alprazolam oral", "alprazolam", "alprazolam", "oral", 1.15, 1.23),
    Bar("triazolam oral", "triazolam", "triazolam", "oral", 1.25, 1.38),
    Bar("midazolam oral", "midazolam", "midazolam", "oral", 1.30, 1.44),
    Bar("midazolam iv", "midazolam", "midazolam", "iv", 1.35, 1.42),
    Bar("diazepam iv", "diazepam", "diazepam", "iv", 1.30, 1.50),
    Bar("nordiazepam after diazepam iv", "diazepam", "nordiazepam", "iv", 1.30, 1.50),
    Bar("nordiazepam after diazepam oral", "diazepam", "nordiazepam", "oral", 1.40, 1.50),
    Bar("oxazepam oral", "oxazepam", "oxazepam", "oral", 1.25, 1.48),
    Bar("carbamazepine single", "carbamazepine", "carbamazepine", "oral", 1.30, 1.48),
    Bar("carbamazepine repeated", "carbamazepine", "carbamazepine", "oral", 1.40, 1.50, doses="repeated"),
    Bar("propofol", "propofol", "propofol", "iv", 1.22, 1.38, who="anyone"),
    Bar("phenobarbital in infants", "phenobarbital", "phenobarbital", "iv", 1.25, 1.35, doses="any", who="anyone"),
)
"""Set about 5 % above the spread between publications, which no typical value can beat: far below one is overfitting."""
ALL_GROUP, ALL_USABLE = (1.25, 1.40, 0.98), (1.34, 1.50, 0.91)
"""(AUC, concentrations, share of AUC within twofold) of all of these groups, and of all usable profiles."""
COLUMNS = (
    "group", "studies", "publications", "AUC", "AUC bar", "concentrations", "concentrations bar", "AUC within 2-fold", "met",
)  # fmt: skip


def table(studies: Sequence[Row], ln_folds: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """One row per bar, misses first; then the whole group and all usable profiles.

    Args:
        studies: rows of `run`.
        ln_folds: study id -> ln(predicted / observed) of its used points.
    """
    rows, together = [], []
    for bar in BARS:
        own = _means_if_any([s for s in studies if _belongs(s, bar)], bar)
        together += own
        single = bar.who != "anyone" and own and own[0]["data_type"] != "aggregated"
        name = f"{bar.name} (single subjects)" if single else bar.name
        rows.append(_row(name, own, ln_folds, bar.auc, bar.concentrations, None))
    rows.sort(key=lambda r: {"no": 0, "yes": 1}.get(r["met"], 2))
    rows.append(_row("these groups together", together, ln_folds, *ALL_GROUP))
    rows.append(_row("all usable profiles", list(studies), ln_folds, *ALL_USABLE))
    return pd.DataFrame(rows, columns=pd.Index(COLUMNS))


def _belongs(study: Row, bar: Bar) -> bool:
    product = study["route"].partition("-")[0]  # a solution by mouth is by mouth
    if (study["drug"], study["analyte"], product) != (bar.drug, bar.analyte, bar.route):
        return False
    if study["comedication"]:
        return False
    if bar.doses != "any" and (study["n_doses"] == 1) != (bar.doses == "single"):
        return False
    return not study["special"] or bar.who == "anyone"


def _means_if_any(studies: list[Row], bar: Bar) -> list[Row]:
    """The mean curves; single subjects only where a folder has no mean curve of the group."""
    means = [s for s in studies if s["data_type"] == "aggregated"]
    return studies if bar.who == "anyone" else means or studies


def _row(
    name: str, own: Sequence[Row], ln_folds: Mapping[str, np.ndarray], auc_bar: float, bar: float, within: float | None
) -> dict[str, Any]:
    folds = np.array([s["auc_fold"] for s in own], float)
    folds = np.log(folds[np.isfinite(folds)])
    if not own or not len(folds):
        nothing = dict.fromkeys(COLUMNS, float("nan"))
        return nothing | {
            "group": name,
            "studies": 0,
            "publications": 0,
            "AUC bar": auc_bar,
            "concentrations bar": bar,
            "met": "no data",
        }
    every = np.concatenate([ln_folds[s["study_id"]] for s in own])
    auc, concentrations = (float(np.exp(np.mean(np.abs(x)))) for x in (folds, every))
    share = float(np.mean(np.abs(folds) <= np.log(2)))
    met = auc <= auc_bar and concentrations <= bar and (within is None or share >= within)
    return {
        "group": name, "studies": len(own), "publications": len({s["publication"] for s in own}), "AUC": auc,
        "AUC bar": auc_bar, "concentrations": concentrations, "concentrations bar": bar, "AUC within 2-fold": share,
        "met": "yes" if met else "no",
    }  # fmt: skip
