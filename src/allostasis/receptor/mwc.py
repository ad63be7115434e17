"""Monod-Wyman-Changeux equilibrium of GABA-A receptors with competing ligands at the benzodiazepine site."""

import equinox as eqx
import jax.numpy as jnp

from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values
from allostasis.receptor.subtypes import SUBTYPES


class MWCReceptor(AbstractAlgebraic):
    """Open probability of each subtype with drug over that without, at the phasic and at the tonic GABA level.

        Po    = 1 / (1 + L F_GABA F_BZ)
        F_GABA = [(1 + G/K) / (1 + G/(c K))]^2
        F_BZ   = (1 + sum X_i/K_i) / (1 + sum X_i/(c_i K_i))          one competitive site
        occupancy = sum (X_i/K_i) / (1 + sum X_i/K_i)                 of the resting state, as imaging sees it

    With c < 1 a ligand is a positive modulator, with c = 1 an antagonist, with c > 1 a negative modulator; competing ligands
    share the site, so flumazenil (c near 1) displaces agonists. Without GABA the ratio stays at the spontaneous level.

    Parameters: ``L``, ``K_GABA`` [uM], ``c_GABA`` (tuples over subtypes), ``gaba_phasic``, ``gaba_tonic`` [uM],
    ``K.<ligand>`` [nM] and ``c.<ligand>`` (tuples over subtypes; K is the apparent constant in vivo, K_BZ x in_vivo_scale).

    Args:
        ligands: names of the ligands, the components of the port ``unbound_brain``.
    """

    ligands: tuple[str, ...] = eqx.field(static=True)

    @property
    def name(self) -> str:
        return "receptor"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (Port("unbound_brain", "nM", "unbound brain concentration", self.ligands),)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (
            Port("occupancy", "1", "benzodiazepine-site occupancy", SUBTYPES),
            Port("modulation_phasic", "1", "open probability over drug-free, phasic GABA", SUBTYPES),
            Port("modulation_tonic", "1", "open probability over drug-free, tonic GABA", SUBTYPES),
        )

    def prepare(self, parameters: Values) -> dict:
        p = parameters
        prepared: dict = {}
        for kind in ("phasic", "tonic"):
            gaba = p[f"gaba_{kind}"]
            closed = tuple(
                allosteric * ((1 + gaba / k) / (1 + gaba / (c * k))) ** 2
                for allosteric, k, c in zip(p["L"], p["K_GABA"], p["c_GABA"], strict=True)
            )
            prepared[f"closed_{kind}"] = closed
            prepared[f"inverse_rest_{kind}"] = tuple(1 + value for value in closed)
        for ligand in self.ligands:
            prepared[f"resting.{ligand}"] = tuple(1 / k for k in p[f"K.{ligand}"])
            prepared[f"active.{ligand}"] = tuple(
                1 / (c * k) for c, k in zip(p[f"c.{ligand}"], p[f"K.{ligand}"], strict=True)
            )
        return prepared

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        occupancy, phasic, tonic = [], [], []
        concentrations = inputs["unbound_brain"]
        for k in range(len(SUBTYPES)):
            resting = active = jnp.ones_like(concentrations[0])
            for ligand, x in zip(self.ligands, concentrations, strict=True):
                resting = resting + x * prepared[f"resting.{ligand}"][k]
                active = active + x * prepared[f"active.{ligand}"][k]
            occupancy.append(1 - 1 / resting)
            for kind, ratios in (("phasic", phasic), ("tonic", tonic)):
                share = active / (active + prepared[f"closed_{kind}"][k] * resting)
                ratios.append(share * prepared[f"inverse_rest_{kind}"][k])
        return {"occupancy": tuple(occupancy), "modulation_phasic": tuple(phasic), "modulation_tonic": tuple(tonic)}

    @classmethod
    def example(cls) -> Example:
        n = len(SUBTYPES)
        values = {
            "L": (9000.0,) * n,
            "K_GABA": (23.4,) * n,
            "c_GABA": (0.0035,) * n,
            "gaba_phasic": 5.0,
            "gaba_tonic": 0.3,
            "K.agonist": (30.0,) * n,
            "c.agonist": (0.35,) * n,
            "K.antagonist": (10.0,) * n,
            "c.antagonist": (1.0,) * n,
        }  # structural: an invented ligand pair for the contract battery
        one = jnp.ones(3)  # structural: three lanes
        return Example(
            cls(("agonist", "antagonist")),
            values,
            {"unbound_brain": (20 * one, 2 * one)},  # structural: some drug
            {"unbound_brain": (0 * one, 0 * one)},
        )
