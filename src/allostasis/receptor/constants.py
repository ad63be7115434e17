"""GABA constants of a receptor from the library."""

from functools import cache

from allostasis.library import parameter_set
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import NotModelledError, Parameter
from allostasis.receptor.assembly import Pentamer
from allostasis.receptor.equilibrium import Equilibrium

_SHARED = {f"{alpha}b3g2": alpha for alpha in SUBTYPES}
RECEPTORS = ("a1b3g2", "a2b3g2", "a3b3g2", "a5b3g2", "a4b3g2", "a6b3g2", "a1b3d", "a4b2d", "a6b3d", "a1b2g2")
"""Receptors with constants of GABA; the first nine in the order of the ports of the chain."""
_NEAREST = {"a2b2g2": "a2b3g2", "a3b2g2": "a3b3g2", "a5b2g2": "a5b3g2"}


def gaba_parameters(name: str) -> dict[str, Parameter]:
    """Return L, K_GABA [uM] and c_GABA of a receptor with source and status.

    alpha1, 2, 3 and 5 with beta3 and gamma2 are read from the set `receptor`, the one the chain uses.

    Raises:
        NotModelledError: a receptor that can assemble but has no constants.

    >>> gaba_parameters("a4b2d")["L"].value
    9.0
    """
    plain = plain_name(name)
    if plain not in RECEPTORS:
        near = _NEAREST.get(plain)
        raise NotModelledError(
            "a receptor without constants of GABA",
            value=name,
            expected="one of: " + ", ".join(RECEPTORS),
            fix=f"take {near!r}, the nearest" if near else None,
        )
    key = _SHARED.get(plain, plain)
    numbers = parameter_set("receptor" if plain in _SHARED else "receptor_equilibrium")
    return {kind: numbers[f"{kind}.{key}"] for kind in ("L", "K_GABA", "c_GABA")}


def plain_name(name: str) -> str:
    """Name without the mutation of the histidine, which leaves the constants of GABA alone (assumed)."""
    head, bracket, tail = name.partition("(")
    return head + tail.partition(")")[2] if bracket else name


def base_equilibrium(pentamer: Pentamer) -> Equilibrium:
    """Build the equilibrium of a receptor without other ligands."""
    return _base(pentamer.name)


@cache
def _base(name: str) -> Equilibrium:
    p = gaba_parameters(name)
    return Equilibrium(name, 2, L=p["L"].value, K_GABA=p["K_GABA"].value, c_GABA=p["c_GABA"].value)
