"""Loss of neurones: excitotoxicity, tumour necrosis factor alpha and reactive oxygen."""

from allostasis.adaptation.glia import ports
from allostasis.adaptation.glia.example import lanes
from allostasis.model import acute_ports as acute
from allostasis.model.contract import AbstractRelaxation, Example, State, Values


class CellLoss(AbstractRelaxation):
    """Share n of neurones lost; calcium overload o comes first.

        x       = A glutamate d_serine nmda il_1_nmda nmda_available                 calcium that enters, over full naive activity
        d o /dt = (x - o) / tau_overload
        d n /dt = [kill (o (1 + sensitise (L + r)))^2 + apoptosis (L + r)^2] (1 - n) - n / tau_replacement

    L: tumour necrosis factor alpha, r: reactive oxygen. They make calcium overload deadlier, and kill a few neurones by
    themselves. The squares say that little is borne and much kills: half the load kills a quarter as fast. Without the second
    one the smallest lesion would grow for good, because lost neurones keep microglia active (`Microglia`). An NMDA blocker
    protects although the seizure goes on. ``tau_replacement`` is years: neurones do not come back, and adult neurogenesis is not
    simulated. On the chronic clock a mean activity understates the loss, because of the square.

    Parameters: ``tau_overload``, ``tau_replacement`` [h], ``kill``, ``apoptosis`` [1/h], ``sensitise`` [1].
    """

    @property
    def name(self) -> str:
        return "cell_loss"

    @property
    def states(self) -> tuple[State, ...]:
        return (
            State("overload", "1", "calcium overload of neurones", True),
            State("lost", "1", "share of neurones lost", True),
        )

    @property
    def inputs(self) -> tuple:
        return (
            acute.ACTIVITY, acute.GLUTAMATE, acute.D_SERINE, acute.NMDA, acute.IL_1_NMDA, acute.NMDA_AVAILABLE, acute.TNF,
            ports.REACTIVE_OXYGEN,
        )  # fmt: skip

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple:
        return (ports.CELL_LOSS,)

    def rates(self, prepared: Values) -> dict:
        return {"overload": 1 / prepared["tau_overload"], "lost": 1 / prepared["tau_replacement"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        entering = inputs["activity"] * inputs["glutamate"] * inputs["d_serine"]
        entering = entering * inputs["nmda"] * inputs["il_1_nmda"] * inputs["nmda_available"]
        inflamed = inputs["tnf_alpha"] + inputs["reactive_oxygen"]
        harm = state["overload"] * (1 + prepared["sensitise"] * inflamed)
        return {
            "overload": entering / prepared["tau_overload"],
            "lost": (prepared["kill"] * harm**2 + prepared["apoptosis"] * inflamed**2) * (1 - state["lost"]),
        }

    def initial(self, prepared: Values) -> dict:
        return {"overload": 0.0, "lost": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"cell_loss": state["lost"]}

    @classmethod
    def example(cls) -> Example:
        values = {
            "tau_overload": 1.0, "tau_replacement": 9e4, "kill": 0.02, "apoptosis": 1e-5, "sensitise": 0.3,
        }  # structural: for the contract battery  # fmt: skip
        rest = {
            "activity": 0.0, "glutamate": 1.0, "d_serine": 1.0, "nmda": 1.0, "il_1_nmda": 1.0, "nmda_available": 1.0,
            "tnf_alpha": 0.0, "reactive_oxygen": 0.0,
        }  # fmt: skip
        given = rest | {"activity": 0.8, "glutamate": 1.3, "nmda": 1.4, "tnf_alpha": 0.7}  # structural: a seizure
        return Example(cls(), values, lanes(given), lanes(rest))
