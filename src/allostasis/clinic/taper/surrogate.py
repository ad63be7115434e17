"""A linear stand-in for the full simulation near one course of doses, with the error that it was measured to make.

The imbalance of chosen days is taken as affine in what the doses of all periods are worth:

    h(row) = h0(row) + sum_t R(t, row) (worth(d_t) - worth(path_t)) + uneven(d_period(row))

- R, the response, is a finite difference of the full simulation: the path with the dose of one period a rung higher, all periods
  side by side as lanes. It is the first-order kernel of the system along the path; no state of the model is looked at.
- worth is the shape of the dose-effect curve: how far a dose that is held for four weeks lowers the imbalance, in mg. Chain and
  adaptation are nearly linear behind it, so the stand-in holds far from its path.
- uneven is what real tablets change where they cannot divide a dose evenly over the day.
- A row is one day of a period (its first, its middle, its last), not the highest day: the highest day jumps from one end of a
  period to the other, and that kink is by far the largest error of a linear form.

Its error is that of the peak of a course, which is what a cap is held against. It is measured, not bounded: the largest
difference to the full simulation over the path and over random courses that obey ladder, order and ceiling. What is concluded
from the stand-in holds as far as that error does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from jaxtyping import Float, Int

from allostasis.clinic.taper.ceiling import Ceiling, ceiling
from allostasis.clinic.taper.forecast import Forecast, judged
from allostasis.clinic.taper.limits import Limits
from allostasis.clinic.taper.search_rules import SearchRules

HELD_PERIODS = 4  # structural: four periods, after which a dose that is held has shown its effect
TESTED = 48  # structural: random courses on which the error is measured, a convention
RISING = 1e-6  # structural: keeps the worth of two doses apart where their effects are equal
SPREADS = (0.05, 0.1, 0.2, 0.4)  # structural: relative distance of the random courses from the path, a convention


@dataclass(frozen=True, eq=False)
class Surrogate:
    """The stand-in.

    Attributes:
        rungs: daily doses of the ladder [mg/d].
        worth: of each [mg/d].
        uneven: of each [seizure thresholds].
        path: worth of the doses around which it was made, per period.
        base: imbalance of each row on the path.
        response: change of each row per worth in each period.
        period: in which each row lies.
        too_high: largest amount by which the peak of a course was found above that of the full simulation.
        too_low: largest amount by which it was found below.
        tested: courses on which these were measured.
    """

    rungs: Float[np.ndarray, " rungs"]
    worth: Float[np.ndarray, " rungs"]
    uneven: Float[np.ndarray, " rungs"]
    path: Float[np.ndarray, " periods"]
    base: Float[np.ndarray, " rows"]
    response: Float[np.ndarray, "periods rows"]
    period: Int[np.ndarray, " rows"]
    too_high: float = 0.0
    too_low: float = 0.0
    tested: int = 0

    def rows(self, mg: Float[np.ndarray, "courses periods"]) -> Float[np.ndarray, "courses rows"]:
        """Imbalance of each row of courses of daily doses on the ladder."""
        worth, uneven = (np.interp(mg, self.rungs, table) for table in (self.worth, self.uneven))
        return self.base + (worth - self.path) @ self.response + uneven[:, self.period]


def rows_of(rules: SearchRules, periods: int) -> tuple[Int[np.ndarray, " rows"], Int[np.ndarray, " rows"]]:
    """Day and period of each row: first, middle and last day of each period, and of as many behind as the tail lasts."""
    inside = sorted({0, rules.period_days // 2, rules.period_days - 1})
    every = periods + -(-rules.tail_days // rules.period_days)
    days = np.array([period * rules.period_days + day for period in range(every) for day in inside])
    return days, days // rules.period_days


def build_surrogate(
    smooth: Forecast,
    real: Forecast,
    ladder: Sequence[Fraction],
    path: Sequence[Fraction],
    periods: int,
    limits: Limits,
    rules: SearchRules,
    *,
    seed: int = 0,
) -> Surrogate:
    """Make the stand-in around a course of doses, and measure its error.

    Args:
        smooth: forecast that divides doses evenly; its differences make the response.
        real: forecast of the real tablets; what the error is measured against.
        ladder: daily doses that can be made, from 0 to the start dose [mg/d].
        path: doses of the course [mg/d]; 0 behind its end.
        periods: length of the courses that it stands for.
        limits: ceiling that random courses obey.
        rules: quantile and lengths of time.
        seed: of the random courses.
    """
    days, period = rows_of(rules, periods)
    count = period[-1] + 1
    rungs = np.array([float(mg) for mg in ladder])
    worth, uneven = _worth(smooth, real, rungs, rules)
    doses = np.zeros(count)
    doses[: min(len(path), periods)] = [float(mg) for mg in path[:periods]]
    higher = np.repeat(doses[None], periods, axis=0)
    place = np.minimum(np.searchsorted(rungs, doses[:periods] + rungs[1] / 2), len(rungs) - 1)
    place = np.where(rungs[place] > doses[:periods], place, place - 1)  # the top rung is lowered instead
    higher[np.arange(periods), np.arange(periods)] = rungs[place]
    levels = judged(smooth.courses(smooth.today(), np.vstack([doses, higher]), rules.period_days), rules.quantile)[:, days]
    on_path = np.interp(doses, rungs, worth)
    step = worth[place] - on_path[:periods]
    response = np.vstack([(levels[1:] - levels[0]) / step[:, None], np.zeros((count - periods, len(days)))])
    found = Surrogate(rungs, worth, uneven, on_path, levels[0], response, period)
    courses = np.zeros((TESTED + 1, count))
    courses[0] = doses
    courses[1:, :periods] = random_courses(
        rungs, doses[:periods], len(rungs) - 1, ceiling(limits, ladder, rules.period_days), TESTED, seed
    )
    return measured(found, real, courses, rules)


def measured(
    surrogate: Surrogate, real: Forecast, courses: Float[np.ndarray, "courses periods"], rules: SearchRules
) -> Surrogate:
    """The stand-in with its error on further courses joined to what was measured before."""
    full = judged(real.courses(real.today(), courses, rules.period_days), rules.quantile).max(axis=1)
    error = surrogate.rows(courses).max(axis=1) - full
    return replace(
        surrogate,
        too_high=max(surrogate.too_high, float(error.max())),
        too_low=max(surrogate.too_low, float(-error.min())),
        tested=surrogate.tested + len(courses),
    )


def random_courses(
    rungs: Float[np.ndarray, " rungs"], path: Float[np.ndarray, " periods"], start: int, ceiling: Ceiling, number: int, seed: int
) -> Float[np.ndarray, "courses periods"]:
    """Courses around a path that obey ladder, order and ceiling: shifted as a whole and dose by dose, by up to 40 %.

    Args:
        rungs: the ladder [mg/d].
        path: doses around which the courses lie [mg/d].
        start: rung of today.
        ceiling: on that ladder.
        number: how many.
        seed: of the generator.
    """
    draw = np.random.default_rng(seed)
    result = np.zeros((number, len(path)))
    for course in range(number):
        spread = SPREADS[course % len(SPREADS)]
        wanted = path * (1 + draw.uniform(-spread, spread)) * (1 + draw.uniform(-spread, spread, len(path)) / 2)
        taken: list[int] = []
        for target in wanted:
            low, high = ceiling.lowest_next(taken, start), (taken or [start])[-1]
            taken.append(min(low, high) + int(np.abs(rungs[min(low, high) : high + 1] - target).argmin()))
        result[course] = rungs[taken]
    return result


def _worth(smooth: Forecast, real: Forecast, rungs: np.ndarray, rules: SearchRules) -> tuple[np.ndarray, np.ndarray]:
    """What holding each rung is worth [mg/d], and what its real division adds [seizure thresholds]."""
    held = np.repeat(rungs[:, None], HELD_PERIODS, axis=1)
    last = slice(-rules.period_days, None)
    levels = [
        judged(each.courses(each.today(), held, rules.period_days), rules.quantile)[:, last].max(axis=1)
        for each in (smooth, real)
    ]
    even = np.minimum.accumulate(levels[0])
    shape = (even[0] - even) / (even[0] - even[-1]) * rungs[-1]
    return shape + RISING * rungs, levels[1] - levels[0]
