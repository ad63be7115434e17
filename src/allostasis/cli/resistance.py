"""`allostasis resistance`: is an epilepsy, or a status epilepticus, resistant, and by whose definition."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allostasis.cli.console import OUT, show_table
from allostasis.cli.folder import check_folder, staged, write_marker
from allostasis.cli.options import Overwrite, folder_path

if TYPE_CHECKING:
    from allostasis.clinic.drug_resistance import Verdict

NOTE = "Names a state for research and teaching; it is no diagnosis of a person."


def resistance(
    diary: Annotated[Path, typer.Argument(metavar="DIARY.csv", help="Columns date, seizures: every day.", show_default=False)],
    trials: Annotated[
        Path,
        typer.Option(help="Treatments: columns drug, start, end, appropriate, adequate, tolerated.", show_default=False),
    ],
    course: Annotated[
        Path | None, typer.Option(help="A status epilepticus: columns time_min, event, drug, adequate.", show_default=False)
    ] = None,
    kind: Annotated[str, typer.Option(help="Of the status epilepticus: convulsive, focal or absence.")] = "convulsive",
    definition: Annotated[str, typer.Option(help="Whose answer counts: ilae, review or benzodiazepine.")] = "ilae",
    quiet_days: Annotated[bool, typer.Option("--quiet-days", help="Days without a row had no seizure.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder to write into.", parser=folder_path, metavar="DIR", show_default=False),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Classify drug resistance from a seizure diary by three definitions side by side, naming the one used."""
    from allostasis.clinic.drug_resistance import resistance as classify
    from allostasis.clinic.drug_resistance.status import DEFINITIONS, stage
    from allostasis.interop.resistance_csv import read_course, read_seizure_diary, read_trials

    folder = None if out is None else check_folder(out, overwrite)
    status = None if course is None else read_course(course, kind=kind)
    verdict = classify(read_seizure_diary(diary, quiet=quiet_days), read_trials(trials), status, used=definition)
    stages = [] if status is None else [found(status) for found in DEFINITIONS]
    rows = _table(verdict) + [[f.definition, f.verdict, f.since or "-", "; ".join(f.reasons), ""] for f in stages]
    OUT.print(verdict.headline, style="bold", highlight=False, markup=False)
    if not verdict.agree:
        OUT.print("The definitions disagree: they ask different questions.", highlight=False)
    if status is not None:
        OUT.print(f"Status epilepticus: the furthest stage is {stage(status)}.", highlight=False)
    show_table(["definition", "verdict", "since", "used"], [[row[0], row[1], row[2], row[4]] for row in rows])
    for row in rows:
        OUT.print(f"{row[0]}: {row[3]}.", highlight=False, markup=False, soft_wrap=True)
    OUT.print(NOTE, style="dim", highlight=False)
    if folder is not None:
        _write(folder, overwrite, verdict, rows)
        OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _table(verdict: "Verdict") -> list[list[str]]:
    return [
        [f.definition, f.verdict, f.since or "-", "; ".join(f.reasons), "this one" if f is verdict.finding else ""]
        for f in verdict.findings
    ]


def _write(folder: Path, overwrite: bool, verdict: "Verdict", rows: list[list[str]]) -> None:
    import csv
    from importlib.metadata import version

    with staged(folder, overwrite) as stage:
        with (stage / "resistance.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["definition", "verdict", "since", "reasons", "used"], *rows])
        write_marker(stage, {
            "command": "resistance", "answer": verdict.headline, "definition": verdict.finding.definition,
            "version": f"allostasis {version('allostasis')}",
        })  # fmt: skip
