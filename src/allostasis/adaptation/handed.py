"""States of the chronic clock that stand still during a seizure: the acute clock takes them as numbers."""

from allostasis.adaptation import phosphatase, uncoupling
from allostasis.adaptation.subunit_switch import SYNTHESIS
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values
from allostasis.model.subtypes import SUBTYPES


class HandedOver(AbstractAlgebraic):
    """Coupling, phosphatase drive and synthesis of receptors, as the chronic clock left them: they take days to move.

    Parameters: ``coupling``, ``phosphatase_drive``, ``synthesis`` (tuples over subtypes) [1].
    """

    @property
    def name(self) -> str:
        return "handed_over"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (uncoupling.OUTPUT, phosphatase.OUTPUT, SYNTHESIS)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {port.name: tuple(prepared[port.name]) for port in self.outputs}

    @classmethod
    def example(cls) -> Example:
        levels = {"coupling": 1.0, "phosphatase_drive": 0.0, "synthesis": 1.0}
        return Example(cls(), {name: (level,) * len(SUBTYPES) for name, level in levels.items()}, {}, {})
