"""What comes of a daily dose: the highest imbalance of a person over the next weeks, for many candidate doses at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from allostasis.clinic.taper.chain import GROUP, Chain
from allostasis.clinic.taper.history import in_order
from allostasis.clinic.taper.plan import Intake
from allostasis.model import Continuation, Instant, Record, select

IMBALANCE = Record("imbalance", None, "max")


@runtime_checkable
class Forecast(Protocol):
    """What the search of a taper needs of a model. A state is a value: to advance it twice gives the same twice.

    Lane 0 is the typical patient; where there are more lanes, the others are a sample of virtual patients.
    """

    @property
    def patients(self) -> int:
        """Number of lanes."""
        ...

    @property
    def group(self) -> int:
        """Number of candidate courses that are cheapest side by side."""
        ...

    def today(self) -> Any:
        """The state at the start of the plan."""
        ...

    def courses(
        self, state: Any, mg: Float[np.ndarray, "courses periods"], days: int
    ) -> Float[np.ndarray, "courses all_days patients"]:
        """Highest imbalance of each day of several courses of daily doses [mg/d], each period of so many days."""
        ...

    def advance(self, state: Any, mg: float, days: int) -> tuple[Any, Float[np.ndarray, " patients"]]:
        """The state after so many days at a daily dose [mg/d], and the highest imbalance on the way."""
        ...


@dataclass(frozen=True, eq=False)
class LaneForecast:
    """A forecast by the full simulation: candidates x patients are lanes of one run.

    Attributes:
        run: one lane per patient.
        wide: the same with a group of candidates of each.
        now: the state today.
        one_day: amounts of a day with 1 in each column.
        day: what a daily dose [mg/d] puts into each column, with all that goes on beside it.
        record: the series whose highest value counts.
    """

    run: Continuation
    wide: Continuation
    now: Instant
    one_day: Float[np.ndarray, "steps columns"]
    day: Callable[[float], Float[np.ndarray, " columns"]]
    record: Record = IMBALANCE

    @property
    def patients(self) -> int:
        """Number of lanes."""
        return self.run.lanes

    @property
    def group(self) -> int:
        """Number of candidate courses that are cheapest side by side."""
        return self.wide.lanes // self.run.lanes

    def today(self) -> Instant:
        """The state at the start of the plan."""
        return self.now

    def courses(
        self, state: Instant, mg: Float[np.ndarray, "courses periods"], days: int
    ) -> Float[np.ndarray, "courses all_days patients"]:
        """Highest imbalance of each day of several courses of daily doses, all side by side."""
        courses, periods = mg.shape
        run = self._over(courses)
        instant, found = select(state, run.patient), []
        for period in range(periods):
            instant, daily = self._stretch(run, instant, mg[:, period], days)
            found.append(daily.reshape(days, courses, self.patients))
        return np.concatenate(found).transpose(1, 0, 2)

    def advance(self, state: Instant, mg: float, days: int) -> tuple[Instant, Float[np.ndarray, " patients"]]:
        """The state after so many days at a daily dose, and the highest imbalance on the way."""
        instant, daily = self._stretch(self.run, state, np.array([mg]), days)
        return instant, daily.max(axis=0)

    def _stretch(self, run: Continuation, instant: Instant, mg: np.ndarray, days: int) -> tuple[Instant, np.ndarray]:
        """Advance all lanes, each at the daily dose of its course."""
        scale = np.repeat(np.stack([self.day(float(x)) for x in mg], axis=1), self.patients, axis=1)
        instant, series = run.advance(instant, np.tile(self.one_day, (days, 1)), scale)
        return instant, series[self.record]

    def _over(self, courses: int) -> Continuation:
        if courses * self.patients == self.wide.lanes:
            return self.wide
        lanes = np.tile(np.arange(self.patients), courses)
        few = len(lanes) <= 4 * self.wide.chunk  # structural: a few calls of a known program cost less than a new one
        return self.run.over(lanes, chunk=self.wide.chunk if few else None)


def lane_forecast(
    run: Continuation,
    now: Instant,
    one_day: Float[np.ndarray, "steps columns"],
    day: Callable[[float], Float[np.ndarray, " columns"]],
    record: Record = IMBALANCE,
) -> LaneForecast:
    """Lay out the candidates of a search beside the patients of a run. Arguments as in `LaneForecast`."""
    few = run.lanes <= GROUP
    group = GROUP if few else GROUP // 2  # a sample fills the lanes by itself, and near the present dose few candidates suffice
    wide = run.over(np.tile(np.arange(run.lanes), group), chunk=run.chunk if few else None)
    return LaneForecast(run, wide, now, one_day, day, record)


def forecast(
    chain: Chain, drug: str, times: Sequence[str], ways: Mapping[Fraction, tuple[Intake, ...]] | None = None
) -> LaneForecast:
    """The forecast of one tapered drug of a person; what else was taken goes on unchanged.

    Args:
        chain: the person today.
        drug: canonical name.
        times: times of day over which a daily dose is divided.
        ways: how each dose of the ladder is divided, in real tablets; a dose that is not in it is divided evenly.
    """
    times, others = in_order(times), chain.goes_on([drug])
    known = {float(mg): _given(chain, drug, intakes) + others for mg, intakes in (ways or {}).items()}

    def day(mg: float) -> np.ndarray:
        if mg in known:
            return known[mg]
        return others + (chain.day((drug, "oral", time, mg / len(times)) for time in times) if mg > 0 else 0)

    return lane_forecast(chain.run, chain.now, chain.one_day, day)


def _given(chain: Chain, drug: str, intakes: Sequence[Intake]) -> np.ndarray:
    return chain.day((drug, "oral", intake.time_of_day, float(intake.mg(drug))) for intake in intakes if intake.mg(drug))


def judged(peaks: Float[np.ndarray, "*axes patients"], quantile: float | int) -> Float[np.ndarray, "*axes"]:
    """The imbalance that a cap is held against: that of the one patient, or a quantile over the sample.

    The quantile is an order statistic: the lowest value that at least that share of the sample does not exceed.

    >>> float(judged(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), 0.75)), float(judged(np.array([7.0]), 0.75))
    (3.0, 7.0)
    """
    if peaks.shape[-1] == 1:
        return np.asarray(peaks[..., 0])
    return np.asarray(np.quantile(peaks[..., 1:], quantile, axis=-1, method="inverted_cdf"))
