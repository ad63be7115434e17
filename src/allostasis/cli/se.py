"""`allostasis se`: protocols of status epilepticus in the same virtual patients or animals."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allostasis.cli.options import Library, Out, Overwrite, lay

if TYPE_CHECKING:
    from allostasis.clinic.status_epilepticus.question import Question
    from allostasis.study.se_outcome import Outcome
    from allostasis.study.status_epilepticus import Study


def se(
    out: Out,
    protocol: Annotated[Path, typer.Argument(metavar="PROTOCOL.toml", help="The question.", show_default=False)],
    open_report: Annotated[bool, typer.Option("--open", help="Open the report in the browser.")] = False,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Compare protocols of status epilepticus in the same virtual patients or rats: report, results and provenance."""
    lay(library)
    from allostasis.cli import compile_cache
    from allostasis.cli.console import OUT, progress
    from allostasis.cli.folder import check_folder, staged
    from allostasis.cli.interrupt import interruptible
    from allostasis.clinic.status_epilepticus.question import load_question

    folder = check_folder(out, overwrite)
    question = load_question(protocol)
    compile_cache.enable()
    from allostasis.study.se_outcome import outcomes_of
    from allostasis.study.se_question import run_question

    with interruptible() as cancel:
        label = f"{question.individuals} individuals, {len(question.protocols)} protocols"
        with progress(f"simulating {label}") as advance:
            study = run_question(question, cancel=cancel, on_progress=advance)
        found = outcomes_of(question, study)
        with progress("writing") as advance, staged(folder, overwrite) as stage:
            _write(stage, question, study, found, library)
            advance(1.0)
    _print(question, study, found)
    report = folder / "report.html"
    OUT.print(f"Report: {report}", soft_wrap=True, highlight=False, markup=False)
    if open_report:
        import webbrowser

        webbrowser.open(report.as_uri())


def _write(
    stage: Path, question: "Question", study: "Study", found: "tuple[Outcome, ...]", library_folder: Path | None
) -> None:
    from datetime import UTC, datetime

    from allostasis.cli.folder import write_marker
    from allostasis.report.page import write_page
    from allostasis.report.se_page import se_page
    from allostasis.study.se_dataset import courses_table, dataset
    from allostasis.study.se_outcome import steps, summary
    from allostasis.study.se_question import record

    made = record(question, study)
    write_page(se_page(question, study, found, made), stage / "report.html")
    table = summary(found)
    table.to_csv(stage / "summary.csv", index=False)
    table.to_parquet(stage / "summary.parquet")
    steps(study, found).to_csv(stage / "steps.csv", index=False)
    courses_table(study).to_csv(stage / "courses.csv", index=False, float_format="%.5g")
    dataset(study).to_zarr(stage / "results.zarr", mode="w", consolidated=False)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    write_marker(stage, {"command": "se", "created": created, **made, "library": str(library_folder or "packaged")})


def _print(question: "Question", study: "Study", found: "tuple[Outcome, ...]") -> None:
    from allostasis.cli.console import OUT, show_table
    from allostasis.report.se_words import CAUTION, enrolled_words, headings, headline, row, step_lines

    OUT.print(headline(question, found), style="bold", highlight=False, markup=False)
    OUT.print(enrolled_words(study), highlight=False, markup=False)
    OUT.print()
    show_table(headings(question), [row(o) for o in found], CAUTION)
    OUT.print("Who needed what", style="bold")
    for line in step_lines(study, found):
        OUT.print(line, highlight=False, markup=False, soft_wrap=True)
