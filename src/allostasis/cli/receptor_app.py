"""The group `allostasis receptor`: every command of the group registers itself here (receptor.py, receptor_profile.py)."""

import typer

receptors = typer.Typer(
    help="The GABA-A receptor by itself: concentration-response curves, single-channel records, profiles of a ligand.",
    no_args_is_help=True,
)
