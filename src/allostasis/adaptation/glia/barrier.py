"""The blood-brain barrier: its leak in a seizure, and the TGF-beta signal that blood in the brain sets off."""

from allostasis.adaptation.glia import ports
from allostasis.adaptation.glia.example import lanes
from allostasis.model.acute_ports import ACTIVITY
from allostasis.model.contract import AbstractRelaxation, Example, State, Values


class BloodBrainBarrier(AbstractRelaxation):
    """Leak b of the barrier and TGF-beta signalling t of astrocytes.

        d b /dt = ((A + digestion m) / (1 + digestion m) - b) / tau_leak    m: matrix metalloproteinases
        d t /dt = (b - t) / tau_tgf_beta                    albumin in the brain acts on the TGF-beta receptor

    A readout of damage and the way to TGF-beta: that drugs enter through a leak is not simulated.

    Parameters: ``tau_leak``, ``tau_tgf_beta`` [h], ``digestion`` [1].
    """

    @property
    def name(self) -> str:
        return "barrier"

    @property
    def states(self) -> tuple[State, ...]:
        return (
            State("leak", "1", "leak of the blood-brain barrier", True),
            State("tgf_beta", "1", "TGF-beta signalling in astrocytes", True),
        )

    @property
    def inputs(self) -> tuple:
        return (ACTIVITY, ports.METALLOPROTEINASE)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple:
        return (ports.BARRIER_LEAK, ports.TGF_BETA)

    def rates(self, prepared: Values) -> dict:
        return {"leak": 1 / prepared["tau_leak"], "tgf_beta": 1 / prepared["tau_tgf_beta"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        digested = prepared["digestion"] * inputs["metalloproteinase"]
        opened = (inputs["activity"] + digested) / (1 + digested)
        return {"leak": opened / prepared["tau_leak"], "tgf_beta": state["leak"] / prepared["tau_tgf_beta"]}

    def initial(self, prepared: Values) -> dict:
        return {"leak": 0.0, "tgf_beta": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"barrier_leak": state["leak"], "tgf_beta": state["tgf_beta"]}

    @classmethod
    def example(cls) -> Example:
        values = {"tau_leak": 3.0, "tau_tgf_beta": 12.0, "digestion": 0.3}  # structural: for the contract battery
        given = {"activity": 0.8, "metalloproteinase": 0.3}  # structural: a seizure
        return Example(cls(), values, lanes(given), lanes({name: 0.0 for name in given}))
