"""The command `allostasis receptor profile`: its options; the work is done in `profile_run`."""

from pathlib import Path
from typing import Annotated

import typer

from allostasis.cli.options import Library, Overwrite, folder_path, lay
from allostasis.cli.receptor_app import receptors


@receptors.command("profile")
def profile(
    drug: Annotated[
        str, typer.Argument(help="A ligand of the benzodiazepine site, any known name.", show_default=False)
    ],
    concentration: Annotated[
        str | None, typer.Option(help='Unbound in brain, such as "50 nM".', show_default=False, metavar="TEXT")
    ] = None,
    occupancy: Annotated[
        str | None, typer.Option(help='Mean over the subtypes, "0.3" or "30 %".', show_default="0.3", metavar="SHARE")
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option("--with", help='What is there too: "flumazenil 30 nM". May be repeated.', show_default=False),
    ] = None,
    compare: Annotated[
        list[str] | None,
        typer.Option(help="Other drugs at the same exposure. May be repeated.", metavar="DRUG", show_default=False),
    ] = None,
    knock_in: Annotated[
        bool, typer.Option("--knock-in", help="Effects in mice that lack one subtype's histidine.")
    ] = False,
    target: Annotated[
        str | None,
        typer.Option(help='Search a ligand for bounds such as "anxiolysis>=0.5,sedation<=0.1".', show_default=False),
    ] = None,
    species: Annotated[str, typer.Option(help="Whose receptor reserve: human or rodent.")] = "human",
    in_vivo: Annotated[
        bool, typer.Option("--in-vivo", help="Calibrated affinity in man in place of that in vitro.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder for profile.html and tables.", metavar="DIR", show_default=False, parser=folder_path
        ),
    ] = None,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Show what a drug does on nine clinical axes through the alpha subtypes, with bands. A model, never a dose."""
    from allostasis.cli.profile_run import run_profile

    lay(library)
    run_profile(
        drug, concentration=concentration, occupancy=occupancy, beside=beside or [], compare=compare or [],
        knock_in=knock_in, target=target, species=species, in_vivo=in_vivo, out=out, overwrite=overwrite,
    )  # fmt: skip
