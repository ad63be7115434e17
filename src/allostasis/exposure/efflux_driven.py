"""Efflux at the blood-brain barrier that follows glia: glutamate and interleukin 1 beta as ports, not as constants."""

import equinox as eqx
import jax.numpy as jnp

from allostasis.exposure.efflux import EffluxTransport
from allostasis.model.acute_ports import GLUTAMATE, IL_1_BETA
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values


class DrivenEffluxTransport(AbstractRelaxation):
    """The pump of `EffluxTransport`, raised by what glia release in a seizure.

        x = 1 - 1/glutamate (0 where glutamate is not above naive),     y = il_1_beta

    take the place of its constants ``glutamate`` and ``inflammation``, which are left as the state of the barrier at the start.
    Its ports and its other numbers are the same; under naive glia it moves as the plain pump with both constants at 0.

    Args:
        pump: the plain pump: which substances, which inhibitors.
    """

    pump: EffluxTransport = eqx.field(static=True)

    @property
    def name(self) -> str:
        return self.pump.name

    @property
    def states(self) -> tuple[State, ...]:
        return self.pump.states

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (*self.pump.inputs, GLUTAMATE, IL_1_BETA)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return self.pump.outputs

    def rates(self, prepared: Values) -> dict:
        return self.pump.rates(prepared)

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        excess = jnp.maximum(1 - 1 / inputs["glutamate"], 0)
        raised = {**prepared, "glutamate": excess, "inflammation": inputs["il_1_beta"]}
        return self.pump.drive(time, state, inputs, raised)

    def initial(self, prepared: Values) -> dict:
        return self.pump.initial(prepared)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return self.pump.readout(time, state, inputs, prepared)

    @classmethod
    def example(cls) -> Example:
        plain, pump = EffluxTransport.example(), EffluxTransport(("drug",), ("drug", "blocker"), ("blocker",))
        naive = {"glutamate": jnp.ones(3), "il_1_beta": jnp.zeros(3)}  # structural: three lanes
        seizure = {"glutamate": 1.3 * jnp.ones(3), "il_1_beta": 0.7 * jnp.ones(3)}  # structural: a seizure
        return Example(
            cls(pump), plain.parameters, {**plain.inputs, **seizure}, {**plain.rest, **naive}
        )
