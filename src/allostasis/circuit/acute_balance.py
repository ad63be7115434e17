"""Excitation against inhibition while a seizure runs: everything that moves either, as a log ratio."""

import jax.numpy as jnp

from allostasis.model import acute_ports as acute
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values
from allostasis.model.subtypes import SUBTYPES

_A5 = SUBTYPES.index("a5")
E_GABA = Port("e_gaba", "mV", "reversal potential of the GABA-A current")


class AcuteBalance(AbstractAlgebraic):
    """Excitation, inhibition and H = ln E - ln I of the acute clock; the naive brain is 1, 1 and 0.

        r_k  = surface_k (1 + u_k (m_k - 1))                            receptors of subtype k, with what drugs make of them
        P    = il_1_gaba gaba_supply gaba_synthesis sum_k w_k r_k               phasic conductance
        T    = gaba_ambient [(1 - d) surface_a5 (1 + u_a5 (t_a5 - 1)) + d delta_surface t_delta]        tonic conductance
        D    = (V_spike - E_GABA) / (V_spike - E_GABA,naive)                    driving force of chloride
        I    = [(1 - f) P + f T] (q + (1 - q) D) (1 - k (1 - nmda_available))
        E    = release nav_available glutamate^g [a ampa ampa_available + (1 - a) nmda nmda_available d_serine il_1_nmda]

    m, t: modulation at phasic and tonic GABA; u: coupling; f: tonic share, d: its share of delta receptors; q: inhibition that is
    left when chloride has no driving force (an open channel still shunts); k: inhibition that an NMDA blocker takes away because
    interneurones need NMDA receptors too; a: share of AMPA receptors in excitation. Fast and slow inhibition are the same sum
    with the weights of alpha1-rich somatic and of alpha2- and alpha5-rich dendritic synapses, over their own total.

    Parameters: ``weight``, ``somatic`` (tuples over subtypes), ``tonic_share`` f, ``blind_share`` d, ``shunting`` q,
    ``interneurone_nmda`` k, ``ampa_share`` a, ``glutamate_power`` g [1], ``spike_potential``, ``e_gaba_naive`` [mV].
    """

    @property
    def name(self) -> str:
        return "acute_balance"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (
            Port("modulation_phasic", "1", "open probability over drug-free, phasic GABA", SUBTYPES),
            Port("modulation_tonic", "1", "open probability over drug-free, tonic GABA", SUBTYPES),
            Port("modulation_delta", "1", "open probability of delta receptors over drug-free, tonic GABA"),
            Port("coupling", "1", "modulation that a bound benzodiazepine still exerts", SUBTYPES),
            Port("surface", "1", "surface GABA-A receptors over naive", SUBTYPES),
            E_GABA, acute.DELTA_SURFACE, acute.AMPA, acute.NMDA, acute.GABA_SUPPLY, acute.GABA_SYNTHESIS, acute.GABA_AMBIENT,
            acute.IL_1_GABA, acute.IL_1_NMDA, acute.GLUTAMATE, acute.D_SERINE, acute.NMDA_AVAILABLE, acute.AMPA_AVAILABLE,
            acute.NAV_AVAILABLE, acute.RELEASE,
        )  # fmt: skip

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (
            acute.EXCITATION, acute.INHIBITION, acute.INHIBITION_FAST, acute.INHIBITION_SLOW, acute.DRIVING_FORCE,
            acute.LOG_IMBALANCE,
        )  # fmt: skip

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        fast, slow, phasic, tonic = self._conductances(inputs, prepared)
        span = prepared["spike_potential"] - prepared["e_gaba_naive"]
        force = (prepared["spike_potential"] - inputs["e_gaba"]) / span
        share, shunt = prepared["tonic_share"], prepared["shunting"]
        conductance = (1 - share) * phasic + share * tonic
        blocked = 1 - prepared["interneurone_nmda"] * (1 - inputs["nmda_available"])
        log_inhibition = jnp.log(conductance) + jnp.log(shunt + (1 - shunt) * force) + jnp.log(blocked)
        log_excitation = jnp.log(self._excitation(inputs, prepared))
        return {
            "excitation": jnp.exp(log_excitation),
            "inhibition": conductance,
            "inhibition_fast": fast,
            "inhibition_slow": slow,
            "driving_force": force,
            "log_imbalance": log_excitation - log_inhibition,
        }

    def _conductances(self, inputs: Values, prepared: Values) -> tuple:
        """Fast, slow and all phasic conductance, and tonic conductance, over naive."""
        acting = zip(inputs["surface"], inputs["coupling"], inputs["modulation_phasic"], strict=True)
        receptors = tuple(s * (1 + u * (m - 1)) for s, u, m in acting)
        weight, somatic = prepared["weight"], prepared["somatic"]
        at_soma = sum(w * q for w, q in zip(weight, somatic, strict=True))
        fast = sum(w * q * r for w, q, r in zip(weight, somatic, receptors, strict=True)) / at_soma
        slow = sum(w * (1 - q) * r for w, q, r in zip(weight, somatic, receptors, strict=True)) / (1 - at_soma)
        gaba = inputs["gaba_supply"] * inputs["gaba_synthesis"] * inputs["il_1_gaba"]
        a5 = inputs["surface"][_A5] * (1 + inputs["coupling"][_A5] * (inputs["modulation_tonic"][_A5] - 1))
        blind = prepared["blind_share"]
        tonic = (1 - blind) * a5 + blind * inputs["delta_surface"] * inputs["modulation_delta"]
        fast, slow = gaba * fast, gaba * slow
        return fast, slow, at_soma * fast + (1 - at_soma) * slow, inputs["gaba_ambient"] * tonic

    def _excitation(self, inputs: Values, prepared: Values):
        share = prepared["ampa_share"]
        nmda = inputs["nmda"] * inputs["nmda_available"] * inputs["d_serine"] * inputs["il_1_nmda"]
        receptors = share * inputs["ampa"] * inputs["ampa_available"] + (1 - share) * nmda
        return inputs["release"] * inputs["nav_available"] * inputs["glutamate"] ** prepared["glutamate_power"] * receptors

    @classmethod
    def example(cls) -> Example:
        values = {
            "weight": (0.45, 0.3, 0.15, 0.1), "somatic": (0.8, 0.3, 0.3, 0.1), "tonic_share": 0.3, "blind_share": 0.5,
            "shunting": 0.3, "interneurone_nmda": 0.1, "ampa_share": 0.6, "glutamate_power": 0.3, "spike_potential": -50.0,
            "e_gaba_naive": -66.0,
        }  # structural: for the contract battery  # fmt: skip
        one, n = jnp.ones(3), len(SUBTYPES)  # structural: three lanes
        rest = {port.name: one for port in cls().inputs} | {"e_gaba": -66.0 * one}  # structural: at rest
        rest |= {name: (one,) * n for name in ("modulation_phasic", "modulation_tonic", "coupling", "surface")}
        seizure = rest | {
            "surface": (0.6 * one,) * n, "modulation_phasic": (1.6 * one,) * n, "e_gaba": -58.0 * one, "nmda": 1.3 * one,
            "nmda_available": 0.8 * one, "gaba_ambient": 1.4 * one,
        }  # structural: a treated seizure  # fmt: skip
        return Example(cls(), values, seizure, rest)
