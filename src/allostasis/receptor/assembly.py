"""A GABA-A receptor as a ring of five subunits; what cannot assemble is refused with the reason."""

from dataclasses import dataclass
from typing import NamedTuple

from allostasis.quantity import InputError, NotModelledError
from allostasis.receptor.subunits import Subunit, split_receptor, subunit

SIZE = 5  # structural: the receptor is a pentamer
THIRD = ("gamma", "delta", "epsilon", "theta", "pi")
"""Families that take the place beside the two alpha-beta pairs; a beta can take it too."""


class Interface(NamedTuple):
    """Contact of two neighbours: the plus side of one against the minus side of the next."""

    position: int
    plus: Subunit
    minus: Subunit


@dataclass(frozen=True, init=False)
class Pentamer:
    """Five subunits in order around the pore, each with its plus side towards the next.

    The one order that is known to work is beta-alpha-beta-alpha-X with X a gamma, delta, epsilon, theta, pi or a third
    beta; any of the five may come first. The two alphas may differ, and so may the betas.

    Args:
        subunits: five names such as "b3", "a1", "b3", "a1", "g2".

    Raises:
        InputError: not five, or an order or stoichiometry that does not assemble, with the reason.
        NotModelledError: known from the laboratory, without numbers here (rho or beta homomers, three alphas).

    >>> Pentamer("b3", "a1", "b3", "a1", "g2").name
    'a1b3g2'
    >>> Pentamer("a1", "a1", "a1", "a1", "g2")
    Traceback (most recent call last):
    allostasis.quantity.errors.InputError: a receptor without a beta subunit: it has no GABA site...
    """

    subunits: tuple[Subunit, ...]

    def __init__(self, *subunits: str):
        ring = tuple(subunit(name) for name in subunits)
        _check(ring)
        object.__setattr__(self, "subunits", _from_first_beta(ring))

    @classmethod
    def named(cls, name: str) -> "Pentamer":
        """Build the usual arrangement of a receptor's name.

        >>> Pentamer.named("a4b2d") == Pentamer("b2", "a4", "b2", "a4", "d")
        True
        """
        alpha, beta, *third = split_receptor(name)
        return cls(beta, alpha, beta, alpha, *(third or [beta]))

    @property
    def name(self) -> str:
        """Short name: alphas, betas, third subunit; a third beta is not repeated."""
        groups = {f: sorted({s.name for s in self.subunits if s.family == f}) for f in ("alpha", "beta", *THIRD)}
        return "".join("".join(names) for names in groups.values())

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """The five contacts in order.

        >>> [f"{i.plus.name}+/{i.minus.name}-" for i in Pentamer.named("a1b3g2").interfaces]
        ['b3+/a1-', 'a1+/b3-', 'b3+/a1-', 'a1+/g2-', 'g2+/b3-']
        """
        ring = self.subunits
        return tuple(Interface(k, ring[k], ring[(k + 1) % SIZE]) for k in range(SIZE))

    @property
    def location(self) -> str:
        """Where the receptor is mostly found: "synaptic" or "extrasynaptic" (recalled).

        gamma2 with alpha1, 2, 3 or 6 gathers at synapses; alpha4 and alpha5 with gamma2, delta, and receptors without
        either lie outside.

        >>> Pentamer.named("a2b3g2").location, Pentamer.named("a5b3g2").location, Pentamer.named("a6b3d").location
        ('synaptic', 'extrasynaptic', 'extrasynaptic')
        """
        gamma = any(s.family == "gamma" for s in self.subunits)
        outside = any(s.name.startswith(("a4", "a5")) for s in self.subunits)
        return "synaptic" if gamma and not outside else "extrasynaptic"


def _check(ring: tuple[Subunit, ...]) -> None:
    text = "-".join(s.name for s in ring)
    count = {family: sum(s.family == family for s in ring) for family in ("alpha", "beta", "rho", *THIRD)}
    third = sum(count[family] for family in THIRD)
    usual = "beta-alpha-beta-alpha-X in ring order, X a gamma, delta, epsilon, theta, pi or beta"

    def refuse(what: str) -> InputError:
        return InputError(what, value=text, expected=usual, fix="write Pentamer('b3', 'a1', 'b3', 'a1', 'g2')")

    if len(ring) != SIZE:
        raise refuse(f"a receptor of {len(ring)} subunits, not five")
    if count["rho"]:
        raise NotModelledError("rho receptors (formerly GABA-C) assemble among themselves", value=text, expected=usual)
    if count["beta"] == SIZE:
        raise NotModelledError("beta homomers have no GABA site of the usual kind", value=text, expected=usual)
    if not count["beta"]:
        raise refuse("a receptor without a beta subunit: it has no GABA site and stays in the cell")
    if not count["alpha"]:
        raise refuse("a receptor without an alpha subunit: it has no GABA site")
    if third > 1:
        raise refuse("two of the subunits gamma, delta, epsilon, theta and pi in one receptor: one place is there")
    if count["alpha"] > 2:
        if count["alpha"] == SIZE - 2 and count["beta"] == 2:
            raise NotModelledError("three alphas with two betas are reported in vitro only", value=text, expected=usual)
        raise refuse(f"{count['alpha']} alpha subunits: a receptor takes two")
    if count["alpha"] != 2:
        raise refuse("one alpha subunit: a receptor takes two")
    contacts = {(ring[k].family, ring[(k + 1) % SIZE].family) for k in range(SIZE)}
    if ("alpha", "alpha") in contacts or sum(a == "beta" and b == "alpha" for a, b in _pairs(ring)) != 2:
        raise refuse("the subunits are there but in an order that does not assemble: each beta+ must face an alpha-")


def _pairs(ring: tuple[Subunit, ...]) -> list[tuple[str, str]]:
    return [(ring[k].family, ring[(k + 1) % SIZE].family) for k in range(SIZE)]


def _from_first_beta(ring: tuple[Subunit, ...]) -> tuple[Subunit, ...]:
    """Turn the ring so that it reads beta-alpha-beta-alpha-X; the same receptor is then equal to itself."""
    turns = [ring[k:] + ring[:k] for k in range(SIZE)]
    wanted = ("beta", "alpha", "beta", "alpha")
    return next(turn for turn in turns if tuple(s.family for s in turn[: SIZE - 1]) == wanted)
