"""Log gain of inhibition: what all modulated receptors together do to the inhibitory conductance."""

import jax.numpy as jnp

from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values
from allostasis.model.subtypes import SUBTYPES


class InhibitionGain(AbstractAlgebraic):
    """S = ln I, the log of the inhibitory conductance with drug over that without, for an unchanged number of receptors.

        I = (1 - f) sum_k w_k (1 + u_k (m_k - 1)) + f [(1 - d) (1 + u_a5 (t_a5 - 1)) + d t_delta]

    m_k: modulation at phasic GABA; t_a5, t_delta: modulation of alpha5 and of delta receptors at tonic GABA; u_k: coupling of
    subtype k, 1 in the naive brain; f: tonic share of inhibition; d: share of the tonic current that has no benzodiazepine site
    (delta receptors: t_delta is 1 unless a neurosteroid, barbiturate or anaesthetic is there).

    Parameters: ``weight`` (tuple over subtypes, sums to 1), ``tonic_share`` f, ``blind_share`` d.
    """

    @property
    def name(self) -> str:
        return "inhibition_gain"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (
            Port("modulation_phasic", "1", "open probability over drug-free, phasic GABA", SUBTYPES),
            Port("modulation_tonic", "1", "open probability over drug-free, tonic GABA", SUBTYPES),
            Port("modulation_delta", "1", "open probability of delta receptors over drug-free, tonic GABA"),
            Port("coupling", "1", "modulation that a bound benzodiazepine still exerts", SUBTYPES),
        )

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (Port("log_inhibition_gain", "1", "log gain of inhibition by drug, S"),)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        coupling, a5 = inputs["coupling"], SUBTYPES.index("a5")
        acting = zip(prepared["weight"], coupling, inputs["modulation_phasic"], strict=True)
        phasic = sum(w * (1 + u * (m - 1)) for w, u, m in acting)
        tonic = 1 + coupling[a5] * (inputs["modulation_tonic"][a5] - 1)
        f, d = prepared["tonic_share"], prepared["blind_share"]
        return {"log_inhibition_gain": jnp.log((1 - f) * phasic + f * ((1 - d) * tonic + d * inputs["modulation_delta"]))}

    @classmethod
    def example(cls) -> Example:
        values = {
            "weight": (0.45, 0.3, 0.15, 0.1),
            "tonic_share": 0.3,
            "blind_share": 0.5,
        }  # structural: for the battery
        one, n = jnp.ones(3), len(SUBTYPES)  # structural: three lanes
        raised = {
            "modulation_phasic": (1.5 * one,) * n,
            "modulation_tonic": (2 * one,) * n,
            "modulation_delta": 1.5 * one,
            "coupling": (0.9 * one,) * n,
        }  # structural: some drug
        rest = {name: (one,) * n for name in ("modulation_phasic", "modulation_tonic", "coupling")} | {"modulation_delta": one}
        return Example(cls(), values, raised, rest)
