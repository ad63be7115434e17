"""The dose at which a person has the exposure that the reference person has at the usual one.

    active exposure   X = sum_i w_i C_i      C_i: mean unbound brain level of the drug and of what it forms that acts
    matched           f with X(person, f R) = X(reference, R)

w_i is the fall of H per nM of a small level in the model, so that an active metabolite counts by its potency; where nothing has a
target in the model, C is the plasma level of the drug and w is 1. The same dose at the interval divided by f is the other way.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from allostasis import library
from allostasis.clinic.combination.effect import Balance, mechanisms
from allostasis.clinic.levels import Levels, steady_levels
from allostasis.patient import Patient
from allostasis.quantity import InputError

SMALL = 1e-3  # structural: level [nM] at which every effect is still linear
MOST = 30.0  # structural: doses are looked for between this multiple and its inverse
HALVINGS = 24  # structural: bisection in the logarithm of the dose, to a millionth
Rates = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Match:
    """How the dose of a drug would have to change for the exposure of the reference person.

    Attributes:
        drug: canonical name.
        exposure: active exposure at the same dose over that of the reference person; infinity where the person never comes to a
            steady state at it.
        dose: factor on the dose at the same interval.
        parent: plasma level of the drug itself over that of the reference person, at the same dose.
        counted: what counts as active exposure.
    """

    drug: str
    exposure: float
    dose: float
    parent: float
    counted: tuple[str, ...]

    @property
    def interval(self) -> float:
        """Factor on the interval at the same dose."""
        return 1 / self.dose


def match(drug: str, rates: Rates, person: Patient, reference: Patient | None = None) -> Match:
    """Match the exposure of a person to that of a reference person.

    Args:
        drug: canonical name.
        rates: (drug, route) -> mean dose rate [mg/h] of this drug alone.
        person: who takes it.
        reference: whose exposure is the target; None for the typical adult.

    Raises:
        InputError: no steady state at this dose.

    >>> poor = match("diazepam", {("diazepam", "oral"): 10 / 24}, Patient(genotype={"CYP2C19": "*2/*2"}))
    >>> poor.exposure > 1.5, poor.dose < 1 / 1.5
    (True, True)
    """
    weights = _weights(drug)
    target = steady_levels(rates, reference or Patient())
    wanted = _active(target, weights, drug)

    def ratio(factor: float) -> float:
        """Active exposure of the person at a multiple of the dose over that of the reference; infinity where it never settles."""
        try:
            levels = steady_levels({k: v * factor for k, v in rates.items()}, person)
        except InputError:
            return math.inf
        return _active(levels, weights, drug) / wanted

    exposure, low, high = ratio(1.0), math.log(1 / MOST), math.log(MOST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if ratio(math.exp(middle)) >= 1 else (middle, high)
    parent = math.inf if exposure == math.inf else steady_levels(rates, person).plasma[drug] / target.plasma[drug]
    return Match(drug, exposure, math.exp((low + high) / 2), parent, tuple(weights) or (f"{drug} in plasma",))


def _weights(drug: str) -> dict[str, float]:
    if not mechanisms(drug):
        return {}
    balance = Balance([drug], affinity="in_vivo")
    slopes = {name: float(balance.effect({name: SMALL})[0]) / SMALL for name in balance.ligands}
    return {name: slope for name, slope in slopes.items() if slope > 0}


def _active(levels: Levels, weights: Mapping[str, float], drug: str) -> float:
    if not weights:
        return levels.plasma[library.canonical(drug, "drug")]
    return sum(w * levels.unbound_brain[name] for name, w in weights.items())
