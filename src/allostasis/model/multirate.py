"""The production integrator: exact exposure, algebraic receptor, exponential predictor-corrector adaptation, one scan.

Per step of length h, from t to t + h:

    exposure    x1 = exp(A h) x + responses . amounts       exact, doses inside the step folded forward
    predictor   y* = decay y + first N                      N: drive at t, from the evaluation of the last step
    evaluation  ports and N* at (t + h, x1, y*)             the only receptor evaluation of the step
    corrector   y1 = y* + second (N* - N)                   second order; N* is kept as N of the next step

Where clearances vary (enzymes, saturation), the exposure stage is split into substeps: deviation for half a substep, exact linear
advance with its doses, deviation for the other half (Strang). What sets the deviation is read right after the doses at the start
of the step and at its end, and the stage is repeated with the geometric mean of both: an inhibitor swallowed together with the
drug acts at once.

Nothing but structure is compiled in: patients, doses, horizon and step are arrays. A run is a loop over blocks of a fixed
number of output intervals, which also gives progress and cancelling.
"""

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from allostasis.model import recording, rule_arrays
from allostasis.model.compiling import compile_outermost
from allostasis.model.composition import Composition
from allostasis.model.exponential import reach
from allostasis.model.fast import Held, fast_key, follow, guess, sense
from allostasis.model.inputs import Fast
from allostasis.model.rule_arrays import RuleNumbers, RuleState, RuleStructure


class Tables(NamedTuple):
    """Everything a scan reads and does not change. Arrays over lanes, or scalars shared by all lanes."""

    propagator: tuple
    """exp(A h), the elements that can be non-zero, row by row."""
    responses: Any
    """[column, state, lanes]: state change at the end of a step per mg (bolus) or mg/h (infusion); [substep, ...] where
    clearances vary, each at the end of its substep."""
    jumps: Any
    """[substep, column, state, lanes] where clearances vary, else empty: state change by a bolus exactly at a substep's start."""
    rule_responses: Any
    """[rule, state, lanes]: state change at the end of a step by a bolus of each dosing rule at its start; at its start where
    clearances vary."""
    coefficients: dict
    """Relaxing state -> (decay, first, second); for a fast state those of a substep, and third."""
    prepared: dict
    rules: tuple[RuleNumbers, ...]
    step: Any


class Carry(NamedTuple):
    """State of a run between two steps."""

    linear: tuple
    relaxing: dict
    drive: dict
    rules: tuple[RuleState, ...]
    held: Held | None = None
    """Of a fast state, where there is one."""


class Structure(NamedTuple):
    """What a compiled block depends on. Hashable: the key of the compile cache."""

    composition: Composition
    records: tuple[recording.Record, ...]
    rules: tuple[RuleStructure, ...]
    steps_per_output: int
    fast: Fast | None = None


def linear_names(composition: Composition) -> tuple[str, ...]:
    """Qualified names of the linear states, in the order of the matrix."""
    linear = composition.linear
    return () if linear is None else tuple(f"{linear.name}.{s.name}" for s in linear.states)


@functools.lru_cache(maxsize=64)
def pattern(composition: Composition) -> tuple[tuple[int, ...], ...]:
    """For each linear state, the states that feed it within one step."""
    linear = composition.linear
    if linear is None:
        return ()
    closed = reach(np.array(linear.sparsity(), bool))
    return tuple(tuple(int(j) for j in np.flatnonzero(row)) for row in closed)


def _add(x: tuple, changes, amounts) -> tuple:
    """State plus the changes [column, state, lanes] times the amounts [column]."""
    return tuple(sum((changes[c, i] * amounts[c] for c in range(len(amounts))), value) for i, value in enumerate(x))


def _advance_linear(rows, tables: Tables, responses, x: tuple, amounts, requests: tuple) -> tuple:
    elements = iter(tables.propagator)
    advanced = []
    for i, row in enumerate(rows):
        value = sum(next(elements) * x[j] for j in row)
        for c in range(responses.shape[0]):
            value = value + responses[c, i] * amounts[c]
        for r, request in enumerate(requests):
            value = value + tables.rule_responses[r, i] * request
        advanced.append(value)
    return tuple(advanced)


