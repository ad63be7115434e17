"""What a drug at a level does to excitation and inhibition in a seizure, target by target, in log units."""

import math

import jax.numpy as jnp

from allostasis.clinic.absence_drugs import canonical_drug, drug_levers
from allostasis.model.contract import AbstractAlgebraic
from allostasis.quantity import NotModelledError
from allostasis.simulation.book import Book
from allostasis.simulation.drug_target_numbers import TARGETS, drug_targets

PORTS = {
    "nav_available": "sodium", "release": "release", "ampa_available": "ampa", "nmda_available": "nmda",
    "t_type_available": "t_type",
}  # fmt: skip
"""Port of a drug target, and the effect it is here."""


def log_effects(drug: str, level: float | int) -> dict[str, float]:
    """Return the log gain of inhibition, and minus the log of what is left of each target, in full seizure activity.

    GABA that is made over hours is left out: the tests last an hour.

    Args:
        drug: any known spelling.
        level: unbound in brain [nM].

    Raises:
        UnknownNameError: no such drug.
        NotModelledError: a drug without numbers at any target.

    >>> effects = log_effects("diazepam", 100.0)
    >>> effects["inhibition"] > 0.4, effects["sodium"]
    (True, 0.0)
    """
    name, level = canonical_drug(drug), float(level)
    found = dict.fromkeys(("inhibition", *PORTS.values()), 0.0)
    known = False
    try:
        levers = drug_levers(name, level).levers
        found["inhibition"], known = math.log(levers.cortical), levers.cortical != 1
    except NotModelledError:
        pass
    book, inputs = Book(), {"unbound_brain": (jnp.array(level),), "activity": jnp.array(1.0)}
    for target, submodel in zip(TARGETS, drug_targets(book, (name,)), strict=True):
        if isinstance(submodel, TARGETS[target].kind) and isinstance(submodel, AbstractAlgebraic):
            inputs = {port.name: inputs.get(port.name, jnp.array(1.0)) for port in submodel.inputs} | inputs
            ports = submodel.readout(0.0, {}, inputs, submodel.prepare(book.values[target]))
            for port, value in ports.items():
                found[PORTS[port]], known = -math.log(float(value)), True
    if not known:
        raise NotModelledError(
            f"{name} has no number at any target of these tests", value=drug,
            expected="a ligand of the GABA-A receptor or a drug of the set drug_targets",
        )  # fmt: skip
    return found
