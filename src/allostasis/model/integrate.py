"""Run a composition over a population: host-side tables, blocks in time, chunks of patients, two threads."""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol, runtime_checkable

import jax
import numpy as np
from jaxtyping import Float

from allostasis.model.composition import Composition
from allostasis.model.contract import Values
from allostasis.model.exponential import (
    bolus_response,
    independent,
    infusion_response,
    propagator,
    relaxation_coefficients,
)
from allostasis.model.multirate import Structure, Tables, compiled_block, compiled_start, pattern
from allostasis.model.recording import Record
from allostasis.model.rule_arrays import RuleNumbers, RuleStructure
from allostasis.quantity.errors import InputError

BLOCK = 61
"""Output intervals in one compiled block: six blocks of days make a year."""
LANE_CLASSES = {"float64": (1, 8, 128), "float32": (1, 8, 256)}
"""A chunk of patients is padded to one of these sizes, so that only a few programs exist. The largest fits the cache."""
COLUMN_CLASSES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


@runtime_checkable
class InputColumn(Protocol):
    """One kind of input inside a step (see `regimen.schedule`): a bolus at a fraction, or an infusion between two."""

    @property
    def drug(self) -> str: ...
    @property
    def route(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def fraction_from(self) -> float | int: ...
    @property
    def fraction_to(self) -> float | int: ...


class Rule(NamedTuple):
    """A dosing rule bound to the composition: structure, numbers, and where its dose enters."""

    structure: RuleStructure
    numbers: RuleNumbers
    drug: str
    route: str


class Cancelled(Exception):
    """The caller asked the run to stop."""


class Solver(NamedTuple):
    """Numerical settings.

    Attributes:
        step: macro step [h].
        steps_per_output: steps in one output interval.
        dtype: "float64", or "float32" for large populations.
        threads: Python threads over chunks of patients.
    """

    step: float = 0.5
    steps_per_output: int = 48
    dtype: str = "float64"
    threads: int = 2


def _class_of(n: int, classes: Sequence[int], what: str) -> int:
    for size in classes:
        if n <= size:
            return size
    raise InputError(
        f"{n} {what}",
        expected=f"at most {classes[-1]}",
        fix="give doses at fewer distinct times of the step, for example on whole half hours",
    )


class _Graph(NamedTuple):
    """Matrices of a chunk [lanes, n, n] with their independent groups of states (one drug and its metabolites each)."""

    matrix: np.ndarray
    groups: tuple[np.ndarray, ...]

    def propagator(self, step: float) -> np.ndarray:
        """exp(A step), group by group."""
        result = np.zeros_like(self.matrix)
        for g in self.groups:
            result[:, g[:, None], g] = propagator(self.matrix[:, g[:, None], g], step)
        return result

    def respond(self, vector: np.ndarray, response: Callable, *times: float) -> np.ndarray:
        """Response to a dose, computed only for the group that it enters."""
        result = np.zeros_like(vector)
        for g in self.groups:
            if np.any(vector[:, g]):
                result[:, g] = response(self.matrix[:, g[:, None], g], vector[:, g], *times)
        return result


MOST_SUBSTEPS, SUBSTEP = 64, 0.05
"""Substeps of the exposure where clearances vary: a varying clearance removes at most a twentieth in one, up to 64 of them."""


def substeps(composition: Composition, prepared: Mapping[str, Values], step: float | int) -> int:
    """Number of substeps of the exposure in one step, a power of two: 1 where no clearance varies."""
    linear = composition.linear
    if linear is None or not linear.varies:
        return 1
    wanted = linear.vary_speed(prepared[linear.name]) * step / SUBSTEP
    return int(min(MOST_SUBSTEPS, 2 ** max(0, np.ceil(np.log2(max(wanted, 1.0))))))


def _inside(
    graph: _Graph, vector: np.ndarray, column: InputColumn, step: float, parts: int, part: int
) -> tuple[np.ndarray, np.ndarray]:
    """What a column does in one substep: a jump at its start (a bolus just there), and a state change at its end."""
    length, nothing = step / parts, np.zeros_like(vector)
    if column.kind == "bolus":
        where = column.fraction_from * parts
        first = min(int(where + 1e-9), parts - 1)  # rounding of fractions
        if first != part:
            return nothing, nothing
        if abs(where - first) < 1e-9:
            return vector, nothing
    return nothing, _respond(graph, vector, column, part * length, (part + 1) * length, step)


def _respond(
    graph: _Graph, vector: np.ndarray, column: InputColumn, low: float, high: float, step: float
) -> np.ndarray:
    """State change at ``high`` h of the step by the part of a column that falls between ``low`` and ``high``."""
    start, stop = column.fraction_from * step, column.fraction_to * step
    if column.kind == "bolus":
        return graph.respond(vector, bolus_response, high - start)
    start, stop = max(start, low), min(stop, high)
    if stop <= start:
        return np.zeros_like(vector)
    return graph.respond(vector, infusion_response, stop - start, high - stop)


def build_tables(
    composition: Composition,
    parameters: Mapping[str, Values],
    columns: Sequence[InputColumn],
    rules: Sequence[Rule],
    lanes: int,
    solver: Solver,
) -> Tables:
    """Host-side preparation of one chunk, in float64, then cast to the dtype of the run."""
    prepared = composition.prepare(parameters)
    elements, rule_vectors = (), []
    linear, h = composition.linear, solver.step
    parts = substeps(composition, prepared, h)
    varies = linear is not None and linear.varies
    n_columns = _class_of(max(len(columns), 1), COLUMN_CLASSES, "distinct dose times within a step")
    n_states = 0
    vectors: list[list[np.ndarray]] = [[]]
    jumps: list[list[np.ndarray]] = []
    if linear is not None:
        own = prepared[linear.name]
        matrix = np.asarray(linear.matrix(own), float)
        n_states = matrix.shape[-1]
        graph = _Graph(matrix.reshape(-1, n_states, n_states), independent(np.array(linear.sparsity(), bool)))
        exact = graph.propagator(h / parts)
        elements = tuple(exact[:, i, j] for i, row in enumerate(pattern(composition)) for j in row)

        def vector(drug, route):
            v = np.asarray(linear.dose_vector(drug, route, own), float).reshape(-1, n_states)
            return np.broadcast_to(v, (len(graph.matrix), n_states))

        if varies:
            pairs = [[_inside(graph, vector(c.drug, c.route), c, h, parts, i) for c in columns] for i in range(parts)]
            jumps = [[jump for jump, _ in part] for part in pairs]
            vectors = [[response for _, response in part] for part in pairs]
        else:
            vectors = [[_respond(graph, vector(c.drug, c.route), c, 0.0, h, h) for c in columns]]
        rule_vectors = [vector(r.drug, r.route) for r in rules]
        if not varies:
            rule_vectors = [graph.respond(v, bolus_response, h) for v in rule_vectors]

    def stack(responses, length):
        filled = [r.T for r in responses] + [np.zeros((n_states, 1))] * (length - len(responses))
        shape = (length, n_states, lanes)
        return np.stack([np.broadcast_to(r, shape[1:]) for r in filled]) if length and n_states else np.zeros(shape)

    coefficients = {k: relaxation_coefficients(np.asarray(v, float), h) for k, v in composition.rates(prepared).items()}
    tables = Tables(
        propagator=elements,
        responses=np.stack([stack(part, n_columns) for part in vectors]) if varies else stack(vectors[0], n_columns),
        jumps=np.stack([stack(part, n_columns) for part in jumps]) if varies else np.zeros(0),
        rule_responses=stack(rule_vectors, len(rules)),
        coefficients=coefficients,
        prepared=prepared,
        rules=tuple(r.numbers for r in rules),
        step=h,
    )
    return jax.tree.map(lambda leaf: np.asarray(leaf, solver.dtype), tables)


def _take(parameters, low: int, high: int, lanes: int):
    """Lanes low..high of every array leaf, the last lane repeated up to ``lanes``; scalars stay shared."""

    def take(leaf):
        leaf = np.asarray(leaf)
        if leaf.ndim == 0:
            return leaf
        part = leaf[..., low:high]
        return np.concatenate([part, np.repeat(part[..., -1:], lanes - (high - low), axis=-1)], axis=-1)

    return jax.tree.map(take, parameters)


def integrate(
    composition: Composition,
    parameters: Mapping[str, Values],
    amounts: Float[np.ndarray, "steps columns"],
    columns: Sequence[InputColumn],
    records: tuple[Record, ...],
    *,
    patients: int = 1,
    rules: Sequence[Rule] = (),
    solver: Solver | None = None,
    out: Mapping[Record, np.ndarray] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    cancel: threading.Event | None = None,
) -> Mapping[Record, np.ndarray]:
    """Integrate one arm for a population from the drug-free state.

    Args:
        composition: the system.
        parameters: per submodel, name -> scalar shared by all patients, or array [patients] (tuples for components).
        amounts: mg (bolus) or mg/h (infusion) of each input column at each step.
        columns: what the columns of ``amounts`` mean.
        records: which series to keep.
        patients: number of patients.
        rules: feedback dosing rules.
        solver: numerical settings.
        out: where to write each record's series (any array or view of the returned shape), so that a large population is
            never copied; allocated when left out.
        on_progress: called with (blocks done, blocks in all) from worker threads.
        cancel: polled between blocks.

    Returns:
        Each record's series, [1 + number of output intervals, patients]; row 0 is time 0.

    Raises:
        Cancelled: ``cancel`` was set.
        InputError: more distinct dose times inside a step than the largest class holds.
        FloatingPointError: a series is not finite.
    """
    solver = solver or Solver()
    structure = Structure(composition, records, tuple(r.structure for r in rules), solver.steps_per_output)
    n, size = solver.steps_per_output, BLOCK * solver.steps_per_output
    outputs = -(-amounts.shape[0] // n)
    blocks = -(-outputs // BLOCK)
    width = _class_of(max(len(columns), 1), COLUMN_CLASSES, "distinct dose times within a step")
    padded = np.zeros((blocks * size, width), solver.dtype)
    padded[: amounts.shape[0], : amounts.shape[1]] = amounts
    shaped = padded.reshape(blocks, BLOCK, n, width)
    classes = LANE_CLASSES[solver.dtype]
    lanes = next((c for c in classes if patients <= c), classes[-1])
    chunks = range(0, patients, lanes)
    done, lock = [0], threading.Lock()
    advance = compiled_block(structure)

    series = {r: np.empty((outputs + 1, patients)) for r in records} if out is None else out
    key = (structure, lanes, width, solver.dtype)

    def block(*arguments):
        if key in _COMPILED:
            return advance(*arguments)
        with _COMPILING:
            result = advance(*arguments)
            _COMPILED.add(key)
            return result

    def run(low: int) -> None:
        high = min(low + lanes, patients)
        tables = build_tables(composition, _take(parameters, low, high, lanes), columns, rules, lanes, solver)
        tables, carry, first = compiled_start(structure, lanes, solver.dtype)(tables)
        for record, value in zip(records, first, strict=True):
            series[record][0, low:high] = np.asarray(value)[: high - low]
        for b in range(blocks):
            if cancel is not None and cancel.is_set():
                raise Cancelled
            start = np.asarray(b * size * solver.step, solver.dtype)
            carry, values = block(tables, carry, shaped[b], start)
            rows = slice(1 + b * BLOCK, 1 + min((b + 1) * BLOCK, outputs))
            for record, value in zip(records, values, strict=True):
                kept = np.asarray(value)[: rows.stop - rows.start, : high - low]
                if not np.all(np.isfinite(kept)):
                    raise FloatingPointError(
                        f"{record.port} ({record.statistic}) is not finite: halve the step, or report the case as a bug"
                    )
                series[record][rows, low:high] = kept
            if on_progress is not None:
                with lock:
                    done[0] += 1
                    on_progress(done[0], blocks * len(chunks))

    threads = min(solver.threads, len(chunks), os.cpu_count() or 1)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, chunks))
    return series


_COMPILED: set = set()
_COMPILING = threading.Lock()
"""The first call of a program compiles it: one thread does, the others wait."""
