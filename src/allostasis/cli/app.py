"""The commands and their options; the work is done elsewhere in this room and below it."""

from pathlib import Path
from typing import Annotated

import typer

from allostasis.cli import circuit_eeg as _circuit_eeg  # noqa: F401 registers its command
from allostasis.cli import circuit_margin as _circuit_margin  # noqa: F401 registers its command
from allostasis.cli import circuit_network as _circuit_network  # noqa: F401 registers its command
from allostasis.cli import circuit_swd as _circuit_swd  # noqa: F401 registers its commands
from allostasis.cli import receptor as _receptor  # noqa: F401 registers its commands
from allostasis.cli import receptor_profile as _receptor_profile  # noqa: F401 registers its command
from allostasis.cli.circuit import circuits
from allostasis.cli.combine import combine
from allostasis.cli.drug_targets import drug_targets
from allostasis.cli.explain import explain
from allostasis.cli.individualise import individualise
from allostasis.cli.intervention import interventions
from allostasis.cli.nca import nca
from allostasis.cli.options import Library, Out, Overwrite, lay
from allostasis.cli.receptor_app import receptors
from allostasis.cli.resistance import resistance
from allostasis.cli.se import se
from allostasis.cli.se_search import se_search
from allostasis.cli.serve import serve

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
drugs.command("targets")(drug_targets)
app.add_typer(receptors, name="receptor")
app.add_typer(circuits, name="circuit")
app.add_typer(interventions, name="intervention")


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
app.command()(resistance)
app.command()(combine)
app.command()(individualise)
app.command()(explain)
app.command()(se)
app.command()(se_search)


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
def taper(
    out: Out,
    drug: Annotated[str, typer.Option(help="The drug that is taken.", show_default=False)],
    dose: Annotated[str, typer.Option(help='Dose of today, such as "1 mg tid".', show_default=False)],
    use: Annotated[str, typer.Option("--for", help='How long it was taken, such as "2 years".', show_default=False)],
    strengths: Annotated[
        str | None, typer.Option(help='What the pharmacy has: "0.5 mg (halves), 1 mg; liquid 1 mg/mL".', show_default="marketed")
    ] = None,
    cap: Annotated[float, typer.Option(help="Highest imbalance allowed, in seizure thresholds.")] = 0.05,
    quantile: Annotated[float, typer.Option(help="Share of the virtual patients that stays under the cap.")] = 0.9,
    preset: Annotated[str, typer.Option(help="Ceiling that no step breaks: asam, asam_initial, nice, ashton or none.")] = "asam",
    always: Annotated[
        float | None, typer.Option(help="Fall per window that the ceiling always allows [mg].", show_default="of the library")
    ] = None,
    period: Annotated[int, typer.Option(help="Shortest time at one dose [days].")] = 7,
    weeks: Annotated[int, typer.Option(help="Longest plan [weeks].")] = 104,
    patients: Annotated[int, typer.Option(help="Virtual patients; 0 for the typical person alone.")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the virtual patients.")] = 0,
    exact: Annotated[str, typer.Option(help="Exact search with bounds: 'if needed', 'always' or 'never'.")] = "if needed",
    exact_limit: Annotated[float, typer.Option(help="Time for the exact search [s].")] = 60.0,
    start: Annotated[str | None, typer.Option(help="First day of the plan.", show_default="today")] = None,
    age: Annotated[str | None, typer.Option(help='Age, such as "70 years".', show_default=False)] = None,
    weight: Annotated[str, typer.Option(help="Body weight, 30 to 200 kg.")] = "70 kg",
    above_label: Annotated[bool, typer.Option("--above-label", help="Accept a dose above the largest of the label.")] = False,
    switch: Annotated[str | None, typer.Option(help="Switch to this drug first, such as diazepam.", show_default=False)] = None,
    switch_strengths: Annotated[str | None, typer.Option(help="Tablets of that drug.", show_default="marketed")] = None,
    compare: Annotated[bool, typer.Option(help="Lay the classical schedules beside the plan.")] = True,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Search a taper that real tablets can make under a cap on the imbalance (exit status 1 if there is none)."""
    from allostasis.cli.taper import taper as work

    lay(library)
    found = work(
        drug=drug, dose=dose, use=use, strengths=strengths, cap=cap, quantile=quantile, preset=preset, always=always,
        period=period, weeks=weeks, patients=patients, seed=seed, exact=exact, exact_limit=exact_limit, start=start,
        age=age, weight=weight,
        above_label=above_label, switch=switch, switch_strengths=switch_strengths, compare=compare, out=out,
        overwrite=overwrite, library_folder=library,
    )  # fmt: skip
    raise typer.Exit(0 if found else 1)


@app.command()
def diary(
    out: Out,
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan.json of a taper.", show_default=False)],
    scores: Annotated[
        Path, typer.Argument(metavar="DIARY.csv", help="Columns day or date, score [, scale, note].", show_default=False)
    ],
    scale: Annotated[str, typer.Option(help="Scale of the scores: 0-100, ciwa_b, bwsq or pwc_20.")] = "0-100",
    allow_gaps: Annotated[bool, typer.Option("--allow-gaps", help="Accept weeks without a row; they are left out.")] = False,
    dose: Annotated[
        str | None, typer.Option(help='Daily dose before the plan, such as "20 mg".', show_default="of the plan")
    ] = None,
    use: Annotated[str | None, typer.Option("--for", help="How long it was taken.", show_default="of the plan")] = None,
    strengths: Annotated[str | None, typer.Option(help="What the pharmacy has.", show_default="of the plan")] = None,
    cap: Annotated[
        float | None, typer.Option(help="Highest imbalance allowed, in seizure thresholds.", show_default="of the plan")
    ] = None,
    quantile: Annotated[
        float | None, typer.Option(help="Share of what is known of the person under the cap.", show_default="of the plan")
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="Ceiling: asam, asam_initial, nice or ashton.", show_default="of the plan, or asam")
    ] = None,
    always: Annotated[
        float | None, typer.Option(help="Fall per window that the ceiling always allows [mg].", show_default="of the library")
    ] = None,
    age: Annotated[str | None, typer.Option(help='Age, such as "70 years".', show_default=False)] = None,
    weight: Annotated[str, typer.Option(help="Body weight, 30 to 200 kg.")] = "70 kg",
    mcmc: Annotated[int, typer.Option(help="Steps of Markov chains by the simulation itself; slow. 0 for none.")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of all draws.")] = 0,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Update a person by weekly symptom scores and solve the plan again from today: hold, slower, faster or as planned."""
    from allostasis.cli.diary import diary as work

    lay(library)
    work(
        plan, scores, scale=scale, allow_gaps=allow_gaps, dose=dose, use=use, strengths=strengths, cap=cap, quantile=quantile,
        preset=preset, always=always, age=age, weight=weight, mcmc=mcmc, seed=seed, out=out, overwrite=overwrite,
        library_folder=library,
    )  # fmt: skip


app.command()(serve)
