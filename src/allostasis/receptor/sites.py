"""Binding sites derived from the interfaces of a pentamer."""

from collections import Counter
from typing import NamedTuple

from allostasis.quantity import UnknownNameError
from allostasis.receptor.assembly import Interface, Pentamer

SITES = ("gaba", "benzodiazepine", "low_affinity", "neurosteroid", "barbiturate", "propofol", "etomidate")


class Site(NamedTuple):
    """One site at one interface.

    Attributes:
        kind: one of `SITES`.
        interface: the contact that forms it.
        domain: "extracellular" or "membrane".
        state: "whole"; "no histidine" (classical benzodiazepines do not bind); "reduced" (gamma1, gamma3).
    """

    kind: str
    interface: Interface
    domain: str
    state: str = "whole"


def sites(pentamer: Pentamer) -> tuple[Site, ...]:
    """Derive every site of a receptor.

    | interface | sites |
    |---|---|
    | beta+/alpha- | GABA (extracellular); neurosteroid, etomidate, propofol, low-affinity benzodiazepine (membrane) |
    | alpha+/gamma- | benzodiazepine (extracellular): whole at gamma2 with the histidine, reduced at gamma1 and gamma3 |
    | alpha+/beta-, gamma+/beta-, delta+/beta- | barbiturate, propofol (membrane); delta+ assumed |

    The low-affinity site needs beta2 or beta3. Nothing of the benzodiazepine site is left at delta, epsilon, theta and pi.

    >>> [s.kind for s in sites(Pentamer.named("a1b3g2")) if s.domain == "extracellular"]
    ['gaba', 'gaba', 'benzodiazepine']
    """
    found = []
    for face in pentamer.interfaces:
        pair = (face.plus.family, face.minus.family)
        if pair == ("beta", "alpha"):
            found.append(Site("gaba", face, "extracellular"))
            found += [Site(kind, face, "membrane") for kind in ("neurosteroid", "etomidate", "propofol")]
            if face.plus.name in ("b2", "b3"):
                found.append(Site("low_affinity", face, "membrane"))
        elif pair == ("alpha", "gamma"):
            state = "whole" if face.plus.histidine else "no histidine"
            reduced = face.minus.name != "g2" and state == "whole"
            found.append(Site("benzodiazepine", face, "extracellular", "reduced" if reduced else state))
        elif pair in (("alpha", "beta"), ("gamma", "beta"), ("delta", "beta")):
            found += [Site(kind, face, "membrane") for kind in ("barbiturate", "propofol")]
    return tuple(found)


def site_counts(pentamer: Pentamer) -> dict[str, int]:
    """Count the sites of each kind.

    >>> site_counts(Pentamer.named("a1b3g2"))["propofol"], site_counts(Pentamer.named("a4b2d"))["benzodiazepine"]
    (4, 0)
    """
    counted = Counter(site.kind for site in sites(pentamer))
    return {kind: counted[kind] for kind in SITES}


def benzodiazepine_key(pentamer: Pentamer) -> str | None:
    """Return under which key the library holds constants of the benzodiazepine site, or None where there is none.

    >>> [benzodiazepine_key(Pentamer.named(n)) for n in ("a2b3g2", "a6b3g2", "a1(H101R)b3g2", "a1b3d")]
    ['a2', 'a6', 'no_histidine', None]
    """
    for site in sites(pentamer):
        if site.kind == "benzodiazepine":
            return "no_histidine" if "(" in site.interface.plus.name else site.interface.plus.name
    return None


def check_site(kind: str) -> str:
    """Refuse an unknown kind of site."""
    if kind not in SITES:
        raise UnknownNameError("site", kind, SITES)
    return kind
