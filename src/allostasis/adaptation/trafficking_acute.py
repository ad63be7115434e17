"""Trafficking of GABA-A receptors with surface and endosome as states of their own: acute clock.

The equations stand in `trafficking`; this closure keeps both pools, because a seizure moves receptors within minutes.
"""

import jax.numpy as jnp

from allostasis.adaptation import phosphatase, trafficking
from allostasis.adaptation.endocytosis import endocytosis
from allostasis.adaptation.subunit_switch import SYNTHESIS
from allostasis.adaptation.trafficking import SURFACE, TOTAL, naive_endosome
from allostasis.model.acute_ports import CALCIUM, TNF
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values
from allostasis.model.subtypes import SUBTYPES

_A1 = SUBTYPES.index("a1")


class AcuteReceptorTrafficking(AbstractRelaxation):
    """Surface and endosomal receptors of each subtype, both over the naive surface number.

    Parameters: those of `ReceptorTrafficking`, and optionally ``handed`` (tuple over subtypes): receptors over naive with which
    the chronic clock hands over. A test holds the steady states of both closures to each other.
    """

    @property
    def name(self) -> str:
        return "trafficking"

    @property
    def states(self) -> tuple[State, ...]:
        pools = (("surface", "surface"), ("endosome", "endosomal"))
        return tuple(State(f"{pool}_{k}", "1", f"{word} {k} receptors", True) for pool, word in pools for k in SUBTYPES)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (phosphatase.OUTPUT, SYNTHESIS, CALCIUM, TNF)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (SURFACE, TOTAL)

    def rates(self, prepared: Values) -> dict:
        surface = {f"surface_{k}": prepared["k_end"] for k in SUBTYPES}
        return surface | {f"endosome_{k}": prepared["k_rec"] + prepared["k_deg"] for k in SUBTYPES}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        result = {}
        made = prepared["k_deg"] * naive_endosome(prepared)
        alpha1 = self._totals(state, prepared)[_A1]
        for k, d, synthesis, sorting in zip(
            SUBTYPES, inputs["phosphatase_drive"], inputs["synthesis"], prepared["sorting"], strict=True
        ):
            phi = endocytosis(d, inputs["calcium"], inputs["tnf_alpha"], alpha1, prepared)
            s, e = state[f"surface_{k}"], state[f"endosome_{k}"]
            result[f"surface_{k}"] = made * synthesis + prepared["k_rec"] * e - prepared["k_end"] * (phi - 1) * s
            result[f"endosome_{k}"] = prepared["k_end"] * phi * s - prepared["k_deg"] * sorting * d * e
        return result

    def _totals(self, state: Values, prepared: Values) -> tuple:
        naive = 1 + naive_endosome(prepared)
        return tuple((state[f"surface_{k}"] + state[f"endosome_{k}"]) / naive for k in SUBTYPES)

    def initial(self, prepared: Values) -> dict:
        handed = prepared.get("handed", (1.0,) * len(SUBTYPES))
        surface = {f"surface_{k}": h for k, h in zip(SUBTYPES, handed, strict=True)}
        return surface | {f"endosome_{k}": h * naive_endosome(prepared) for k, h in zip(SUBTYPES, handed, strict=True)}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"surface": tuple(state[f"surface_{k}"] for k in SUBTYPES), "total": self._totals(state, prepared)}

    @classmethod
    def example(cls) -> Example:
        one, n = jnp.ones(3), len(SUBTYPES)  # structural: three lanes
        drug = {
            "phosphatase_drive": (0.2 * one,) * n, "synthesis": (one,) * n, "calcium": 0.5 * one, "tnf_alpha": 0.1 * one,
        }  # structural: some drive  # fmt: skip
        rest = {"phosphatase_drive": (0 * one,) * n, "calcium": 0 * one, "tnf_alpha": 0 * one}
        return Example(cls(), trafficking.EXAMPLE, drug, drug | rest)
