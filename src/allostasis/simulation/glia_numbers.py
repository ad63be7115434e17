"""The glia of a run: which mechanisms, which of them are off, with the numbers of the library."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from allostasis.adaptation import Unchanged
from allostasis.adaptation import glia as cells
from allostasis.adaptation.glia.ports import CELL_LOSS, GLUTAMATE_TRANSPORTER
from allostasis.model import AbstractSubmodel
from allostasis.quantity import InputError
from allostasis.simulation.adaptation_numbers import Mechanism
from allostasis.simulation.book import Book
from allostasis.simulation.glia_mechanisms import put_mechanisms

GIVEN = (
    "tnf_alpha", "il_1_beta", "glutamate", "d_serine", "gaba_supply", "gaba_ambient", "adenosine", "il_1_gaba", "il_1_nmda",
)  # fmt: skip
"""Ports that `glia` always gives, whatever is off; it takes ``activity`` and those of `STANDING`."""
STANDING = Unchanged("standing", (CELL_LOSS, GLUTAMATE_TRANSPORTER), (0.0, 1.0))
"""What stands still within the hours of a seizure: neurones, and the protein of the transporter. The acute clock has this in
place of `remodelling`."""
MECHANISMS = {
    m.submodel.name: m
    for m in (
        Mechanism(
            cells.Microglia(),
            {"tau_up": "h", "tau_down": "h"}
            | {name: "1" for name in ("half", "alone", "purinergic", "production", "scar", "active")},
            ("active",),
        ),
        Mechanism(
            cells.ReactiveAstrocytes(),
            {name: "h" for name in ("tau_up", "tau_down", "tau_calcium", "tau_oxygen")}
            | {name: "1" for name in ("ip3r2", "oxidant", "feedback")},
        ),
        Mechanism(
            cells.GlutamineSynthetase(),
            {"tau": "h", "share": "1", "inhibition": "1"}
            | {f"loss.{name}": "1" for name in ("oxidative", "nitrosative", "amyloid", "a1", "il_1_beta", "tnf_alpha")},
        ),
        Mechanism(
            cells.AstrocyticGlutamate(),
            {"tau_uptake": "h", "tau_pool": "h"}
            | {name: "1" for name in ("loss", "route", "order", "release", "cleared", "reverse")},
        ),
        Mechanism(cells.InterleukinAtReceptors(), {"strength": "1", "gaba_sign": "1", "nmda_sign": "1"}),
        Mechanism(
            cells.Gliotransmission(), {"tau_d_serine": "h", "tau_atp": "h", "d_serine": "1", "hyperactive": "1"}
        ),
        Mechanism(
            cells.AmbientGaba(), {"tau": "h", "astrocytic": "1", "spillover": "1", "reversal": "1", "channel": "1"}
        ),
        Mechanism(cells.SeizureAdenosine(), {"tau": "h", "clearance": "h", "yield": "1"}),
    )
}
"""Every mechanism of glia by name; a number in ``each`` has one row for each cytokine."""


@dataclass(frozen=True)
class Stress:
    """Lasting stress on glia, each 0 to 1; none by default.

    Attributes:
        oxidative: oxidative stress, on glutamine synthetase.
        nitrosative: nitrosative stress, on glutamine synthetase.
        amyloid: load of amyloid beta, on glutamine synthetase.
        injury: inflammation of the tissue, on microglia; over the stimulus of full seizure activity. It starts with the run.

    Raises:
        InputError: a level outside 0 to 1.
    """

    oxidative: float | int = 0.0
    nitrosative: float | int = 0.0
    amyloid: float | int = 0.0
    injury: float | int = 0.0

    def __post_init__(self) -> None:
        for name, level in asdict(self).items():
            if not 0 <= level <= 1:
                raise InputError(f"{name} stress is out of range", value=level, expected="a level from 0 (none) to 1 (full)")


def glia(
    book: Book,
    *,
    without: Iterable[str] = (),
    stress: Stress | None = None,
    levers: Mapping[str, float | int] | None = None,
) -> tuple[AbstractSubmodel, ...]:
    """Put the numbers of glia into the book and return its submodels.

    They take ``activity`` and the ports of `STANDING`, which `remodelling` moves on the chronic clock, and give at least `GIVEN`.

    Args:
        book: where the numbers go.
        without: names of mechanisms that are off.
        stress: lasting stress; none when left out.
        levers: numbers of this run in place of the library's, "mechanism.number" -> value in internal units, such as
            ``{"microglia.active.il_1_beta": 0.0}`` (anakinra), ``{"glutamine_synthetase.inhibition": 0.9}`` (methionine
            sulphoximine) or ``{"interleukin.gaba_sign": 1.0}`` (the opposite finding). A lever of a mechanism that is off does
            nothing.

    Raises:
        UnknownNameError: a mechanism or a lever that does not exist.

    >>> [s.name for s in glia(Book(), without=["microglia"])][:2]
    ['microglia', 'astrocytes']
    """
    off = set(without)
    submodels = put_mechanisms(book, MECHANISMS, "glia", off, levers)
    _load(book, off, stress or Stress())
    return submodels


def _load(book: Book, off: set[str], stress: Stress) -> None:
    """Write the lasting stresses."""
    if "microglia" not in off:
        book.values["microglia"]["injury"] = float(stress.injury)
    if "glutamine_synthetase" not in off:
        levels = {"oxidative": stress.oxidative, "nitrosative": stress.nitrosative, "amyloid": stress.amyloid}
        book.values["glutamine_synthetase"] |= {name: float(level) for name, level in levels.items()}
