"""Excitation-inhibition balance of a quasi-steady circuit (chronic clock)."""

from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values


class ExcitationInhibitionBalance(AbstractAlgebraic):
    """Imbalance h: log ratio of excitation to inhibition against the drug-naive state, in units of the seizure threshold.

        H = log_adaptation - S,      h = H / H_seizure

    log_adaptation is ln(ampa) - ln(surface), given as a logarithm so that no step pays for an exponential and its inverse.

    0 is naive, below 0 sedated, 1 the median seizure threshold. H has no unit of its own; dividing by the threshold gives it one.

    Parameters: ``seizure_threshold`` H_seizure [1].
    """

    @property
    def name(self) -> str:
        return "balance"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (
            Port("log_inhibition_gain", "1", "log gain of inhibition by drug, S"),
            Port("log_adaptation", "1", "log excitation over inhibition from adaptation"),
        )

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (Port("imbalance", "1", "excitation-inhibition imbalance, in seizure thresholds"),)

    def prepare(self, parameters: Values) -> dict:
        return {"per_threshold": 1 / parameters["seizure_threshold"]}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        raw = inputs["log_adaptation"] - inputs["log_inhibition_gain"]
        return {"imbalance": raw * prepared["per_threshold"]}

    @classmethod
    def example(cls) -> Example:
        import jax.numpy as jnp

        one = jnp.ones(3)  # structural: three lanes
        drug = {"log_inhibition_gain": 0.2 * one, "log_adaptation": 0.1 * one}  # structural: some drug
        rest = {name: 0 * one for name in drug}
        return Example(cls(), {"seizure_threshold": 0.1}, drug, rest)  # structural: for the battery
