"""Host-side tables of a run: what a chunk of patients, its dose columns and its step make of the equations, in float64."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import jax
import numpy as np

from allostasis.model.composition import Composition
from allostasis.model.contract import Values
from allostasis.model.exponential import (
    bolus_response,
    independent,
    infusion_response,
    propagator,
    relaxation_coefficients,
    third_order_coefficient,
)
from allostasis.model.fast import fast_key
from allostasis.model.inputs import InputColumn, Rule, Solver, column_class
from allostasis.model.multirate import Tables, pattern


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
    n_columns = column_class(len(columns))
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

    rates = {k: np.asarray(v, float) for k, v in composition.rates(prepared).items()}
    coefficients: dict[str, tuple] = {k: relaxation_coefficients(rate, h) for k, rate in rates.items()}
    if solver.fast is not None:
        key, length = fast_key(composition, solver.fast.submodel), h / solver.fast.substeps
        coefficients[key] = (*relaxation_coefficients(rates[key], length), third_order_coefficient(rates[key], length))
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
