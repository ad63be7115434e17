"""`allostasis circuit margin`: the seizure margin of the acute circuit against the algebraic imbalance."""

import csv
from typing import TYPE_CHECKING, Annotated

import typer

from allostasis.cli.circuit import circuits
from allostasis.cli.options import Library, Out, Overwrite, lay

if TYPE_CHECKING:
    from allostasis.study.margin_compare import MarginComparison

MEANING = {
    "chronic": "algebraic h of the chronic clock",
    "whole": "the same algebra with all synapses adapting",
    "start": "H of the acute circuit before the stimulus",
}


@circuits.command()
def margin(
    out: Out,
    states: Annotated[int, typer.Option(help="Random states of adaptation.")] = 500,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 1,
    stimulus: Annotated[
        float | None, typer.Option(help="Length of the stimulus [min].", show_default="of the library")
    ] = None,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """How much inhibition must be lost before a stimulus leaves a lasting seizure; against h of the chronic clock."""
    lay(library)
    from allostasis.cli.folder import check_folder, staged, write_marker

    folder = check_folder(out, overwrite)
    from allostasis.cli import compile_cache
    from allostasis.cli.circuit_network import parameters
    from allostasis.cli.console import OUT, progress, show_table

    compile_cache.enable()
    from allostasis.report.figure_network import margin_figure
    from allostasis.study.margin_compare import compare_margin
    from allostasis.study.seizure_margin import Stimulus

    test = Stimulus.from_library(**({} if stimulus is None else {"minutes": stimulus}))
    with progress("finding the margin of every state"):
        found = compare_margin(states, seed, test)
    with staged(folder, overwrite) as stage:
        (stage / "margin.svg").write_text(margin_figure(found) + "\n", encoding="utf-8")
        _write(found, stage / "margin.csv")
        write_marker(stage, {
            "command": "circuit margin", "states": states, "seed": seed, "stimulus_min": test.minutes,
            "watched_min": test.watched, "naive_critical_loss": found.naive_loss, "states_inside_bracket": int(found.found.sum()),
            "rank_correlation": {name: found.rank_correlation(name) for name in MEANING},
            "parameters": parameters("seizure_margin") | parameters("seizure"),
        })  # fmt: skip
    rows = [[MEANING[name], f"{found.rank_correlation(name):.3f}"] for name in MEANING]
    note = f"Naive: a seizure lasts once {found.naive_loss:.1%} of inhibition is lost."
    note += f" Margin found for {found.found.sum()} of {states}."
    show_table(["Margin h of the acute circuit against", "Spearman"], rows, note)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _write(found: "MarginComparison", path) -> None:
    from allostasis.model.subtypes import SUBTYPES

    states = found.states
    columns = {"margin_h": found.margin, "chronic_h": found.chronic, "whole_h": found.whole, "start_H": found.start}
    columns |= {f"surface_{k}": states.surface[i] for i, k in enumerate(SUBTYPES)}
    columns |= {f"coupling_{k}": states.coupling[i] for i, k in enumerate(SUBTYPES)}
    columns |= {"ampa": states.ampa, "nmda": states.nmda, "diazepam_nM": states.drug}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([f"{value:.6g}" for value in row] for row in zip(*columns.values(), strict=True))
