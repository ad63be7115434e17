"""The extracellular matrix: metalloproteinases under interleukin 1 beta and TGF-beta, and the remodelling that they do."""

import jax.numpy as jnp

from allostasis.adaptation.glia import ports
from allostasis.adaptation.glia.example import lanes
from allostasis.model.acute_ports import IL_1_BETA
from allostasis.model.contract import AbstractRelaxation, Example, State, Values


class ExtracellularMatrix(AbstractRelaxation):
    """Activity m of matrix metalloproteinases and remodelling r of the matrix.

        d m /dt = (share L + (1 - share) t - m) / tau_protease           L: interleukin 1 beta, t: TGF-beta
        d r /dt = (m - r) / tau,        tau = tau_up while r rises, tau_down while it falls

    Parameters: ``share`` [1], ``tau_protease``, ``tau_up``, ``tau_down`` [h].
    """

    @property
    def name(self) -> str:
        return "matrix"

    @property
    def states(self) -> tuple[State, ...]:
        return (
            State("protease", "1", "activity of matrix metalloproteinases", True),
            State("remodelled", "1", "remodelling of the extracellular matrix", True),
        )

    @property
    def inputs(self) -> tuple:
        return (IL_1_BETA, ports.TGF_BETA)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple:
        return (ports.METALLOPROTEINASE, ports.MATRIX_REMODELLING)

    def rates(self, prepared: Values) -> dict:
        return {"protease": 1 / prepared["tau_protease"], "remodelled": 1 / prepared["tau_down"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        share, protease = prepared["share"], state["protease"]
        falling, rising = 1 / prepared["tau_down"], 1 / prepared["tau_up"]
        signal = share * inputs["il_1_beta"] + (1 - share) * inputs["tgf_beta"]
        return {
            "protease": signal / prepared["tau_protease"],
            "remodelled": falling * protease + (rising - falling) * jnp.maximum(protease - state["remodelled"], 0),
        }

    def initial(self, prepared: Values) -> dict:
        return {"protease": 0.0, "remodelled": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"metalloproteinase": state["protease"], "matrix_remodelling": state["remodelled"]}

    @classmethod
    def example(cls) -> Example:
        values = {
            "share": 0.5, "tau_protease": 6.0, "tau_up": 72.0, "tau_down": 700.0,
        }  # structural: for the contract battery  # fmt: skip
        given = {"il_1_beta": 0.6, "tgf_beta": 0.2}  # structural: inflammation
        return Example(cls(), values, lanes(given), lanes({name: 0.0 for name in given}))
