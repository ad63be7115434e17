"""Gephyrin clustering: how many of the surface receptors are held at the synapse."""

import jax.numpy as jnp

from allostasis.adaptation import phosphatase
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values
from allostasis.model.subtypes import SUBTYPES

OUTPUT = Port("clustered", "1", "share of surface receptors held at synapses, over naive", SUBTYPES)


class GephyrinClustering(AbstractRelaxation):
    """Clustering c_k of receptors of subtype k by gephyrin, over naive.

        d c_k /dt = (1 / (1 + s D_k) - c_k) / tau

    D_k is the phosphatase drive: dephosphorylated receptors and gephyrin let go of each other, and gephyrin itself is lost under
    a benzodiazepine. Receptors that left the cluster stay on the surface, outside the synapse.

    Parameters: ``sensitivity`` s [1], ``tau`` [h].
    """

    @property
    def name(self) -> str:
        return "clustering"

    @property
    def states(self) -> tuple[State, ...]:
        return tuple(State(k, "1", f"clustering of {k} receptors", True) for k in SUBTYPES)

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
        pairs = zip(SUBTYPES, inputs["phosphatase_drive"], strict=True)
        return {k: 1 / (prepared["tau"] * (1 + prepared["sensitivity"] * d)) for k, d in pairs}

    def initial(self, prepared: Values) -> dict:
        return {k: 1.0 for k in SUBTYPES}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"clustered": tuple(state[k] for k in SUBTYPES)}

    @classmethod
    def example(cls) -> Example:
        one, n = jnp.ones(3), len(SUBTYPES)  # structural: three lanes
        values = {"sensitivity": 0.7, "tau": 72.0}  # structural: for the contract battery
        return Example(
            cls(), values, {"phosphatase_drive": (0.2 * one,) * n}, {"phosphatase_drive": (0 * one,) * n}
        )  # structural: some drive
