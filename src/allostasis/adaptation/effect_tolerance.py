"""Tolerance that differs between effects: how well each effect is still coupled to the gain of inhibition."""

import jax.numpy as jnp

from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values

EFFECTS = ("sedation", "anticonvulsant", "anxiolysis", "amnesia")
"""Effects in the order of every port with effect components."""


class EffectTolerance(AbstractRelaxation):
    """Coupling c_k of effect k, which falls under a sustained log gain S of inhibition and recovers without it.

        d c_k /dt = (c_inf - c_k) / tau_k,     c_inf = 1 / (1 + r_k S/S_ref),     r_k = T_k / (1 - T_k)
        tau_k = tau_on while c_k falls (tolerance develops), tau_off while it recovers

    T_k is the loss of coupling at the reference gain S_ref after a long time. The hyperbola keeps c_k above zero at any dose:
    no hidden max(0, ...).

    Parameters: ``loss`` T_k, ``tau_on``, ``tau_off`` [h] (tuples over effects), ``reference_gain`` S_ref.
    """

    @property
    def name(self) -> str:
        return "effect_tolerance"

    @property
    def states(self) -> tuple[State, ...]:
        return tuple(State(effect, "1", f"coupling of {effect}", True) for effect in EFFECTS)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (Port("log_inhibition_gain", "1", "log gain of inhibition by drug, S"),)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (Port("effect_coupling", "1", "coupling of each effect to the gain of inhibition", EFFECTS),)

    def prepare(self, parameters: Values) -> dict:
        slope = tuple(t / ((1 - t) * parameters["reference_gain"]) for t in parameters["loss"])
        falling = tuple(1 / tau for tau in parameters["tau_on"])
        recovering = tuple(1 / tau for tau in parameters["tau_off"])
        return {"slope": slope, "falling": falling, "recovering": recovering}

    def rates(self, prepared: Values) -> dict:
        return dict(zip(EFFECTS, prepared["recovering"], strict=True))

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        gain, drives = inputs["log_inhibition_gain"], {}
        for effect, slope, falling, recovering in zip(
            EFFECTS, prepared["slope"], prepared["falling"], prepared["recovering"], strict=True
        ):
            target = 1 / (1 + slope * gain)
            drives[effect] = recovering * target + (falling - recovering) * jnp.minimum(target - state[effect], 0)
        return drives

    def initial(self, prepared: Values) -> dict:
        return {effect: 0 * rate + 1 for effect, rate in zip(EFFECTS, prepared["recovering"], strict=True)}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"effect_coupling": tuple(state[effect] for effect in EFFECTS)}

    @classmethod
    def example(cls) -> Example:
        values = {
            "loss": (0.35, 0.35, 0.1, 0.05),
            "tau_on": (72.0, 600.0, 960.0, 1440.0),
            "tau_off": (168.0, 480.0, 960.0, 1440.0),
            "reference_gain": 0.1,
        }  # structural: for the contract battery
        one = jnp.ones(3)  # structural: three lanes
        return Example(
            cls(), values, {"log_inhibition_gain": 0.2 * one}, {"log_inhibition_gain": 0 * one}
        )  # structural: some gain
