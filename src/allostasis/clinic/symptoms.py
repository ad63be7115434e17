"""Withdrawal symptoms in four clusters, each from the port that drives it."""

import jax.numpy as jnp

from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values

CLUSTERS = ("psychological", "physiological", "neurological", "perceptual")
"""Clusters in the order of every port with cluster components."""
DRIVEN_BY = {
    "psychological": "the error signal: imbalance above the allostatic set point",
    "physiological": "noradrenergic drive of the locus coeruleus above naive",
    "neurological": "imbalance of the circuit",
    "perceptual": "excitatory gain (AMPA, NMDA) above naive, as far as an imbalance lays it bare",
}
"""What drives each cluster, in words."""
SMOOTHING = 1e-3  # structural: width of a smooth corner
TINY = 1e-12  # structural: keeps the slope of a root finite at 0


def above(x):
    """Smooth positive part: 0 at 0 and below, x far above."""
    return jnp.maximum((x + jnp.sqrt(x * x + SMOOTHING * SMOOTHING) - SMOOTHING) / 2, 0)


class WithdrawalSymptoms(AbstractAlgebraic):
    """Severity of four symptom clusters, 0 to 100 each, and their weighted sum on a scale built like the CIWA-B.

        x_psychological = (h - z)+          x_physiological = (noradrenergic drive - 1)+
        x_neurological  = h+                x_perceptual    = sqrt(h+ (excitation - 1)+)
        cluster_k = 100 x_k^m / (x_k^m + x50_k^m),      score = sum_k share_k cluster_k

    h: imbalance; z: set point; ( )+: smooth positive part. Shares are those of a scale of 22 items. The anchors x50 are assumed:
    a score ranks courses of one person, it is not the number that a rater would write down. Each cluster answers to its own
    port, so an alpha2 agonist lowers the physiological one and leaves the imbalance as it is.

    Parameters: ``half`` x50, ``share`` (tuples over clusters), ``hill`` m.
    """

    @property
    def name(self) -> str:
        return "withdrawal"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (
            Port("imbalance", "1", "excitation-inhibition imbalance, in seizure thresholds"),
            Port("set_point", "1", "imbalance that the brain takes for normal, in seizure thresholds"),
            Port("noradrenergic_drive", "1", "noradrenergic output of the locus coeruleus over naive"),
            Port("excitation", "1", "excitatory gain over naive"),
        )

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (
            Port("symptom_cluster", "1", "severity of a symptom cluster, 0 to 100", CLUSTERS),
            Port("withdrawal_score", "1", "withdrawal score, 0 to 100"),
        )

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        h = inputs["imbalance"]
        bare = jnp.sqrt(above(h) * above(inputs["excitation"] - 1) + TINY) - jnp.sqrt(TINY)
        drives = (above(h - inputs["set_point"]), above(inputs["noradrenergic_drive"] - 1), above(h), bare)
        clusters = []
        for drive, half in zip(drives, prepared["half"], strict=True):
            ratio = (drive / half) ** prepared["hill"]
            clusters.append(100 * ratio / (1 + ratio))  # structural: top of the scale
        score = sum(share * cluster for share, cluster in zip(prepared["share"], clusters, strict=True))
        return {"symptom_cluster": tuple(clusters), "withdrawal_score": score}

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        values = {"half": (0.5, 0.2, 0.4, 0.1), "share": (0.4, 0.3, 0.15, 0.15), "hill": 2.0}  # structural: for the battery
        rest = {"imbalance": 0 * one, "set_point": 0 * one, "noradrenergic_drive": one, "excitation": one}
        drug = {
            "imbalance": 0.5 * one, "set_point": -0.1 * one, "noradrenergic_drive": 1.2 * one, "excitation": 1.04 * one,
        }  # structural: some withdrawal  # fmt: skip
        return Example(cls(), values, drug, rest)
