"""Search over a menu of protocols: how often the seizure stops, set against what it costs, in the same virtual individuals.

Every protocol of the menu is simulated, so nothing is missed and no optimiser has to be trusted. A protocol lies on the Pareto
front if no other one stops at least as many at the same cost or less, and is better in one of the two.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import batched

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from allostasis.clinic.status_epilepticus.costs import COSTS, Cost
from allostasis.clinic.status_epilepticus.menu import Menu
from allostasis.quantity import InputError
from allostasis.study.se_costs import costs
from allostasis.study.se_outcome import Outcome, outcomes
from allostasis.study.se_question import setting
from allostasis.study.status_epilepticus import run_study

MOST_LANE_MINUTES = 400_000
"""Individuals x protocols x minutes that are simulated at a time: memory."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """One protocol of the menu.

    Attributes:
        name: of the protocol.
        text: its steps.
        outcome: how often the seizure stopped.
        costs: name -> cost.
        on_front: whether no other protocol is better.
    """

    name: str
    text: str
    outcome: Outcome
    costs: Mapping[str, Cost]
    on_front: bool


@dataclass(frozen=True, eq=False)
class Search:
    """Every protocol of a menu, those that stop most first, and of a tie those that cost least.

    Attributes:
        menu: what was asked.
        candidates: the protocols.
        enrolled: how many individuals had a seizure at the first treatment.
    """

    menu: Menu
    candidates: tuple[Candidate, ...]
    enrolled: int

    @property
    def front(self) -> tuple[Candidate, ...]:
        """The Pareto front, those that cost least first."""
        return tuple(sorted((c for c in self.candidates if c.on_front), key=lambda c: c.costs[self.menu.cost].mean))

    def table(self) -> pd.DataFrame:
        """One row per protocol: share stopped with its interval, costs with theirs, and whether it lies on the front."""
        rows = []
        for c in self.candidates:
            row: dict = {
                "protocol": c.name, "steps": c.text, "stopped": c.outcome.probability, "low": c.outcome.low,
                "high": c.outcome.high, "median_stop_min": c.outcome.median_stop_min, "on_front": c.on_front,
            }  # fmt: skip
            for name in COSTS:
                low, high = c.costs[name].interval
                row |= {name: c.costs[name].mean, f"{name}_p5": low, f"{name}_p95": high}
            row["without_cost"] = "; ".join(c.costs[self.menu.cost].missing)
            rows.append(row)
        return pd.DataFrame(rows)


def pareto(success: Float[np.ndarray, " n"], cost: Float[np.ndarray, " n"]) -> Bool[np.ndarray, " n"]:
    """Which points no other point beats: more success at no more cost, or less cost at no less success.

    Raises:
        InputError: a value that is not a number.

    >>> pareto(np.array([0.5, 0.6, 0.4]), np.array([0.1, 0.2, 0.15])).tolist()
    [True, True, False]
    """
    if not (np.isfinite(success).all() and np.isfinite(cost).all()):
        raise InputError("success or cost", value="not a number", expected="numbers for every protocol")
    better = (success[None, :] >= success[:, None]) & (cost[None, :] <= cost[:, None])
    strictly = (success[None, :] > success[:, None]) | (cost[None, :] < cost[:, None])
    return ~np.any(better & strictly, axis=1)


def search(menu: Menu, advance: Callable[[float], None] = lambda share: None) -> Search:
    """Simulate every protocol of a menu.

    Args:
        menu: what to try.
        advance: called with the share that is done.

    Raises:
        InputError: nobody has a seizure at the first treatment, or nobody counts.
    """
    question, found, enrolled = menu.question, [], 0
    who = setting(question)
    at_a_time = max(1, MOST_LANE_MINUTES // (who.individuals * who.horizon_min))
    for part in batched(menu.protocols, at_a_time):
        study = run_study(part, who)
        enrolled = int(study.enrolled.sum())
        results = outcomes(study, question.counted, question.counted_from_min)
        for course, outcome in zip(study.courses, results, strict=True):
            found.append((course.protocol, outcome, costs(study, course)))
        advance(len(found) / len(menu.protocols))
    success = np.array([outcome.probability for _, outcome, _ in found])
    front = pareto(success, np.array([cost[menu.cost].mean for *_, cost in found]))
    rows = [
        Candidate(protocol.name, protocol.text(), outcome, cost, bool(on))
        for (protocol, outcome, cost), on in zip(found, front, strict=True)
    ]
    return Search(menu, tuple(sorted(rows, key=lambda c: (-c.outcome.probability, c.costs[menu.cost].mean))), enrolled)
