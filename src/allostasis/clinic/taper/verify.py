"""The last word on a plan: its real tablets at their real times of day, through the full chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from jaxtyping import Float

from allostasis.clinic.taper.chain import Chain, whole_weeks
from allostasis.clinic.taper.forecast import IMBALANCE, judged
from allostasis.clinic.taper.plan import Plan
from allostasis.clinic.taper.search_rules import SearchRules


@dataclass(frozen=True)
class StepPeak:
    """Highest imbalance of one step of a plan.

    Attributes:
        start_day: first day of the step.
        mg_per_day: daily dose by drug.
        typical: of the typical patient [seizure thresholds].
        level: what is held against the cap: of the one patient, or the quantile over the sample.
        day: on which the level is highest.
    """

    start_day: int
    mg_per_day: Mapping[str, Fraction | float | int]
    typical: float
    level: float
    day: int


@dataclass(frozen=True, eq=False)
class Verification:
    """What a plan does to the imbalance.

    Attributes:
        plan: the plan.
        cap: highest imbalance allowed [seizure thresholds].
        daily: highest imbalance of each day per lane [days, patients]; lane 0 is the typical patient.
        steps: one per step of the plan; the last one covers the days behind zero.
        level: what is held against the cap: the highest imbalance of the one patient, or the quantile over the sample of the
            highest imbalance of each.
        typical: highest imbalance of the typical patient.
        day: on which the imbalance of the typical patient is highest.
    """

    plan: Plan
    cap: float
    daily: Float[np.ndarray, "days patients"]
    steps: tuple[StepPeak, ...]
    level: float
    typical: float
    day: int

    @property
    def margin(self) -> float:
        """Distance to the cap [seizure thresholds]; below 0 the plan exceeds it."""
        return self.cap - self.level

    @property
    def within(self) -> bool:
        """Whether the plan stays at or under the cap."""
        return self.margin >= 0


def plan_imbalance(chain: Chain, plan: Plan, days: int) -> Float[np.ndarray, "days patients"]:
    """Highest imbalance of each day under a plan, from its first day on, per lane; lane 0 is the typical patient."""
    _, series = chain.run.advance(chain.now, chain.amounts(chain.plan_days(plan, whole_weeks(days))))
    return series[IMBALANCE][:days]


def verify(chain: Chain, plan: Plan, rules: SearchRules) -> Verification:
    """Simulate a plan as it would be taken and hold it against the cap.

    Args:
        chain: the person today; built for the drugs of the plan.
        plan: real tablets at real times of day.
        rules: cap and quantile, and how long zero is watched.

    Raises:
        UnknownNameError: a drug of the plan that the chain was not built for.
    """
    daily = plan_imbalance(chain, plan, plan.days_to_zero + rules.tail_days)
    steps = []
    for step in plan.steps:
        last = len(daily) if step is plan.steps[-1] else step.end_day
        part = daily[step.start_day : last]
        levels = judged(part, rules.quantile)
        typical, level = float(part[:, 0].max()), float(judged(part.max(axis=0), rules.quantile))
        day = step.start_day + int(levels.argmax())
        steps.append(StepPeak(step.start_day, step.mg_per_day, typical, level, day))
    typical = daily[:, 0]
    return Verification(
        plan, rules.cap, daily, tuple(steps), float(judged(daily.max(axis=0), rules.quantile)), float(typical.max()),
        int(typical.argmax()),
    )  # fmt: skip
