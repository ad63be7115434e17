"""What astrocytes release onto synapses: D-serine and ATP."""

from allostasis.adaptation.glia import ports
from allostasis.adaptation.glia.example import lanes
from allostasis.model.acute_ports import ACTIVITY, D_SERINE
from allostasis.model.contract import AbstractRelaxation, Example, State, Values


class Gliotransmission(AbstractRelaxation):
    """D-serine d at NMDA receptors over naive, and extracellular ATP p above naive.

        s        = A + hyperactive c                                  calcium of astrocytes: by activity, and of the A1 state
        d d /dt = (1 + d_serine s - d) / tau_d_serine
        d p /dt = (s - p) / tau_atp

    ATP acts on microglia (interleukin 1 beta); its breakdown to adenosine is in the state of `SeizureAdenosine`.

    Parameters: ``tau_d_serine``, ``tau_atp`` [h], ``d_serine``, ``hyperactive`` [1].
    """

    @property
    def name(self) -> str:
        return "gliotransmission"

    @property
    def states(self) -> tuple[State, ...]:
        return (
            State("d_serine", "1", "D-serine over naive", True),
            State("atp", "1", "extracellular ATP above naive", True),
        )

    @property
    def inputs(self) -> tuple:
        return (ACTIVITY, ports.ASTROCYTE_CALCIUM)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple:
        return (D_SERINE, ports.ATP)

    def rates(self, prepared: Values) -> dict:
        return {"d_serine": 1 / prepared["tau_d_serine"], "atp": 1 / prepared["tau_atp"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        calcium = inputs["activity"] + prepared["hyperactive"] * inputs["astrocyte_calcium"]
        return {
            "d_serine": (1 + prepared["d_serine"] * calcium) / prepared["tau_d_serine"],
            "atp": calcium / prepared["tau_atp"],
        }

    def initial(self, prepared: Values) -> dict:
        return {"d_serine": 1.0, "atp": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"d_serine": state["d_serine"], "atp": state["atp"]}

    @classmethod
    def example(cls) -> Example:
        values = {
            "tau_d_serine": 1.0, "tau_atp": 0.1, "d_serine": 0.2, "hyperactive": 0.5,
        }  # structural: for the contract battery  # fmt: skip
        given = {"activity": 0.8, "astrocyte_calcium": 0.3}  # structural: a seizure
        return Example(cls(), values, lanes(given), lanes({name: 0.0 for name in given}))
