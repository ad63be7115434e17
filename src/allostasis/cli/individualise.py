"""`allostasis individualise`: what a person means for the drugs of a case."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allostasis.cli.console import OUT, progress
from allostasis.cli.folder import check_folder, staged, write_marker
from allostasis.cli.options import Library, Out, Overwrite, lay

if TYPE_CHECKING:
    from allostasis.clinic.individualise import Advice


def individualise(
    case: Annotated[Path, typer.Argument(metavar="CASE.toml", help="The case.", show_default=False)],
    out: Out,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Match the exposure of a person to that of the reference person; drugs to avoid, what comes next, early combination."""
    folder = check_folder(out, overwrite)
    lay(library)
    from allostasis.clinic.individualise import advise
    from allostasis.report.individualise_page import CAUTION, sentences
    from allostasis.simulation import load_case

    loaded = load_case(case)
    with progress("matching exposures"):
        advice = advise(loaded)
    with staged(folder, overwrite) as stage:
        _write(stage, loaded.title, advice, library)
    for line in sentences(advice):
        OUT.print(line, highlight=False, markup=False, soft_wrap=True)
    OUT.print(CAUTION, style="dim", highlight=False, markup=False, soft_wrap=True)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _write(stage: Path, title: str, advice: "Advice", library_folder: Path | None) -> None:
    import csv
    from importlib.metadata import version

    from allostasis.report.individualise_page import individualise_page, sentences
    from allostasis.report.page import write_page

    made = {"Library": str(library_folder or "packaged"), "Version": f"allostasis {version('allostasis')}"}
    write_page(individualise_page(title, advice, made), stage / "individualise.html")
    with (stage / "individualise.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [
            [d.drug, d.regimen, f"{d.matched.exposure:.4g}", f"{d.matched.dose:.4g}", f"{d.matched.interval:.4g}",
             "" if d.claimed is None else f"{d.claimed.dose:.4g}", "yes" if d.avoid else "no", "; ".join(d.options)]
            for d in advice.drugs
        ]  # fmt: skip
        heads = ["drug", "regimen", "exposure", "dose_factor", "interval_factor", "dose_factor_by_the_review", "avoid", "options"]
        csv.writer(file).writerows([heads, *rows])
    write_marker(stage, {"command": "individualise", "case": title, "answer": sentences(advice)} | made)
