"""The group `allostasis intervention`: list and show every therapy, apply one to a case."""

from pathlib import Path
from typing import Annotated

import typer

from allostasis.cli.options import Library, Out, Overwrite, lay

interventions = typer.Typer(
    help="Therapies as moves of named levers: what is known of each, and what it does to a case.", no_args_is_help=True
)
Name = Annotated[str, typer.Argument(help="Name or title of the therapy.", show_default=False)]


@interventions.command("list")
def list_(
    grade: Annotated[str | None, typer.Option(help="Of the evidence: A, B, C, D or E.", show_default="all")] = None,
    seed_section: Annotated[
        str | None, typer.Option(help="Section of the seed document, such as 3.3 (with those below it).", show_default="all")
    ] = None,
    library: Library = None,
) -> None:
    """List every therapy with its evidence and levers."""
    from allostasis.cli.intervention_text import list_therapies

    lay(library)
    list_therapies(grade, seed_section)


@interventions.command()
def show(name: Name, library: Library = None) -> None:
    """Show one therapy: mechanism, evidence, source, levers with sizes, what speaks against it."""
    from allostasis.cli.intervention_text import show_therapy

    lay(library)
    show_therapy(name)


@interventions.command("apply")
def apply_(
    name: Name,
    case: Annotated[Path, typer.Argument(metavar="CASE.toml", help="The case.", show_default=False)],
    out: Out,
    regimen: Annotated[
        str | None, typer.Option(help="Doses of a drug; never a dose for a person.", show_default="example of the table")
    ] = None,
    start: Annotated[str, typer.Option(help='When a therapy that is no drug begins, such as "30 d".')] = "0 d",
    stop: Annotated[str | None, typer.Option(help="When it ends.", show_default="never")] = None,
    species: Annotated[str, typer.Option(help="human, rat or mouse: which receptor of NPY carries its effect.")] = "human",
    without_a1: Annotated[bool, typer.Option("--without-a1", help="No A1 receptors: adenosine does nothing.")] = False,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Run a case without and with a therapy: imbalance, seizure rate, responders, beside the evidence."""
    from allostasis.cli.intervention_text import apply_therapy

    lay(library)
    apply_therapy(
        name, case, out, regimen=regimen, start=start, stop=stop, species=species, a1=not without_a1, overwrite=overwrite,
        library_folder=library,
    )  # fmt: skip
