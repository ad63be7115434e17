"""The result of a comparison with observed data: tables, a text, and a folder of files."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from allostasis.validation.observed.groups import GROUP

SHOWN_MISSES = 12
_TABLE = {
    "n_publications": "publ", "n_studies": "studies", "n_points": "points", "gmfe": "GMFE",
    "gmfe_median_study": "median study", "bias": "bias", "within_2": "% in 2x", "auc_gmfe": "AUC GMFE",
    "cmax_gmfe": "Cmax GMFE", "laboratory_gmfe": "labs GMFE", "laboratory_gsd": "labs GSD",
}  # fmt: skip
LEGEND = (
    "GMFE: geometric mean fold error over points, 1 is perfect. median study: GMFE of the middle study. bias: geometric mean of "
    "predicted over observed. AUC, Cmax GMFE: over studies, over the sampled window. labs GMFE: how far the publications' own AUC per dose "
    "lie from their geometric mean; labs GSD: its geometric standard deviation (three publications or more)."
)


@dataclass(frozen=True, eq=False)
class ObservedReport:
    """Fold errors of the library against a folder of observed concentrations.

    Attributes:
        folder: where the data were read.
        studies: one row per compared study, worst first.
        points: one row per observation of a compared study; ``use`` is "used" or why it enters no fold error.
        skipped: studies that were not compared: ``kind`` and ``reason``.
        by_group: one row per drug, route and analyte, worst first.
        by_drug: one row per drug and analyte, worst first.
        overall: the same figures over everything ("all"), and over the studies whose publication the library does
            not cite ("independent").
        notes: what else the reader should know.
        curves: study id -> (times [h], predicted [ng/mL]) for drawing; empty unless files were asked for.
    """

    folder: str
    studies: pd.DataFrame
    points: pd.DataFrame
    skipped: pd.DataFrame
    by_group: pd.DataFrame
    by_drug: pd.DataFrame
    overall: pd.DataFrame
    notes: tuple[str, ...] = ()
    curves: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    def headline(self) -> str:
        """One sentence with the overall figures."""
        every = self.overall.loc["all"]
        if not len(self.studies):
            return f"0 studies compared, {len(self.skipped)} skipped."
        return (
            f"{every.n_studies:.0f} studies of {every.n_publications:.0f} publications compared ({every.n_points:.0f} points), "
            f"{len(self.skipped)} skipped: GMFE {every.gmfe:.2f}, bias {every.bias:.2f}, {every.within_2:.0f} % within 2-fold, "
            f"AUC GMFE {every.auc_gmfe:.2f}, Cmax GMFE {every.cmax_gmfe:.2f}."
        )

    def skipped_by_kind(self) -> pd.DataFrame:
        """Number of skipped studies per kind of reason, most frequent first."""
        counts = self.skipped.groupby("kind").size().sort_values(ascending=False)
        return counts.rename("studies").reset_index()

    def text(self) -> str:
        """The report as plain text, misses first."""
        parts = [f"Observed data: {self.folder}", self.headline(), *self.notes]
        if len(self.studies):
            columns = [
                "publication",
                *GROUP,
                "n_points",
                "gmfe",
                "bias",
                "auc_fold",
                "cmax_fold",
                "overlap_with_library_source",
            ]
            parts += ["", "Worst studies first:", _plain(self.studies[columns].head(SHOWN_MISSES))]
            parts += ["", "By drug, route and analyte:", _plain(self.shown(self.by_group)), LEGEND]
            parts += ["", "By drug and analyte:", _plain(self.shown(self.by_drug))]
            parts += ["", "Overall:", _plain(self.shown(self.overall.reset_index(names="which")))]
        if len(self.skipped):
            parts += ["", "Skipped:", _plain(self.skipped_by_kind())]
        return "\n".join(parts)

    @staticmethod
    def shown(table: pd.DataFrame) -> pd.DataFrame:
        """The columns of a group table that fit on a page, with short names."""
        names = [c for c in table.columns if not pd.api.types.is_numeric_dtype(table[c])]
        return table[[*names, *_TABLE]].rename(columns=_TABLE)

    def write(self, out: str | Path) -> Path:
        """Write validation.html and the tables as CSV into a folder, and return the page's path."""
        from allostasis.validation.observed.page import page

        text = page(self)
        out = Path(out)
        out.mkdir(parents=True, exist_ok=True)
        for name, table in (
            ("groups", self.by_group), ("drugs", self.by_drug), ("studies", self.studies),
            ("skipped", self.skipped), ("points", self.points),
        ):  # fmt: skip
            table.to_csv(out / f"{name}.csv", index=False, float_format="%.6g")
        path = out / "validation.html"
        path.write_text(text, encoding="utf-8")
        return path


def _plain(table: pd.DataFrame) -> str:
    return table.to_string(index=False, float_format=lambda x: f"{x:.2f}", na_rep="-")
