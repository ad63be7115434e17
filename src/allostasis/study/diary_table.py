"""A table of the simulation over size and recovery of adaptation: one batched run, then any person is read off it.

The other two numbers of a person move no state (`diary_score`), so two axes hold all that the simulation has to say. What is
tabulated, the drives of the clusters and the imbalance, is smooth; a bicubic spline between the nodes errs by less than half a
point of a weekly score (docs/diary.md has the measured error). Every update measures its own error again: its most probable
person is simulated.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.interpolate import CubicSpline

from allostasis.clinic.diary import WEEK_DAYS
from allostasis.clinic.taper.forecast import IMBALANCE
from allostasis.study.diary_person import prior_sd
from allostasis.study.diary_run import PersonRun
from allostasis.study.diary_score import anchored_drives

NODES = (15, 8)
"""Sizes and recoveries, 120 lanes: what one compiled call holds. A score bends more with the size."""
REACH = 2.5
"""Farthest node, in sd of the prior; a person beyond it is read off at the edge."""

Read = Callable[[Float[np.ndarray, "people numbers"]], Float[np.ndarray, "people days *values"]]


@dataclass(frozen=True, eq=False)
class PersonTable:
    """Series of people by size and recovery, from a week before the plan on.

    Attributes:
        axes: nodes of the two numbers.
        drives: of the clusters at their worst of each day [sizes, recoveries, days, clusters], in units of their anchors.
        imbalance: highest of each day [sizes, recoveries, days], in seizure thresholds.
    """

    axes: tuple[Float[np.ndarray, " sizes"], Float[np.ndarray, " recoveries"]]
    drives: Float[np.ndarray, "sizes recoveries days clusters"]
    imbalance: Float[np.ndarray, "sizes recoveries days"]

    def read_drives(self, rows: Sequence[int]) -> Read:
        """The drives of people on days that are chosen by index into the series."""
        chosen = self.drives[:, :, list(rows)]
        return lambda person: np.maximum(self._read(chosen, person), 0.0)

    def read_imbalance(self, person: Float[np.ndarray, "people numbers"]) -> Float[np.ndarray, "people days"]:
        """The imbalance of people on every day."""
        return self._read(self.imbalance, person)

    def _read(self, values: np.ndarray, person: np.ndarray) -> np.ndarray:
        """A bicubic spline is linear in the values at its nodes: their weights are those of one spline per axis."""
        weights = [
            CubicSpline(axis, np.eye(len(axis)))(np.clip(numbers, axis[0], axis[-1]))
            for axis, numbers in zip(self.axes, person.T, strict=False)
        ]
        nodes = (weights[0][:, :, None] * weights[1][:, None, :]).reshape(len(person), -1)
        return (nodes @ values.reshape(nodes.shape[1], -1)).reshape(len(person), *values.shape[2:])


def person_table(run: PersonRun) -> PersonTable:
    """Simulate the nodes, all side by side, through the days of a plan up to the last day of the run.

    Args:
        run: use and plan; its series begin a week before the plan.
    """
    axes = tuple(REACH * sd * np.linspace(-1, 1, n) for sd, n in zip(prior_sd(), NODES, strict=False))
    nodes = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(NODES))
    _, series = run.start(nodes)
    days = WEEK_DAYS + run.today
    drives = anchored_drives(series).reshape(*NODES, days, -1)
    return PersonTable((axes[0], axes[1]), drives, series[IMBALANCE].T.reshape(*NODES, days))
