"""Occupancy of a site by ligands that compete for it, and the inputs that every drug target shares."""

from collections.abc import Iterable
from typing import Any

from allostasis.model.contract import Port, Values
from allostasis.quantity import UnknownNameError


def unbound_brain(ligands: tuple[str, ...]) -> Port:
    """The port that every drug target takes, with the ligands of the run as components.

    >>> unbound_brain(("ketamine",)).unit
    'nM'
    """
    return Port("unbound_brain", "nM", "unbound brain concentration", ligands)


def known(ligands: tuple[str, ...], *groups: Iterable[str]) -> None:
    """Refuse a drug at a target that has no concentration in the run.

    Raises:
        UnknownNameError: a name of ``groups`` that is none of ``ligands``.
    """
    for group in groups:
        for name in group:
            if name not in ligands:
                raise UnknownNameError("ligand of a drug target", name, ligands)


def occupancy(site: str, bound: tuple[str, ...], concentrations: Values, prepared: Values) -> Any:
    """Share of a site that is taken where all its ligands compete: sum(C/K) / (1 + sum(C/K)).

    It is not 1 minus the product of what each ligand alone would leave: two drugs at one site do less together than that.

    Args:
        site: prefix of the constants.
        bound: ligands of the site.
        concentrations: ligand -> unbound concentration [nM], arrays over lanes.
        prepared: reciprocals ``1/K.<site>.<ligand>`` [1/nM], as `reciprocals` makes them.

    >>> alone, both = {"a": 1.0, "b": 0.0}, {"a": 1.0, "b": 1.0}
    >>> numbers = reciprocals({"K.site.a": 1.0, "K.site.b": 1.0})
    >>> occupancy("site", ("a", "b"), alone, numbers), round(occupancy("site", ("a", "b"), both, numbers), 3)
    (0.5, 0.667)
    """
    total = sum(concentrations[name] * prepared[f"1/K.{site}.{name}"] for name in bound)
    return total / (1 + total)


def reciprocals(parameters: Values) -> dict:
    """The parameters with the reciprocal of every K beside it, once per run."""
    return dict(parameters) | {f"1/{key}": 1 / value for key, value in parameters.items() if key.startswith("K.")}
