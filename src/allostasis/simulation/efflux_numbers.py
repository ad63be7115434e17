"""Efflux at the blood-brain barrier of a run: the pump, its inhibitors, and the substances that it carries."""

from allostasis import library
from allostasis.exposure.efflux import EffluxTransport
from allostasis.exposure.efflux_driven import DrivenEffluxTransport
from allostasis.simulation.book import Book

INHIBITOR, SHARE = "inhibitor.", "share."


def inhibitors(names: tuple[str, ...]) -> tuple[str, ...]:
    """Substances of a run that inhibit the pump.

    >>> inhibitors(("tariquidar", "lorazepam"))
    ('tariquidar',)
    """
    rows = library.parameter_set("efflux")
    return tuple(name for name in names if f"{INHIBITOR}{name}.Ki" in rows)


def efflux(
    book: Book, names: tuple[str, ...], ligands: tuple[str, ...], glutamate: float | int, inflammation: float | int
) -> EffluxTransport:
    """Put the numbers of the pump into the book and return its submodel.

    Args:
        book: where the numbers go.
        names: every substance of the run.
        ligands: those with an unbound brain concentration; one without a share in the library is not carried.
        glutamate: excess of glutamate at the barrier, 0 to 1.
        inflammation: inflammation, 0 to 1.
    """
    rows = library.parameter_set("efflux")
    for name in ("glutamate_rise", "inflammation_rise"):
        book.put("efflux", name, rows[name], "1")
    book.put("efflux", "tau", rows["tau"], "h")
    book.values["efflux"] |= {"glutamate": float(glutamate), "inflammation": float(inflammation)}
    for name in ligands:
        if (share := rows.get(f"{SHARE}{name}")) is not None:
            book.put("efflux", f"share.{name}", share, "1")
        else:
            book.values["efflux"][f"share.{name}"] = 0.0
    held = inhibitors(names)
    for name in held:
        book.put("efflux", f"Ki.{name}", rows[f"{INHIBITOR}{name}.Ki"], "nM")
        book.put("efflux", f"fu.{name}", rows[f"{INHIBITOR}{name}.fu"], "1")
    return EffluxTransport(ligands, names, held)


def driven_efflux(book: Book, names: tuple[str, ...], ligands: tuple[str, ...]) -> DrivenEffluxTransport:
    """Put the numbers of a pump that follows glia into the book and return its submodel, which takes their ports.

    Args:
        book: where the numbers go.
        names: every substance of the run.
        ligands: those with an unbound brain concentration.

    >>> driven_efflux(Book(), ("midazolam",), ("midazolam",)).inputs[-1].name
    'il_1_beta'
    """
    return DrivenEffluxTransport(efflux(book, names, ligands, 0.0, 0.0))
