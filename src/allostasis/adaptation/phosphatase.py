"""The slow phosphatase drive that sustained modulation sets up: the common entry of the drug into receptor adaptation."""

import jax.numpy as jnp

from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values
from allostasis.model.subtypes import SUBTYPES

OUTPUT = Port("phosphatase_drive", "1", "phosphatase activity set up by sustained modulation", SUBTYPES)


def excess(modulation):
    """Open probability above that of the naive synapse, in units of it: max(m - 1, 0), with m over drug-free and antagonist-free.

    >>> float(excess(1.4)).__round__(1), float(excess(0.3))
    (0.4, 0.0)
    """
    return jnp.maximum(modulation - 1, 0)


class PhosphataseDrive(AbstractRelaxation):
    """Phosphatase activity D_k (PP1, PP2A, calcineurin) near receptors of subtype k, above its naive level.

        d C_k /dt = (excess(m_k) - C_k) / tau             calcium stores, phospholipase C
        d D_k /dt = (C_k - D_k) / tau                     phosphatase activity

    m_k is the open probability of subtype k at phasic GABA over that of the naive synapse. Only more opening than naive sets it
    up, so an antagonist takes it away at the benzodiazepine site and at the GABA site: the loss of receptors under diazepam is
    blocked by flumazenil and by bicuculline, and runs through phospholipase C, calcium stores and calcineurin over days. Two
    stages, because little changes in the first days of a constant level and most between days 4 and 7 (lorazepam in mice).
    The fast entry, a seizure's calcium, does not pass through this state (see `endocytosis`).

    Parameters: ``tau`` [h].
    """

    @property
    def name(self) -> str:
        return "phosphatase"

    @property
    def states(self) -> tuple[State, ...]:
        calcium = (State(f"calcium_{k}", "1", f"calcium signal near {k} receptors", True) for k in SUBTYPES)
        return (*calcium, *(State(k, "1", f"phosphatase activity near {k} receptors", True) for k in SUBTYPES))

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (Port("modulation_phasic", "1", "open probability over drug-free, phasic GABA", SUBTYPES),)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (OUTPUT,)

    def rates(self, prepared: Values) -> dict:
        return {s.name: 1 / prepared["tau"] for s in self.states}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        modulation = zip(SUBTYPES, inputs["modulation_phasic"], strict=True)
        calcium = {f"calcium_{k}": excess(m) / prepared["tau"] for k, m in modulation}
        return calcium | {k: state[f"calcium_{k}"] / prepared["tau"] for k in SUBTYPES}

    def initial(self, prepared: Values) -> dict:
        return {s.name: 0.0 for s in self.states}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"phosphatase_drive": tuple(state[k] for k in SUBTYPES)}

    @classmethod
    def example(cls) -> Example:
        one, n = jnp.ones(3), len(SUBTYPES)  # structural: three lanes
        rest, drug = ({"modulation_phasic": (level * one,) * n} for level in (1.0, 1.4))  # structural: some drug
        return Example(cls(), {"tau": 60.0}, drug, rest)  # structural: for the contract battery
