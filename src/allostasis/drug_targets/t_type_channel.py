"""T-type calcium channels of the thalamus under drugs: ethosuximide."""

import equinox as eqx
import jax.numpy as jnp

from allostasis.drug_targets.occupancy import known, occupancy, reciprocals, unbound_brain
from allostasis.model.acute_ports import T_TYPE_AVAILABLE
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values

SITE = "t_type_channel"


class TTypeBlock(AbstractAlgebraic):
    """Partial block.

        t_type_available = 1 - maximum X/(1 + X),   X = sum C/K

    Parameters: ``maximum`` [1], ``K.t_type_channel.<drug>`` [nM].

    Args:
        ligands: components of the port ``unbound_brain``.
        blockers: those that block.
    """

    ligands: tuple[str, ...] = eqx.field(static=True)
    blockers: tuple[str, ...] = eqx.field(static=True)

    def __init__(self, ligands: tuple[str, ...], blockers: tuple[str, ...]):
        known(ligands, blockers)
        self.ligands, self.blockers = ligands, blockers

    @property
    def name(self) -> str:
        return "t_type_block"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (unbound_brain(self.ligands),)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (T_TYPE_AVAILABLE,)

    def prepare(self, parameters: Values) -> dict:
        return reciprocals(parameters)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        concentrations = dict(zip(self.ligands, inputs["unbound_brain"], strict=True))
        return {"t_type_available": 1 - prepared["maximum"] * occupancy(SITE, self.blockers, concentrations, prepared)}

    @classmethod
    def example(cls) -> Example:
        values = {"maximum": 0.5, "K.t_type_channel.blocker": 3.5e5}  # structural: an invented drug
        one = jnp.ones(3)  # structural: three lanes
        given = (5e5 * one,)  # structural: some drug
        return Example(cls(("blocker",), ("blocker",)), values, {"unbound_brain": given}, {"unbound_brain": (0 * one,)})
