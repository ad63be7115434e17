"""Random states of adaptation, and the algebraic imbalance that the chronic clock gives each of them."""

from dataclasses import dataclass
from functools import cache

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.circuit import AdaptedCircuit, ExcitationInhibitionBalance
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError
from allostasis.receptor import InhibitionGain
from allostasis.simulation.acute import assemble_acute

DRUG, ROUTE = "diazepam", "iv"
"""The benzodiazepine of the study; its level is a concentration in the brain, whatever dose led to it."""
VARIED = ("surface", "coupling", "ampa", "nmda", "drug")


@dataclass(frozen=True, eq=False)
class AdaptationStates:
    """States of adaptation with a drug level, one per lane.

    Attributes:
        surface: surface receptors over naive [subtypes, lanes].
        coupling: modulation that a bound benzodiazepine still exerts [subtypes, lanes].
        ampa: AMPA receptor strength over naive [lanes].
        nmda: NMDA receptor strength over naive [lanes].
        drug: unbound level of the benzodiazepine in the brain [nM], [lanes].
    """

    surface: Float[np.ndarray, "subtypes lanes"]
    coupling: Float[np.ndarray, "subtypes lanes"]
    ampa: Float[np.ndarray, " lanes"]
    nmda: Float[np.ndarray, " lanes"]
    drug: Float[np.ndarray, " lanes"]


def naive_state() -> AdaptationStates:
    """The naive brain without drug, one lane."""
    each = np.ones((len(SUBTYPES), 1))
    return AdaptationStates(each, each, np.ones(1), np.ones(1), np.zeros(1))


def with_naive(states: AdaptationStates) -> AdaptationStates:
    """The states with the naive one as a further, last lane, so that both take one run.

    >>> with_naive(random_states(2, 1)).drug.shape
    (3,)
    """
    still = naive_state()
    return AdaptationStates(*(
        np.concatenate([getattr(states, name), getattr(still, name)], axis=-1) for name in VARIED
    ))  # fmt: skip


def random_states(count: int, seed: int, *, only: tuple[str, ...] = VARIED) -> AdaptationStates:
    """Draw states inside the ranges of the set `seizure_margin`, evenly; subtypes differ around a common factor.

    Args:
        count: how many.
        seed: of the draws.
        only: what varies, of `VARIED`; the rest stays naive.

    Raises:
        InputError: a count below 1.

    >>> random_states(2, 1).surface.shape
    (4, 2)
    """
    if count < 1:
        raise InputError("number of random states", value=count, expected="1 or more")
    rows, draw = library.parameter_set("seizure_margin"), np.random.default_rng(seed)
    spread = rows["range.between_subtypes"].value

    def evenly(name: str) -> np.ndarray:
        row = rows[f"range.{name}"]
        assert row.low is not None
        assert row.high is not None
        return draw.uniform(row.low, row.high, count)

    def each(name: str) -> np.ndarray:
        row = rows[f"range.{name}"]
        factor = np.exp(spread * draw.standard_normal((len(SUBTYPES), count)))
        return np.clip(evenly(name) * factor, 0, None if name == "surface" else row.high)

    drawn = {"surface": each("surface"), "coupling": each("coupling"), "ampa": evenly("ampa"), "nmda": evenly("nmda")}
    drawn["drug"] = evenly("drug")
    still = naive_state()
    return AdaptationStates(**{
        name: value if name in only else np.broadcast_to(getattr(still, name), value.shape) for name, value in drawn.items()
    })  # fmt: skip


@cache
def _receptor():
    """Submodel, prepared numbers and ligands of the receptor room, in-vitro affinities as on the acute clock."""
    system = assemble_acute([(DRUG, ROUTE)], "rat")
    submodel = next(s for s in system.composition.submodels if s.name == "receptor")
    ligands = next(port.components for port in submodel.inputs if port.name == "unbound_brain")
    return submodel, submodel.prepare(system.parameters["receptor"]), ligands


def modulations(states: AdaptationStates) -> dict:
    """Ports of the receptor room at the drug level of each state."""
    submodel, prepared, ligands = _receptor()
    levels = tuple(jnp.asarray(states.drug * (name == DRUG)) for name in ligands)
    return submodel.readout(0.0, {}, {"unbound_brain": levels}, prepared)


def chronic_imbalance(states: AdaptationStates, *, adapting_share: float | int | None = None) -> Float[np.ndarray, " lanes"]:
    """Imbalance h of the chronic clock [seizure thresholds], by its own submodels.

    Args:
        states: the states.
        adapting_share: share of the synapses that adapts; that of the library when left out. With 1 the exponents of excitation
            are those of all synapses too.

    >>> abs(chronic_imbalance(naive_state())) < 1e-12
    array([ True])
    """
    receptor, circuit = library.parameter_set("receptor"), library.parameter_set("circuit")
    share = circuit["adapting_share"].value
    p = share if adapting_share is None else float(adapting_share)
    ampa = library.parameter_set("seizure")["acute_balance.ampa_share"].value
    weights = (ampa, 1 - ampa) if adapting_share is not None else tuple(circuit[f"{k}_weight"].value for k in ("ampa", "nmda"))
    values = {
        "weight": tuple(receptor[f"weight.{k}"].value for k in SUBTYPES), "tonic_share": receptor["tonic_share"].value,
        "blind_share": receptor["blind_share"].value, "adapting_share": p,
        "ampa_weight": weights[0] * (1 if adapting_share is None else p),
        "nmda_weight": weights[1] * (1 if adapting_share is None else p), "noradrenergic_weight": 0.0,
    }  # fmt: skip
    lanes, opened = len(states.drug), modulations(states)
    one = jnp.ones(lanes)
    inputs = {name: opened[name] for name in ("modulation_phasic", "modulation_tonic", "modulation_delta")}
    inputs |= {"coupling": tuple(states.coupling), "surface": tuple(states.surface), "ampa": states.ampa, "nmda": states.nmda}
    inputs |= {"clustered": (one,) * len(SUBTYPES), "noradrenergic_drive": one}
    inputs |= {name: 0 * one for name in ("insensitive", "kindling", "alcohol_excitation")}
    inputs |= InhibitionGain().readout(0.0, {}, inputs, values)
    adapted = AdaptedCircuit().readout(0.0, {}, inputs, values)
    balance = ExcitationInhibitionBalance()
    prepared = balance.prepare({"seizure_threshold": circuit["seizure_threshold"].value})
    ports = {"log_adaptation": adapted["log_adaptation"], "log_inhibition_gain": inputs["log_inhibition_gain"]}
    return np.broadcast_to(np.asarray(balance.readout(0.0, {}, ports, prepared)["imbalance"]), (lanes,))
