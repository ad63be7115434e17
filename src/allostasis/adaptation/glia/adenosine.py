"""Adenosine: what a seizure builds up and what ends it."""

from allostasis.adaptation.glia.example import lanes
from allostasis.model.acute_ports import ACTIVITY, ADENOSINE
from allostasis.model.contract import AbstractRelaxation, Example, State, Values


class SeizureAdenosine(AbstractRelaxation):
    """The exit of a seizure: adenosine (and acidosis) a, 0 to 1.

        d a /dt = A (yield - a) / tau - (1 - A) a / clearance

    ``yield`` 1 is intact, 0 the null; a lowered adenosine kinase (ketogenic diet) is a yield above 1. The circuit takes a times
    its own ``exit`` off the seizure's input, so a short seizure ends by itself and an established one does not. What is built up
    within ``tau`` of seizure goes within ``clearance`` after it: the longer that takes, the longer a brain is refractory.

    Parameters: ``tau``, ``clearance`` [h], ``yield`` [1].
    """

    @property
    def name(self) -> str:
        return "adenosine"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("level", "1", "adenosine and acidosis that a seizure builds up", True),)

    @property
    def inputs(self) -> tuple:
        return (ACTIVITY,)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple:
        return (ADENOSINE,)

    def rates(self, prepared: Values) -> dict:
        return {"level": 1 / prepared["clearance"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        faster = 1 / prepared["tau"] - 1 / prepared["clearance"]
        return {"level": inputs["activity"] * (prepared["yield"] / prepared["tau"] - state["level"] * faster)}

    def initial(self, prepared: Values) -> dict:
        return {"level": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"adenosine": state["level"]}

    @classmethod
    def example(cls) -> Example:
        values = {"tau": 0.4, "clearance": 2.0, "yield": 1.0}  # structural: for the contract battery
        return Example(cls(), values, lanes({"activity": 0.8}), lanes({"activity": 0.0}))  # structural: a seizure
