"""Glutamine synthetase of astrocytes, and the GABA that neurones make of its glutamine."""

from allostasis.adaptation.glia import ports
from allostasis.adaptation.glia.example import lanes
from allostasis.model.acute_ports import GABA_SUPPLY, IL_1_BETA, TNF
from allostasis.model.contract import AbstractRelaxation, Example, State, Values

STRESSES = ("oxidative", "nitrosative", "amyloid")
"""Lasting stresses, 0 to 1, that lower the enzyme."""


class GlutamineSynthetase(AbstractRelaxation):
    """Amount g of the enzyme, its activity G and the supply of GABA.

        d g /dt     = (1 / (1 + sum_s k_s s + k_A1 a + k_IL1 L + k_TNF T) - g) / tau
        G           = (1 - inhibition) g                                   methionine sulphoximine: inhibition up to 1
        gaba_supply = 1 - share + share G

    s: oxidative stress (the lasting one and the reactive oxygen of astrocytes), nitrosative stress, amyloid; a: A1 share of
    astrocytes; L: interleukin 1 beta, T: tumour necrosis factor alpha. A run starts at the steady state of the lasting
    stresses. ``share`` is the part of neuronal GABA that needs astrocytic glutamine; the rest comes by other ways. Loss of
    neurones and TGF-beta, which lower the enzyme too, are left out.

    Parameters: ``tau`` [h], ``loss.<stress>``, ``loss.a1``, ``loss.il_1_beta``, ``loss.tnf_alpha`` (the k), ``share``,
    ``inhibition``, ``oxidative``, ``nitrosative``, ``amyloid`` [1].
    """

    @property
    def name(self) -> str:
        return "glutamine_synthetase"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("enzyme", "1", "glutamine synthetase over naive", True),)

    @property
    def inputs(self) -> tuple:
        return (IL_1_BETA, TNF, ports.REACTIVE_ASTROCYTES, ports.REACTIVE_OXYGEN)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple:
        return (ports.GLUTAMINE_SYNTHETASE, GABA_SUPPLY)

    def rates(self, prepared: Values) -> dict:
        return {"enzyme": 1 / prepared["tau"]}

    def _lasting(self, p: Values):
        return sum(p[f"loss.{stress}"] * p[stress] for stress in STRESSES)

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        load = self._lasting(prepared) + prepared["loss.oxidative"] * inputs["reactive_oxygen"]
        load = load + prepared["loss.a1"] * inputs["reactive_astrocytes"]
        for cytokine in ("il_1_beta", "tnf_alpha"):
            load = load + prepared[f"loss.{cytokine}"] * inputs[cytokine]
        return {"enzyme": 1 / (1 + load) / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"enzyme": 1 / (1 + self._lasting(prepared))}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        active = (1 - prepared["inhibition"]) * state["enzyme"]
        return {"glutamine_synthetase": active, "gaba_supply": 1 - prepared["share"] * (1 - active)}

    @classmethod
    def example(cls) -> Example:
        values = {
            "tau": 120.0, "loss.oxidative": 0.4, "loss.nitrosative": 0.4, "loss.amyloid": 0.4, "loss.a1": 0.4,
            "loss.il_1_beta": 0.1, "loss.tnf_alpha": 0.25, "share": 0.6, "inhibition": 0.0, "oxidative": 0.0, "nitrosative": 0.0,
            "amyloid": 0.0,
        }  # structural: for the contract battery  # fmt: skip
        given = {
            "il_1_beta": 0.7, "tnf_alpha": 0.7, "reactive_astrocytes": 0.3, "reactive_oxygen": 0.1,
        }  # structural: inflammation  # fmt: skip
        return Example(cls(), values, lanes(given), lanes({name: 0.0 for name in given}))
