"""What a seizure takes away within hours: KCC2, delta receptors, and the receptors through which adenosine ends it.

        d l /dt = (loss drive - l) / tau,       port = 1 - l

KCC2: S940 is dephosphorylated and the transporter leaves the membrane within half an hour; driven by calcium. Delta receptors:
their turnover is slow, so an hour of status epilepticus leaves the tonic current alone while synapses lose half; driven by
calcium. A1 receptors and what they act on: over hours they leave the surface and energy fails, so the exit that ends a seizure in
its first hour is weaker in a late one; driven by activity. Without that, a human seizure would be easier to stop the longer it
lasts.
"""

import equinox as eqx
import jax.numpy as jnp

from allostasis.model.acute_ports import ACTIVITY, CALCIUM, DELTA_SURFACE, EXIT_INTACT, KCC2
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values


class AcuteLoss(AbstractRelaxation):
    """One thing that a seizure takes away (module docstring), over naive.

    Parameters: ``loss`` [1], ``tau`` [h].

    Args:
        what: name of the submodel.
        port: what is left, 1 in the naive brain.
        cause: the port that drives the loss, 0 to 1.
    """

    what: str = eqx.field(static=True)
    port: Port = eqx.field(static=True)
    cause: Port = eqx.field(static=True)

    @property
    def name(self) -> str:
        return self.what

    @property
    def states(self) -> tuple[State, ...]:
        return (State("lost", "1", f"lost to seizures: {self.port.meaning}", True),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (self.cause,)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (self.port,)

    def rates(self, prepared: Values) -> dict:
        return {"lost": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"lost": prepared["loss"] * inputs[self.cause.name] / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"lost": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {self.port.name: 1 - state["lost"]}

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        values = {"loss": 0.45, "tau": 0.5}  # structural: for the contract battery
        seizure, rest = {"calcium": 0.8 * one}, {"calcium": 0 * one}  # structural: a seizure
        return Example(cls("kcc2", KCC2, CALCIUM), values, seizure, rest)


def losses() -> tuple[AcuteLoss, ...]:
    """KCC2, delta receptors and adenosine receptors.

    >>> [loss.name for loss in losses()]
    ['kcc2', 'delta_receptors', 'adenosine_receptors']
    """
    return (
        AcuteLoss("kcc2", KCC2, CALCIUM),
        AcuteLoss("delta_receptors", DELTA_SURFACE, CALCIUM),
        AcuteLoss("adenosine_receptors", EXIT_INTACT, ACTIVITY),
    )
