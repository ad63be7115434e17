"""Compare the library with a folder of observed concentrations, study by study."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from allostasis.validation.observed import bars, guest, interactions
from allostasis.validation.observed.folder import Folder, Point, read_folder
from allostasis.validation.observed.folds import IN_LAG, TOO_SMALL, USED, status_of, study_metrics
from allostasis.validation.observed.groups import GROUP, Row, row, table
from allostasis.validation.observed.overlap import SourceMatcher
from allostasis.validation.observed.parts import BUILD, VERIFY, interaction_part_of, part_of
from allostasis.validation.observed.predict import Predictor
from allostasis.validation.observed.report import ObservedReport
from allostasis.validation.observed.selection import Study, select
from allostasis.validation.observed.skip import Skip

CURVE_POINTS = 97  # structural: resolution of a drawn curve
POINT_COLUMNS = ("study_id", "time_h", "observed", "predicted", "fold", "use")
STUDY_COLUMNS = (
    "study_id", "publication", "part", "drug", "route", "analyte", "data_type", "dose_mg", "n_doses", "weight_kg", "n_points",
    "gmfe", "bias", "within_1.5", "within_2", "within_3", "auc_fold", "cmax_fold", "auc_per_dose", "n_not_used",
    "overlap_with_library_source", "comedication", "special", "flags",
)  # fmt: skip
SPECIAL = ("elderly", "obese", "children", "infant", "neonate", "genotype", "phenotype", "patients", "outlier")
"""Words in the flags of a study that keep it out of "healthy adults"."""
SKIPPED_COLUMNS = ("study_id", "publication", "drug", "analyte", "route", "kind", "reason")


def validate(
    folder: str | Path, out: str | Path | None = None, on_progress: Callable[[float], object] | None = None
) -> ObservedReport:
    """Simulate every study of a folder that the library can, and compare with what was measured.

    Args:
        folder: holds studies.csv and observations.csv (columns: docs/validation.md).
        out: folder to write validation.html and the tables to; nothing is written when None.
        on_progress: called with the share of the studies done, 0 to 1.

    Raises:
        InputError: the folder, a file or a needed column is not there. A row that cannot be used is never an error:
            it is in ``skipped`` with its reason.

    """
    read = read_folder(folder)
    predictor, sources = Predictor(), SourceMatcher()
    studies, points, skipped, curves, arms = [], [], [], {}, {}
    seen: set[str] = set()
    for done, line in enumerate(read.studies, 1):
        try:
            study, rows = _compare(line, read, predictor, seen)
        except Skip as skip:
            named = {name: line.get(name, "") for name in SKIPPED_COLUMNS[:-2]}
            skipped.append(named | {"kind": skip.kind, "reason": skip.reason})
        else:
            points += rows
            arms[study.study_id] = interactions.Arm(study, _used(rows, "time_h"), _used(rows, "predicted"))
            studies.append(_summary(study, rows) | _kind(study, line) | {
                "overlap_with_library_source": sources.overlap(study.publication, study.drug, study.analyte)
            })  # fmt: skip
            if out is not None:
                curves[study.study_id] = _curve(study, rows, predictor)
        if on_progress is not None:
            on_progress(done / len(read.studies))
    studies.sort(key=lambda s: (-s["gmfe"], s["study_id"]))
    ln_folds = _ln_folds(points)
    reasons = {s["study_id"]: s["reason"] for s in skipped}
    pairs = interactions.table(interactions.read_pairs(folder), arms, reasons, predictor)
    report = ObservedReport(
        folder=str(folder),
        studies=_frame(studies, STUDY_COLUMNS),
        points=_frame(points, POINT_COLUMNS),
        skipped=_frame(skipped, SKIPPED_COLUMNS),
        by_group=_frame(table(studies, ln_folds, (*GROUP, "part")), ()),
        by_drug=_frame(table(studies, ln_folds, ("drug", "analyte", "part")), ()),
        bars=bars.table(studies, ln_folds),
        overall=_overall(studies, ln_folds),
        interactions=interactions.frame(pairs),
        interaction_summary=guest.summary(pairs),
        notes=_notes(read, points),
        curves=curves,
    )
    if out is not None:
        report.write(out)
    return report


def _compare(
    line: dict[str, str], read: Folder, predictor: Predictor, seen: set[str]
) -> tuple[Study, list[dict[str, Any]]]:
    identifier = line["study_id"]
    if not identifier:
        raise Skip("odd row", "the study has no id")
    if identifier in seen:
        raise Skip("odd row", "a study of this id came before")
    seen.add(identifier)
    try:
        study = select(line)
        measured = read.points.get(identifier, [])
        rows = _points(study, measured, predictor) if measured else []
    except (ValueError, ArithmeticError) as error:  # whatever else an odd row may hold: say so, go on
        raise Skip("odd row", str(error)) from error
    if not any(r["use"] == USED for r in rows):
        raise Skip("no points", "no concentration above 0 after the first dose")
    return study, rows


def _points(study: Study, measured: list[Point], predictor: Predictor) -> list[dict[str, Any]]:
    times = np.array([point.time_h for point in measured])
    predicted = predictor.concentrations(study, times)
    first = study.inputs[0].time_h
    rows = []
    for point, value in zip(measured, predicted.tolist(), strict=True):
        use = status_of(point, first, value)
        fold = value / point.value if use == USED else np.nan
        figures = (study.study_id, point.time_h, point.value, value, fold, use)
        rows.append(dict(zip(POINT_COLUMNS, figures, strict=True)))
    return rows


def _used(rows: list[dict[str, Any]], name: str) -> Float[np.ndarray, " points"]:
    return np.array([r[name] for r in rows if r["use"] == USED], float)


def _summary(study: Study, rows: list[dict[str, Any]]) -> dict[str, Any]:
    times, observed, predicted = (_used(rows, name) for name in ("time_h", "observed", "predicted"))
    return {
        "study_id": study.study_id, "publication": study.publication, "drug": study.drug, "route": study.route,
        "analyte": study.analyte, "dose_mg": sum(dose.amount_mg for dose in study.inputs),
        "n_doses": len(study.inputs), "weight_kg": study.weight_kg, "n_points": len(times),
        "n_not_used": len(rows) - len(times), "flags": "; ".join(study.flags),
    } | study_metrics(study, times, observed, predicted)  # fmt: skip


def _kind(study: Study, line: dict[str, str]) -> dict[str, Any]:
    """What kind of study it is: whether it set numbers, mean or single subject, who, with what."""
    said = " ".join((*study.flags, line.get("population", ""))).lower()
    perpetrators = list(dict.fromkeys(drug for drug, _ in study.comedication))
    parts = (part_of(study.drug, study.analyte, study.publication), interaction_part_of(study.publication, perpetrators))
    return {
        "part": BUILD if BUILD in parts else VERIFY,
        "data_type": line.get("data_type", ""),
        "special": ", ".join(word for word in SPECIAL if word in said),
        "comedication": ", ".join(perpetrators),
    }


def _curve(study: Study, rows: list[dict[str, Any]], predictor: Predictor) -> tuple[np.ndarray, np.ndarray]:
    """Predict the course from the first dose to the last sample, with the sampled instants in it."""
    sampled = _used(rows, "time_h")
    start, end = study.inputs[0].time_h, float(sampled.max())
    grid = start + (end - start) * np.linspace(0, 1, CURVE_POINTS) ** (2 if len(study.inputs) == 1 else 1)
    times = np.union1d(grid, sampled)
    return times, predictor.concentrations(study, times)


def _ln_folds(points: list[dict[str, Any]]) -> dict[str, Float[np.ndarray, " points"]]:
    found: dict[str, list[float]] = {}
    for point in points:
        if point["use"] == USED:
            found.setdefault(point["study_id"], []).append(point["fold"])
    return {study: np.log(np.array(folds)) for study, folds in found.items()}


def _overall(studies: list[dict[str, Any]], ln_folds: dict[str, Float[np.ndarray, " points"]]) -> pd.DataFrame:
    parts: dict[str, Sequence[Row]] = {}
    for part in (VERIFY, BUILD):
        own = [s for s in studies if s["part"] == part]
        parts |= {
            part: own,
            f"{part}: parent drugs": [s for s in own if s["analyte"] == s["drug"]],
            f"{part}: metabolites": [s for s in own if s["analyte"] != s["drug"]],
        }
    parts[f"{VERIFY}: independent"] = [
        s for s in studies if s["part"] == VERIFY and not s["overlap_with_library_source"]
    ]
    return _frame([{"which": name} | row(part, ln_folds) for name, part in parts.items()], ())


def _notes(read: Folder, points: list[dict[str, Any]]) -> tuple[str, ...]:
    counts = (
        (read.orphans, "observations belong to no study of studies.csv and were left out."),
        (sum(read.unreadable.values()), "observations have a time that is no number and were left out."),
        (sum(p["use"] == IN_LAG for p in points), "points lie within the absorption lag of the model, where it "
         "predicts 0: they enter no fold error."),
        (sum(p["use"] == TOO_SMALL for p in points), "points have a prediction below the smallest number, long after the "
         "dose: they enter no fold error."),
    )  # fmt: skip
    return tuple(f"{count} {what}" for count, what in counts if count)


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=pd.Index(columns) if columns else None)
