"""Withdrawal score from the excitation-inhibition imbalance."""

import jax.numpy as jnp

from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values


class WithdrawalScore(AbstractAlgebraic):
    """Withdrawal symptoms on a 0 to 100 scale, saturating in the imbalance above naive.

        h+ = (h + sqrt(h^2 + e^2)) / 2            smooth positive part, e small
        W  = W_max h+^m / (h+^m + h50^m)

    Parameters: ``maximum`` W_max, ``half_imbalance`` h50 [seizure thresholds], ``hill`` m.
    """

    @property
    def name(self) -> str:
        return "withdrawal"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (Port("imbalance", "1", "excitation-inhibition imbalance, in seizure thresholds"),)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (Port("withdrawal_score", "1", "withdrawal score, 0 to 100"),)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        h = inputs["imbalance"]
        positive = (h + jnp.sqrt(h * h + SMOOTHING * SMOOTHING)) / 2
        ratio = (positive / prepared["half_imbalance"]) ** prepared["hill"]
        return {"withdrawal_score": prepared["maximum"] * ratio / (1 + ratio)}

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        values = {"maximum": 100.0, "half_imbalance": 0.4, "hill": 2.0}  # structural: for the battery
        return Example(cls(), values, {"imbalance": 0.5 * one}, {"imbalance": 0 * one})  # structural: some imbalance


SMOOTHING = 1e-3  # structural: width of the smooth corner at h = 0
