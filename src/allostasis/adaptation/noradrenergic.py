"""Noradrenergic drive of the locus coeruleus, which alpha3 receptors hold down and alpha2 agonists quieten."""

import jax.numpy as jnp

from allostasis.adaptation import clustering, uncoupling
from allostasis.adaptation.trafficking import SURFACE
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values
from allostasis.model.subtypes import SUBTYPES

OUTPUT = Port("noradrenergic_drive", "1", "noradrenergic output of the locus coeruleus over naive")
_MODULATION = Port("modulation_phasic", "1", "open probability over drug-free, phasic GABA", SUBTYPES)
_A3 = SUBTYPES.index("a3")


class LocusCoeruleus(AbstractRelaxation):
    """Noradrenergic output of the locus coeruleus over naive.

        inhibition = surface_a3 clustered_a3 (1 + coupling_a3 (m_a3 - 1))
        d l /dt    = (upregulation (inhibition - 1) - l) / tau
        drive      = (1 + l) / inhibition / (1 + alpha2 agonist)

    l: what the cells build up against sustained inhibition (the cAMP pathway). When the drug goes, inhibition falls below naive
    and the built-up excitability is laid bare. An alpha2 agonist (clonidine, dexmedetomidine, lofexidine) lowers the output
    through autoreceptors and touches no GABA-A receptor.

    Parameters: ``upregulation``, ``alpha2`` (inhibition by a full alpha2 agonist), ``alpha2_agonist`` (its level, 0 to 1),
    ``tau`` [h].
    """

    @property
    def name(self) -> str:
        return "locus_coeruleus"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("excitability", "1", "built-up excitability of the locus coeruleus"),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (_MODULATION, uncoupling.OUTPUT, SURFACE, clustering.OUTPUT)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (OUTPUT,)

    def _inhibition(self, inputs: Values):
        modulation, coupling = inputs["modulation_phasic"][_A3], inputs["coupling"][_A3]
        return inputs["surface"][_A3] * inputs["clustered"][_A3] * (1 + coupling * (modulation - 1))

    def rates(self, prepared: Values) -> dict:
        return {"excitability": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"excitability": prepared["upregulation"] * (self._inhibition(inputs) - 1) / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"excitability": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        quiet = 1 + prepared["alpha2"] * prepared["alpha2_agonist"]
        return {"noradrenergic_drive": (1 + state["excitability"]) / (self._inhibition(inputs) * quiet)}

    @classmethod
    def example(cls) -> Example:
        one, n = jnp.ones(3), len(SUBTYPES)  # structural: three lanes
        values = {"upregulation": 0.5, "alpha2": 0.5, "alpha2_agonist": 0.0, "tau": 120.0}  # structural: for the battery
        rest = {name: (one,) * n for name in ("modulation_phasic", "coupling", "surface", "clustered")}
        return Example(cls(), values, rest | {"modulation_phasic": (1.3 * one,) * n}, rest)  # structural: some drug
