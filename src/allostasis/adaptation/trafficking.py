"""Trafficking of GABA-A receptors between synthesis, surface, endosome and degradation: chronic clock.

Three pools per subtype, over the naive surface number:

    surface'  = synthesis - k_end phi s + k_rec e
    endosome' = k_end phi s - (k_rec + k_deg delta) e
    total     = s + e

phi: endocytosis over naive (`endocytosis`), where a seizure acts within minutes; delta = 1 + sorting D: sorting of endocytosed
receptors to degradation, where a benzodiazepine acts over days (ubiquitination, lysosomes). Exchange between surface and endosome
takes less than an hour, so on this clock it is quasi-steady and the total is the only state; `trafficking_acute` has both pools.
"""

import jax.numpy as jnp

from allostasis.adaptation import phosphatase
from allostasis.adaptation.endocytosis import endocytosis
from allostasis.adaptation.subunit_switch import SYNTHESIS
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values
from allostasis.model.subtypes import SUBTYPES

SURFACE = Port("surface", "1", "surface GABA-A receptors over naive", SUBTYPES)
TOTAL = Port("total", "1", "GABA-A receptors in all pools, over naive", SUBTYPES)
_A1 = SUBTYPES.index("a1")


def naive_endosome(prepared: Values):
    """Naive endosomal pool, over the naive surface pool."""
    return prepared["k_end"] / (prepared["k_rec"] + prepared["k_deg"])


class ReceptorTrafficking(AbstractRelaxation):
    """Total number of receptors of each subtype, with the exchange of surface and endosome at its quasi-steady state.

        s / (s + e) = (k_rec + k_deg delta) / (k_end phi + k_rec + k_deg delta)
        d total /dt = synthesis k_syn - k_deg delta e

    Parameters: ``k_end``, ``k_rec``, ``k_deg`` [1/h], ``sorting`` [1] (tuple over subtypes), and those of `endocytosis`.
    """

    @property
    def name(self) -> str:
        return "trafficking"

    @property
    def states(self) -> tuple[State, ...]:
        return tuple(State(k, "1", f"total {k} receptors over naive", True) for k in SUBTYPES)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (phosphatase.OUTPUT, SYNTHESIS)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ("phosphatase_drive",)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (SURFACE, TOTAL)

    def prepare(self, parameters: Values) -> dict:
        turnover = parameters["k_deg"] * naive_endosome(parameters) / (1 + naive_endosome(parameters))
        return dict(parameters) | {"turnover": turnover}

    def rates(self, prepared: Values) -> dict:
        return {k: prepared["turnover"] for k in SUBTYPES}

    def _endosomal(self, state: Values, drives, prepared: Values) -> list:
        """(share of the pool in endosomes, degradation over naive) of each subtype."""
        found = []
        for d, sorting in zip(drives, prepared["sorting"], strict=True):
            phi = endocytosis(d, 0.0, 0.0, state[SUBTYPES[_A1]], prepared)
            lost = prepared["k_end"] * phi
            back = prepared["k_rec"] + prepared["k_deg"] * (1 + sorting * d)
            found.append((lost / (lost + back), 1 + sorting * d))
        return found

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        share = naive_endosome(prepared) / (1 + naive_endosome(prepared))
        pools = self._endosomal(state, inputs["phosphatase_drive"], prepared)
        return {
            k: prepared["turnover"] * (made + state[k] * (1 - endosomal * delta / share))
            for k, made, (endosomal, delta) in zip(SUBTYPES, inputs["synthesis"], pools, strict=True)
        }

    def initial(self, prepared: Values) -> dict:
        return {k: 1.0 for k in SUBTYPES}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        pools = self._endosomal(state, inputs["phosphatase_drive"], prepared)
        naive = 1 + naive_endosome(prepared)
        surface = tuple(state[k] * naive * (1 - share) for k, (share, _) in zip(SUBTYPES, pools, strict=True))
        return {"surface": surface, "total": tuple(state[k] for k in SUBTYPES)}

    @classmethod
    def example(cls) -> Example:
        one, n = jnp.ones(3), len(SUBTYPES)  # structural: three lanes
        drug = {"phosphatase_drive": (0.2 * one,) * n, "synthesis": (one,) * n}  # structural: some drive
        return Example(cls(), EXAMPLE, drug, drug | {"phosphatase_drive": (0 * one,) * n})


EXAMPLE = {
    "k_end": 0.6, "k_rec": 1.2, "k_deg": 0.09, "sorting": (0.8, 0.6, 0.6, 0.6), "half": 1.0, "gain": 8.0, "brake": 0.3,
    "dynamin": 1.0, "calcium": 1.0, "drug": 0.05, "inflammation": 0.5,
}  # structural: for the contract battery  # fmt: skip
