"""The commands and their options; the work is done elsewhere in this room and below it."""

from pathlib import Path
from typing import Annotated

import typer

from allostasis.cli import receptor as _receptor  # noqa: F401 registers its commands
from allostasis.cli import receptor_profile as _receptor_profile  # noqa: F401 registers its command
from allostasis.cli.circuit import circuits
from allostasis.cli.console import show_error
from allostasis.cli.nca import nca
from allostasis.cli.options import Library, Out, Overwrite, lay
from allostasis.cli.receptor_app import receptors

app = typer.Typer(
    name="allostasis",
    help="Quantitative systems pharmacology of benzodiazepines. Research and teaching; never a dose for a person.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
drugs = typer.Typer(help="The drugs of the library.", no_args_is_help=True)
app.add_typer(drugs, name="drug")
app.add_typer(receptors, name="receptor")
app.add_typer(circuits, name="circuit")


CaseFile = Annotated[Path, typer.Argument(metavar="CASE.toml", help="The case.", show_default=False)]


def _version(wanted: bool) -> bool:
    if wanted:
        from importlib.metadata import version

        print(f"allostasis {version('allostasis')}")
        raise typer.Exit
    return wanted


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


@app.command()
def run(
    out: Out,
    case: Annotated[
        Path | None, typer.Argument(metavar="CASE.toml", help="The case to run.", show_default=False)
    ] = None,
    events: Annotated[Path | None, typer.Option(help="A table of doses (CSV or Parquet) in place of a case.")] = None,
    drug: Annotated[str | None, typer.Option(help="Drug of the table.")] = None,
    horizon: Annotated[str | None, typer.Option(help='How long to simulate the table, such as "30 d".')] = None,
    check: Annotated[bool, typer.Option("--check", help="Measure the error of the arithmetic; takes longer.")] = False,
    open_report: Annotated[bool, typer.Option("--open", help="Open the report in the browser.")] = False,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Simulate a case and write report, results and provenance into a folder."""
    from allostasis.cli.run import run as work

    lay(library)
    work(
        case, out, events=events, drug=drug, horizon=horizon, check=check, open_report=open_report,
        overwrite=overwrite, library_folder=library,
    )  # fmt: skip


@app.command()
def validate(
    out: Out,
    observed: Annotated[
        Path | None, typer.Option(help="Folder with studies.csv and observations.csv.", show_default=False)
    ] = None,
    group: Annotated[
        str | None, typer.Option(help="A group of literature targets: receptor or clinic.", show_default=False)
    ] = None,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Compare with measured concentrations, or with literature targets (exit status 1 if a gate fails). Misses first."""
    from allostasis.cli.inspect import validate as work
    from allostasis.cli.targets import validate_group
    from allostasis.quantity import InputError

    if (observed is None) == (group is None):
        raise InputError(
            "validate takes --observed or --group", expected="one of the two",
            fix="write 'allostasis validate --group receptor --out DIR' or '... --observed FOLDER --out DIR'",
        )  # fmt: skip
    lay(library)
    if group is not None:
        raise typer.Exit(0 if validate_group(group, out, overwrite=overwrite) else 1)
    assert observed is not None
    work(observed, out, overwrite=overwrite, library_folder=library)


app.command()(nca)


@drugs.command("list")
def drug_list(library: Library = None) -> None:
    """List the drugs and metabolites of the library."""
    from allostasis.cli.inspect import list_drugs

    lay(library)
    list_drugs()


@drugs.command("show")
def drug_show(
    name: Annotated[str, typer.Argument(help="Any known name of the drug.", show_default=False)],
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the Markdown itself.")] = False,
    library: Library = None,
) -> None:
    """Show the model card of a drug: parameters, sources, confidence."""
    from allostasis.cli.inspect import show_drug

    lay(library)
    show_drug(name, markdown=markdown)


@app.command()
def graph(case: CaseFile, library: Library = None) -> None:
    """Print how the submodels of a case are connected, as a Mermaid diagram."""
    from allostasis.cli.inspect import show_graph

    lay(library)
    show_graph(case)


@app.command()
def regimen(
    text: Annotated[str, typer.Argument(help='Such as "lorazepam 1 mg po bid for 7 d".', show_default=False)],
    days: Annotated[int, typer.Option(help="Days to show.")] = 7,
    weight: Annotated[str, typer.Option(help="Body weight for doses per kg, 30 to 200 kg.")] = "70 kg",
    library: Library = None,
) -> None:
    """Parse a regimen, print its canonical text and the doses of its first days."""
    from allostasis.cli.inspect import show_regimen

    lay(library)
    show_regimen(text, days=days, weight=weight)


@app.command()
def serve() -> None:
    """Serve the web page (not in this version)."""
    from allostasis.cli import REFUSED

    show_error(
        "serve is not in this version: there is no web page yet. 'allostasis run CASE.toml --out DIR' writes a report"
        " that opens in any browser without a network."
    )
    raise typer.Exit(REFUSED)
