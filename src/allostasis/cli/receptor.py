"""The commands `allostasis receptor curve` and `record` and their options; the work is done in receptor_*.py."""

from pathlib import Path
from typing import Annotated

import typer

from allostasis.cli.options import Library, Out, Overwrite, lay
from allostasis.cli.receptor_app import receptors
from allostasis.quantity import InputError

DEFAULT_RECEPTOR = "a1b3g2"


@receptors.command()
def curve(
    out: Out,
    receptor: Annotated[
        list[str] | None,
        typer.Option(help="Receptor such as a1b3g2 (the default); repeat it to compare.", show_default=False),
    ] = None,
    ligand: Annotated[str | None, typer.Option(help="What varies: a ligand, or GABA.", show_default=False)] = None,
    gaba: Annotated[
        str | None, typer.Option(help='GABA beside a ligand: "5 uM", or EC20 of the receptor.', show_default="EC20")
    ] = None,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", help='What is there too: "flumazenil 100 nM". May be repeated.', show_default=False),
    ] = None,
    coupling: Annotated[float, typer.Option(help="Of the benzodiazepine site: 1 naive, 0 uncoupled.")] = 1.0,
    compare: Annotated[
        list[str] | None, typer.Option(help="More ligands: imidazenil,zolpidem. May be repeated.", show_default=False)
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            help="Fit your own data instead: a CSV with concentration,response[,sd][,curve].", show_default=False
        ),
    ] = None,
    unit: Annotated[str | None, typer.Option(help="Unit of the concentrations in --data.", show_default=False)] = None,
    bottom: Annotated[str, typer.Option(help="Response without ligand in --data: a number, or free.")] = "free",
    profile_likelihood: Annotated[
        bool, typer.Option("--profile-likelihood", help="Intervals of --data from the profile likelihood.")
    ] = False,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Concentration-response: EC50, Emax, Hill. Of the model (--ligand), or of your data (--data)."""
    lay(library)
    if (ligand is None) == (data is None):
        raise InputError(
            "curve takes --ligand or --data", expected="one of the two",
            fix="write 'allostasis receptor curve --ligand diazepam --out DIR' or '... --data FILE.csv --unit nM --out DIR'",
        )  # fmt: skip
    if data is not None:
        model_only = {"--receptor": receptor, "--gaba": gaba, "--with": with_, "--compare": compare}
        for option, value in model_only.items():
            if value is not None:
                raise InputError(f"{option} goes with --ligand", value=value, fix=f"leave {option} out")
        from allostasis.cli.receptor_data import data_curves

        data_curves(data, unit=unit, bottom=bottom, profile=profile_likelihood, out=out, overwrite=overwrite)
        return
    if unit is not None or bottom != "free" or profile_likelihood:
        raise InputError("--unit, --bottom and --profile-likelihood go with --data", fix="leave them out")
    assert ligand is not None
    from allostasis.cli.receptor_curve import model_curves

    model_curves(
        receptor or [DEFAULT_RECEPTOR], [ligand, *(compare or [])], gaba=gaba, given=with_ or [], coupling=coupling, out=out,
        overwrite=overwrite, library_folder=library,
    )  # fmt: skip


@receptors.command()
def record(
    out: Out,
    gaba: Annotated[str, typer.Option(help='Constant GABA: "2 uM".', show_default=False)],
    seconds: Annotated[float, typer.Option(help="Length of the record [s].")] = 60.0,
    seed: Annotated[int, typer.Option(help="Seed of the random numbers; the same seed gives the same record.")] = 1,
    modulator: Annotated[
        str | None, typer.Option(help="benzodiazepine, barbiturate or neurosteroid.", show_default=False)
    ] = None,
    occupancy: Annotated[float, typer.Option(help="Occupied share of the modulator's sites, 0 to 1.")] = 1.0,
    strength: Annotated[
        float | None,
        typer.Option(help="c of the ligand, or factor on the closing rate.", show_default="of the library"),
    ] = None,
    scheme: Annotated[str, typer.Option(help="Kinetic scheme: mwc_flip or jones_westbrook.")] = "mwc_flip",
    celsius: Annotated[float, typer.Option(help="Temperature, by Q10.")] = 22.0,
    critical: Annotated[
        str | None, typer.Option(help='Shut time that ends a burst: "5 ms".', show_default="of the library")
    ] = None,
    potential: Annotated[str, typer.Option(help="Membrane potential, for the size of the current.")] = "0 mV",
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Record one channel: dwell by dwell, exactly; its numbers beside those of the scheme; the synaptic current."""
    from allostasis.cli.receptor_record import record as work

    lay(library)
    work(
        gaba=gaba, seconds=seconds, seed=seed, scheme=scheme, modulator=modulator, occupancy=occupancy, strength=strength,
        celsius=celsius, critical=critical, potential=potential, out=out, overwrite=overwrite,
    )  # fmt: skip
