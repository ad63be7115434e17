"""Tolerance that differs between effects: how well each effect is still coupled to the gain of inhibition."""

from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values

EFFECTS = ("sedation", "anticonvulsant", "anxiolysis", "amnesia")
"""Effects in the order of every port with effect components."""


class EffectTolerance(AbstractRelaxation):
    """Coupling c_k of effect k, which falls under a sustained log gain S of inhibition and recovers without it.

        d c_k /dt = [1 / (1 + r_k S/S_ref) - c_k] / tau_k,     r_k = T_k / (1 - T_k)

    T_k is the loss of coupling at the reference gain S_ref after a long time. The hyperbola keeps c_k above zero at any dose:
    no hidden max(0, ...).

    Parameters: ``loss`` T_k, ``tau`` [h] (tuples over effects), ``reference_gain`` S_ref.
    """

    @property
    def name(self) -> str:
        return "effect_tolerance"

    @property
    def references(self) -> tuple[str, ...]:
        return ()

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
        return {"slope": slope, "rate": tuple(1 / tau for tau in parameters["tau"])}

    def rates(self, prepared: Values) -> dict:
        return dict(zip(EFFECTS, prepared["rate"], strict=True))

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        gain = inputs["log_inhibition_gain"]
        return {
            effect: rate / (1 + slope * gain)
            for effect, slope, rate in zip(EFFECTS, prepared["slope"], prepared["rate"], strict=True)
        }

    def initial(self, prepared: Values) -> dict:
        return {effect: 0 * rate + 1 for effect, rate in zip(EFFECTS, prepared["rate"], strict=True)}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"effect_coupling": tuple(state[effect] for effect in EFFECTS)}

    @classmethod
    def example(cls) -> Example:
        import jax.numpy as jnp

        values = {"loss": (0.35, 0.35, 0.1, 0.05), "tau": (72.0, 600.0, 960.0, 1440.0), "reference_gain": 0.1}  # structural: battery
        one = jnp.ones(3)  # structural: three lanes
        return Example(cls(), values, {"log_inhibition_gain": 0.2 * one}, {"log_inhibition_gain": 0 * one})  # structural: some gain
