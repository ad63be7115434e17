"""What adaptation has left of inhibition and added to excitation, from the ports of its mechanisms."""

import jax.numpy as jnp

from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values
from allostasis.model.subtypes import SUBTYPES

_A1, _A5 = SUBTYPES.index("a1"), SUBTYPES.index("a5")


class AdaptedCircuit(AbstractAlgebraic):
    """Inhibition and excitation of the circuit over naive, and the log ratio that adaptation has put between them.

        r_k = (1 - p) + p surface_k clustered_k                     receptors of subtype k that work, p: share that adapts
        P   = sum_k w_k r_k (1 + u_k (m_k - 1)) + p w_a1 insensitive          phasic inhibition
        T   = (1 - d) ((1 - p) + p surface_a5) (1 + u_a5 (t_a5 - 1)) + d t_delta     tonic inhibition
        I   = (1 - f) P + f T
        ln E = v_AMPA ln ampa + v_NMDA ln nmda + v_NA ln noradrenergic_drive + kindling + alcohol_excitation
        log_adaptation = ln E - ln I + S

    m, t: modulation at phasic and tonic GABA; u: coupling; w: weights of the subtypes; f: tonic share, d: its blind share; S: log
    gain by the drug at naive receptor numbers. Only a share p of the synapses adapts: those onto principal cells, while receptors
    on interneurones, whose loss would excite inhibition, keep the others. Unclustered alpha5 receptors still carry tonic current.

    Parameters: ``weight`` (tuple over subtypes), ``tonic_share``, ``blind_share``, ``adapting_share``, ``ampa_weight``,
    ``nmda_weight``, ``noradrenergic_weight`` [1].
    """

    @property
    def name(self) -> str:
        return "adapted_circuit"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (
            Port("modulation_phasic", "1", "open probability over drug-free, phasic GABA", SUBTYPES),
            Port("modulation_tonic", "1", "open probability over drug-free, tonic GABA", SUBTYPES),
            Port("modulation_delta", "1", "open probability of delta receptors over drug-free, tonic GABA"),
            Port("coupling", "1", "modulation that a bound benzodiazepine still exerts", SUBTYPES),
            Port("surface", "1", "surface GABA-A receptors over naive", SUBTYPES),
            Port("clustered", "1", "share of surface receptors held at synapses, over naive", SUBTYPES),
            Port("insensitive", "1", "alpha4 gamma2 receptors in place of lost alpha1 ones, over naive alpha1"),
            Port("ampa", "1", "AMPA receptor strength over naive"),
            Port("nmda", "1", "NMDA receptor strength over naive"),
            Port("noradrenergic_drive", "1", "noradrenergic output of the locus coeruleus over naive"),
            Port("kindling", "1", "log excitation that past withdrawals have left behind"),
            Port("alcohol_excitation", "1", "log excitation that the end of drinking has laid bare"),
            Port("log_inhibition_gain", "1", "log gain of inhibition by drug, S"),
        )

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (
            Port("working_receptors", "1", "receptors that work in the circuit, over naive", SUBTYPES),
            Port("excitation", "1", "excitatory gain over naive"),
            Port("log_adaptation", "1", "log excitation over inhibition from adaptation"),
        )

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        p, f, d = prepared["adapting_share"], prepared["tonic_share"], prepared["blind_share"]
        surface, coupling = inputs["surface"], inputs["coupling"]
        working = tuple(1 - p + p * s * c for s, c in zip(surface, inputs["clustered"], strict=True))
        acting = zip(prepared["weight"], working, coupling, inputs["modulation_phasic"], strict=True)
        phasic = sum(w * r * (1 + u * (m - 1)) for w, r, u, m in acting)
        phasic = phasic + p * prepared["weight"][_A1] * inputs["insensitive"]
        tonic = (1 - p + p * surface[_A5]) * (1 + coupling[_A5] * (inputs["modulation_tonic"][_A5] - 1))
        inhibition = (1 - f) * phasic + f * ((1 - d) * tonic + d * inputs["modulation_delta"])
        log_excitation = (
            prepared["ampa_weight"] * jnp.log(inputs["ampa"])
            + prepared["nmda_weight"] * jnp.log(inputs["nmda"])
            + prepared["noradrenergic_weight"] * jnp.log(inputs["noradrenergic_drive"])
            + inputs["kindling"]
            + inputs["alcohol_excitation"]
        )
        return {
            "working_receptors": working,
            "excitation": jnp.exp(log_excitation),
            "log_adaptation": log_excitation - jnp.log(inhibition) + inputs["log_inhibition_gain"],
        }

    @classmethod
    def example(cls) -> Example:
        values = {
            "weight": (0.45, 0.3, 0.15, 0.1), "tonic_share": 0.3, "blind_share": 0.5, "adapting_share": 0.5,
            "ampa_weight": 0.3, "nmda_weight": 0.2, "noradrenergic_weight": 0.02,
        }  # structural: for the contract battery  # fmt: skip
        one, n = jnp.ones(3), len(SUBTYPES)  # structural: three lanes
        vectors = ("modulation_phasic", "modulation_tonic", "coupling", "surface", "clustered")
        rest = {name: (one,) * n for name in vectors}
        rest |= {name: one for name in ("modulation_delta", "ampa", "nmda", "noradrenergic_drive")}
        rest |= {name: 0 * one for name in ("insensitive", "kindling", "alcohol_excitation", "log_inhibition_gain")}
        drug = rest | {
            "modulation_phasic": (1.2 * one,) * n, "modulation_tonic": (1.3 * one,) * n, "coupling": (0.8 * one,) * n,
            "surface": (0.9 * one,) * n, "clustered": (0.9 * one,) * n, "insensitive": 0.05 * one, "ampa": 1.05 * one,
            "log_inhibition_gain": 0.15 * one,
        }  # structural: some drug  # fmt: skip
        return Example(cls(), values, drug, rest)