def varying_ports(composition: Composition, ports: dict) -> dict:
    """The ports that set the deviation of the linear states."""
    linear = composition.linear
    if linear is None or not linear.varies:
        return {}
    return {port.name: ports[port.name] for port in linear.inputs if port.name not in linear.feedthrough}


@functools.lru_cache(maxsize=64)
def setting(composition: Composition) -> frozenset[str]:
    """Names of the submodels behind the ports that set the deviation: their states feel a dose at once."""
    giver = {port.name: s for s in composition.submodels for port in s.outputs}
    linear = composition.linear
    waiting = [] if linear is None else [port.name for port in linear.inputs]
    found: set[str] = set()
    while waiting:
        submodel = giver[waiting.pop()]
        if submodel.name not in found and submodel is not linear:
            found.add(submodel.name)
            waiting += [port.name for port in submodel.inputs]
    return frozenset(found)


def _at_start(composition: Composition, tables: Tables, carry: Carry, amounts, time) -> tuple[dict, dict]:
    """Right after the doses at the start of a step: the ports that set the deviation, and the drives behind them."""
    given = _add(carry.linear, tables.jumps[0], amounts)
    given = _add(given, tables.rule_responses, tuple(r.request for r in carry.rules))
    states = dict(zip(linear_names(composition), given, strict=True)) | carry.relaxing
    ports = composition.evaluate(time, states, tables.prepared)
    drives = composition.drives(time, states, ports, tables.prepared)
    return varying_ports(composition, ports), {k: v for k, v in drives.items() if k.partition(".")[0] in setting(composition)}


def _advance_exposure(composition: Composition, tables: Tables, carry: Carry, amounts, ports: dict) -> tuple:
    rows, requests = pattern(composition), tuple(r.request for r in carry.rules)
    linear = composition.linear
    if linear is None or not linear.varies:
        return _advance_linear(rows, tables, tables.responses, carry.linear, amounts, requests)
    names = tuple(s.name for s in linear.states)
    parts = tables.responses.shape[0]
    half = tables.step / (2 * parts)

    def deviate(x: tuple) -> tuple:
        states, own = dict(zip(names, x, strict=True)), tables.prepared[linear.name]
        new = linear.vary(states, ports, half, own)
        return tuple(new[name] for name in names)

    def part(x: tuple, given):
        responses, jumps = given
        x = deviate(_add(x, jumps, amounts))
        return deviate(_advance_linear(rows, tables, responses, x, amounts, ())), None

    start = _add(carry.linear, tables.rule_responses, requests)
    return jax.lax.scan(part, start, (tables.responses, tables.jumps))[0]


def advance_step(structure: Structure, tables: Tables, carry: Carry, amounts, time) -> tuple[Carry, dict]:
    """One step that ends at ``time``: (state, ports at its end)."""
    composition, linear = structure.composition, structure.composition.linear
    varies = linear is not None and linear.varies
    begin, first = _at_start(composition, tables, carry, amounts, time - tables.step) if varies else ({}, {})
    first = carry.drive | first
    predicted = {k: tables.coefficients[k][0] * y + tables.coefficients[k][1] * first[k] for k, y in carry.relaxing.items()}
    fast, held, key = structure.fast, carry.held, ""
    if fast is not None and held is not None:
        key = fast_key(composition, fast.submodel)
        predicted[key] = guess(composition, fast, tables, held, carry.relaxing[key], first[key], time)
    x = _advance_exposure(composition, tables, carry, amounts, begin)
    states = dict(zip(linear_names(composition), x, strict=True)) | predicted
    if begin:
        end = varying_ports(composition, composition.evaluate(time, states, tables.prepared))
        middle = jax.tree.map(lambda a, b: jnp.sqrt(a * b), begin, end)
        x = _advance_exposure(composition, tables, carry, amounts, middle)
        states = dict(zip(linear_names(composition), x, strict=True)) | predicted
    value = last = jnp.zeros(())
    if fast is not None and held is not None:
        own = carry.relaxing[key], first[key]
        value, last, held = follow(composition, fast, tables, held, own, states, time)
        states[key] = value
    ports = composition.evaluate(time, states, tables.prepared)
    drive = composition.drives(time, states, ports, tables.prepared)
    drive = {k: jnp.broadcast_to(v, predicted[k].shape) for k, v in drive.items()}  # a null variant gives one for all lanes
    corrected = {k: y + tables.coefficients[k][2] * (drive[k] - first[k]) for k, y in predicted.items()}
    if key:
        corrected[key], drive[key] = value, last
    rules = tuple(
        rule_arrays.evaluate(s, n, state, time, ports)
        for s, n, state in zip(structure.rules, tables.rules, carry.rules, strict=True)
    )
    requests = {rule_arrays.REQUEST: tuple(r.request for r in rules)}
    return Carry(x, corrected, drive, rules, held), ports | requests


