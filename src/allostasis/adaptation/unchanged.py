"""The null variant of every mechanism of adaptation: its ports stay where they are without drug."""

import equinox as eqx

from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values
from allostasis.model.subtypes import SUBTYPES


class Unchanged(AbstractAlgebraic):
    """A mechanism that does not answer to the drug: constant ports.

    Args:
        mechanism: name of the submodel that it stands in for.
        ports: the ports of that submodel.
        levels: value of each port without drug, in the order of ``ports``.
    """

    mechanism: str = eqx.field(static=True)
    ports: tuple[Port, ...] = eqx.field(static=True)
    levels: tuple[float, ...] = eqx.field(static=True)

    @property
    def name(self) -> str:
        return self.mechanism

    @property
    def inputs(self) -> tuple[Port, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return self.ports

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        pairs = zip(self.ports, self.levels, strict=True)
        return {port.name: (level,) * len(port.components) if port.components else level for port, level in pairs}

    @classmethod
    def example(cls) -> Example:
        port = Port("coupling", "1", "modulation that a bound benzodiazepine still exerts", SUBTYPES)
        return Example(cls("uncoupling", (port,), (1.0,)), {}, {}, {})
