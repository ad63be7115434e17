"""NMDA receptors: a slow rise under the drug, and an early fall of GluN2B in withdrawal that acts as a brake."""

import jax.numpy as jnp

from allostasis.adaptation.ampa import GAIN, IMBALANCE
from allostasis.adaptation.set_point import OUTPUT as SET_POINT
from allostasis.adaptation.set_point import hyperexcited
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values

OUTPUT = Port("nmda", "1", "NMDA receptor strength over naive")


class NmdaStrength(AbstractRelaxation):
    """Strength 1 + n - b of NMDA synapses.

        d n /dt = (scaling S - n) / tau,            tau = tau_up while n rises, tau_down while it falls
        d b /dt = (loss e - b) / tau_brake,        e = smooth positive part of (h - z)

    n: up-regulation during use, which the seed and most reports name. b: GluN2B leaves the synapse on the second day of
    withdrawal while AMPA rises. Both are kept although they point in opposite directions.

    Parameters: ``scaling``, ``loss`` [1], ``tau_up``, ``tau_down``, ``tau_brake`` [h].
    """

    @property
    def name(self) -> str:
        return "nmda"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("slow", "1", "NMDA strength above naive"), State("brake", "1", "loss of GluN2B in withdrawal"))

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
        return {"slow": 1 / prepared["tau_down"], "brake": 1 / prepared["tau_brake"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        target = prepared["scaling"] * inputs["log_inhibition_gain"]
        falling, rising = 1 / prepared["tau_down"], 1 / prepared["tau_up"]
        error = hyperexcited(inputs["imbalance"] - inputs["set_point"])
        return {
            "slow": falling * target + (rising - falling) * jnp.maximum(target - state["slow"], 0),
            "brake": prepared["loss"] * error / prepared["tau_brake"],
        }

    def initial(self, prepared: Values) -> dict:
        return {"slow": 0.0, "brake": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"nmda": 1 + state["slow"] - state["brake"]}

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        values = {
            "scaling": 0.9, "loss": 0.05, "tau_up": 300.0, "tau_down": 1000.0, "tau_brake": 24.0,
        }  # structural: for the contract battery  # fmt: skip
        drug = {"log_inhibition_gain": 0.1 * one, "imbalance": 0.2 * one, "set_point": -0.1 * one}  # structural: some drug
        return Example(cls(), values, drug, {name: 0 * one for name in drug})
