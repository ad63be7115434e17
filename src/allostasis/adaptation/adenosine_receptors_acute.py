"""Adenosine receptors in a long seizure: what ends a seizure wears out."""

import jax.numpy as jnp

from allostasis.model.acute_ports import ACTIVITY, EXIT_INTACT
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values


class AcuteAdenosineReceptors(AbstractRelaxation):
    """Function of A1 receptors and of what they act on, over naive, 1 - l: d l /dt = (loss A - l) / tau, with A the activity.

    Over hours of seizure, A1 receptors leave the surface and energy fails, so the exit that ends a seizure in its first hour is
    weaker in a late one. Without it an untreated human seizure would become easier to stop the longer it lasts.

    Parameters: ``loss`` [1], ``tau`` [h].
    """

    @property
    def name(self) -> str:
        return "adenosine_receptors"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("lost", "1", "function of A1 receptors lost, over naive", True),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (ACTIVITY,)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (EXIT_INTACT,)

    def rates(self, prepared: Values) -> dict:
        return {"lost": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"lost": prepared["loss"] * inputs["activity"] / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"lost": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"exit_intact": 1 - state["lost"]}

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        values = {"loss": 1.0, "tau": 8.0}  # structural: for the contract battery
        return Example(cls(), values, {"activity": 0.8 * one}, {"activity": 0 * one})  # structural: a seizure
