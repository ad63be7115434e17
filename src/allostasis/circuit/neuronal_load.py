"""What a seizure does to the membrane of a neurone: the load that chloride follows."""

import jax.numpy as jnp

from allostasis.model.acute_ports import ACTIVITY, INHIBITION
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values

CONDUCTANCE = Port("gaba_conductance", "1", "mean GABA-A conductance over naive")
POTENTIAL = Port("membrane_potential", "mV", "mean membrane potential")


class NeuronalLoad(AbstractAlgebraic):
    """Mean GABA-A conductance g = inhibition (1 + barrage A) and mean potential V = V_rest + depolarisation A.

    A seizure drives interneurones and depolarises principal cells, so chloride flows in through what is left of the receptors;
    a drug that opens them more adds to the load.

    Parameters: ``barrage`` [1], ``depolarisation`` [mV], ``membrane_potential`` at rest [mV].
    """

    @property
    def name(self) -> str:
        return "neuronal_load"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (ACTIVITY, INHIBITION)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (CONDUCTANCE, POTENTIAL)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        activity = inputs["activity"]
        return {
            "gaba_conductance": inputs["inhibition"] * (1 + prepared["barrage"] * activity),
            "membrane_potential": prepared["membrane_potential"] + prepared["depolarisation"] * activity,
        }

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        values = {"barrage": 3.0, "depolarisation": 20.0, "membrane_potential": -65.0}  # structural: for the battery
        return Example(
            cls(), values, {"activity": 0.9 * one, "inhibition": 0.6 * one}, {"activity": 0 * one, "inhibition": one}
        )  # structural: a seizure
