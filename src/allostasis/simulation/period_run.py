"""Run the periods of an arm through the integrator and lay them end to end."""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from allostasis.model import Record, Rule, Solver, integrate
from allostasis.quantity import InputError, NotModelledError
from allostasis.regimen import schedule
from allostasis.regimen.dose import SAME_INSTANT_H
from allostasis.regimen.period import Period, lead_in
from allostasis.simulation.assemble import System
from allostasis.simulation.first_pass import by_first_pass
from allostasis.simulation.plan import Plan

SETTLED = 1e-6
"""Share of its first deviation that the slowest state has left at the end of a lead-in."""
LONGEST_LEAD_IN_H = 20 * 8766.0


@dataclass(frozen=True)
class Runner:
    """The integrator with everything that all periods of an arm share."""

    system: System
    solver: Solver
    records: tuple[Record, ...]
    rules: Sequence[Rule]
    cancel: threading.Event | None

    @property
    def every_h(self) -> float:
        """Length of an output interval [h]."""
        return self.solver.step * self.solver.steps_per_output

    def integrate(self, doses, steps: int, parameters, patients: int, out, records, progress=None) -> None:
        """One period of `steps` steps, from the drug-free state, into `out`."""
        inputs = schedule(by_first_pass(doses), self.solver.step, steps, lag_h=self.system.lags)
        integrate(
            self.system.composition, parameters, inputs.amounts, inputs.columns, records, patients=patients,
            rules=self.rules, solver=self.solver, out=out, on_progress=progress, cancel=self.cancel,
        )  # fmt: skip


def run_plan(
    plan: Plan,
    runner: Runner,
    parameters: Mapping[str, Mapping[str, Any]],
    patients: int,
    out: Mapping[Record, np.ndarray],
    on_progress: Callable[[int, int], None],
) -> None:
    """Integrate an arm for all patients into `out` (record -> array [1 + outputs, patients]).

    Each period starts from the drug-free state; one with a history of steady states is led in by its implied doses, until
    the slowest state of the chain has settled. The row at the instant of a reset is the end of what was before it.

    Raises:
        InputError: a reset inside an output interval.
        NotModelledError: SS 2 behind the start of a period, where superposition would be needed.
    """
    rows = next(iter(out.values())).shape[0]
    if plan.is_plain:
        steps = (rows - 1) * runner.solver.steps_per_output
        runner.integrate(plan.doses(), steps, parameters, patients, out, runner.records, on_progress)
        return
    done, all_periods = 0, sum(len(periods) for periods in plan.each)
    for patient, periods in enumerate(plan.each):
        own = parameters if len(plan.each) == 1 else _lane(parameters, patient)
        lanes = patients if len(plan.each) == 1 else 1
        view = dict(out) if len(plan.each) == 1 else {r: values[:, patient : patient + 1] for r, values in out.items()}
        for period in periods:
            _run_period(plan, period, runner, own, lanes, view)
            done += 1
            on_progress(done, all_periods)


def _lane(parameters: Mapping[str, Mapping[str, Any]], patient: int) -> dict[str, dict[str, Any]]:
    def take(value):
        if isinstance(value, tuple):
            return tuple(take(each) for each in value)
        array = np.asarray(value)
        return value if array.ndim == 0 else array[..., patient : patient + 1]

    return {name: {key: take(value) for key, value in values.items()} for name, values in parameters.items()}


def _run_period(
    plan: Plan, period: Period, runner: Runner, parameters, patients: int, out: Mapping[Record, np.ndarray]
) -> None:
    every = runner.every_h
    first, last = (_row(plan, time, every) for time in (period.start_h, period.end_h))
    lead = _lead_in_outputs(plan, period, runner, parameters)
    shift = period.start_h - lead * every
    local = [replace(dose, time_h=max(0.0, dose.time_h - shift)) for dose in period.doses]
    instants = (
        tuple({Record(r.port, r.component, "last") for r in runner.records} - set(runner.records)) if lead else ()
    )
    records = (*runner.records, *sorted(instants, key=repr))
    outputs = lead + last - first
    series = {record: np.empty((outputs + 1, patients)) for record in records}
    steps = outputs * runner.solver.steps_per_output
    runner.integrate([*lead_in(period, lead * every), *local], steps, parameters, patients, series, records)
    for record, values in out.items():
        found = series[record]
        if record.statistic == "time_of_max":
            found = found + shift
        values[first + 1 : last + 1] = found[lead + 1 :]
        if first == 0:
            values[0] = found[0] if not lead else _at_start(record, series, lead, period.start_h)


def _at_start(record: Record, series: Mapping[Record, np.ndarray], lead: int, start_h: float):
    """A record at the first instant behind a lead-in: its value there, not its statistic over the interval before."""
    if record.statistic == "time_of_max":
        return start_h
    return series[Record(record.port, record.component, "last")][lead]


def _row(plan: Plan, time_h: float, every: float) -> int:
    row = round(time_h / every)
    if abs(row * every - time_h) > SAME_INSTANT_H * max(1, row):
        raise InputError(
            f"arm {plan.arm!r} has a reset or a steady state inside an output interval", value=f"{time_h:g} h",
            expected=f"a multiple of {every:g} h", fix="choose [output] every and [solver] step that divide it",
        )  # fmt: skip
    return row


def _lead_in_outputs(plan: Plan, period: Period, runner: Runner, parameters) -> int:
    """Output intervals of implied doses before a period, 0 without a steady state."""
    for event in period.history:
        if event.time_h - period.start_h > SAME_INSTANT_H:
            lag = event.time_h - period.start_h
            raise NotModelledError(
                f"SS 2 at {event.time_h:g} h in arm {plan.arm!r}: the whole chain is not linear, so its steady states do not add",
                expected=f"SS 2 at the start of a period, here {period.start_h:g} h",
                fix=f"write the same record at {period.start_h:g} h with ALAG {lag:g} added: its doses enter at the same times",
            )
    if not period.history:
        return 0
    length = math.log(1 / SETTLED) / _slowest(runner.system, parameters)
    if length > LONGEST_LEAD_IN_H:
        raise NotModelledError(
            f"steady state of arm {plan.arm!r}, which takes {length / 8766:.3g} years", expected="at most 20 years"
        )
    return max(1, math.ceil(length / runner.every_h))


def _slowest(system: System, parameters) -> float:
    """Smallest rate constant of the chain over all patients [1/h], of drug and of adaptation."""
    prepared = system.composition.prepare(parameters)
    rates = [float(np.min(np.asarray(rate))) for rate in system.composition.rates(prepared).values()]
    linear = system.composition.linear
    if linear is not None:
        matrix = np.asarray(linear.matrix(prepared[linear.name]), float)
        rates.append(float(np.min(-np.real(np.linalg.eigvals(matrix)))))
    return max(min(rates), 1e-300)
