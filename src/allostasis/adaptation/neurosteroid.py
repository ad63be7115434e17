"""Level of endogenous neurosteroid in the brain: raised by ligands of the translocator protein, falling in withdrawal."""

import jax.numpy as jnp

from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values

_OUTPUT = Port("neurosteroid", "1", "endogenous neurosteroid over naive")


class NeurosteroidLevel(AbstractRelaxation):
    """Endogenous neurosteroid (allopregnanolone and its kin) n, over its naive level.

        d n /dt = (target - n) / tau
        target  = (1 + rise u) exp(-fall w)          w = log_adaptation - S: what adaptation has built up and no drug covers

    u, from 0 to 1: activation of the translocator protein (TSPO), whose ligands raise the synthesis of neurosteroids in glia.
    w is above zero in withdrawal and below it under an acute dose. Sign and time are supported in words; the sizes are assumed.

    Parameters: ``rise``, ``fall``, ``tspo_activation`` u [1], ``tau`` [h].
    """

    @property
    def name(self) -> str:
        return "neurosteroid"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("level", "1", "endogenous neurosteroid over naive", True),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (
            Port("log_inhibition_gain", "1", "log gain of inhibition by drug, S"),
            Port("log_adaptation", "1", "log excitation over inhibition from adaptation"),
        )

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (_OUTPUT,)

    def rates(self, prepared: Values) -> dict:
        return {"level": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        bare = inputs["log_adaptation"] - inputs["log_inhibition_gain"]
        synthesis = 1 + prepared["rise"] * prepared["tspo_activation"]
        return {"level": synthesis * jnp.exp(-prepared["fall"] * bare) / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"level": 1.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"neurosteroid": state["level"]}

    @classmethod
    def example(cls) -> Example:
        values = {"rise": 1.0, "fall": 2.0, "tspo_activation": 0.0, "tau": 24.0}  # structural: for the contract battery
        one = jnp.ones(3)  # structural: three lanes
        drug = {"log_inhibition_gain": 0.2 * one, "log_adaptation": 0.1 * one}  # structural: some gain
        return Example(cls(), values, drug, {"log_inhibition_gain": 0 * one, "log_adaptation": 0 * one})
