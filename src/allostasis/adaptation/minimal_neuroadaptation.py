"""The minimal neuroadaptation model, kept as a named reference beside the receptor-driven chain."""

import jax.numpy as jnp

from allostasis.adaptation import timescales
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values


class MinimalNeuroadaptation(AbstractRelaxation):
    """Adaptation driven by a dose equivalent instead of the receptor block.

        X = D / K,   theta = X^n / (1 + X^n),   S = ln(1 + g theta)
        d a_f /dt = (w_f S - a_f) / tau_f,      d a_s /dt = (w_s S - a_s) / tau_s   (tau_up while rising, tau_down while falling)
        H = a_f + a_s - S

    D is the exposure expressed as the daily diazepam dose [mg/d] that would sustain it. Its gain g is three times what the
    receptor chain allows, so its H is not comparable with the imbalance of `TwoTimescaleAdaptation`; its use is to show what
    the receptor block changes.

    Parameters: ``K`` [mg/d], ``hill`` n, ``gain`` g, ``w_fast``, ``w_slow`` [1], ``tau_fast``, ``tau_slow_up``,
    ``tau_slow_down`` [h].
    """

    @property
    def name(self) -> str:
        return "minimal_neuroadaptation"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("fast", "1", "fast adaptation"), State("slow", "1", "slow adaptation"))

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (Port("equivalent_dose", "mg/d", "exposure as the diazepam dose that would sustain it"),)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (
            Port("minimal_log_gain", "1", "log gain of inhibition in the minimal model"),
            Port("minimal_imbalance", "1", "log excitation over inhibition in the minimal model, H"),
        )

    def _gain(self, inputs: Values, prepared: Values):
        x = (inputs["equivalent_dose"] / prepared["K"]) ** prepared["hill"]
        return jnp.log(1 + prepared["gain"] * x / (1 + x))

    def rates(self, prepared: Values) -> dict:
        return timescales.rates(prepared)

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return timescales.drive(self._gain(inputs, prepared), state, prepared)

    def initial(self, prepared: Values) -> dict:
        return timescales.initial(prepared)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        gain = self._gain(inputs, prepared)
        return {"minimal_log_gain": gain, "minimal_imbalance": state["fast"] + state["slow"] - gain}

    @classmethod
    def example(cls) -> Example:
        day = 24.0  # structural: hours in a day
        values = {"K": 130.0, "hill": 1.43, "gain": 5.0, "w_fast": 0.55, "w_slow": 0.3}  # structural: for the battery
        values |= {
            "tau_fast": 3 * day,
            "tau_slow_up": 14 * day,
            "tau_slow_down": 45 * day,
        }  # structural: for the battery
        one = jnp.ones(3)  # structural: three lanes
        return Example(
            cls(), values, {"equivalent_dose": 20 * one}, {"equivalent_dose": 0 * one}
        )  # structural: some drug
