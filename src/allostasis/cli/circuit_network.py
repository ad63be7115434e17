"""`allostasis circuit network`: coupled nodes under an operation, a drug or a closed loop, against the intact brain."""

import csv
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from allostasis.cli.circuit import circuits
from allostasis.cli.options import Library, Out, Overwrite, lay

if TYPE_CHECKING:
    from allostasis.circuit.network_run import Condition, NetworkCounts

COUNTS = {
    "seizures": "seizures_per_day", "events": "events_per_day", "detections": "detections_per_day",
    "unconfirmed": "unconfirmed_detections_per_day", "stimulated": "stimulated_events_per_day", "cut_short": "cut_short_per_day",
}  # fmt: skip
SHARES = {"bilateral": "bilateral_share", "drop": "both_frontal_share", "nodes": "nodes_recruited", "duration": "duration_s",
          "delay": "delay_to_other_side_s"}  # fmt: skip

LONGEST_TRACE = 24.0
"""How far the figure looks for a seizure [h]."""


@circuits.command()
def network(
    out: Out,
    resect: Annotated[
        list[str] | None, typer.Option(metavar="NODE", help="Remove a node; repeat for more.", show_default=False)
    ] = None,
    callosotomy: Annotated[bool, typer.Option("--callosotomy", help="Cut the corpus callosum.")] = False,
    imbalance: Annotated[float, typer.Option(help="Log excitation over inhibition of all nodes; 0 is naive.")] = 0.0,
    drug: Annotated[float, typer.Option(help="How much a drug lowers it, 0 or more.")] = 0.0,
    response: Annotated[
        float | None, typer.Option(help="Share of the drug that reaches the onset zone, 0 to 1.", show_default="of the library")
    ] = None,
    worse: Annotated[float, typer.Option(help="Added to the severity of the onset zone.")] = 0.0,
    closed_loop: Annotated[bool, typer.Option("--closed-loop", help="Stimulate on detection, beside a sham.")] = False,
    hours: Annotated[float, typer.Option(help="Length of the run [h].")] = 24.0,
    trials: Annotated[int, typer.Option(help="Independent repetitions.")] = 8,
    seed: Annotated[int, typer.Option(help="Seed of the random input; the same seed gives the same seizures.")] = 1,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Spontaneous seizures of 12 coupled nodes: rate, nodes recruited, spread to the other hemisphere. Sizes are assumed."""
    lay(library)
    from allostasis.cli.folder import check_folder, staged, write_marker

    folder = check_folder(out, overwrite)
    from allostasis.circuit.network_run import simulate_network
    from allostasis.cli import compile_cache
    from allostasis.cli.console import OUT, progress

    compile_cache.enable()
    conditions = _conditions(resect or [], callosotomy, imbalance, drug, response, worse, closed_loop)
    with progress("running the network"):
        counts = simulate_network(list(conditions.values()), hours=hours, trials=trials, seed=seed)
    trial = int(counts.seizures[0].argmax())
    with staged(folder, overwrite) as stage:
        from allostasis.report.figure_network import activity_figure

        figure = activity_figure(conditions, trial, seed=seed, hours=min(hours, LONGEST_TRACE))
        (stage / "activity.svg").write_text(figure + "\n", encoding="utf-8")
        records = [_record(name, counts, k) for k, name in enumerate(conditions)]
        with (stage / "seizures.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(records[0]))
            writer.writeheader()
            writer.writerows(records)
        write_marker(stage, {
            "command": "circuit network", "resect": resect or [], "callosotomy": callosotomy, "imbalance": imbalance,
            "drug": drug, "response": response, "worse": worse, "closed_loop": closed_loop,
            "hours": counts.hours, "trials": trials, "seed": seed, "conditions": records, "parameters": parameters("network"),
        })  # fmt: skip
    _print(records)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _conditions(
    resect: Sequence[str], callosotomy: bool, imbalance: float, drug: float, response: float | None, worse: float, loop: bool
) -> "dict[str, Condition]":
    from allostasis.circuit import ClosedLoop, Condition, SeizureNetwork

    intact = SeizureNetwork.from_library()
    changed = intact.worsened(worse) if response is None else intact.worsened(worse).with_response(response)
    reference, changed = Condition(intact), changed.resect(*resect)
    changed = changed.callosotomy() if callosotomy else changed
    if not loop:
        return {"intact": reference, "changed": Condition(changed, imbalance, drug)}
    closed = ClosedLoop.from_library()
    return {
        "intact": reference,
        "sham loop": Condition(changed, imbalance, drug, closed.sham),
        "closed loop": Condition(changed, imbalance, drug, closed),
    }


def _record(name: str, counts: "NetworkCounts", k: int) -> dict[str, str | float | None]:
    found: dict[str, str | float | None] = {"network": name}
    found |= {column: _finite(counts.per_day(count)[k]) for count, column in COUNTS.items()}
    found["seizures_standard_error"] = _finite(counts.standard_error()[k])
    found |= {column: _finite(counts.per_seizure(count)[k]) for count, column in SHARES.items()}
    return found | {"ictal_share": _finite(counts.ictal_share[k])}


def _finite(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None


def parameters(name: str) -> dict[str, dict[str, str | float]]:
    """Return the numbers of a set with their standing, for the record of a run."""
    from allostasis import library

    return {
        key: {"value": p.value, "unit": p.unit, "source": p.source, "status": p.status, "note": p.note}
        for key, p in library.parameter_set(name).items()
    }


def _print(records: list[dict[str, str | float | None]]) -> None:
    from allostasis.cli.console import show_table

    def words(record: dict[str, str | float | None], key: str, form: str) -> str:
        value = record[key]
        return "-" if value is None else format(value, form)

    columns = {
        "seizures/day": "seizures_per_day", "SE": "seizures_standard_error", "bilateral": "bilateral_share",
        "nodes": "nodes_recruited", "lasting [s]": "duration_s", "delay [s]": "delay_to_other_side_s",
    }  # fmt: skip
    stimulated = any(record["detections_per_day"] for record in records)
    if stimulated:
        columns |= {
            "detections/day": "detections_per_day", "unconfirmed": "unconfirmed_detections_per_day",
            "cut short": "cut_short_per_day",
        }  # fmt: skip
    form = {"bilateral": ".2f", "lasting [s]": ".0f"}
    rows = [[str(r["network"]), *(words(r, key, form.get(name, ".1f")) for name, key in columns.items())] for r in records]
    note = "Same random input in all rows. Every size of the network is assumed: compare rows, read no row alone."
    if stimulated:
        note += " Unconfirmed detections under the sham are false; under the loop some are seizures prevented."
    show_table(["Network", *columns], rows, note)
