"""Monod-Wyman-Changeux equilibrium of GABA-A receptors with ligands at the benzodiazepine site and at any other site."""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp

from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values
from allostasis.model.subtypes import SUBTYPES

NEUROSTEROID = Port("neurosteroid", "1", "endogenous neurosteroid over naive")
ENDOGENOUS = "endogenous"
"""Name of the endogenous neurosteroid among the ligands of its site."""


class OtherSite(NamedTuple):
    """A site beside the benzodiazepine site: its copies in synaptic and in delta receptors, and the ligands that share it."""

    name: str
    synaptic: int
    delta: int
    ligands: tuple[str, ...]


class MWCReceptor(AbstractAlgebraic):
    """Open probability with drug over that without: of each subtype at phasic and tonic GABA, of delta receptors at tonic GABA.

        Po     = 1 / (1 + L F_GABA F_BZ F_other ...)
        F_GABA = [(1 + G/K) / (1 + G/(c K))]^2
        F_site = [(1 + sum X_i/K_i) / (1 + sum X_i/(c_i K_i))]^N      ligands of one site compete; N = 1 for benzodiazepines
        occupancy = sum (X_i/K_i) / (1 + sum X_i/K_i)                 benzodiazepine site, resting state, as imaging sees it

    The numbers of `receptor.equilibrium`, with reciprocals taken once per run; a test holds the two to each other. With c < 1 a
    ligand is a positive modulator, with c = 1 an antagonist, with c > 1 a negative modulator; competing ligands share the site,
    so flumazenil (c near 1) displaces agonists. Without GABA the ratio stays at the spontaneous level. Delta receptors have no
    benzodiazepine site. With an endogenous neurosteroid "without drug" means at its naive level.

    Parameters: ``L``, ``K_GABA`` [uM], ``c_GABA`` (tuples over subtypes), ``gaba_phasic``, ``gaba_tonic`` [uM],
    ``K.<ligand>`` [nM] and ``c.<ligand>`` (tuples over subtypes; K is the apparent constant in vivo, K_BZ x in_vivo_scale).
    With other sites also ``delta.L``, ``delta.K_GABA``, ``delta.c_GABA``, and per site and ligand ``K.<site>.<ligand>`` [nM],
    ``c.<site>.<ligand>`` and ``delta.c.<site>.<ligand>``; with a neurosteroid ``neurosteroid_naive`` [nM].

    Args:
        ligands: names of the ligands, the components of the port ``unbound_brain``.
        benzodiazepines: those that bind the benzodiazepine site; all when left out.
        others: the other sites in use.
        endogenous: whether an endogenous neurosteroid (port ``neurosteroid``) binds with the ligands of its site.
    """

    ligands: tuple[str, ...] = eqx.field(static=True)
    benzodiazepines: tuple[str, ...] = eqx.field(static=True)
    others: tuple[OtherSite, ...] = eqx.field(static=True)
    endogenous: bool = eqx.field(static=True)

    def __init__(
        self,
        ligands: tuple[str, ...],
        benzodiazepines: tuple[str, ...] | None = None,
        others: tuple[OtherSite, ...] = (),
        endogenous: bool = False,
    ):
        self.ligands = ligands
        self.benzodiazepines = ligands if benzodiazepines is None else benzodiazepines
        self.others, self.endogenous = others, endogenous

    @property
    def name(self) -> str:
        return "receptor"

    @property
    def inputs(self) -> tuple[Port, ...]:
        drugs = (Port("unbound_brain", "nM", "unbound brain concentration", self.ligands),)
        return drugs + ((NEUROSTEROID,) if self.endogenous else ())

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (
            Port("occupancy", "1", "benzodiazepine-site occupancy", SUBTYPES),
            Port("modulation_phasic", "1", "open probability over drug-free, phasic GABA", SUBTYPES),
            Port("modulation_tonic", "1", "open probability over drug-free, tonic GABA", SUBTYPES),
            Port("modulation_delta", "1", "open probability of delta receptors over drug-free, tonic GABA"),
        )

    def prepare(self, parameters: Values) -> dict:
        p = parameters
        prepared: dict = {}
        naive = self._naive(p)
        for kind in ("phasic", "tonic"):
            closed = tuple(
                _closed(*numbers, p[f"gaba_{kind}"]) for numbers in zip(p["L"], p["K_GABA"], p["c_GABA"], strict=True)
            )
            prepared[f"closed_{kind}"] = closed
            prepared[f"inverse_rest_{kind}"] = tuple(1 + q * naive[0] for q in closed)
        if self.others:
            closed = _closed(p["delta.L"], p["delta.K_GABA"], p["delta.c_GABA"], p["gaba_tonic"])
            prepared |= {"closed_delta": closed, "inverse_rest_delta": 1 + closed * naive[1]}
        for ligand in self.benzodiazepines:
            prepared[f"resting.{ligand}"] = tuple(1 / k for k in p[f"K.{ligand}"])
            prepared[f"active.{ligand}"] = tuple(
                1 / (c * k) for c, k in zip(p[f"c.{ligand}"], p[f"K.{ligand}"], strict=True)
            )
        for site in self.others:
            for ligand in site.ligands:
                key = f"{site.name}.{ligand}"
                scale = p["neurosteroid_naive"] if ligand == ENDOGENOUS else 1.0
                prepared[f"resting.{key}"] = scale / p[f"K.{key}"]
                prepared[f"active.{key}"] = scale / (p[f"c.{key}"] * p[f"K.{key}"])
                prepared[f"delta.active.{key}"] = scale / (p[f"delta.c.{key}"] * p[f"K.{key}"])
        return prepared

    def _naive(self, p: Values) -> tuple:
        """F of the endogenous neurosteroid at its naive level, for synaptic and for delta receptors."""
        synaptic = delta = 1.0
        for site in self.others:
            if ENDOGENOUS in site.ligands:
                key = f"{site.name}.{ENDOGENOUS}"
                x = p["neurosteroid_naive"] / p[f"K.{key}"]
                synaptic = ((1 + x) / (1 + x / p[f"c.{key}"])) ** site.synaptic
                delta = ((1 + x) / (1 + x / p[f"delta.c.{key}"])) ** site.delta
        return synaptic, delta

    def _other_factors(self, concentrations: dict, prepared: Values) -> tuple:
        """Products over the other sites: (resting, active) of synaptic and of delta receptors."""
        resting = active = delta_resting = delta_active = 1.0
        for site in self.others:
            bound = free = delta = 1.0
            for ligand in site.ligands:
                key, x = f"{site.name}.{ligand}", concentrations[ligand]
                bound = bound + x * prepared[f"resting.{key}"]
                free = free + x * prepared[f"active.{key}"]
                delta = delta + x * prepared[f"delta.active.{key}"]
            resting, active = resting * bound**site.synaptic, active * free**site.synaptic
            delta_resting, delta_active = delta_resting * bound**site.delta, delta_active * delta**site.delta
        return resting, active, delta_resting, delta_active

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        concentrations = dict(zip(self.ligands, inputs["unbound_brain"], strict=True))
        if self.endogenous:
            concentrations[ENDOGENOUS] = inputs["neurosteroid"]
        one = jnp.ones_like(next(iter(concentrations.values())))
        other_resting, other_active, delta_resting, delta_active = self._other_factors(concentrations, prepared)
        occupancy, phasic, tonic = [], [], []
        for k in range(len(SUBTYPES)):
            resting = active = one
            for ligand in self.benzodiazepines:
                resting = resting + concentrations[ligand] * prepared[f"resting.{ligand}"][k]
                active = active + concentrations[ligand] * prepared[f"active.{ligand}"][k]
            occupancy.append(1 - 1 / resting)
            resting, active = resting * other_resting, active * other_active
            for kind, ratios in (("phasic", phasic), ("tonic", tonic)):
                share = active / (active + prepared[f"closed_{kind}"][k] * resting)
                ratios.append(share * prepared[f"inverse_rest_{kind}"][k])
        delta = one
        if self.others:
            delta = delta_active / (delta_active + prepared["closed_delta"] * delta_resting)
            delta = delta * prepared["inverse_rest_delta"]
        return {
            "occupancy": tuple(occupancy),
            "modulation_phasic": tuple(phasic),
            "modulation_tonic": tuple(tonic),
            "modulation_delta": delta,
        }

    @classmethod
    def example(cls) -> Example:
        n = len(SUBTYPES)
        values = {
            "L": (9000.0,) * n, "K_GABA": (23.4,) * n, "c_GABA": (0.0035,) * n, "gaba_phasic": 5.0, "gaba_tonic": 0.3,
            "K.agonist": (30.0,) * n, "c.agonist": (0.35,) * n, "K.antagonist": (10.0,) * n, "c.antagonist": (1.0,) * n,
            "delta.L": 9.0, "delta.K_GABA": 0.6, "delta.c_GABA": 0.4, "neurosteroid_naive": 10.0,
            "K.neurosteroid.steroid": 400.0, "c.neurosteroid.steroid": 0.15, "delta.c.neurosteroid.steroid": 0.6,
            "K.neurosteroid.endogenous": 400.0, "c.neurosteroid.endogenous": 0.15,
            "delta.c.neurosteroid.endogenous": 0.6,
        }  # structural: invented ligands for the contract battery  # fmt: skip
        one = jnp.ones(3)  # structural: three lanes
        site = OtherSite("neurosteroid", 2, 2, ("steroid", ENDOGENOUS))
        model = cls(("agonist", "antagonist", "steroid"), ("agonist", "antagonist"), (site,), endogenous=True)
        drugs = {"unbound_brain": (20 * one, 2 * one, 50 * one), "neurosteroid": 1.2 * one}  # structural: some drug
        rest = {"unbound_brain": (0 * one,) * len(model.ligands), "neurosteroid": one}
        return Example(model, values, drugs, rest)


def _closed(allosteric, k, c, gaba):
    """L F_GABA."""
    return allosteric * ((1 + gaba / k) / (1 + gaba / (c * k))) ** 2
