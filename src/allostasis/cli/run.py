"""`allostasis run`: a case in, a folder with report and numbers out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from allostasis.cli.console import OUT, progress
from allostasis.cli.folder import MAKER, check_folder, staged, write_marker
from allostasis.quantity import InputError

if TYPE_CHECKING:
    import pandas as pd

    from allostasis.simulation import Case, Result

PEAKS = "where an arm has peaks of like height, the time of the peak may jump from one to another"


def run(
    case: Path | None, out: Path, *, events: Path | None, drug: str | None, horizon: str | None,
    check: bool, open_report: bool, overwrite: bool, library_folder: Path | None,
) -> None:  # fmt: skip
    """Simulate, write the folder, print the table of arms."""
    folder = check_folder(out, overwrite)
    question = _question(case, events, drug, horizon)
    from allostasis.cli import compile_cache
    from allostasis.cli.interrupt import interruptible

    compile_cache.enable()
    with interruptible() as cancel:
        from allostasis import clinic
        from allostasis.clinic.simulate import readouts
        from allostasis.simulation.check import with_checks

        with progress("simulating") as advance:
            result = clinic.simulate(question, on_progress=advance, cancel=cancel)
        if check:
            with progress("checking exactness"):
                result = with_checks(question, result, readouts())
        summary = clinic.summary(result)
        with staged(folder, overwrite) as stage:
            if events is not None:
                from allostasis.cli.events import write_predictions

                write_predictions(events, str(drug), question.weight_kg, stage)
            _write(stage, result, summary, library_folder)
    _print(result, summary)
    report = folder / "report.html"
    OUT.print(f"Report: {report}", soft_wrap=True, highlight=False, markup=False)
    if open_report:
        import webbrowser

        webbrowser.open(report.as_uri())


def _question(case: Path | None, events: Path | None, drug: str | None, horizon: str | None) -> "Case":
    if (case is None) == (events is None):
        raise InputError(
            "one question at a time" if case else "nothing to run",
            expected="a case file, or --events with --drug and --horizon",
            fix="write 'allostasis run CASE.toml --out DIR'; the folder examples/ has cases",
        )
    if case is not None:
        if drug or horizon:
            raise InputError("--drug and --horizon go with --events", fix="write them into the case file")
        from allostasis.simulation import load_case

        return load_case(case)
    if not drug or not horizon:
        raise InputError(
            "--events needs --drug and --horizon", fix='write --events TABLE.csv --drug lorazepam --horizon "30 d"'
        )
    assert events is not None
    from allostasis.cli.events import case_of_events

    return case_of_events(events, drug, horizon)


def _write(stage: Path, result: "Result", summary: "pd.DataFrame", library_folder: Path | None) -> None:
    from allostasis.report import write_report

    write_report(result, summary, stage / "report.html")
    result.save(stage)
    summary.to_parquet(stage / "summary.parquet")
    summary.to_csv(stage / "summary.csv", index=False)
    write_marker(stage, record(result) | {"library": str(library_folder or "packaged")})


def record(result: "Result") -> dict[str, Any]:
    """Return what `run.json` keeps: how the run was made and the source of every number in it."""
    from allostasis import library

    works = library.bibliography()
    parameters: dict[str, Mapping[str, Any]] = {}
    for name, p in sorted(result.used.items()):
        work = works.get(p.source)
        parameters[name] = {
            "value": p.value, "unit": p.unit, "low": p.low, "high": p.high, "kind": p.kind, "status": p.status,
            "source": p.source, "citation": work.citation if work else "", "locator": p.locator or (work.locator if work else ""),
            "note": p.note,
        }  # fmt: skip
    return {
        "made_by": MAKER,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **{key: value for key, value in result.provenance.items() if key != "case"},
        "seed": result.provenance.get("seed"),
        "tolerances": result.provenance.get("tolerances", "fixed step: run with --check to measure its error"),
        "regimens": dict(result.regimens),
        "checks": result.checks,
        "case": result.case.model_dump(),
        "parameters": parameters,
    }


def _print(result: "Result", summary: "pd.DataFrame") -> None:
    from rich import box
    from rich.table import Table

    from allostasis.report import arms_table, checks_table

    for headings, rows, note in (arms_table(result, summary), checks_table(result)):
        if not rows:
            continue
        table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
        for k, heading in enumerate(headings):
            table.add_column(heading, no_wrap=k > 0)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        OUT.print(table)
        OUT.print(note, style="dim", highlight=False)
    for note in result.notes:
        OUT.print(note, style="dim", highlight=False)
    if result.checks:
        OUT.print(PEAKS, style="dim", highlight=False)
