"""A table of the simulation over size and recovery of adaptation: one batched run, then any person is read off it.

The other two numbers of a person move no state (`diary_score`), so two axes hold all that the simulation has to say. What is
tabulated, the drives of the clusters and the imbalance, is smooth; a bicubic spline between the nodes errs by less than half a
point of a weekly score (docs/diary.md has the measured error). Every update measures its own error again: its most probable
person is simulated.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from scipy.interpolate import RegularGridInterpolator

from allostasis.clinic.diary import WEEK_DAYS
from allostasis.clinic.taper.forecast import IMBALANCE
from allostasis.study.diary_person import OF_THE_RUN, prior_sd
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
        read = self._spline(self.drives[:, :, list(rows)])
        return lambda person: np.maximum(read(person), 0.0)

    @cached_property
    def read_imbalance(self) -> Read:
        """The imbalance of people on every day."""
        return self._spline(self.imbalance)

    def _spline(self, values: np.ndarray) -> Read:
        spline = RegularGridInterpolator(self.axes, values, method="cubic")
        low, high = (np.array([axis[end] for axis in self.axes]) for end in (0, -1))
        return lambda person: np.asarray(spline(np.clip(person[:, : len(OF_THE_RUN)], low[None], high[None])))


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
