"""Neuroadaptation to a chronic gain of inhibition, on two time scales."""

import jax.numpy as jnp

from allostasis.adaptation import timescales
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values
from allostasis.model.subtypes import SUBTYPES


class TwoTimescaleAdaptation(AbstractRelaxation):
    """Fast (days) and slow (weeks to months) adaptation that opposes the log gain S of inhibition.

        d a_f /dt = (w_f S - a_f) / tau_f                    surface loss, uncoupling, AMPA, noradrenergic drive
        d a_s /dt = (w_s S - a_s) / tau_s                    transcription, subunit switch
        tau_s = tau_up while a_s rises, tau_down while it falls

    Both are in units of log gain. A share of the sum is loss of surface receptors, the rest is gain of excitation:

        working receptors = exp(-share (a_f + a_s)),  excitation = exp((1 - share) (a_f + a_s))
        log_adaptation = ln(excitation) - ln(receptors) = a_f + a_s

    The lumped reference beside the mechanisms: two states, for closed forms and for comparison.

    Parameters: ``w_fast``, ``w_slow``, ``receptor_share`` [1], ``tau_fast``, ``tau_slow_up``, ``tau_slow_down`` [h].
    """

    @property
    def name(self) -> str:
        return "adaptation"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("fast", "1", "fast adaptation"), State("slow", "1", "slow adaptation"))

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (Port("log_inhibition_gain", "1", "log gain of inhibition by drug, S"),)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (
            Port("working_receptors", "1", "receptors that work in the circuit, over naive", SUBTYPES),
            Port("excitation", "1", "excitatory gain over naive"),
            Port("log_adaptation", "1", "log excitation over inhibition from adaptation"),
            Port("adaptation_fast", "1", "fast adaptation, log gain"),
            Port("adaptation_slow", "1", "slow adaptation, log gain"),
        )

    def rates(self, prepared: Values) -> dict:
        return timescales.rates(prepared)

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return timescales.drive(inputs["log_inhibition_gain"], state, prepared)

    def initial(self, prepared: Values) -> dict:
        return timescales.initial(prepared)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        total, share = state["fast"] + state["slow"], prepared["receptor_share"]
        return {
            "working_receptors": (jnp.exp(-share * total),) * len(SUBTYPES),
            "excitation": jnp.exp((1 - share) * total),
            "log_adaptation": total,
            "adaptation_fast": state["fast"],
            "adaptation_slow": state["slow"],
        }

    @classmethod
    def example(cls) -> Example:
        values = {
            "w_fast": 0.5,
            "w_slow": 0.3,
            "receptor_share": 0.5,
            "tau_fast": 70.0,
            "tau_slow_up": 300.0,
            "tau_slow_down": 900.0,
        }  # structural: for the contract battery
        one = jnp.ones(3)  # structural: three lanes
        return Example(
            cls(), values, {"log_inhibition_gain": 0.2 * one}, {"log_inhibition_gain": 0 * one}
        )  # structural: some gain


class NoAdaptation(AbstractRelaxation):
    """Null variant: the brain does not adapt. Gives the same ports, constant at the naive value."""

    @property
    def name(self) -> str:
        return "adaptation"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return TwoTimescaleAdaptation().outputs

    def rates(self, prepared: Values) -> dict:
        return {}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {}

    def initial(self, prepared: Values) -> dict:
        return {}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        one = jnp.asarray(1.0)
        zero = {name: 0 * one for name in ("log_adaptation", "adaptation_fast", "adaptation_slow")}
        return {"working_receptors": (one,) * len(SUBTYPES), "excitation": one} | zero

    @classmethod
    def example(cls) -> Example:
        return Example(cls(), {}, {}, {})
