"""What a variant of a receptor does to the levers of the thalamocortical model, in relay cells or in reticular cells.

Gain of function in the reticular nucleus is said to disturb the rhythm into spike-and-wave. The published model says the
contrary of inhibition *among* reticular cells, and agrees for inhibition *of relay cells*. Both are levers here.
"""

from dataclasses import dataclass

from allostasis import library
from allostasis.circuit.thalamocortical import Levers
from allostasis.quantity import InputError, UnknownNameError
from allostasis.receptor.assembly import Pentamer
from allostasis.receptor.variant_response import current_of_wild_type
from allostasis.receptor.variants import variant, variant_range

CELLS = {
    "relay": {"relay": ("a1b3g2", "phasic"), "tonic_relay": ("a4b2d", "tonic")},
    "reticular": {"reticular": ("a3b3g2", "phasic")},
}
"""Cells, their levers, and the receptor and GABA level behind each."""
HETEROZYGOUS = 1 / 2


@dataclass(frozen=True)
class VariantLevers:
    """A variant in one kind of cell.

    Attributes:
        name: of the variant.
        cells: where it acts.
        variant_class: LOF, GOF or mixed.
        ends: levers at the two ends of its range, or one where numbers are printed.
    """

    name: str
    cells: str
    variant_class: str
    ends: tuple[Levers, ...]


def variant_levers(name: str, cells: str, *, share: float | int = HETEROZYGOUS) -> VariantLevers:
    """Return the levers of a variant in cells of one kind.

    Args:
        name: variant of the receptor room, such as "GABRD.T291I".
        cells: "relay" or "reticular".
        share: share of the receptors that carry it; half in heterozygotes without dominance.

    Raises:
        UnknownNameError: no such variant or cells.
        InputError: cells whose receptors lack the subunit, or a share outside 0 to 1.

    >>> found = variant_levers("GABRD.T291I", "relay")
    >>> [end.tonic_relay > 1 for end in found.ends]
    [True, True]
    """
    if cells not in CELLS:
        raise UnknownNameError("cells", cells, CELLS)
    if not 0 <= share <= 1:
        raise InputError("share of receptors with the variant", value=share, expected="0 to 1")
    found, gaba = variant(name), library.parameter_set("receptor")
    moved: dict[str, list[float]] = {}
    for lever, (receptor, kind) in CELLS[cells].items():
        if any(s.name.partition("(")[0] == found.subunit for s in Pentamer.named(receptor).subunits):
            level = gaba[f"gaba_{kind}"].value
            moved[lever] = [
                float(current_of_wild_type(changed, receptor, level, mutant_share=share))
                for changed in variant_range(receptor, found)
            ]
    if not moved:
        held = ", ".join(receptor for receptor, _ in CELLS[cells].values())
        raise InputError(
            f"{found.name} changes {found.subunit}, which {cells} cells lack here", value=cells, expected=f"a subunit of {held}"
        )
    count = len(next(iter(moved.values())))
    ends = tuple(Levers(**{lever: values[k] for lever, values in moved.items()}) for k in range(count))
    return VariantLevers(found.name, cells, found.variant_class, ends)
