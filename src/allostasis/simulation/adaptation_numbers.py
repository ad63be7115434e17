"""The adaptation of a run: which mechanisms, which of them are off, with the numbers of the library."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from allostasis import library
from allostasis.adaptation import (
    AlcoholWithdrawal,
    AllostaticSetPoint,
    AmpaStrength,
    GephyrinClustering,
    Kindling,
    LocusCoeruleus,
    NmdaStrength,
    NoAdaptation,
    PhosphataseDrive,
    ReceptorTrafficking,
    SubunitSwitch,
    TwoTimescaleAdaptation,
    Unchanged,
    Uncoupling,
)
from allostasis.adaptation.endocytosis import PARAMETERS as ENDOCYTOSIS
from allostasis.circuit import AdaptedCircuit
from allostasis.model import AbstractSubmodel
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import UnknownNameError
from allostasis.simulation.book import Book

VARIANTS = ("mechanisms", "two_timescale", "none")
"""Adaptation of a case: every mechanism, the lumped reference of two states, or none."""
FROM_ZERO = ("insensitive", "set_point", "phosphatase_drive", "kindling", "alcohol_excitation")
"""Ports of mechanisms that are 0 without drug; the others are 1."""


BESIDE_LUMPED = ("uncoupling", "locus_coeruleus", "set_point")
"""Mechanisms whose ports others need where adaptation is lumped or off: their null variants stand in."""


class Mechanism(NamedTuple):
    """A mechanism with the names of its numbers: name -> unit, a tuple over subtypes where ``each`` names it."""

    submodel: AbstractSubmodel
    numbers: Mapping[str, str]
    each: tuple[str, ...] = ()


MECHANISMS = {
    m.submodel.name: m
    for m in (
        Mechanism(PhosphataseDrive(), {"tau": "h"}),
        Mechanism(Uncoupling(), {"sensitivity": "1", "tau": "h"}, ("sensitivity",)),
        Mechanism(GephyrinClustering(), {"sensitivity": "1", "tau": "h"}),
        Mechanism(
            SubunitSwitch(), {"half": "1", "loss": "1", "rise": "1", "replaced": "1", "tau_up": "h", "tau_down": "h"}
        ),
        Mechanism(
            ReceptorTrafficking(),
            {"k_end": "1/h", "k_rec": "1/h", "k_deg": "1/h", "sorting": "1"} | {name: "1" for name in ENDOCYTOSIS},
            ("sorting",),
        ),
        Mechanism(AmpaStrength(), {"scaling": "1", "insertion": "1", "tau": "h"}),
        Mechanism(NmdaStrength(), {"scaling": "1", "loss": "1", "tau_up": "h", "tau_down": "h", "tau_brake": "h"}),
        Mechanism(LocusCoeruleus(), {"upregulation": "1", "alpha2": "1", "tau": "h"}),
        Mechanism(AllostaticSetPoint(), {"tau": "h"}),
        Mechanism(Kindling(), {"ceiling": "1", "half": "1", "onset": "1", "tau_up": "h", "tau_down": "h"}),
        Mechanism(AlcoholWithdrawal(), {"tau_cover": "h", "tau_recovery": "h"}),
    )
}
"""Every mechanism of adaptation by name."""


def null(name: str) -> Unchanged:
    """The null variant of a mechanism."""
    ports = MECHANISMS[name].submodel.outputs
    return Unchanged(name, ports, tuple(0.0 if port.name in FROM_ZERO else 1.0 for port in ports))


def adaptation(
    book: Book,
    variant: str,
    *,
    without: Iterable[str] = (),
    alpha2_agonist: float | int = 0.0,
    alcohol: float | int = 0.0,
) -> tuple[AbstractSubmodel, ...]:
    """Put the numbers of adaptation into the book and return its submodels.

    Args:
        book: where the numbers go.
        variant: one of `VARIANTS`.
        without: names of mechanisms that are off.
        alpha2_agonist: level of an alpha2 agonist at the locus coeruleus, 0 to 1.
        alcohol: largest imbalance of untreated alcohol withdrawal [seizure thresholds]; 0 is the null variant.

    Raises:
        UnknownNameError: a mechanism that does not exist.
    """
    off = set(without) | (set() if alcohol else {"alcohol"})
    for name in sorted(off - set(MECHANISMS)):
        raise UnknownNameError("mechanism of adaptation", name, MECHANISMS)
    if variant != "mechanisms":
        lumped = _two_timescale(book) if variant == "two_timescale" else _none(book)
        book.values |= {name: {} for name in BESIDE_LUMPED}
        return (*(null(name) for name in BESIDE_LUMPED), lumped)
    submodels = []
    for name in MECHANISMS:
        if name in off:
            book.values[name] = {}
            submodels.append(null(name))
        else:
            submodels.append(_mechanism(book, name))
    if "locus_coeruleus" not in off:
        book.values["locus_coeruleus"]["alpha2_agonist"] = float(alpha2_agonist)
    if "alcohol" not in off:
        _severity(book, alcohol)
    return (*submodels, _circuit(book))


def _mechanism(book: Book, name: str) -> AbstractSubmodel:
    rows = library.parameter_set("adaptation")
    mechanism = MECHANISMS[name]
    for number, unit in mechanism.numbers.items():
        if number in mechanism.each:
            book.put_each(name, number, {k: rows[f"{name}.{number}.{k}"] for k in SUBTYPES}, unit)
        else:
            book.put(name, number, rows[f"{name}.{number}"], unit)
    return mechanism.submodel


def _severity(book: Book, alcohol: float | int) -> None:
    """Severity of alcohol withdrawal as log excitation, from seizure thresholds; its spread is that of the library row."""
    threshold = library.parameter_set("circuit")["seizure_threshold"].to("1")
    row = library.parameter_set("adaptation")["alcohol.severity"]
    book.put("alcohol", "severity", row, "1", factor=alcohol * threshold)


def _circuit(book: Book) -> AbstractSubmodel:
    receptor, circuit = library.parameter_set("receptor"), library.parameter_set("circuit")
    name = AdaptedCircuit().name
    book.put_each(name, "weight", {k: receptor[f"weight.{k}"] for k in SUBTYPES}, "1")
    for number in ("tonic_share", "blind_share"):
        book.put(name, number, receptor[number], "1")
    for number in ("adapting_share", "ampa_weight", "nmda_weight", "noradrenergic_weight"):
        book.put(name, number, circuit[number], "1")
    return AdaptedCircuit()


def _two_timescale(book: Book) -> AbstractSubmodel:
    rows = library.parameter_set("adaptation")
    for name in ("w_fast", "w_slow", "receptor_share"):
        book.put("adaptation", name, rows[name], "1")
    for name in ("tau_fast", "tau_slow_up", "tau_slow_down"):
        book.put("adaptation", name, rows[name], "h")
    return TwoTimescaleAdaptation()


def _none(book: Book) -> AbstractSubmodel:
    book.values["adaptation"] = {}
    return NoAdaptation()
