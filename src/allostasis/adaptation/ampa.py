"""AMPA receptors: they rise under a drug that quietens the circuit, and once more when it is withdrawn."""

import jax.numpy as jnp

from allostasis.adaptation.set_point import OUTPUT as SET_POINT
from allostasis.adaptation.set_point import hyperexcited
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values

GAIN = Port("log_inhibition_gain", "1", "log gain of inhibition by drug, S")
IMBALANCE = Port("imbalance", "1", "excitation-inhibition imbalance, in seizure thresholds")
OUTPUT = Port("ampa", "1", "AMPA receptor strength over naive")


class AmpaStrength(AbstractRelaxation):
    """Strength 1 + a of AMPA synapses.

        d a /dt = (scaling S + insertion e - a) / tau,    e = smooth positive part of (h - z)

    Two entries. Homeostatic scaling: S is the log gain of inhibition that the drug holds up. Insertion of GluA1 in withdrawal,
    through calcium channels and CaMKII: e is the error signal, the imbalance h above the allostatic set point z.

    Parameters: ``scaling``, ``insertion`` [1], ``tau`` [h].
    """

    @property
    def name(self) -> str:
        return "ampa"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("gain", "1", "AMPA strength above naive"),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (GAIN, IMBALANCE, SET_POINT)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (OUTPUT,)

    def rates(self, prepared: Values) -> dict:
        return {"gain": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        error = hyperexcited(inputs["imbalance"] - inputs["set_point"])
        target = prepared["scaling"] * inputs["log_inhibition_gain"] + prepared["insertion"] * error
        return {"gain": target / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"gain": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"ampa": 1 + state["gain"]}

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        values = {"scaling": 0.5, "insertion": 0.05, "tau": 72.0}  # structural: for the contract battery
        drug = {"log_inhibition_gain": 0.1 * one, "imbalance": 0.2 * one, "set_point": -0.1 * one}  # structural: some drug
        return Example(cls(), values, drug, {name: 0 * one for name in drug})
