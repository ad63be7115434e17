"""KCC2 in a seizure: S940 is dephosphorylated and the transporter leaves the membrane within half an hour."""

import jax.numpy as jnp

from allostasis.model.acute_ports import CALCIUM, KCC2
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values


class AcuteKcc2(AbstractRelaxation):
    """Function of KCC2 over naive, 1 - l: d l /dt = (loss C - l) / tau, with C the calcium of the seizure.

    Parameters: ``loss`` [1], ``tau`` [h].
    """

    @property
    def name(self) -> str:
        return "kcc2"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("lost", "1", "KCC2 lost from the membrane, over naive", True),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (CALCIUM,)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (KCC2,)

    def rates(self, prepared: Values) -> dict:
        return {"lost": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"lost": prepared["loss"] * inputs["calcium"] / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"lost": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"kcc2": 1 - state["lost"]}

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        values = {"loss": 0.45, "tau": 0.5}  # structural: for the contract battery
        return Example(cls(), values, {"calcium": 0.8 * one}, {"calcium": 0 * one})  # structural: a seizure
