"""AMPA receptors under drugs: non-competitive antagonists, and barbiturates that hold the desensitised state."""

import equinox as eqx
import jax.numpy as jnp

from allostasis.drug_targets.occupancy import known, reciprocals, unbound_brain
from allostasis.model.acute_ports import ACTIVITY, AMPA_AVAILABLE
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values

SITE, DESENSITISED = "ampa_receptor", "ampa_desensitised"


class AmpaBlock(AbstractAlgebraic):
    """Antagonists at sites of their own, so what they leave multiplies.

        ampa_available = prod_i (1 - m_i C_i/(C_i + K_i)) prod_j (1 - A C_j/(C_j + K_j))

    i: antagonists of any current (m: share of the receptors that the drug can block at all; 1 for perampanel).
    j: drugs that promote desensitisation (barbiturates): they spare single synaptic currents and act on sustained ones, so they
    go with the seizure activity A. Without such a drug the port ``activity`` is not taken.

    Parameters: ``K.ampa_receptor.<drug>`` [nM], ``maximum.<drug>`` [1], ``K.ampa_desensitised.<drug>`` [nM].

    Args:
        ligands: components of the port ``unbound_brain``.
        antagonists: those that block any current.
        desensitising: those that act on sustained currents.
    """

    ligands: tuple[str, ...] = eqx.field(static=True)
    antagonists: tuple[str, ...] = eqx.field(static=True)
    desensitising: tuple[str, ...] = eqx.field(static=True)

    def __init__(self, ligands: tuple[str, ...], antagonists: tuple[str, ...], desensitising: tuple[str, ...] = ()):
        known(ligands, antagonists, desensitising)
        self.ligands, self.antagonists, self.desensitising = ligands, antagonists, desensitising

    @property
    def name(self) -> str:
        return "ampa_block"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (unbound_brain(self.ligands), *((ACTIVITY,) if self.desensitising else ()))

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (AMPA_AVAILABLE,)

    def prepare(self, parameters: Values) -> dict:
        return reciprocals(parameters)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        concentrations = dict(zip(self.ligands, inputs["unbound_brain"], strict=True))
        left = 1.0
        for name in self.antagonists:
            x = concentrations[name] * prepared[f"1/K.{SITE}.{name}"]
            left = left * (1 - prepared[f"maximum.{name}"] * x / (1 + x))
        for name in self.desensitising:
            x = concentrations[name] * prepared[f"1/K.{DESENSITISED}.{name}"]
            left = left * (1 - inputs["activity"] * x / (1 + x))
        return {"ampa_available": left}

    @classmethod
    def example(cls) -> Example:
        values = {
            "K.ampa_receptor.antagonist": 500.0, "maximum.antagonist": 0.9, "K.ampa_desensitised.barbiturate": 2e4,
        }  # structural: invented drugs for the contract battery  # fmt: skip
        one = jnp.ones(3)  # structural: three lanes
        model = cls(("antagonist", "barbiturate"), ("antagonist",), ("barbiturate",))
        inputs = {"unbound_brain": (80 * one, 1e4 * one), "activity": 0.6 * one}  # structural: some drug in a seizure
        return Example(model, values, inputs, inputs | {"unbound_brain": (0 * one, 0 * one)})
