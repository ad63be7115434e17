"""Extrasynaptic delta receptors in a seizure: they hardly move, unlike synaptic ones."""

import jax.numpy as jnp

from allostasis.model.acute_ports import CALCIUM, DELTA_SURFACE
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values


class AcuteDeltaReceptors(AbstractRelaxation):
    """Surface delta receptors over naive, 1 - l: d l /dt = (loss C - l) / tau, with C the calcium of the seizure.

    Their turnover is slow, so an hour of status epilepticus leaves the tonic current alone while synapses lose half.

    Parameters: ``loss`` [1], ``tau`` [h].
    """

    @property
    def name(self) -> str:
        return "delta_receptors"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("lost", "1", "delta receptors lost from the surface, over naive", True),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (CALCIUM,)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (DELTA_SURFACE,)

    def rates(self, prepared: Values) -> dict:
        return {"lost": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"lost": prepared["loss"] * inputs["calcium"] / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"lost": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"delta_surface": 1 - state["lost"]}

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        values = {"loss": 0.1, "tau": 4.0}  # structural: for the contract battery
        return Example(cls(), values, {"calcium": 0.8 * one}, {"calcium": 0 * one})  # structural: a seizure
