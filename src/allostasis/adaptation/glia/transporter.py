"""The protein of the glutamate transporter EAAT2 (GLT-1 in rodents): held up by neurones, moved by a cytokine."""

import jax.numpy as jnp

from allostasis.adaptation.glia import ports
from allostasis.adaptation.glia.example import lanes
from allostasis.model.acute_ports import TNF
from allostasis.model.contract import AbstractRelaxation, Example, State, Values


class GlutamateTransporter(AbstractRelaxation):
    """Protein P of the transporter of astrocytes, over naive; its function is a state of `AstrocyticGlutamate`.

        d P /dt = [(1 - dependence n) exp(tnf_sign tnf_strength L) - P] / tau

    n: share of neurones lost, L: tumour necrosis factor alpha. Presynaptic terminals switch the gene on in astrocytes, so
    ``dependence`` is the part of the protein that is lost with all of them; 0 is the null. Studies of the cytokine disagree
    about its sign: -1 lowers the protein (human astrocytes), 1 raises it (rat astrocytes), 0 is the null. P is the amount in an
    astrocyte: that a scar holds more astrocytes for each milligram of protein is not simulated. ``tau`` is the turnover of
    the protein, about two weeks, so within the hours of a seizure P stands still; what seizure activity itself does to it (up
    for days in mice, no size in the abstracts that were read) is left out.

    Parameters: ``tau`` [h], ``dependence``, ``tnf_strength``, ``tnf_sign`` [1].

    >>> GlutamateTransporter().outputs[0].name
    'glutamate_transporter'
    """

    @property
    def name(self) -> str:
        return "transporter"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("protein", "1", "protein of the transporter EAAT2 in an astrocyte over naive", True),)

    @property
    def inputs(self) -> tuple:
        return (TNF, ports.CELL_LOSS)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple:
        return (ports.GLUTAMATE_TRANSPORTER,)

    def rates(self, prepared: Values) -> dict:
        return {"protein": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        held = jnp.maximum(1 - prepared["dependence"] * inputs["cell_loss"], 0)
        moved = jnp.exp(prepared["tnf_sign"] * prepared["tnf_strength"] * inputs["tnf_alpha"])
        return {"protein": held * moved / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"protein": 1.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"glutamate_transporter": state["protein"]}

    @classmethod
    def example(cls) -> Example:
        values = {
            "tau": 312.0, "dependence": 0.5, "tnf_strength": 0.25, "tnf_sign": -1.0,
        }  # structural: for the contract battery  # fmt: skip
        given = {"tnf_alpha": 0.7, "cell_loss": 0.3}  # structural: after status epilepticus
        return Example(cls(), values, lanes(given), lanes({name: 0.0 for name in given}))
