"""Clinical effect profile, from subtypes and tolerance."""

import jax.numpy as jnp

from allostasis.adaptation.effect_tolerance import EFFECTS
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values
from allostasis.receptor.subtypes import SUBTYPES


class EffectProfile(AbstractAlgebraic):
    """Sedation, anticonvulsant effect, anxiolysis and amnesia, each from its own mix of subtypes.

        g_k = sum_j w_kj m_j - 1                  gain of inhibition that effect k sees (m_j: phasic modulation of subtype j)
        effect_k = g_k c_k / (1 + l_k a / S_ref)  c_k: coupling; a: total adaptation; l_k: how far adaptation opposes effect k

    Smooth and signed: a negative modulator gives a negative effect. Unit: fractional gain, so 0.1 is 10 % more inhibition.

    Parameters: ``weight`` (tuple over effects of tuples over subtypes), ``opposition`` l_k (tuple), ``reference_gain`` S_ref.
    """

    @property
    def name(self) -> str:
        return "effects"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (
            Port("modulation_phasic", "1", "open probability over drug-free, phasic GABA", SUBTYPES),
            Port("effect_coupling", "1", "coupling of each effect to the gain of inhibition", EFFECTS),
            Port("log_adaptation", "1", "log excitation over inhibition from adaptation"),
        )

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (Port("effect", "1", "clinical effect, fractional gain of inhibition", EFFECTS),)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        gains = tuple(m - 1 for m in inputs["modulation_phasic"])
        effects = []
        for weights, opposition, coupling in zip(
            prepared["weight"], prepared["opposition"], inputs["effect_coupling"], strict=True
        ):
            gain = sum(w * g for w, g in zip(weights, gains, strict=True))
            effects.append(gain * coupling / (1 + opposition * inputs["log_adaptation"]))
        return {"effect": tuple(effects)}

    def prepare(self, parameters: Values) -> dict:
        opposition = tuple(value / parameters["reference_gain"] for value in parameters["opposition"])
        return {"weight": parameters["weight"], "opposition": opposition}

    @classmethod
    def example(cls) -> Example:
        n = len(EFFECTS)
        values = {
            "weight": ((0.25,) * 4,) * n,
            "opposition": (0.5,) * n,
            "reference_gain": 0.1,
        }  # structural: for the battery
        one = jnp.ones(3)  # structural: three lanes
        rest = {
            "modulation_phasic": (one,) * len(SUBTYPES),
            "effect_coupling": (one,) * n,
            "log_adaptation": 0 * one,
        }
        drug = rest | {
            "modulation_phasic": (1.5 * one,) * len(SUBTYPES),
            "log_adaptation": 0.1 * one,
        }  # structural: some drug
        return Example(cls(), values, drug, rest)
