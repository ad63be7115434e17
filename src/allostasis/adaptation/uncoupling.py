"""Uncoupling: a bound benzodiazepine that no longer moves the channel as far."""

import jax.numpy as jnp

from allostasis.adaptation import phosphatase
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values
from allostasis.model.subtypes import SUBTYPES

OUTPUT = Port("coupling", "1", "modulation that a bound benzodiazepine still exerts", SUBTYPES)


class Uncoupling(AbstractRelaxation):
    """Coupling u_k of the benzodiazepine site of subtype k to its channel: 1 naive, 0 uncoupled.

        d u_k /dt = (1 / (1 + r_k D_k) - u_k) / tau

    D_k is the phosphatase drive. Uncoupling takes away effect of the drug and nothing else: the response to GABA stays as it is,
    so it makes tolerance but no withdrawal. It differs between subtypes; that difference, not a constant of each effect, is what
    makes sedation (alpha1) fade before anxiolysis (alpha2).

    Parameters: ``sensitivity`` r_k [1] (tuple over subtypes), ``tau`` [h].
    """

    @property
    def name(self) -> str:
        return "uncoupling"

    @property
    def states(self) -> tuple[State, ...]:
        return tuple(State(k, "1", f"coupling of {k} receptors", True) for k in SUBTYPES)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (phosphatase.OUTPUT,)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (OUTPUT,)

    def rates(self, prepared: Values) -> dict:
        return {k: 1 / prepared["tau"] for k in SUBTYPES}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        pairs = zip(SUBTYPES, prepared["sensitivity"], inputs["phosphatase_drive"], strict=True)
        return {k: 1 / (prepared["tau"] * (1 + r * d)) for k, r, d in pairs}

    def initial(self, prepared: Values) -> dict:
        return {k: 1.0 for k in SUBTYPES}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"coupling": tuple(state[k] for k in SUBTYPES)}

    @classmethod
    def example(cls) -> Example:
        one, n = jnp.ones(3), len(SUBTYPES)  # structural: three lanes
        values = {"sensitivity": (5.0, 1.0, 3.0, 1.0), "tau": 30.0}  # structural: for the contract battery
        return Example(
            cls(), values, {"phosphatase_drive": (0.2 * one,) * n}, {"phosphatase_drive": (0 * one,) * n}
        )  # structural: some drive
