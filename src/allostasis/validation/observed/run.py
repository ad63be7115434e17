"""Compare the library with a folder of observed concentrations, study by study."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from allostasis.validation.observed import groups
from allostasis.validation.observed.folder import Folder, Point, read_folder
from allostasis.validation.observed.folds import status_of, study_metrics
from allostasis.validation.observed.overlap import SourceMatcher
from allostasis.validation.observed.predict import Predictor
from allostasis.validation.observed.report import ObservedReport
from allostasis.validation.observed.selection import Study, select
from allostasis.validation.observed.skip import Skip

CURVE_POINTS = 97  # structural: resolution of a drawn curve
POINT_COLUMNS = ["study_id", "time_h", "observed", "predicted", "fold", "use"]
STUDY_COLUMNS = [
    "study_id", "publication", "drug", "route", "analyte", "dose_mg", "n_doses", "weight_kg", "n_points", "gmfe", "bias",
    "within_1.5", "within_2", "within_3", "auc_fold", "cmax_fold", "auc_per_dose", "n_not_used",
    "overlap_with_library_source", "flags",
]  # fmt: skip
SKIPPED_COLUMNS = ["study_id", "publication", "drug", "analyte", "route", "kind", "reason"]


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
    studies, points, skipped, curves = [], [], [], {}
    seen: set[str] = set()
    for done, row in enumerate(read.studies, 1):
        try:
            study, rows = _compare(row, read, predictor, seen)
        except Skip as skip:
            skipped.append(
                {name: row.get(name, "") for name in SKIPPED_COLUMNS[:5]}
                | {"kind": skip.kind, "reason": skip.reason}
            )
        else:
            points += rows
            studies.append(_summary(study, rows, sources))
            if out is not None:
                curves[study.study_id] = _curve(study, rows, predictor)
        if on_progress is not None:
            on_progress(done / len(read.studies))
    report = _report(str(folder), studies, points, skipped, curves, _notes(read))
    if out is not None:
        report.write(out)
    return report


def _compare(
    row: dict[str, str], read: Folder, predictor: Predictor, seen: set[str]
) -> tuple[Study, list[dict]]:
    identifier = row["study_id"]
    if not identifier:
        raise Skip("odd row", "the study has no id")
    if identifier in seen:
        raise Skip("odd row", "a study of this id came before")
    seen.add(identifier)
    measured = read.points.get(identifier, [])
    if not measured:
        raise Skip("no points", "no observation with a time belongs to this study")
    try:
        study = select(row)
        rows = _points(study, measured, predictor)
    except (ValueError, ArithmeticError) as error:  # whatever else an odd row may hold: say so, go on
        raise Skip("odd row", str(error)) from error
    if not any(r["use"] == "used" for r in rows):
        raise Skip("no points", "no concentration above 0 after the first dose")
    return study, rows


def _points(study: Study, measured: list[Point], predictor: Predictor) -> list[dict]:
    times = np.array([point.time_h for point in measured])
    predicted = predictor.concentrations(study, times)
    first = study.inputs[0].time_h
    rows = []
    for point, value in zip(measured, predicted.tolist(), strict=True):
        use = status_of(point, first, value)
        fold = value / point.value if use == "used" else np.nan
        rows.append(
            dict(
                zip(POINT_COLUMNS, (study.study_id, point.time_h, point.value, value, fold, use), strict=True)
            )
        )
    return rows


def _summary(study: Study, rows: list[dict], sources: SourceMatcher) -> dict:
    used = [r for r in rows if r["use"] == "used"]
    series = (np.array([r[name] for r in used], float) for name in ("time_h", "observed", "predicted"))
    return {
        "study_id": study.study_id, "publication": study.publication, "drug": study.drug, "route": study.route,
        "analyte": study.analyte, "dose_mg": sum(dose.amount_mg for dose in study.inputs), "n_doses": len(study.inputs),
        "weight_kg": study.weight_kg, "n_not_used": len(rows) - len(used), "flags": "; ".join(study.flags),
        "overlap_with_library_source": sources.overlap(study.publication, study.drug, study.analyte),
    } | study_metrics(study, *series)  # fmt: skip


def _curve(study: Study, rows: list[dict], predictor: Predictor) -> tuple[np.ndarray, np.ndarray]:
    """The predicted course from the first dose to the last sample, with the sampled instants in it."""
    start, end = study.inputs[0].time_h, max(r["time_h"] for r in rows)
    grid = start + (end - start) * np.linspace(0, 1, CURVE_POINTS) ** (2 if len(study.inputs) == 1 else 1)
    times = np.union1d(grid[1:], [r["time_h"] for r in rows if r["use"] == "used"])
    return times, predictor.concentrations(study, times)


def _notes(read: Folder) -> tuple[str, ...]:
    notes = []
    if read.orphans:
        notes.append(f"{read.orphans} observations belong to no study of studies.csv and were left out.")
    if read.unreadable:
        notes.append(
            f"{sum(read.unreadable.values())} observations have a time that is no number and were left out."
        )
    return tuple(notes)


def _report(
    folder: str,
    studies: list[dict],
    points: list[dict],
    skipped: list[dict],
    curves: dict,
    notes: tuple[str, ...],
) -> ObservedReport:
    table = pd.DataFrame(studies, columns=STUDY_COLUMNS).astype({"n_points": int})
    table = table.sort_values(["gmfe", "study_id"], ascending=[False, True], ignore_index=True)
    every_point = pd.DataFrame(points, columns=POINT_COLUMNS)
    used = every_point[every_point["use"] == "used"]
    independent = table[table["overlap_with_library_source"] == ""]
    overall = pd.DataFrame(
        {
            "all": groups.row(table, used, ["drug"]),
            "independent": groups.row(
                independent, used[used["study_id"].isin(independent["study_id"])], ["drug"]
            ),
        }
    ).T
    lag = int((every_point["use"] == "within the model's lag").sum())
    if lag:
        notes += (
            f"{lag} points lie within the model's absorption lag, where it predicts 0: they enter no fold error.",
        )
    return ObservedReport(
        folder=folder,
        studies=table,
        points=every_point,
        skipped=pd.DataFrame(skipped, columns=SKIPPED_COLUMNS),
        by_group=groups.table(table, used, groups.GROUP),
        by_drug=groups.table(table, used, ["drug", "analyte"]),
        overall=overall,
        notes=notes,
        curves=curves,
    )
