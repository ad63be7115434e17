"""Calcium that enters neurones in a seizure: the signal behind receptor trafficking."""

import jax.numpy as jnp

from allostasis.model.acute_ports import ACTIVITY, CALCIUM, NMDA_AVAILABLE
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values


class SeizureCalcium(AbstractAlgebraic):
    """Calcium = q A (1 - d + d nmda_available).

    A: seizure activity; q: how hard it drives the neurones, of the strongest; d: share that enters through NMDA receptors. So an
    NMDA blocker stops most of the loss of GABA-A receptors, the insertion of glutamate receptors and the loss of KCC2, although
    the seizure goes on (calcineurin and the loss of alpha2 receptors depend on NMDA receptors; MK-801 blocks the insertion of
    GluA1).

    Parameters: ``nmda_dependence`` d, ``intensity`` q [1].
    """

    @property
    def name(self) -> str:
        return "calcium"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (ACTIVITY, NMDA_AVAILABLE)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (CALCIUM,)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        dependence = prepared["nmda_dependence"]
        return {"calcium": prepared["intensity"] * inputs["activity"] * (1 - dependence * (1 - inputs["nmda_available"]))}

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        rest = {"activity": 0 * one, "nmda_available": one}
        seizure = {"activity": 0.9 * one, "nmda_available": 0.5 * one}  # structural: a seizure under ketamine
        return Example(cls(), {"nmda_dependence": 0.7, "intensity": 0.8}, seizure, rest)  # structural: for the contract battery
