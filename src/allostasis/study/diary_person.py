"""What a diary can tell of a person: four numbers with a prior, and the factors that they put on the chain.

Each number u is 0 for the typical person and normal between people, with the sd of the library's set "diary":

    size         logit p = logit p0 + u          p: share that adapts; the weights of AMPA and NMDA follow p / p0
    recovery     tau     = tau0 exp(u)           the times in which adaptation recovers
    sensitivity  x50     = x50_0 exp(-u)         anchors of the symptom clusters
    background   logit b = logit b0 + u          b: share of the scale that has nothing to do with withdrawal

So every share stays between 0 and 1, and every time above 0. Only size and recovery move the imbalance, which a plan is held
against. A score moves with size and with sensitivity alike; what tells them apart is the prior and the course over time.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.clinic.diary import TOP
from allostasis.quantity import NotModelledError

NUMBERS = ("size", "recovery", "sensitivity", "background")
"""Numbers of a person, in the order of every array over them."""
OF_THE_RUN = NUMBERS[:2]
"""Those that move states of the simulation; the others only read its symptoms."""
SIZE = {
    "adapted_circuit": ("adapting_share", "ampa_weight", "nmda_weight"),
    "adaptation": ("w_fast", "w_slow"),
}
"""Parameters that grow with the size of adaptation, by submodel: nine mechanisms, or two lumped states."""
RECOVERY = {
    "subunit_switch": ("tau_down",), "nmda": ("tau_down",), "set_point": ("tau",), "phosphatase": ("tau",),
    "clustering": ("tau",), "adaptation": ("tau_fast", "tau_slow_down"),
}  # fmt: skip
"""Times that the speed of recovery moves together, by submodel."""


def prior_sd() -> Float[np.ndarray, " numbers"]:
    """Standard deviation of each number between people."""
    rows = library.parameter_set("diary")
    return np.array([rows[f"person.{name}"].log_spread for name in NUMBERS])


def factors_of(
    person: Float[np.ndarray, "people numbers"], parameters: Mapping[str, Mapping[str, Any]]
) -> dict[str, Float[np.ndarray, " people"]]:
    """Factors on the parameters of a chain, "submodel.name" -> one per person, as `clinic.simulate` takes them.

    Args:
        person: size, recovery, and where the chain has symptoms their sensitivity; further columns are not read.
        parameters: of the chain, as `simulation.assemble` gives them; what it lacks gets no factor.

    Raises:
        NotModelledError: a chain without adaptation.

    >>> found = factors_of(np.array([[0.0, 0.7]]), {"adaptation": {"w_fast": 0.5, "w_slow": 0.3, "tau_fast": 72.0}})
    >>> sorted(found), round(float(found["adaptation.tau_fast"][0]), 2)
    (['adaptation.tau_fast', 'adaptation.w_fast', 'adaptation.w_slow'], 2.01)
    """
    found = {}
    submodel, share = _adapting(parameters)
    grown = expit(logit(share) + person[:, 0]) / share
    found |= {f"{submodel}.{name}": grown for name in SIZE[submodel]}
    for submodel, names in RECOVERY.items():
        held = parameters.get(submodel, {})
        found |= {f"{submodel}.{name}": np.exp(person[:, 1]) for name in names if name in held}
    if "half" in parameters.get("withdrawal", {}) and person.shape[1] > len(OF_THE_RUN):
        found["withdrawal.half"] = np.exp(-person[:, NUMBERS.index("sensitivity")])
    return found


def _adapting(parameters: Mapping[str, Mapping[str, Any]]) -> tuple[str, float]:
    """The submodel that holds the share of the typical person that adapts, and that share."""
    if parameters.get("adapted_circuit"):
        return "adapted_circuit", float(parameters["adapted_circuit"]["adapting_share"])
    if parameters.get("adaptation"):
        return "adaptation", float(parameters["adaptation"]["w_fast"] + parameters["adaptation"]["w_slow"])
    raise NotModelledError(
        "a diary with a chain that does not adapt", expected="adaptation by mechanisms or by two time scales"
    )


def background(person: Float[np.ndarray, "people numbers"]) -> Float[np.ndarray, " people"]:
    """Share of the scale that has nothing to do with withdrawal.

    >>> background(np.zeros((1, 4))).round(3).tolist()
    [0.03]
    """
    naive = library.parameter_set("diary")["person.background"].value
    return expit(logit(naive) + person[:, NUMBERS.index("background")])


def in_words(person: Float[np.ndarray, " numbers"]) -> dict[str, float]:
    """The numbers of one person as factors on those of the typical one; the background in points of 100.

    The size is the factor on the odds of the share that adapts.

    >>> in_words(np.zeros(4))
    {'size': 1.0, 'recovery': 1.0, 'sensitivity': 1.0, 'background': 3.0}
    """
    named = dict(zip(NUMBERS, np.exp(person).tolist(), strict=True))
    return named | {"background": float(round(TOP * background(person[None])[0], 9))}


def logit(share):
    """Log odds."""
    return np.log(share / (1 - share))


def expit(odds):
    """The share that has these log odds."""
    return 1 / (1 + np.exp(-odds))
