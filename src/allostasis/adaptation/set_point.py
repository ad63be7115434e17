"""The allostatic set point: the balance that the brain has come to take for normal."""

import jax.numpy as jnp

from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values

OUTPUT = Port("set_point", "1", "imbalance that the brain takes for normal, in seizure thresholds")
SMOOTHING = 1e-3  # structural: width of a smooth corner
"""Width of the smooth corner of `hyperexcited`, in seizure thresholds."""


def hyperexcited(error):
    """Smooth positive part of the error signal: 0 at 0, the error itself far above, near 0 below."""
    return (error + jnp.sqrt(error * error + SMOOTHING * SMOOTHING) - SMOOTHING) / 2


class AllostaticSetPoint(AbstractRelaxation):
    """Set point z, which relaxes to the imbalance h over one to two months.

        d z /dt = (h - z) / tau,      error signal = h - z

    Under a drug z sinks below the naive balance; when the drug goes, the error exceeds the imbalance by what z has sunk, and it
    goes on after the imbalance has gone. A withdrawal that outlasts receptor recovery is this error.

    Parameters: ``tau`` [h].
    """

    @property
    def name(self) -> str:
        return "set_point"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("level", "1", "imbalance that is taken for normal"),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (Port("imbalance", "1", "excitation-inhibition imbalance, in seizure thresholds"),)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (OUTPUT,)

    def rates(self, prepared: Values) -> dict:
        return {"level": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"level": inputs["imbalance"] / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"level": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"set_point": state["level"]}

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        return Example(cls(), {"tau": 1000.0}, {"imbalance": 0.2 * one}, {"imbalance": 0 * one})  # structural: for the battery
