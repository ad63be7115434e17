"""The drug targets of a run: which drug acts where beside the GABA-A receptor, with the numbers of the library."""

from typing import NamedTuple

from allostasis import library
from allostasis.adaptation import Unchanged
from allostasis.drug_targets import (
    AmpaBlock,
    GabaSynthesis,
    NmdaBlock,
    ReleaseBlock,
    SodiumChannelBlock,
    TTypeBlock,
    ampa_block,
    gaba_synthesis,
    nmda_block,
    release,
    sodium_channel,
    t_type_channel,
)
from allostasis.library.reach import acting_at
from allostasis.model import AbstractSubmodel, Port, acute_ports
from allostasis.quantity import UnknownNameError
from allostasis.simulation.book import Book

SET = "drug_targets"


class Target(NamedTuple):
    """One submodel of drug targets.

    Attributes:
        kind: its class; takes the ligands of the run, then the drugs of each site.
        port: the port that it gives.
        sites: groups of drugs, in the order that the class takes them; prefixes of the library's rows.
        numbers: rows shared by its drugs: name in the submodel -> (key in the library, unit).
        each: further rows per drug of the first site: name -> unit.
    """

    kind: type
    port: Port
    sites: tuple[str, ...]
    numbers: dict[str, tuple[str, str]] = {}  # noqa: RUF012 - a constant table
    each: dict[str, str] = {}  # noqa: RUF012 - a constant table


TARGETS = {
    "nmda_block": Target(
        NmdaBlock,
        acute_ports.NMDA_AVAILABLE,
        (nmda_block.SITE,),
        {name: (f"{nmda_block.SITE}.{name}", "1") for name in ("magnesium", "relief")},
    ),
    "ampa_block": Target(
        AmpaBlock, acute_ports.AMPA_AVAILABLE, (ampa_block.SITE, ampa_block.DESENSITISED), each={"maximum": "1"}
    ),
    "sodium_channel_block": Target(
        SodiumChannelBlock,
        acute_ports.NAV_AVAILABLE,
        (sodium_channel.SITE, sodium_channel.WEAK, sodium_channel.PERSISTENT),
        {name: (name, "1") for name in ("rest", "seizure", "persistent_share")},
    ),
    "release_block": Target(
        ReleaseBlock,
        acute_ports.RELEASE,
        (release.SV2A, release.A1),
        {name: (name, "1") for name in ("sv2a_effect", "a1_maximum")},
    ),
    "gaba_synthesis": Target(
        GabaSynthesis,
        acute_ports.GABA_SYNTHESIS,
        (gaba_synthesis.SITE,),
        {"rise": ("gaba_synthesis.rise", "1"), "tau": ("gaba_synthesis.tau", "h")},
    ),
    "t_type_block": Target(
        TTypeBlock,
        acute_ports.T_TYPE_AVAILABLE,
        (t_type_channel.SITE,),
        {"maximum": ("t_type_channel.maximum", "1")},
    ),
}
"""Every submodel of drug targets by name; each gives one port."""


def null(name: str) -> Unchanged:
    """The null variant of a drug target: its port stays at 1.

    >>> null("nmda_block").outputs[0].name
    'nmda_available'
    """
    if name not in TARGETS:
        raise UnknownNameError("drug target", name, TARGETS)
    return Unchanged(name, (TARGETS[name].port,), (1.0,))


def drug_targets(book: Book, ligands: tuple[str, ...], *, without: tuple[str, ...] = ()) -> tuple[AbstractSubmodel, ...]:
    """Put the numbers of the drug targets into the book and return one submodel a port.

    Args:
        book: where the numbers go.
        ligands: substances with an unbound brain concentration, in the order of that port.
        without: names of `TARGETS` that are off.

    Returns:
        The submodel of each port where a ligand of the run acts there, else its null variant. Those of sodium channels, of
        SV2A and of desensitised AMPA receptors take the port ``activity``.

    Raises:
        UnknownNameError: a drug target that does not exist.

    >>> [type(s).__name__ for s in drug_targets(Book(), ("phenytoin",))][:3]
    ['Unchanged', 'Unchanged', 'SodiumChannelBlock']
    """
    for name in without:
        if name not in TARGETS:
            raise UnknownNameError("drug target", name, TARGETS)
    return tuple(_target(book, name, () if name in without else ligands) for name in TARGETS)


def _target(book: Book, name: str, ligands: tuple[str, ...]) -> AbstractSubmodel:
    rows, target = library.parameter_set(SET), TARGETS[name]
    acting = [acting_at(site, ligands) for site in target.sites]
    book.values[name] = {}
    if not any(acting):
        return null(name)
    for site, drugs in zip(target.sites, acting, strict=True):
        for drug in drugs:
            book.put(name, f"K.{site}.{drug}", rows[f"{site}.{drug}.K"], "nM")
    for number, unit in target.each.items():
        for drug in acting[0]:
            book.put(name, f"{number}.{drug}", rows[f"{target.sites[0]}.{drug}.{number}"], unit)
    for number, (key, unit) in target.numbers.items():
        book.put(name, number, rows[key], unit)
    return target.kind(ligands, *acting)
