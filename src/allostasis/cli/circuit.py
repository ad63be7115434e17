"""The group `allostasis circuit` and its command `neuron` with its options; the work is done in circuit_neuron.py."""

from typing import Annotated

import typer

from allostasis.cli.options import Library, Out, Overwrite, lay

circuits = typer.Typer(
    help="The circuit by itself: one neuron under the conductances of a regimen.", no_args_is_help=True
)


@circuits.callback()
def _group() -> None:
    pass


@circuits.command()
def neuron(
    regimen: Annotated[
        str, typer.Argument(metavar="REGIMEN", help='Such as "diazepam 10 mg po bid for 60 d".', show_default=False)
    ],
    out: Out,
    share: Annotated[
        float | None,
        typer.Option(help="Share of adaptation that is loss of inhibition, 0 to 1.", show_default="of the library"),
    ] = None,
    chloride: Annotated[
        str | None,
        typer.Option(help='Chloride in the neuron, which sets E_GABA: "9 mM".', show_default="5.7 mM, E_GABA -75 mV"),
    ] = None,
    weight: Annotated[str, typer.Option(help="Body weight, 30 to 200 kg.")] = "70 kg",
    follow: Annotated[str, typer.Option(help="How long to go on after the last dose.")] = "60 d",
    seconds: Annotated[float, typer.Option(help="Time over which spikes are counted, per trial [s].")] = 10.0,
    trials: Annotated[int, typer.Option(help="Independent trials of noise.")] = 16,
    seed: Annotated[int, typer.Option(help="Seed of the noise; the same seed gives the same spikes.")] = 1,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """One neuron in four scenes of a regimen: naive, acute drug, adapted, drug removed; its rate against the imbalance."""
    from allostasis.cli.circuit_neuron import neuron as work

    lay(library)
    work(
        regimen, share=share, chloride=chloride, weight=weight, follow=follow, seconds=seconds, trials=trials, seed=seed,
        out=out, overwrite=overwrite, library_folder=library,
    )  # fmt: skip
