"""A result as a reader sees it: arms with a colour, a time axis in a sensible unit, series of at most 2,000 points."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from allostasis import library
from allostasis.library.reach import extent
from allostasis.report.words import HOURS
from allostasis.simulation import Result

MOST_POINTS = 2000  # structural: points in one trace
PALETTE = 6  # structural: colours in assets/report.css; further arms repeat them with a dash
LONGEST_HOURS_AXIS = 240.0  # structural: [h] a longer axis counts days
LONGEST_MINUTES_AXIS = 3.0  # structural: [h] a longer axis counts hours
BAND = (5, 95)  # structural: percentiles over patients behind a band
_REDUCE = {
    "mean": np.mean,
    "min": np.min,
    "max": np.max,
    "last": lambda part, axis: np.take(part, -1, axis),
    "sum": np.sum,
}


@dataclass(frozen=True)
class Arm:
    """One arm with what sets it apart in every figure and table: a colour, and a dash for the seventh arm and later."""

    name: str
    index: int
    regimen: str
    last_dose_h: float

    @property
    def colour(self) -> int:
        """Number of the colour in the style sheet."""
        return self.index % PALETTE

    @property
    def dash(self) -> str:
        """Dash of the lines."""
        return "solid" if self.index < PALETTE else "6px,3px"


class View:
    """What the figures and the text read from a result.

    Args:
        result: a finished run.
    """

    def __init__(self, result: Result):
        self.result, self.data = result, result.data
        names = [str(name) for name in self.data["arm"].values]
        self.arms = tuple(
            Arm(name, k, result.regimens.get(name, ""), result.last_dose_h.get(name, 0.0))
            for k, name in enumerate(names)
        )
        self.patients = self.data.sizes["patient"]

    @cached_property
    def ends(self) -> np.ndarray:
        """Ends of the output intervals [h], 0 first."""
        return np.asarray(self.data["time"].values, float)

    @property
    def every(self) -> float:
        """Length of one output interval [h]."""
        return float(self.ends[1] - self.ends[0])

    @property
    def horizon(self) -> float:
        """End of the last interval [h]."""
        return float(self.ends[-1])

    @property
    def unit(self) -> str:
        """Unit of the time axis: minutes or hours for short and finely recorded runs, else days."""
        if self.every >= 1 or self.horizon > LONGEST_HOURS_AXIS:
            return "day"
        return "minute" if self.horizon <= LONGEST_MINUTES_AXIS else "hour"

    @property
    def acute(self) -> bool:
        """Whether the run shows hours rather than weeks."""
        return self.unit != "day"

    @property
    def _group(self) -> int:
        return -(-(len(self.ends) - 1) // MOST_POINTS)

    @cached_property
    def x(self) -> list[float]:
        """Middle of each plotted interval in the unit of the axis, 0 first."""
        ends = np.concatenate([[0.0], self._binned(self.ends[1:], "last")])
        middle = np.concatenate([[0.0], (ends[1:] + ends[:-1]) / 2])
        return shorten(middle / HOURS[self.unit])

    @cached_property
    def starts(self) -> list[float]:
        """Start of each plotted interval in the unit of the axis, and the end of the last."""
        return shorten(np.concatenate([[0.0], self._binned(self.ends[1:], "last")]) / HOURS[self.unit])

    def _binned(self, values: np.ndarray, statistic: str) -> np.ndarray:
        """Reduce intervals along the first axis to at most MOST_POINTS; the last bin may be shorter."""
        size = self._group
        if size <= 1:
            return values
        edges = range(0, len(values), size)
        return np.stack([_REDUCE[statistic](values[k : k + size], axis=0) for k in edges])

    def raw(self, variable: str, arm: Arm, **component: str) -> np.ndarray:
        """Return a variable of one arm as [patients, time]."""
        return np.asarray(self.data[variable].sel({"arm": arm.name} | component).values, float)

    def series(self, port: str, statistic: str, arm: Arm, **component: str) -> np.ndarray:
        """Return one plotted line: the median over patients, or an outer percentile for a minimum or maximum."""
        values = self.raw(f"{port}_{statistic}", arm, **component)
        if self.patients > 1:
            percentile = {"min": BAND[0], "max": BAND[1]}.get(statistic, 50)
            values = np.percentile(values, percentile, axis=0)[None, :]
        return np.concatenate([values[0, :1], self._binned(values[0, 1:], statistic)])

    def has(self, variable: str) -> bool:
        """Tell whether the run kept a variable."""
        return variable in self.data

    @property
    def acts(self) -> bool:
        """Tell whether any substance of the run has an effect; if none has, there are concentrations only."""
        head, tail = "exposure.", ".molar_mass"
        named = [k for k in self.result.used if k.startswith(head) and k.endswith(tail)]
        return any(extent(library.drug(k.removeprefix(head).removesuffix(tail))) == "effect" for k in named)

    def top(self, port: str) -> str:
        """Name the statistic that reaches highest among those that the run kept: maximum, or mean."""
        return "max" if self.has(f"{port}_max") else "mean"

    def doses(self, arm: Arm, drug: str) -> np.ndarray:
        """Return the scheduled amount per plotted interval: mg per day, or mg per interval in an acute run."""
        given = np.asarray(self.data["dose"].sel(arm=arm.name, drug=drug).values, float)[1:]
        if self.acute:
            return self._binned(given, "sum")
        per_day = max(1, round(HOURS["day"] / self.every))
        days = [given[k : k + per_day] for k in range(0, len(given), per_day)]
        daily = np.concatenate([np.full(len(day), day.sum() * HOURS["day"] / (len(day) * self.every)) for day in days])
        return self._binned(daily, "mean")

    @property
    def drugs(self) -> tuple[str, ...]:
        """Drugs that an arm schedules in this run."""
        if "dose" not in self.data:
            return ()
        return tuple(str(d) for d in self.data["drug"].values if float(self.data["dose"].sel(drug=d).sum()) > 0)


def shorten(values) -> list:
    """Five significant digits for JSON; what is not finite becomes null."""
    return [float(f"{v:.5g}") if np.isfinite(v) else None for v in np.asarray(values, float)]
