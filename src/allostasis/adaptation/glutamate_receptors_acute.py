"""Glutamate receptors in a seizure: NMDA and calcium-permeable AMPA receptors go to the surface within half an hour.

        d n /dt = (insertion C - n) / tau,       strength = 1 + n

C: calcium of the seizure (through NMDA receptors for the most part, so an NMDA blocker stops both). On the acute clock they take
the place of `AmpaStrength` and `NmdaStrength`, whose slow states a hand-off carries in ``handed``.
"""

import equinox as eqx
import jax.numpy as jnp

from allostasis.model.acute_ports import AMPA, CALCIUM, NMDA
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values


class AcuteGlutamateReceptor(AbstractRelaxation):
    """Strength of NMDA or AMPA synapses: ``handed`` + n, with n inserted by calcium (module docstring).

    Parameters: ``insertion`` [1], ``tau`` [h], ``handed`` [1]: strength that the chronic clock hands over, 1 in the naive brain.

    Args:
        port: `acute_ports.NMDA` or `acute_ports.AMPA`; its name is that of the submodel.
    """

    port: Port = eqx.field(static=True)

    @property
    def name(self) -> str:
        return self.port.name

    @property
    def states(self) -> tuple[State, ...]:
        return (State("inserted", "1", f"{self.name.upper()} receptors inserted by seizures, over naive", True),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (CALCIUM,)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (self.port,)

    def rates(self, prepared: Values) -> dict:
        return {"inserted": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"inserted": prepared["insertion"] * inputs["calcium"] / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"inserted": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {self.name: prepared["handed"] + state["inserted"]}

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        values = {"insertion": 0.45, "tau": 0.5, "handed": 1.0}  # structural: for the contract battery
        return Example(cls(NMDA), values, {"calcium": 0.8 * one}, {"calcium": 0 * one})  # structural: a seizure


def glutamate_receptors() -> tuple[AcuteGlutamateReceptor, AcuteGlutamateReceptor]:
    """The NMDA and the AMPA submodel."""
    return AcuteGlutamateReceptor(NMDA), AcuteGlutamateReceptor(AMPA)
