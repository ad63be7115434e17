"""The lowest dose that stays under a cap, period by period: a taper that is near the shortest, in a second.

In each period the plan takes the lowest dose of the ladder that

1. is not above the dose before it (holding is allowed),
2. is not below what the ceiling of a guideline allows next,
3. keeps the imbalance under the cap for the whole look-ahead if it is then held.

A sample of virtual patients counts as one course: the imbalance held against the cap is the quantile over the sample of the
highest imbalance so far and in the look-ahead. So at the end at least that share of the sample was never above the cap.

**Monotone.** From a common state, a higher dose that is held gives no higher imbalance: it covers more of the adaptation, and the
adaptation that it adds is less than what it covers (its weights sum to less than 1) and comes later. Then the doses that pass
are all those above a threshold, and a galloping search finds it: first the rungs next to the present dose, then evenly spaced
ones. Nothing guarantees this of every drug and ladder: a drug that is gone before its next dose covers nothing at the trough,
and tablets may divide a higher dose less evenly than a lower one. So the search looks at the doses that it has simulated, and
where they are out of order it simulates all. Every dose that a plan contains was simulated itself: the cap never hangs on
monotony, only "lowest" does.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Float

from allostasis.clinic.taper.chain import whole_weeks
from allostasis.clinic.taper.forecast import Forecast, judged
from allostasis.clinic.taper.limits import Limits
from allostasis.clinic.taper.search_rules import SearchRules
from allostasis.quantity import InputError

OUT_OF_ORDER = 1e-9  # structural: rounding, in seizure thresholds
"""Two doses count as out of order only where they differ by more than this."""


@dataclass(frozen=True)
class Course:
    """Daily doses period by period, and the imbalance that they cause.

    Attributes:
        doses: of each period [mg/d], the last one 0 where the search reached it.
        peaks: highest imbalance of each period per lane [periods, patients]; the row behind the last is the tail.
        level: what was held against the cap, over the whole course and its tail [seizure thresholds].
        reached_zero: whether the last dose is 0.
        stopped: why the search ended before zero; "" otherwise.
        simulated: candidate doses that were simulated.
        monotone: whether all of them were in order.
    """

    doses: tuple[Fraction, ...]
    peaks: Float[np.ndarray, "periods patients"]
    level: float
    reached_zero: bool
    stopped: str
    simulated: int
    monotone: bool

    @property
    def periods_to_zero(self) -> int:
        """Periods with a dose."""
        return sum(1 for mg in self.doses if mg > 0)


def greedy(
    forecast: Forecast,
    ladder: Sequence[Fraction],
    start: Fraction,
    limits: Limits,
    rules: SearchRules,
    tell: Callable[[int, Fraction], None] | None = None,
) -> Course:
    """Search a taper from a start dose to zero.

    Args:
        forecast: what comes of a dose.
        ladder: daily doses that can be made [mg/d], rising, with 0 and the start dose.
        start: daily dose up to today [mg/d].
        limits: ceiling of a guideline.
        rules: cap, quantile and lengths of time.
        tell: called with each period's number and dose [mg/d].

    Raises:
        InputError: a start dose that is not on the ladder.
    """
    check_start(ladder, start)
    state, mg, doses, peaks = forecast.today(), start, [], []
    highest, simulated, monotone, stopped = np.full(forecast.patients, -np.inf), 0, True, ""
    while len(doses) < rules.most_periods:
        lowest = limits.lowest_next(doses_so_far(start, doses, rules.period_days))
        candidates = [rung for rung in ladder if lowest <= rung <= mg] or [mg]
        found = _lowest_passing(candidates, _held(forecast, state, highest, rules), forecast.group)
        simulated, monotone = simulated + found.simulated, monotone and found.monotone
        if found.index is None:
            stopped = f"from day {len(doses) * rules.period_days} on even holding {float(mg):g} mg/d exceeds the cap"
            break
        mg = candidates[found.index]
        state, peak = forecast.advance(state, float(mg), rules.period_days)
        highest = np.maximum(highest, peak)
        doses.append(mg)
        peaks.append(peak)
        if tell is not None:
            tell(len(doses), mg)
        if mg == 0:
            _, tail = forecast.advance(state, 0.0, whole_weeks(rules.tail_days - rules.period_days))
            highest = np.maximum(highest, tail)
            peaks.append(tail)
            break
    else:
        stopped = f"{float(mg):g} mg/d is left after {rules.most_periods} periods of {rules.period_days} days"
    level = float(judged(highest, rules.quantile)) if peaks else float("inf")
    rows = np.array(peaks).reshape(len(peaks), forecast.patients)
    return Course(tuple(doses), rows, level, bool(doses) and doses[-1] == 0, stopped, simulated, monotone)


def check_start(ladder: Sequence[Fraction], start: Fraction) -> None:
    """Raise InputError unless the ladder rises from 0 and holds the start dose."""
    if list(ladder) != sorted(set(ladder)) or not ladder or ladder[0] != 0:
        raise InputError("ladder of doses", value=[float(x) for x in ladder], expected="rising doses from 0 on")
    if start not in ladder or start == 0:
        near = sorted(ladder[1:], key=lambda rung: abs(rung - start))[:2]
        raise InputError(
            "start dose that the products cannot make", value=f"{float(start):g} mg/d",
            expected=" or ".join(f"{float(rung):g} mg/d" for rung in sorted(near)) or "a dose above 0",
            fix="name more strengths, or parts of tablets",
        )  # fmt: skip


def doses_so_far(start: Fraction, doses: Sequence[Fraction], period_days: int) -> list[tuple[float, Fraction]]:
    """History of a plan as `Limits.lowest_next` takes it: (days ago at which a dose began, dose [mg])."""
    begun = [((len(doses) - k) * float(period_days), mg) for k, mg in enumerate(doses)]
    return [(math.inf, start), *begun]


@dataclass(frozen=True)
class _Found:
    index: int | None
    simulated: int
    monotone: bool


Passes = Callable[[Sequence[Fraction]], np.ndarray]
"""Level minus cap of each dose if it is held: it passes at 0 or below."""


def _held(forecast: Forecast, state: Any, highest: np.ndarray, rules: SearchRules) -> Passes:
    """What holding a dose for the look-ahead comes to; zero is followed for the whole tail."""

    def level(doses: Sequence[Fraction], days: int, lanes: int) -> np.ndarray:
        filled = [*doses, *[doses[-1]] * (lanes - len(doses))]
        peaks = forecast.courses(state, np.array(filled, float)[:, None], days)[: len(doses)].max(axis=1)
        return judged(np.maximum(peaks, highest[None, :]), rules.quantile)

    def excess(doses: Sequence[Fraction]) -> np.ndarray:
        levels = level(doses, rules.look_ahead_days, forecast.group)
        for k, mg in enumerate(doses):
            if mg == 0 and levels[k] <= rules.cap and rules.tail_days > rules.look_ahead_days:
                levels[k] = level([mg], whole_weeks(rules.tail_days), 1)[0]
        return levels - rules.cap

    return excess


def _lowest_passing(candidates: Sequence[Fraction], excess: Passes, group: int) -> _Found:
    """Index of the lowest candidate that passes, in rising order; None where none does."""
    seen: dict[int, float] = {}

    def look(indices: Sequence[int]) -> None:
        new = [i for i in indices if i not in seen]
        for first in range(0, len(new), group):
            part = new[first : first + group]
            seen.update(zip(part, excess([candidates[i] for i in part]), strict=True))

    count = len(candidates)
    look(range(max(0, count - group), count))
    while (seen[min(seen)] <= 0 and min(seen) > 0) or _gap(seen):
        low, high = _gap(seen) or (-1, min(seen))
        inside = np.unique(np.linspace(low + 1, high - 1, min(group, high - low - 1)).round().astype(int))
        look(inside.tolist())
    ordered = _in_order(seen)
    if not ordered:
        look(range(count))
    passing = [i for i, value in seen.items() if value <= 0]
    return _Found(min(passing, default=None), len(seen), ordered)


def _gap(seen: dict[int, float]) -> tuple[int, int] | None:
    """The highest index known to fail and the lowest above it known to pass, where something unknown lies between."""
    failing = [i for i, value in seen.items() if value > 0]
    if not failing:
        return None
    low = max(failing)
    passing = [i for i in seen if i > low]
    if not passing or min(passing) == low + 1:
        return None
    return low, min(passing)


def _in_order(seen: dict[int, float]) -> bool:
    values = [seen[i] for i in sorted(seen)]
    return all(a >= b - OUT_OF_ORDER for a, b in itertools.pairwise(values))
