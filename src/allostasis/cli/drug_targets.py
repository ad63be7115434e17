"""`allostasis drug targets`: what antiseizure drugs leave of their targets beside the receptor at therapeutic levels."""

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from allostasis.cli.console import OUT
from allostasis.cli.options import Library, lay

NOTES = (
    "In brain: unbound, from the low to the high end of the range in treatment, plasma x Kp,uu; 'recalled': from memory.",
    "Ports over drug-free, one drug alone, hours after its start. Sodium channels, SV2A and magnesium at NMDA receptors go with",
    "seizure activity: --activity 0 is a resting circuit. What the drugs do at the GABA-A receptor is not in this table.",
    "Research and teaching; never a dose for a person.",
)


def drug_targets(
    names: Annotated[list[str] | None, typer.Argument(metavar="[DRUG]...", help="Drugs; all when left out.")] = None,
    activity: Annotated[float, typer.Option(help="Seizure activity, 0 (rest) to 1.")] = 1.0,
    out: Annotated[Path | None, typer.Option("--out", help="A CSV file to write.", metavar="FILE", show_default=False)] = None,
    library: Library = None,
) -> None:
    """Show what antiseizure drugs leave of their targets beside the GABA-A receptor at therapeutic levels."""
    from allostasis.quantity import InputError
    from allostasis.simulation.drug_target_table import at_targets

    lay(library)
    found = at_targets(names or (), activity)
    if out is not None and out.exists():
        raise InputError("the file is there already", value=str(out), fix="name another file, or remove it")
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", show_edge=False)
    for heading in ("Drug", "In brain [uM]", "Port", "at low", "at high", "Range"):
        table.add_column(heading, no_wrap=True)
    lines = ["drug,plasma_low_uM,plasma_high_uM,brain_low_uM,brain_high_uM,port,activity,at_low,at_high,status"]
    for one in found:
        said = (one.drug, _span(one.brain))
        for port, (low, high) in one.left.items():
            table.add_row(*(Text(cell) for cell in (*said, port, f"{low:.2f}", f"{high:.2f}", one.status if said[0] else "")))
            said = ("", "")
            cells = (*one.plasma, *one.brain, port, activity, round(low, 4), round(high, 4), one.status)
            lines.append(",".join([one.drug, *(f"{c:.4g}" if isinstance(c, float) else str(c) for c in cells)]))
    OUT.print(table)
    OUT.print(" ".join(NOTES), highlight=False)
    if out is not None:
        out.write_text("\n".join(lines) + "\n", encoding="utf-8")
        OUT.print(f"Written: {out}", highlight=False, markup=False)


def _span(ends: tuple[float, float]) -> str:
    return f"{ends[0]:.3g} to {ends[1]:.3g}"
