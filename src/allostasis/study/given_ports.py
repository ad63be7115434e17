"""Ports whose values are parameters: what a study holds fixed while the rest of the chain moves."""

import equinox as eqx
import jax.numpy as jnp

from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values


class GivenPorts(AbstractAlgebraic):
    """Gives each port the parameter of the same name, one value per patient.

    Args:
        ports: what it gives.

    >>> GivenPorts((Port("level", "1", "some level"),)).readout(0.0, {}, {}, {"level": 2.0})
    {'level': 2.0}
    """

    ports: tuple[Port, ...] = eqx.field(static=True)

    @property
    def name(self) -> str:
        return "given"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return self.ports

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {port.name: prepared[port.name] for port in self.ports}

    @classmethod
    def example(cls) -> Example:
        return Example(cls((Port("level", "1", "some level"),)), {"level": jnp.ones(3)}, {}, {})
