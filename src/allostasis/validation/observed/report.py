"""The result of a comparison with observed data: tables, a text, and a folder of files."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from allostasis.validation.observed.guest import verdict
from allostasis.validation.observed.interactions_shown import GUEST_LEGEND, misses
from allostasis.validation.observed.page import page
from allostasis.validation.observed.shown import LEGEND, group_columns, headline

SHOWN_MISSES = 12
MISS_COLUMNS = (
    "publication", "drug", "route", "analyte", "n_points", "gmfe", "bias", "auc_fold", "cmax_fold",
    "overlap_with_library_source",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ObservedReport:
    """Fold errors of the library against a folder of observed concentrations.

    Attributes:
        folder: where the data were read.
        studies: one row per compared study, worst first.
        points: one row per observation of a compared study; ``use`` is "used" or why it enters no fold error.
        skipped: studies that were not compared: ``kind`` and ``reason``.
        by_group: one row per drug, route, analyte and part (build or verify), worst first.
        by_drug: one row per drug, analyte and part, worst first.
        bars: what the library is held to, misses first.
        overall: the same figures over studies that only verify and over studies that set numbers (build), never both, each
            also over parent drugs and over metabolites; of the verifying ones also those whose publication no source of the
            library's own numbers resembles ("independent").
        interactions: one row per pair of arms with and without a co-medication (where the folder has ddi.csv): ratios of areas,
            predicted and measured, and the limits of Guest; misses first, then pairs that were not compared.
        interaction_summary: shares within those limits, over all and per perpetrator.
        notes: what else the reader should know.
        curves: study id -> (times [h], predicted [ng/mL]) for drawing; empty unless files were asked for.

    """

    folder: str
    studies: pd.DataFrame
    points: pd.DataFrame
    skipped: pd.DataFrame
    by_group: pd.DataFrame
    by_drug: pd.DataFrame
    bars: pd.DataFrame
    overall: pd.DataFrame
    interactions: pd.DataFrame = field(default_factory=pd.DataFrame)
    interaction_summary: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[str, ...] = ()
    curves: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    def headline(self) -> str:
        """Return one sentence with the overall figures."""
        return headline(self.overall, len(self.skipped))

    def skipped_by_kind(self) -> pd.DataFrame:
        """Count the skipped studies per kind of reason, most frequent first."""
        counts = Counter(self.skipped["kind"].tolist()).most_common()
        return pd.DataFrame(counts, columns=pd.Index(["kind", "studies"]))

    def text(self) -> str:
        """Return the report as plain text, misses first."""
        parts = [f"Observed data: {self.folder}", self.headline(), *self.notes]
        if len(self.studies):
            worst = pd.DataFrame({name: self.studies[name] for name in MISS_COLUMNS}).head(SHOWN_MISSES)
            parts += ["", "Worst studies first:", _plain(worst)]
            parts += ["", "Bars (mean curves of healthy adults, single doses unless named):", _plain(self.bars)]
            parts += ["", "By drug, route and analyte:", _plain(group_columns(self.by_group)), LEGEND]
            parts += ["", "By drug and analyte:", _plain(group_columns(self.by_drug))]
            parts += ["", "Overall:", _plain(group_columns(self.overall))]
        if len(self.interaction_summary):
            parts += ["", "Interactions outside the limits of Guest, worst first:", _plain(misses(self.interactions))]
            parts += ["", "Ratios of areas within the limits, %:", _plain(self.interaction_summary), GUEST_LEGEND]
            parts.append(verdict(self.interaction_summary))
        if len(self.skipped):
            parts += ["", "Skipped:", _plain(self.skipped_by_kind())]
        return "\n".join(parts)

    def write(self, out: str | Path) -> Path:
        """Write validation.html and the tables as CSV into a folder, and return the page's path."""
        text = page(self)
        out = Path(out)
        out.mkdir(parents=True, exist_ok=True)
        for name, table in (
            ("groups", self.by_group), ("drugs", self.by_drug), ("studies", self.studies),
            ("skipped", self.skipped), ("points", self.points), ("bars", self.bars),
            ("interactions", self.interactions),
        ):  # fmt: skip
            table.to_csv(out / f"{name}.csv", index=False, float_format="%.6g")
        path = out / "validation.html"
        path.write_text(text, encoding="utf-8")
        return path


def _plain(table: pd.DataFrame) -> str:
    return table.to_string(index=False, float_format=lambda x: f"{x:.2f}", na_rep="-")
