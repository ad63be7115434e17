"""`allostasis se-search`: a menu of protocols of status epilepticus, success against cost."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allostasis.cli.options import Library, Out, Overwrite, lay

if TYPE_CHECKING:
    from allostasis.study.se_search import Search


def se_search(
    out: Out,
    menu: Annotated[Path, typer.Argument(metavar="MENU.toml", help="The menu of doses and times.", show_default=False)],
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Try every protocol of a menu in the same virtual patients: success against cost, with the Pareto front."""
    lay(library)
    from allostasis.cli import compile_cache
    from allostasis.cli.console import OUT, progress, show_table
    from allostasis.cli.folder import check_folder, staged
    from allostasis.cli.interrupt import interruptible
    from allostasis.clinic.status_epilepticus.menu import load_menu

    folder = check_folder(out, overwrite)
    asked = load_menu(menu)
    compile_cache.enable()
    from allostasis.report.se_search_page import CAUTION, WORDS, details, headline, percent
    from allostasis.study.se_search import search

    with interruptible():
        label = f"{asked.question.individuals} individuals, {len(asked.protocols)} protocols"
        with progress(f"simulating {label}") as advance:
            found = search(asked, advance)
        with staged(folder, overwrite) as stage:
            _write(stage, found, library)
    OUT.print(headline(found), style="bold", highlight=False, markup=False)
    for words in details(found):
        OUT.print(words, highlight=False, markup=False, soft_wrap=True)
    rows = [
        [c.name, percent(c.outcome.probability), percent(c.costs[asked.cost].mean), "yes" if c.on_front else ""]
        for c in found.candidates
    ]
    show_table(["protocol", "stopped", WORDS[asked.cost], "front"], rows, CAUTION)
    OUT.print(f"Page: {folder / 'search.html'}", highlight=False, markup=False, soft_wrap=True)


def _write(stage: Path, found: "Search", library_folder: Path | None) -> None:
    from importlib.metadata import version

    from allostasis.cli.folder import write_marker
    from allostasis.report.page import write_page
    from allostasis.report.se_search_page import headline, se_search_page

    question = found.menu.question
    made = {
        "Delay to treatment": question.delay, "Horizon": question.horizon, "Individuals": str(question.individuals),
        "Seed": str(question.seed), "Cost": found.menu.cost, "Library": str(library_folder or "packaged"),
        "Version": f"allostasis {version('allostasis')}",
    }  # fmt: skip
    write_page(se_search_page(found, made), stage / "search.html")
    found.table().to_csv(stage / "candidates.csv", index=False, float_format="%.6g")
    write_marker(stage, {"command": "se-search", "answer": headline(found)} | made)
