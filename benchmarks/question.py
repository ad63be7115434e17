"""The question that every engine answers: diazepam and lorazepam with their metabolites, one year, tapered."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from allostasis.clinic.simulate import readouts
from allostasis.regimen import Dose, Regimen, StepInputs, schedule
from allostasis.simulation import Case, parse_case
from allostasis.simulation.assemble import System
from allostasis.simulation.simulate import arm_regimens, case_system

DAYS = 365
HORIZON = DAYS * 24.0
TAPER = (
    "diazepam 10 mg po tid for 28 d, then taper 10 % of start every 14 d; "
    "lorazepam 1 mg po bid for 120 d, then taper 25 % of start every 14 d"
)
STOP = "diazepam 10 mg po tid for 180 d, then stop; lorazepam 1 mg po bid for 180 d, then stop"


def case_table(*regimens: str) -> dict[str, Any]:
    arms = [{"name": f"arm {k}", "regimen": regimen} for k, regimen in enumerate(regimens)]
    return {"title": "benchmark", "horizon": f"{DAYS} d", "arm": arms}


@dataclass(frozen=True)
class Question:
    """A case with one arm, and what the engines need to run it; doses come with their absorption lag."""

    case: Case
    regimen: Regimen
    system: System
    inputs: StepInputs
    doses: list[Dose]


@cache
def question() -> Question:
    case = parse_case(case_table(TAPER))
    regimens = arm_regimens(case)
    system = case_system(case, regimens, readouts())
    regimen = next(iter(regimens.values()))
    given = regimen.doses(case.horizon_h, case.weight_kg)
    steps = round(case.horizon_h / case.step_h)
    inputs = schedule(given, case.step_h, steps, lag_h=system.lags)
    lagged = [replace(d, time_h=d.time_h + system.lags[d.drug, d.route]) for d in given]
    return Question(case, regimen, system, inputs, sorted(lagged, key=lambda d: d.time_h))


def describe() -> str:
    q = question()
    composition = q.system.composition
    linear = len(composition.linear.states) if composition.linear else 0
    relaxing = sum(len(s.states) for s in composition.relaxing)
    return (
        f"{linear} linear + {relaxing} relaxing states, {len(composition.ports)} ports, {len(q.doses)} doses in "
        f"{DAYS} days:\n  {q.regimen}"
    )


def peak(time: np.ndarray, imbalance: np.ndarray) -> tuple[float, float]:
    """Highest imbalance and its time [h]."""
    index = int(np.argmax(imbalance))
    return float(imbalance[index]), float(time[index])
