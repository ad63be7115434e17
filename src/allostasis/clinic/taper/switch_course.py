"""What one switch does to the imbalance, the sedation and the levels in brain, read from its simulation."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.clinic.taper.crossover import Crossover
from allostasis.clinic.taper.day import DAY_H
from allostasis.library.reach import closure
from allostasis.simulation import Result

OVERLAP_SHARE = 0.1  # structural: definition of the overlap
"""Share of its steady level in brain from which on a drug counts as there."""
WANTED = {"imbalance": ("max", "time_of_max"), "effect": ("max",), "unbound_brain": ("mean",), "occupancy": ("mean",)}


@dataclass(frozen=True, eq=False)
class SwitchCourse:
    """What one switch does. A lane is one worth of the new drug's dose.

    Attributes:
        crossover: the switch.
        regimen: what was simulated.
        daily: highest imbalance of each day from the start of the switch on [seizure thresholds].
        peak: highest of all.
        peak_day: when it is reached [d], 0 at the midnight on which the switch begins.
        sedation: deepest sedation [fractional gain of inhibition].
        overlap_days: days on which both drugs are above `OVERLAP_SHARE` of their steady level in brain; None where one drug is
            formed from the other, so that the two cannot be told apart.
    """

    crossover: Crossover
    regimen: str
    daily: Float[np.ndarray, "days lanes"]
    peak: Float[np.ndarray, " lanes"]
    peak_day: Float[np.ndarray, " lanes"]
    sedation: Float[np.ndarray, " lanes"]
    overlap_days: int | None

    @property
    def name(self) -> str:
        """Such as "overnight" or "4 steps over 14 days"."""
        return self.crossover.name


def switch_course(crossover: Crossover, result: Result, use_days: int) -> SwitchCourse:
    """Read what one switch does from the simulation; its arm has its name, its patients are the lanes."""
    one = result.data.sel(arm=crossover.name).isel(time=slice(use_days + 1, None))
    daily = one["imbalance_max"].transpose("time", "patient").values
    highest = daily.argmax(axis=0)
    when = one["imbalance_time_of_max"].transpose("time", "patient").values / DAY_H - use_days
    return SwitchCourse(
        crossover, result.regimens[crossover.name], daily, daily.max(axis=0), np.take_along_axis(when, highest[None], 0)[0],
        one["effect_max"].sel(effect="sedation").max("time").values, _overlap_days(crossover, result, use_days),
    )  # fmt: skip


def drive_ratio(result: Result, use_days: int) -> Float[np.ndarray, " lanes"]:
    """Drive at the end of the slowest switch over drive before it."""
    rows, occupied = library.parameter_set("receptor"), result.data["occupancy_mean"].isel(arm=-1)
    held = {k: occupied.sel(subtype=k).transpose("time", "patient").values for k in occupied["subtype"].values}
    drive = np.sum([rows[f"weight.{k}"].value * values / (1 - values) for k, values in held.items()], axis=0)
    return drive[-1] / drive[use_days]


def _overlap_days(crossover: Crossover, result: Result, use_days: int) -> int | None:
    """Days on which both drugs are there; kinetics do not depend on the lane."""
    level = result.data["unbound_brain_mean"].sel(arm=crossover.name, patient=0)
    drug, to = crossover.question.drug, crossover.question.to
    old, new = _level(level, drug, to), _level(level, to, drug)
    if old is None or new is None:
        return None
    there = (old > OVERLAP_SHARE * old[use_days]) & (new > OVERLAP_SHARE * new[-1])
    return int(there[use_days + 1 :].sum())


def _level(level: Any, drug: str, other: str) -> np.ndarray | None:
    """Level by day [nM]: of the drug, or of what it forms where it does not get there itself; nothing of the other's."""
    own = [name for name in closure([drug]) if name in level["ligand"].values and name not in closure([other])]
    names = own[:1] if drug in own else own
    return level.sel(ligand=names).sum("ligand").values if names else None
