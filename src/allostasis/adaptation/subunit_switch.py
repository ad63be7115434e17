"""The subunit switch: transcription of alpha1 falls, alpha4 and alpha5 take its place."""

import jax.numpy as jnp

from allostasis.adaptation import phosphatase
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values
from allostasis.model.subtypes import SUBTYPES

SYNTHESIS = Port("synthesis", "1", "synthesis of receptors over naive", SUBTYPES)
INSENSITIVE = Port("insensitive", "1", "alpha4 gamma2 receptors in place of lost alpha1 ones, over naive alpha1")
_A1, _A5 = SUBTYPES.index("a1"), SUBTYPES.index("a5")


class SubunitSwitch(AbstractRelaxation):
    """Transcriptional switch w, from 0 to 1, driven by the phosphatase drive at alpha1 receptors.

        d w /dt = (D_a1 / (D_a1 + half) - w) / tau,   tau = tau_up while w rises, tau_down while it falls
        synthesis_a1 = 1 - loss w,   synthesis_a5 = 1 + rise w,   insensitive = replaced loss w

    The alpha4 beta gamma2 receptors that take the place of alpha1 answer to GABA and not to benzodiazepines: inhibition that the
    drug no longer reaches. The direction acts through the drive, so the linear rate stays constant during a run.

    Parameters: ``half``, ``loss``, ``rise``, ``replaced`` [1], ``tau_up``, ``tau_down`` [h].
    """

    @property
    def name(self) -> str:
        return "subunit_switch"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("switch", "1", "transcriptional switch from alpha1", True),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (phosphatase.OUTPUT,)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (SYNTHESIS, INSENSITIVE)

    def rates(self, prepared: Values) -> dict:
        return {"switch": 1 / prepared["tau_down"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        d = inputs["phosphatase_drive"][_A1]
        target = d / (d + prepared["half"])
        falling, rising = 1 / prepared["tau_down"], 1 / prepared["tau_up"]
        return {"switch": falling * target + (rising - falling) * jnp.maximum(target - state["switch"], 0)}

    def initial(self, prepared: Values) -> dict:
        return {"switch": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        lost = prepared["loss"] * state["switch"]
        changed = {_A1: 1 - lost, _A5: 1 + prepared["rise"] * state["switch"]}
        one = jnp.ones_like(lost)
        synthesis = tuple(changed.get(k, one) for k in range(len(SUBTYPES)))
        return {"synthesis": synthesis, "insensitive": prepared["replaced"] * lost}

    @classmethod
    def example(cls) -> Example:
        one, n = jnp.ones(3), len(SUBTYPES)  # structural: three lanes
        values = {
            "half": 0.3, "loss": 0.8, "rise": 0.2, "replaced": 0.5, "tau_up": 300.0, "tau_down": 1000.0,
        }  # structural: for the contract battery  # fmt: skip
        return Example(
            cls(), values, {"phosphatase_drive": (0.2 * one,) * n}, {"phosphatase_drive": (0 * one,) * n}
        )  # structural: some drive
