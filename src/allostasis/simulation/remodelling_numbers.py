"""What a seizure leaves behind in a run: barrier, matrix, neurones, transporters, epileptogenesis, with their numbers."""

from collections.abc import Iterable, Mapping

from allostasis.adaptation import glia as cells
from allostasis.model import AbstractSubmodel
from allostasis.simulation.adaptation_numbers import Mechanism
from allostasis.simulation.book import Book
from allostasis.simulation.glia_mechanisms import put_mechanisms

TAKEN = (
    "activity", "glutamate", "d_serine", "nmda", "il_1_nmda", "nmda_available", "tnf_alpha", "il_1_beta", "reactive_oxygen",
)  # fmt: skip
"""Ports that `remodelling` takes: activity, those of `glia`, and NMDA receptors with what drugs leave of them."""

MECHANISMS = {
    m.submodel.name: m
    for m in (
        Mechanism(cells.BloodBrainBarrier(), {"tau_leak": "h", "tau_tgf_beta": "h", "digestion": "1"}),
        Mechanism(cells.ExtracellularMatrix(), {"share": "1", "tau_protease": "h", "tau_up": "h", "tau_down": "h"}),
        Mechanism(
            cells.CellLoss(), {"tau_overload": "h", "tau_replacement": "h", "kill": "1/h", "apoptosis": "1/h", "sensitise": "1"}
        ),
        Mechanism(
            cells.GlutamateTransporter(), {"tau": "h", "dependence": "1", "tnf_strength": "1", "tnf_sign": "1"}
        ),
        Mechanism(
            cells.Epileptogenesis(),
            {"tau": "h", "ceiling": "1/h"} | {name: "1" for name in ("loss", "matrix", "excitation", "onset", "steepness")},
        ),
    )
}
"""Every mechanism of remodelling by name."""


def remodelling(
    book: Book, *, without: Iterable[str] = (), levers: Mapping[str, float | int] | None = None
) -> tuple[AbstractSubmodel, ...]:
    """Put the numbers of remodelling into the book and return its submodels. They take `TAKEN`.

    Args:
        book: where the numbers go.
        without: names of mechanisms that are off.
        levers: numbers of this run in place of the library's, "mechanism.number" -> value in internal units.

    Raises:
        UnknownNameError: a mechanism or a lever that does not exist.

    >>> [s.name for s in remodelling(Book())]
    ['barrier', 'matrix', 'cell_loss', 'transporter', 'epileptogenesis']
    """
    return put_mechanisms(book, MECHANISMS, "remodelling", without, levers)
