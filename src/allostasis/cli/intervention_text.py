"""What `allostasis intervention` prints and writes."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from allostasis.cli.console import OUT, progress, show_table
from allostasis.cli.folder import check_folder, staged, write_marker

if TYPE_CHECKING:
    from allostasis.clinic.interventions.applying import Applied

COLUMNS = (
    "arm", "imbalance_without", "imbalance_with", "seizure_rate_ratio", "responders_by_diary_noise_alone", "responders_with",
    "free_of_seizures_share",
)  # fmt: skip
"""Of summary.csv; imbalance in seizure thresholds at the end of the case."""


def list_therapies(grade: str | None, section: str | None) -> None:
    """Print the table of therapies."""
    from allostasis.clinic.interventions.therapy import GRADES, therapies
    from allostasis.quantity import InputError, UnknownNameError
    from allostasis.report.intervention_words import CAUTION, lever_words

    if grade is not None and grade.upper() not in GRADES:
        raise UnknownNameError("grade of evidence", grade, GRADES)
    shown = [
        one for one in therapies()
        if (grade is None or one.grade == grade.upper())
        and (section is None or one.section == section or one.section.startswith(f"{section}."))
    ]  # fmt: skip
    if not shown:
        sections = ", ".join(sorted({one.section for one in therapies()}))
        raise InputError("no therapy of that grade and section", value=section or grade, expected=f"a section of: {sections}")
    rows = [(one.name, one.grade, one.verdict, one.section, lever_words(one)) for one in shown]
    note = "Grades: " + "; ".join(f"{key} {text}" for key, text in GRADES.items()) + ". " + CAUTION
    show_table(["therapy", "grade", "evidence", "seed", "levers"], rows, f"{len(shown)} therapies. {note}")


def show_therapy(name: str) -> None:
    """Print the card of one therapy."""
    from allostasis.clinic.interventions.therapy import therapy
    from allostasis.report.intervention_words import CAUTION, card

    for line in card(therapy(name)):
        OUT.print(line, highlight=False, markup=False)
    OUT.print(CAUTION, style="dim", highlight=False, markup=False)


def apply_therapy(
    name: str, path: Path, out: Path, *, regimen: str | None, start: str, stop: str | None, species: str, a1: bool,
    overwrite: bool, library_folder: Path | None,
) -> None:  # fmt: skip
    """Simulate, write the folder, print both arms."""
    import math

    from allostasis.cli import compile_cache
    from allostasis.clinic.interventions.levers import levers
    from allostasis.quantity import magnitude
    from allostasis.simulation import load_case

    folder = check_folder(out, overwrite)
    levers(name)  # an unknown or refused therapy, before any work
    case = load_case(path)
    start_h = magnitude(start, "h", what="start of the therapy")
    stop_h = math.inf if stop is None else magnitude(stop, "h", what="end of the therapy")
    compile_cache.enable()
    from allostasis.clinic.interventions.applying import apply

    with progress("simulating") as advance:
        found = apply(
            name, case, regimen=regimen, start_h=start_h, stop_h=stop_h, species=species, a1=a1, on_progress=advance
        )  # fmt: skip
    with staged(folder, overwrite) as stage:
        _write(stage, found, path, library_folder)
    _print(found)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _records(found: "Applied") -> list[tuple]:
    free = "" if found.free_share is None else found.free_share
    return [
        (arm.name, float(arm.without[-1]), float(arm.given[-1]), arm.rate_ratio, found.natural, arm.responders, free)
        for arm in found.arms
    ]


def _write(stage: Path, found: "Applied", path: Path, library_folder: Path | None) -> None:
    from importlib.metadata import version

    from allostasis.report.figure_intervention import figure
    from allostasis.report.intervention_words import applied_words

    _table(stage / "summary.csv", COLUMNS, _records(found))
    courses = [
        (arm.name, float(t), float(a), float(b))
        for arm in found.arms for t, a, b in zip(found.time, arm.without, arm.given, strict=True)
    ]  # fmt: skip
    _table(stage / "imbalance.csv", ("arm", "time_h", "without", "with"), courses)
    (stage / "imbalance.svg").write_text(figure(found) + "\n", encoding="utf-8")
    write_marker(stage, {
        "command": "intervention apply", "therapy": found.therapy.name, "levers": found.moves, "regimen": found.regimen,
        "words": applied_words(found), "library": str(library_folder or "packaged"), "case_file": path.name,
        "case": found.case.model_dump(), "version": version("allostasis"),
    })  # fmt: skip


def _table(path: Path, columns, rows) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _print(found: "Applied") -> None:
    from allostasis.report.intervention_words import CAUTION, applied_words

    for line in applied_words(found):
        OUT.print(line, highlight=False, markup=False)
    rows = [
        (name, f"{a:+.3f}", f"{b:+.3f}", f"{ratio:.2f}", f"{noise:.0%}", f"{share:.0%}")
        for name, a, b, ratio, noise, share, _ in _records(found)
    ]
    note = (
        "Imbalance at the end of the case in seizure thresholds; 0 is a naive brain. Rate: with over without, typical patient."
        " Responders: half as many seizures or fewer in a diary trial; some are by the noise of the diary alone. "
    )
    headings = ["arm", "imbalance without", "with", "seizure rate", "responders by noise", "with therapy"]
    show_table(headings, rows, note + CAUTION)
