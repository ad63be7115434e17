"""What a treatment of status epilepticus costs: respiratory depression, hypotension, intubation.

From the levels of drugs in brain and from the seizure itself:

    ln(p / (1 - p)) = ln(b / (1 - b)) + S (1 - exp(-T / tau)) + max over time of sum over drugs of w C / R

b: probability without drug and without seizure. S: log odds that a seizure adds that goes on for long, T the time with a seizure
from the first treatment on, tau how fast that comes. C: unbound level in brain of a drug, R its reference level (the peak after a
usual full dose), w the log odds at that level. Terms of drugs add up: the numbers know no interaction. The seizure before the
first treatment is the same for every protocol and lies in b and S. An untreated seizure depresses breathing more than a
benzodiazepine does (placebo arm of PHTSE), so a drug that works may lower the risk.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.library.reach import closure
from allostasis.quantity import InputError, UnknownNameError

COSTS = ("respiratory_depression", "hypotension", "intubation")
"""What is counted."""
WEIGHTS = {"respiratory_depression": "respiratory", "hypotension": "circulatory", "intubation": "respiratory"}
"""Which weights of drugs a cost takes: tubes are for lungs."""
LOW, HIGH = 5, 95  # structural: percentiles that are reported between individuals
_SET = "status_epilepticus"


@dataclass(frozen=True, eq=False)
class Cost:
    """One cost in everybody of one arm.

    Attributes:
        name: one of `COSTS`.
        probability: of each individual [1].
        missing: drugs that were given and have no weight here; they count as harmless, which nobody has shown.
    """

    name: str
    probability: Float[np.ndarray, " patients"]
    missing: tuple[str, ...] = ()

    @property
    def mean(self) -> float:
        """Expected share of individuals."""
        return float(self.probability.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """Between which risks 90 % of the individuals lie; no confidence interval of the mean."""
        low, high = np.percentile(self.probability, (LOW, HIGH))
        return float(low), float(high)


def weight(cost: str, drug: str) -> tuple[float, float] | None:
    """Reference level [nM] of a substance and the log odds that it adds there; None where nothing is known.

    Raises:
        UnknownNameError: no such cost.

    >>> level, log_odds = weight("respiratory_depression", "propofol")
    >>> level > 0 and log_odds >= 0
    True
    >>> weight("hypotension", "oxazepam") is None
    True
    """
    if cost not in COSTS:
        raise UnknownNameError("cost", cost, COSTS)
    rows = library.parameter_set(_SET)
    level, found = rows.get(f"cost.reference.{drug}"), rows.get(f"cost.{WEIGHTS[cost]}.{drug}")
    return None if level is None or found is None else (level.to("nM"), found.value)


def missing(cost: str, drugs: Mapping | tuple[str, ...]) -> tuple[str, ...]:
    """Drugs of which neither they nor a metabolite have a weight.

    >>> missing("hypotension", ("lorazepam", "cenobamate"))
    ('cenobamate',)
    """
    return tuple(drug for drug in drugs if all(weight(cost, name) is None for name in closure([drug])))


def seizure_share(seizing_min: Float[np.ndarray, " patients"]) -> Float[np.ndarray, " patients"]:
    """How much of the burden of a long seizure has come, 1 - exp(-T / tau).

    Args:
        seizing_min: time with a seizure from the first treatment on [min].

    Raises:
        InputError: a negative time.

    >>> seizure_share(np.array([0.0, 1e6]))
    array([0., 1.])
    """
    if np.any(np.asarray(seizing_min) < 0):
        raise InputError("time with a seizure [min]", value=float(np.min(seizing_min)), expected="0 or more")
    return 1 - np.exp(-np.asarray(seizing_min, float) / library.parameter_set(_SET)["cost.seizure_time"].to("min"))


def drug_load(
    cost: str, levels_nM: Mapping[str, Float[np.ndarray, "patients minutes"]], patients: int
) -> Float[np.ndarray, " patients"]:
    """Log odds that drugs add at the worst instant.

    Args:
        cost: one of `COSTS`.
        levels_nM: substance -> unbound level in brain [nM]; those without a weight are left out.
        patients: how many, for nobody who got anything.

    >>> level, log_odds = weight("respiratory_depression", "lorazepam")
    >>> float(drug_load("respiratory_depression", {"lorazepam": np.array([[0.0, level]])}, 1)[0]) == log_odds
    True
    """
    known = [(found, levels) for name, levels in levels_nM.items() if (found := weight(cost, name)) is not None]
    if not known:
        return np.zeros(patients)
    return np.max(sum(log_odds / level * np.asarray(levels, float) for (level, log_odds), levels in known), axis=1)


def cost_probability(
    cost: str, load: Float[np.ndarray, " patients"], seizing_min: Float[np.ndarray, " patients"]
) -> Float[np.ndarray, " patients"]:
    """Probability of a cost in each individual.

    Args:
        cost: one of `COSTS`.
        load: log odds that drugs add, of `drug_load`.
        seizing_min: time with a seizure from the first treatment on [min].

    >>> float(cost_probability("hypotension", np.zeros(1), np.zeros(1))[0])
    0.005
    """
    if cost not in COSTS:
        raise UnknownNameError("cost", cost, COSTS)
    rows = library.parameter_set(_SET)
    base, seizure = rows[f"cost.{cost}.base"].value, rows[f"cost.{cost}.seizure"].value
    odds = base / (1 - base) * np.exp(load + seizure * seizure_share(seizing_min))
    return odds / (1 + odds)
