"""The receptor of a run in which nothing reaches it."""

import equinox as eqx
import jax.numpy as jnp

from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values
from allostasis.receptor.mwc import MWCReceptor


class ReceptorAtRest(AbstractAlgebraic):
    """Null variant of the receptor, for drugs of which only plasma is modelled: occupancy 0, every modulation 1.

    Args:
        moieties: components of the port ``plasma``, which tells the number of patients and nothing else.
    """

    moieties: tuple[str, ...] = eqx.field(static=True)

    @property
    def name(self) -> str:
        return "receptor"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (Port("plasma", "nM", "total plasma concentration", self.moieties),)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return MWCReceptor(()).outputs

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        one = jnp.ones_like(inputs["plasma"][0])
        level = {port.name: 0 * one if port.name == "occupancy" else one for port in self.outputs}
        return {p.name: (level[p.name],) * len(p.components) if p.components else level[p.name] for p in self.outputs}

    @classmethod
    def example(cls) -> Example:
        plasma = jnp.full(3, 5.0)  # structural: three lanes, some drug
        return Example(cls(("drug",)), {}, {"plasma": (plasma,)}, {"plasma": (0 * plasma,)})
