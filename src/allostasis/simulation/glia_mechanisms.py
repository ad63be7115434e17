"""Mechanisms of the set glia in a book: their numbers, which are off, and levers in place of numbers."""

from collections.abc import Iterable, Mapping

from allostasis import library
from allostasis.adaptation import Unchanged
from allostasis.adaptation.glia.microglia import CYTOKINES
from allostasis.model import AbstractSubmodel
from allostasis.quantity import UnknownNameError
from allostasis.simulation.adaptation_numbers import Mechanism
from allostasis.simulation.book import Book

FROM_ONE = (
    "glutamate", "glutamate_uptake", "astrocyte_glutamate", "glutamine_synthetase", "gaba_supply", "gaba_ambient", "d_serine",
    "il_1_gaba", "il_1_nmda", "glutamate_transporter",
)  # fmt: skip
"""Ports of glia and remodelling that are 1 in the naive brain; the others are 0."""


def null_of(known: Mapping[str, Mechanism], what: str, name: str) -> Unchanged:
    """The null variant of a mechanism: its ports stay naive.

    Raises:
        UnknownNameError: a mechanism that does not exist; it says what the known ones are.
    """
    if name not in known:
        raise UnknownNameError(f"mechanism of {what}", name, known)
    ports = known[name].submodel.outputs
    return Unchanged(name, ports, tuple(1.0 if port.name in FROM_ONE else 0.0 for port in ports))


def put_mechanisms(
    book: Book,
    known: Mapping[str, Mechanism],
    what: str,
    without: Iterable[str],
    levers: Mapping[str, float | int] | None,
) -> tuple[AbstractSubmodel, ...]:
    """Put the numbers of mechanisms into the book, levers over them, and return the submodels.

    Args:
        book: where the numbers go.
        known: mechanisms by name; a number in ``each`` has one row for each cytokine.
        what: what they are, for errors.
        without: names of mechanisms that are off.
        levers: numbers of this run in place of the library's, "mechanism.number" -> value in internal units; the book then names
            no row behind them. A lever of a mechanism that is off does nothing.

    Raises:
        UnknownNameError: a mechanism or a lever that does not exist.
    """
    rows, nulls = library.parameter_set("glia"), {name: null_of(known, what, name) for name in sorted(without)}
    for name, mechanism in known.items():
        book.values[name] = {}
        for number, unit in {} if name in nulls else mechanism.numbers.items():
            if number in mechanism.each:
                book.put_each(name, number, {c: rows[f"{name}.{number}.{c}"] for c in CYTOKINES}, unit)
            else:
                book.put(name, number, rows[f"{name}.{number}"], unit)
    pulled = [name for name in rows if name.partition(".")[0] in known]
    for lever, value in (levers or {}).items():
        if lever not in pulled:
            raise UnknownNameError("lever of glia", lever, pulled)
        if lever.partition(".")[0] not in nulls:
            _pull(book, lever, float(value))
    return tuple(nulls.get(name, mechanism.submodel) for name, mechanism in known.items())


def _pull(book: Book, lever: str, value: float) -> None:
    """Write one lever."""
    name, _, number = lever.partition(".")
    values, (first, _, cytokine) = book.values[name], number.partition(".")
    if isinstance(values.get(first), tuple):
        pairs = zip(CYTOKINES, values[first], strict=True)
        values[first] = tuple(value if c == cytokine else old for c, old in pairs)
    else:
        values[number] = value
    book.used.pop(lever, None)