@functools.lru_cache(maxsize=32)
def compiled_block(structure: Structure):
    """The compiled advance of one block: (tables, carry, amounts [outputs, steps, columns], start [h]) -> (carry, series)."""

    def block(tables: Tables, carry: Carry, amounts, start):
        lanes, dtype = carry.linear[0].shape[0], carry.linear[0].dtype
        n = structure.steps_per_output

        def interval(state, output):
            index, amounts_of_interval = output

            def one(inner, step):
                carry, sums = inner
                k, amounts_of_step = step
                time = start + (index * n + k + 1) * tables.step
                carry, ports = advance_step(structure, tables, carry, amounts_of_step, time)
                return (carry, recording.accumulate(structure.records, sums, time, ports)), None

            empty = recording.start(structure.records, lanes, dtype)
            (state, sums), _ = jax.lax.scan(one, (state, empty), (jnp.arange(n), amounts_of_interval))
            return state, recording.finish(structure.records, sums, n)

        return jax.lax.scan(interval, carry, (jnp.arange(amounts.shape[0]), amounts))

    return compile_outermost(block)


def drug_free(structure: Structure, tables: Tables, lanes: int, dtype: str) -> tuple[Carry, dict]:
    """The drug-free start at time 0: (state, ports there)."""
    composition, zero = structure.composition, jnp.zeros((), dtype)

    def over_lanes(values):
        return {k: jnp.broadcast_to(jnp.asarray(v, dtype), (lanes,)) for k, v in values.items()}

    names = linear_names(composition)
    x = tuple(jnp.zeros(lanes, dtype) for _ in names)
    relaxing = over_lanes(composition.initial(tables.prepared))
    states = dict(zip(names, x, strict=True)) | relaxing
    ports = composition.evaluate(zero, states, tables.prepared)
    drive = over_lanes(composition.drives(zero, states, ports, tables.prepared))
    rules = tuple(rule_arrays.rest(lanes, dtype) for _ in structure.rules)
    held = None
    if structure.fast is not None:
        name = structure.fast.submodel
        held = Held(drive[fast_key(composition, name)], *sense(composition, name, zero, states, tables.prepared))
    return Carry(x, relaxing, drive, rules, held), ports | {rule_arrays.REQUEST: tuple(r.request for r in rules)}


@functools.lru_cache(maxsize=32)
def compiled_start(structure: Structure, lanes: int, dtype: str):
    """The compiled drug-free start at time 0: tables -> (tables on the device, carry, statistics of the ports there).

    Handing the tables back spares every block the transfer of some hundred small arrays.
    """

    def start(tables: Tables):
        carry, ports = drug_free(structure, tables, lanes, dtype)
        sums = recording.start(structure.records, lanes, dtype)
        sums = recording.accumulate(structure.records, sums, jnp.zeros((), dtype), ports)
        return tables, carry, recording.finish(structure.records, sums, 1)

    return compile_outermost(start)
