"""Exact course of linear kinetics under the records of an event table: resets, steady states, lags, infusions. Times in h."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from allostasis import library
from allostasis.model.exponential import propagator
from allostasis.patient import Patient
from allostasis.quantity import NotModelledError, UnknownNameError
from allostasis.regimen import Regimen
from allostasis.regimen.dose import SAME_INSTANT_H, Dose
from allostasis.regimen.event import Event
from allostasis.regimen.period import Period
from allostasis.simulation.assemble import assemble

NG_PER_ML = 1e-3
"""nM x g/mol = ng/L = 1e-3 ng/mL."""


class LinearSystem(NamedTuple):
    """dx/dt = A x + b u: A [1/h], b per (drug, route) [state per mg], absorption lag per (drug, route) [h]."""

    matrix: Float[np.ndarray, "n n"]
    inputs: Mapping[tuple[str, str], Float[np.ndarray, " n"]]
    lags: Mapping[tuple[str, str], float]


class _Input(NamedTuple):
    """A jump of the state at `start`, or a constant rate from `start` to `end`."""

    start: float
    end: float
    change: np.ndarray


def course(
    periods: Iterable[Period],
    system: LinearSystem,
    times: Float[np.ndarray, " times"],
    after: Bool[np.ndarray, " times"] | None = None,
) -> Float[np.ndarray, "times n"]:
    """States at given times, by exact steps from one change of input to the next.

        x(t + d) = exp(A d) x + Phi(d) b u,    Phi(d) = integral of exp(A s) over 0..d

    The steady state of a dose every II, of length D, implied dose k entering at TIME + lag - k II with k = 1, 2, ...:

        bolus       x = exp(A r) (I - exp(A II))^-1 b              r: time since the last implied dose that has entered
        infusion    finished ones as a bolus of Phi(D) b u, those still running one by one; they run on after TIME
        constant    x = -A^-1 b u, and nothing after TIME

    Args:
        periods: of a regimen (`Regimen.periods`).
        system: the kinetics.
        times: where to read the state [h].
        after: per time, whether to read it after what happens at that instant; before it when left out. At the start of
            the first period a reading is never before its steady state.

    Source: steady states as NONMEM defines them, PREDPP guide, chapter V.F (docs/events.md).

    >>> from allostasis.regimen.grammar import parse
    >>> regimen = parse("event midazolam 8 mg iv at 0 h, every 4 h, 1 more, steady state")
    >>> one = LinearSystem(np.array([[-np.log(2) / 4]]), {("midazolam", "iv"): np.array([1.0])}, {})
    >>> course(regimen.periods(24), one, np.array([0.0, 4.0, 8.0, 12.0])).ravel().round(9).tolist()
    [8.0, 8.0, 8.0, 4.0]
    """
    times = np.asarray(times, float)
    late = np.zeros(len(times), bool) if after is None else np.asarray(after, bool)
    result, first = np.full((len(times), len(system.matrix)), np.nan), True
    for period in periods:
        low, high = period.start_h, period.end_h
        mine = np.where(late, (times >= low) & (times < high), (times > low) & (times <= high))
        if first:
            mine |= times <= low
        first = False
        if mine.any():
            result[mine] = _within(period, system, np.maximum(times[mine], low), late[mine])
    return result


def _within(period: Period, system: LinearSystem, times: np.ndarray, late: np.ndarray) -> np.ndarray:
    inputs = [i for dose in period.doses for i in _inputs(dose, system)]
    start = np.zeros(len(system.matrix))
    for event in period.history:
        state, further = _steady(event, system)
        inputs += further
        if event.time_h - period.start_h > SAME_INSTANT_H:
            inputs.append(_Input(float(event.time_h), float(event.time_h), state))
        else:
            start = start + state
    return _advance(system.matrix, start, period.start_h, inputs, times, late)


def _inputs(dose: Dose, system: LinearSystem) -> list[_Input]:
    key = (dose.drug, dose.route)
    begin = dose.time_h + dose.lag_h + system.lags.get(key, 0.0)
    amount = system.inputs[key] * dose.amount * dose.fraction
    if dose.duration_h == 0:
        return [_Input(begin, begin, amount)]
    return [_Input(begin, begin + dose.duration_h, amount / dose.duration_h)]


def _phi(matrix: np.ndarray, lasting: float) -> tuple[np.ndarray, np.ndarray]:
    """(exp(A d), integral of exp(A s) over 0..d), both from one exponential, so A may be singular."""
    n = len(matrix)
    block = np.zeros((2 * n, 2 * n))
    block[:n, :n], block[:n, n:] = matrix, np.eye(n)
    both = propagator(block[None], lasting)[0]
    return both[:n, :n], both[:n, n:]


def _steady(event: Event, system: LinearSystem) -> tuple[np.ndarray, list[_Input]]:
    """State at TIME left by the implied doses of a record with SS, and what of them enters afterwards."""
    a, key = system.matrix, (event.drug, event.route)
    if event.is_constant:
        return np.linalg.solve(-a, system.inputs[key] * event.rate), []
    interval, length, time = float(event.interval_h), event.length_h, float(event.time_h)
    lag = event.lag_h + system.lags.get(key, 0.0)
    waiting = int(np.floor(lag / interval + SAME_INSTANT_H))  # implied doses that enter at TIME or later
    inputs = [_earlier(each, k * interval) for k in range(1, waiting + 1) for each in _inputs(event.at(time), system)]
    since = (waiting + 1) * interval - lag  # time since the last implied dose that has entered, 0 < since <= II
    repeated = np.linalg.inv(np.eye(len(a)) - _phi(a, interval)[0])
    amount = system.inputs[key] * event.amount * event.fraction
    if length == 0:
        return _phi(a, since)[0] @ repeated @ amount, inputs
    rate, state = amount / length, np.zeros(len(a))
    while since < length:
        state = state + _phi(a, since)[1] @ rate
        inputs.append(_Input(time, time + length - since, rate))
        since += interval
    finished = _phi(a, length)[1] @ rate
    return state + _phi(a, since - length)[0] @ repeated @ finished, inputs


def _earlier(given: _Input, hours: float) -> _Input:
    return _Input(given.start - hours, given.end - hours, given.change)


def _advance(
    matrix: np.ndarray, state: np.ndarray, now: float, inputs: list[_Input], times: np.ndarray, late: np.ndarray
) -> np.ndarray:
    """Step through every change of input and every sample, samples before changes unless they are late."""
    changes: dict[float, list[tuple[np.ndarray, np.ndarray]]] = {}
    none = np.zeros(len(matrix))
    for given in inputs:
        if given.end == given.start:
            changes.setdefault(given.start, []).append((given.change, none))
        else:
            changes.setdefault(given.start, []).append((none, given.change))
            changes.setdefault(given.end, []).append((none, -given.change))
    stops = sorted({*changes, *times.tolist()})
    rate, running, result = none, 0, np.empty((len(times), len(matrix)))
    steps: dict[float, tuple[np.ndarray, np.ndarray]] = {}
    for stop in stops:
        lasting = max(0.0, stop - now)
        if lasting > 0:
            if lasting not in steps:
                steps[lasting] = _phi(matrix, lasting)
            exact, integral = steps[lasting]
            state = exact @ state + integral @ rate if running else exact @ state
        now, here = max(now, stop), times == stop
        result[here & ~late] = state
        for jump, more in changes.get(stop, []):
            state, rate = state + jump, rate + more
            running += int(np.any(more > 0)) - int(np.any(more < 0))
        result[here & late] = state
    return result


def plasma_course(
    regimen: Regimen,
    times: Float[np.ndarray, " times"],
    patient: Patient,
    *,
    moiety: str | None = None,
    after: Bool[np.ndarray, " times"] | None = None,
) -> Float[np.ndarray, " times"]:
    """Total plasma concentration [ng/mL] of a drug or one of its metabolites under a regimen, exactly.

    Args:
        regimen: without dosing rules; of a table or of statements.
        times: where to read it [h].
        patient: whose kinetics.
        moiety: the only drug of the regimen when left out.
        after: as in `course`.

    Raises:
        NotModelledError: dosing rules, or kinetics that are not linear.
        UnknownNameError: no such moiety in the system.
    """
    horizon = float(np.max(times, initial=0.0)) + 1.0
    if regimen.rules:
        raise NotModelledError("dosing rules in an exact course", fix="run the case: a rule depends on the whole chain")
    sites = regimen.sites(horizon)
    drugs = regimen.drugs()
    name = moiety or (drugs[0] if drugs else "")
    if not sites:
        return np.zeros(len(times))
    for drug, route in sites:
        if library.drug(drug).routes[route].F_max is not None:
            raise NotModelledError(f"an exact course of {drug}, whose first pass saturates", fix="run the case instead")
    system = assemble(sites, patient)
    exposure = system.composition.linear
    assert exposure is not None
    if getattr(exposure, "varies", False):
        raise NotModelledError("an exact course of kinetics that are not linear", fix="run the case instead")
    prepared = exposure.prepare(system.parameters["exposure"])
    central = [state.name for state in exposure.states]
    if f"{name}.central" not in central:
        raise UnknownNameError("moiety", name, [each.removesuffix(".central") for each in central if "central" in each])
    direct = {site: library.drug(site[0]).routes[site[1]].ka is None for site in sites}
    inputs = {
        site: np.asarray(exposure.dose_vector(site[0], "iv" if direct[site] else site[1], prepared), float)
        for site in sites
    }
    linear = LinearSystem(np.asarray(exposure.matrix(prepared), float), inputs, system.lags)
    states = course(regimen.periods(horizon, patient.weight_kg), linear, times, after)
    volume, mass = float(prepared[f"{name}.inverse_V1"]), float(prepared[f"{name}.molar_mass"])
    return states[:, central.index(f"{name}.central")] * volume * mass * NG_PER_ML
