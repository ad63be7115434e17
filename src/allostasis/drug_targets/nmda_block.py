"""Open-channel block of NMDA receptors: ketamine and what it forms."""

import equinox as eqx
import jax.numpy as jnp

from allostasis.drug_targets.occupancy import known, occupancy, reciprocals, unbound_brain
from allostasis.model.acute_ports import NMDA_AVAILABLE
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values

SITE = "nmda_channel"


class NmdaBlock(AbstractAlgebraic):
    """Trapping block of the open channel: blockers share the pore.

        nmda_available = 1 - sum(C/K) / (1 + sum(C/K))

    K is that at physiological magnesium, which costs ketamine a factor of 2 to 17. Sustained depolarisation takes magnesium out
    of the pore, so the block in a long seizure may be deeper than this: a conflict that the library keeps as rows.

    Parameters: ``K.nmda_channel.<blocker>`` [nM].

    Args:
        ligands: components of the port ``unbound_brain``.
        blockers: those that block.

    >>> NmdaBlock(("ketamine",), ("ketamine",)).outputs[0].name
    'nmda_available'
    """

    ligands: tuple[str, ...] = eqx.field(static=True)
    blockers: tuple[str, ...] = eqx.field(static=True)

    def __init__(self, ligands: tuple[str, ...], blockers: tuple[str, ...]):
        known(ligands, blockers)
        self.ligands, self.blockers = ligands, blockers

    @property
    def name(self) -> str:
        return "nmda_block"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (unbound_brain(self.ligands),)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (NMDA_AVAILABLE,)

    def prepare(self, parameters: Values) -> dict:
        return reciprocals(parameters)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        concentrations = dict(zip(self.ligands, inputs["unbound_brain"], strict=True))
        return {"nmda_available": 1 - occupancy(SITE, self.blockers, concentrations, prepared)}

    @classmethod
    def example(cls) -> Example:
        values = {"K.nmda_channel.blocker": 5000.0, "K.nmda_channel.metabolite": 9000.0}  # structural: invented drugs
        one = jnp.ones(3)  # structural: three lanes
        model = cls(("other", "blocker", "metabolite"), ("blocker", "metabolite"))
        given = (2 * one, 3000 * one, 500 * one)  # structural: some drug
        return Example(model, values, {"unbound_brain": given}, {"unbound_brain": (0 * one,) * len(given)})
