"""Brain GABA under drugs that make more of it: valproate, within hours."""

import equinox as eqx
import jax.numpy as jnp

from allostasis.drug_targets.occupancy import known, occupancy, reciprocals, unbound_brain
from allostasis.model.acute_ports import GABA_SYNTHESIS
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values

SITE = "gaba_synthesis"


class GabaSynthesis(AbstractRelaxation):
    """More GABA, slowly.

        tau dR/dt = rise X/(1 + X) - R,   X = sum C/K,   gaba_synthesis = 1 + R

    Parameters: ``rise`` [1], ``tau`` [h], ``K.gaba_synthesis.<drug>`` [nM].

    Args:
        ligands: components of the port ``unbound_brain``.
        raising: drugs that raise GABA.
    """

    ligands: tuple[str, ...] = eqx.field(static=True)
    raising: tuple[str, ...] = eqx.field(static=True)

    def __init__(self, ligands: tuple[str, ...], raising: tuple[str, ...]):
        known(ligands, raising)
        self.ligands, self.raising = ligands, raising

    @property
    def name(self) -> str:
        return "gaba_synthesis"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("raised", "1", "brain GABA above drug-free", True),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (unbound_brain(self.ligands),)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (GABA_SYNTHESIS,)

    def prepare(self, parameters: Values) -> dict:
        return reciprocals(parameters)

    def rates(self, prepared: Values) -> dict:
        return {"raised": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        concentrations = dict(zip(self.ligands, inputs["unbound_brain"], strict=True))
        taken = occupancy(SITE, self.raising, concentrations, prepared)
        return {"raised": prepared["rise"] * taken / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"raised": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"gaba_synthesis": 1 + state["raised"]}

    @classmethod
    def example(cls) -> Example:
        values = {"rise": 0.3, "tau": 2.0, "K.gaba_synthesis.raising": 3e4}  # structural: an invented drug
        one = jnp.ones(3)  # structural: three lanes
        model = cls(("raising", "other"), ("raising",))
        given = (3e4 * one, 5 * one)  # structural: some drug
        return Example(model, values, {"unbound_brain": given}, {"unbound_brain": (0 * one, 0 * one)})
