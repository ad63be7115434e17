"""Clinical effect profile, from subtypes and what adaptation has left of them."""

import jax.numpy as jnp

from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values
from allostasis.model.subtypes import SUBTYPES

EFFECTS = ("sedation", "anticonvulsant", "anxiolysis", "amnesia")
"""Effects in the order of every port with effect components."""


class EffectProfile(AbstractAlgebraic):
    """Sedation, anticonvulsant effect, anxiolysis and amnesia, each from its own mix of subtypes.

        effect_j = sum_k w_jk (1 - p_j (1 - r_k u_k / E)) (m_k - 1)

    m_k: phasic modulation of subtype k; u_k: its coupling; r_k: its receptors that still work; E: excitatory gain; p_j: how far
    adaptation reaches the region of effect j. Tolerance to an effect is what adaptation does to the subtypes and the region
    behind it; no effect has a time constant of its own. Smooth and signed: a negative modulator gives a negative effect, and a
    positive one never falls to zero. Unit: fractional gain, so 0.1 is 10 % more inhibition in the circuit of that effect.

    Parameters: ``weight`` (tuple over effects of tuples over subtypes), ``reach`` p_j (tuple over effects).
    """

    @property
    def name(self) -> str:
        return "effects"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (
            Port("modulation_phasic", "1", "open probability over drug-free, phasic GABA", SUBTYPES),
            Port("coupling", "1", "modulation that a bound benzodiazepine still exerts", SUBTYPES),
            Port("working_receptors", "1", "receptors that work in the circuit, over naive", SUBTYPES),
            Port("excitation", "1", "excitatory gain over naive"),
        )

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (Port("effect", "1", "clinical effect, fractional gain of inhibition", EFFECTS),)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        acting = zip(inputs["working_receptors"], inputs["coupling"], inputs["modulation_phasic"], strict=True)
        subtypes = [(1 - r * u / inputs["excitation"], m - 1) for r, u, m in acting]
        effects = (
            sum(w * (1 - reach * lost) * gain for w, (lost, gain) in zip(weights, subtypes, strict=True))
            for weights, reach in zip(prepared["weight"], prepared["reach"], strict=True)
        )
        return {"effect": tuple(effects)}

    @classmethod
    def example(cls) -> Example:
        n = len(SUBTYPES)
        values = {"weight": ((0.25,) * n,) * len(EFFECTS), "reach": (1.0, 1.0, 0.5, 0.5)}  # structural: for the battery
        one = jnp.ones(3)  # structural: three lanes
        rest = {name: (one,) * n for name in ("modulation_phasic", "coupling", "working_receptors")} | {"excitation": one}
        drug = rest | {
            "modulation_phasic": (1.5 * one,) * n, "coupling": (0.8 * one,) * n, "excitation": 1.1 * one,
        }  # structural: some drug  # fmt: skip
        return Example(cls(), values, drug, rest)
