"""Glutamate release under drugs: ligands of SV2A, and agonists of the presynaptic adenosine A1 receptor."""

import equinox as eqx
import jax.numpy as jnp

from allostasis.drug_targets.occupancy import known, occupancy, reciprocals, unbound_brain
from allostasis.model.acute_ports import ACTIVITY, RELEASE
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values

SV2A, A1 = "sv2a", "adenosine_a1"


class ReleaseBlock(AbstractAlgebraic):
    """Less release: SV2A ligands in sustained firing, A1 agonists at any rate.

        release = [1 - a A X/(1 + X)] [1 - m Y/(1 + Y)],   X = sum C/K at SV2A,   Y = sum C/K at A1

    A is the seizure activity: ligands of SV2A spare single releases. Both sites are shared by their ligands (competition).

    Parameters: ``sv2a_effect`` a, ``a1_maximum`` m [1], ``K.sv2a.<drug>``, ``K.adenosine_a1.<drug>`` [nM]; those of a site
    without ligands are not needed.

    Args:
        ligands: components of the port ``unbound_brain``.
        sv2a: ligands of SV2A.
        a1: agonists of the A1 receptor.
    """

    ligands: tuple[str, ...] = eqx.field(static=True)
    sv2a: tuple[str, ...] = eqx.field(static=True)
    a1: tuple[str, ...] = eqx.field(static=True)

    def __init__(self, ligands: tuple[str, ...], sv2a: tuple[str, ...], a1: tuple[str, ...] = ()):
        known(ligands, sv2a, a1)
        self.ligands, self.sv2a, self.a1 = ligands, sv2a, a1

    @property
    def name(self) -> str:
        return "release_block"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (unbound_brain(self.ligands), *((ACTIVITY,) if self.sv2a else ()))

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (RELEASE,)

    def prepare(self, parameters: Values) -> dict:
        return reciprocals(parameters)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        concentrations = dict(zip(self.ligands, inputs["unbound_brain"], strict=True))
        left = 1.0
        if self.sv2a:
            taken = occupancy(SV2A, self.sv2a, concentrations, prepared)
            left = left * (1 - prepared["sv2a_effect"] * inputs["activity"] * taken)
        if self.a1:
            left = left * (1 - prepared["a1_maximum"] * occupancy(A1, self.a1, concentrations, prepared))
        return {"release": left}

    @classmethod
    def example(cls) -> Example:
        values = {
            "sv2a_effect": 0.3, "a1_maximum": 0.7, "K.sv2a.one": 6e4, "K.sv2a.two": 2e3, "K.adenosine_a1.agonist": 10.0,
        }  # structural: invented drugs for the contract battery  # fmt: skip
        one = jnp.ones(3)  # structural: three lanes
        model = cls(("one", "two", "agonist"), ("one", "two"), ("agonist",))
        given = (5e4 * one, 1e3 * one, 5 * one)  # structural: some drug
        inputs = {"unbound_brain": given, "activity": 0.7 * one}  # structural: in a seizure
        return Example(model, values, inputs, inputs | {"unbound_brain": (0 * one,) * len(given)})
