"""Open-channel block of NMDA receptors: ketamine and what it forms."""

import equinox as eqx
import jax.numpy as jnp

from allostasis.drug_targets.occupancy import known, occupancy, reciprocals, unbound_brain
from allostasis.model.acute_ports import ACTIVITY, NMDA_AVAILABLE
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values

SITE = "nmda_channel"


class NmdaBlock(AbstractAlgebraic):
    """Trapping block of the open channel: blockers share the pore.

        nmda_available = 1 - x / (1 + x),        x = m^(r A) sum(C/K)

    K is that at physiological magnesium, which holds the pore too; m: how much more potent a blocker is without magnesium; r A:
    share of that which sustained depolarisation in a seizure of activity A brings about, on a log scale. So ketamine is a
    stronger drug in a long seizure than in a brain at rest.

    Parameters: ``K.nmda_channel.<blocker>`` [nM], ``magnesium`` m, ``relief`` r [1].

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
        return unbound_brain(self.ligands), ACTIVITY

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (NMDA_AVAILABLE,)

    def prepare(self, parameters: Values) -> dict:
        return reciprocals(parameters)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        concentrations = dict(zip(self.ligands, inputs["unbound_brain"], strict=True))
        gain = prepared["magnesium"] ** (prepared["relief"] * inputs["activity"])
        relieved = {name: gain * concentrations[name] for name in self.blockers}
        return {"nmda_available": 1 - occupancy(SITE, self.blockers, relieved, prepared)}

    @classmethod
    def example(cls) -> Example:
        values = {
            "K.nmda_channel.blocker": 5000.0, "K.nmda_channel.metabolite": 9000.0, "magnesium": 16.0, "relief": 0.5,
        }  # structural: invented drugs for the contract battery  # fmt: skip
        one = jnp.ones(3)  # structural: three lanes
        model = cls(("other", "blocker", "metabolite"), ("blocker", "metabolite"))
        given = (2 * one, 3000 * one, 500 * one)  # structural: some drug
        seizure = {"unbound_brain": given, "activity": 0.9 * one}  # structural: most of a seizure
        return Example(model, values, seizure, seizure | {"unbound_brain": (0 * one,) * len(given)})
