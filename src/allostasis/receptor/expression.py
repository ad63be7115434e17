"""Which receptors a brain region holds, and what a ligand does to the region as a whole. Every share is assumed."""

from collections.abc import Mapping

import jax.numpy as jnp
from jaxtyping import Array, Float

from allostasis.library import parameter_set, set_words
from allostasis.quantity import Parameter, UnknownNameError
from allostasis.receptor.curves import open_probability
from allostasis.receptor.equilibrium import Numeric


def regions() -> tuple[str, ...]:
    """Return the regions of the table.

    >>> regions()
    ('amygdala', 'cerebellum', 'cortex', 'hippocampus', 'reticular_nucleus', 'thalamic_relay')
    """
    return tuple(sorted(set_words("receptor_expression")))


def expression(region: str) -> dict[str, Parameter]:
    """Return the share of each receptor in a region (they sum to 1), with status; note what is known in words.

    Raises:
        UnknownNameError: no such region.

    >>> shares = expression("reticular_nucleus")
    >>> max(shares, key=lambda name: shares[name].value), shares["a3b3g2"].status
    ('a3b3g2', 'assumed')
    """
    if region not in regions():
        raise UnknownNameError("region", region, regions())
    head = f"{region}."
    table = parameter_set("receptor_expression")
    return {key.removeprefix(head): p for key, p in table.items() if key.startswith(head)}


def regional_modulation(
    region: str, gaba_uM: Numeric, ligands: Mapping[str, Numeric], coupling: Numeric = 1.0
) -> Float[Array, "..."]:
    """Open channels of a region with ligands over without: sum w Po(drug) / sum w Po(no drug), one GABA level for all.

    Equal conductance and one GABA level for synaptic and extrasynaptic receptors are assumed.

    >>> cortex, relay = (float(regional_modulation(r, 1.0, {"diazepam": 100})) for r in ("cortex", "thalamic_relay"))
    >>> cortex > relay > 1
    True
    """
    shares = {name: p.value for name, p in expression(region).items() if p.value}
    with_drug = sum(w * open_probability(name, gaba_uM, ligands, coupling) for name, w in shares.items())
    without = sum(w * open_probability(name, gaba_uM) for name, w in shares.items())
    return jnp.asarray(with_drug / without)
