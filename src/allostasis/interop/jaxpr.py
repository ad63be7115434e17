"""Trace a JAX function and evaluate it on formulas instead of numbers.

Arrays become numpy object arrays of formulas. Elementwise operations build formulas; operations that only move elements run once
on an array of positions, which says where every element goes.
"""

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from allostasis.interop.expression import FOLD, Formula, Graph
from allostasis.quantity.errors import NotModelledError

DIRECT = {
    "add": "+", "add_any": "+", "sub": "-", "mul": "*", "div": "/", "neg": "negate", "exp": "exp", "log": "ln", "sqrt": "sqrt",
    "tanh": "tanh", "sin": "sin", "cos": "cos", "abs": "abs", "floor": "floor", "ceil": "ceil", "max": "max", "min": "min",
    "pow": "pow", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=", "and": "&&", "or": "||", "not": "!",
}  # fmt: skip
"""Primitives with an operation of their own."""
COMPOSED: dict[str, Callable] = {
    "log1p": lambda op, x: op("ln", op("+", 1.0, x)),
    "expm1": lambda op, x: op("-", op("exp", x), 1.0),
    "logistic": lambda op, x: op("/", 1.0, op("+", 1.0, op("exp", op("negate", x)))),
    "square": lambda op, x: op("*", x, x),
    "rsqrt": lambda op, x: op("/", 1.0, op("sqrt", x)),
    "exp2": lambda op, x: op("pow", 2.0, x),
    "sign": lambda op, x: op("piecewise", 1.0, op(">", x, 0.0), op("piecewise", -1.0, op("<", x, 0.0), 0.0)),
    "clamp": lambda op, low, x, high: op("min", op("max", x, low), high),
    "select_n": lambda op, which, no, yes: op("piecewise", yes, which, no),
}
"""Primitives written with several operations."""
SAME = ("convert_element_type", "stop_gradient", "copy", "copy_p", "optimization_barrier")
MOVE = (
    "reshape", "broadcast_in_dim", "slice", "squeeze", "expand_dims", "transpose", "rev", "dynamic_slice", "gather", "split",
    "concatenate", "stack", "pad", "tile",
)  # fmt: skip
REDUCE = {
    "reduce_sum": "+",
    "reduce_max": "max",
    "reduce_min": "min",
    "reduce_prod": "*",
    "reduce_and": "&&",
    "reduce_or": "||",
}
CALL = ("jit", "pjit", "closed_call", "custom_jvp_call", "custom_vjp_call")


def trace(function: Callable, arguments: Sequence, graph: Graph):
    """Evaluate ``function(*arguments)``, whose leaves are names or numbers, to formulas of the same structure.

    Args:
        function: traceable by JAX.
        arguments: pytrees whose leaves are ``str`` (a scalar quantity) or ``float``.
        graph: holds the nodes.

    Raises:
        NotModelledError: the function uses an operation that SBML has no counterpart for.
    """
    leaves, structure = jax.tree.flatten(tuple(arguments))
    closed, shape = jax.make_jaxpr(lambda flat: function(*jax.tree.unflatten(structure, flat)), return_shape=True)(
        [0.5] * len(leaves)  # structural: a stand-in, only its shape and type matter
    )
    inputs = [np.array(leaf, object) for leaf in leaves]
    values = _evaluate(closed.jaxpr, [_constant(c) for c in closed.consts], inputs, graph)
    return jax.tree.unflatten(jax.tree.structure(shape), values)


def _constant(value) -> np.ndarray:
    value = np.asarray(value)
    kind = bool if value.dtype == bool else float
    result = np.empty(value.shape, object)
    for index in np.ndindex(value.shape):
        result[index] = kind(value[index])
    return result


def _evaluate(jaxpr, constants: list, inputs: list, graph: Graph) -> list:
    known = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*constants, *inputs], strict=True))

    def read(atom) -> np.ndarray:
        return _constant(atom.val) if hasattr(atom, "val") else known[atom]

    for equation in jaxpr.eqns:
        results = _apply(equation, [read(atom) for atom in equation.invars], graph)
        known.update(zip(equation.outvars, results, strict=True))
    return [read(atom) for atom in jaxpr.outvars]


def _apply(equation, operands: list, graph: Graph) -> list:
    name, parameters = equation.primitive.name, equation.params
    if name in DIRECT:
        results = [_each(graph, DIRECT[name], operands)]
    elif name in COMPOSED and not (name == "select_n" and len(operands) > 3):
        results = [_broadcast(lambda *x: COMPOSED[name](graph.apply, *x), operands)]
    elif name in SAME:
        results = operands
    elif name == "integer_pow":
        results = [_each(graph, "pow", [operands[0], np.array(float(parameters["y"]), object)])]
    elif name in MOVE:
        results = _move(equation, operands)
    elif name in REDUCE:
        results = [_reduce(graph, REDUCE[name], operands[0], parameters["axes"])]
    elif name == "dot_general":
        results = [_dot(graph, operands[0], operands[1], parameters["dimension_numbers"])]
    elif name == "iota":
        results = [_constant(equation.primitive.bind(**parameters))]
    elif name in CALL:
        inner = parameters.get("jaxpr") or parameters.get("call_jaxpr") or parameters.get("fun_jaxpr")
        results = _evaluate(inner.jaxpr, [_constant(c) for c in inner.consts], operands, graph)
    else:
        raise _refusal(name)
    return results


def _refusal(name: str, detail: str = "") -> NotModelledError:
    return NotModelledError(
        f"an equation uses the operation {name!r}{detail}, which has no counterpart in SBML",
        expected="arithmetic, comparisons, where, and: " + ", ".join(sorted(k for k in FOLD if k.isalpha())),
        fix="write the equation with those, without loops and without random numbers",
    )


def _broadcast(function: Callable, operands: list) -> np.ndarray:
    arrays = np.broadcast_arrays(*operands)
    result = np.empty(arrays[0].shape, object)
    for index in np.ndindex(result.shape):
        result[index] = function(*(a[index] for a in arrays))
    return result


def _each(graph: Graph, operation: str, operands: list) -> np.ndarray:
    return _broadcast(lambda *x: graph.apply(operation, *x), operands)


def _move(equation, operands: list) -> list:
    """Run the primitive on positions, then fetch the formulas from there. Indices must be known numbers."""
    name = equation.primitive.name
    pool: list[Formula] = []
    arguments = []
    for k, (operand, atom) in enumerate(zip(operands, equation.invars, strict=True)):
        if name in ("dynamic_slice", "gather") and k > 0:
            if not all(isinstance(x, float) for x in operand.flat):
                raise _refusal(name, " with an index that is computed")
            arguments.append(jnp.asarray(operand.astype(float), atom.aval.dtype))
            continue
        start = len(pool)
        pool.extend(operand.flat)
        arguments.append(jnp.arange(start, len(pool)).reshape(operand.shape))
    moved = equation.primitive.bind(*arguments, **equation.params)
    source = np.empty(len(pool), object)
    source[:] = pool
    several = equation.primitive.multiple_results
    return [source[np.ravel(places)].reshape(places.shape) for places in (moved if several else [moved])]


def _reduce(graph: Graph, operation: str, operand: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    kept = [a for a in range(operand.ndim) if a not in axes]
    rows = operand.transpose(*kept, *axes).reshape(*(operand.shape[a] for a in kept), -1)
    result = np.empty(rows.shape[:-1], object)
    for index in np.ndindex(result.shape):
        total = rows[index][0]
        for item in rows[index][1:]:
            total = graph.apply(operation, total, item)
        result[index] = total
    return result


def _dot(graph: Graph, left: np.ndarray, right: np.ndarray, dimensions) -> np.ndarray:
    (contract_left, contract_right), (batch_left, _) = dimensions
    if batch_left:
        raise _refusal("dot_general", " over a batch")
    free_left = [a for a in range(left.ndim) if a not in contract_left]
    free_right = [a for a in range(right.ndim) if a not in contract_right]
    rows = left.transpose(*free_left, *contract_left).reshape(*(left.shape[a] for a in free_left), -1)
    columns = right.transpose(*free_right, *contract_right).reshape(*(right.shape[a] for a in free_right), -1)
    shape = rows.shape[:-1] + columns.shape[:-1]
    a = rows.reshape(*rows.shape[:-1], *[1] * len(free_right), rows.shape[-1])
    products = _each(graph, "*", [a, columns.reshape(*[1] * len(free_left), *columns.shape)])
    return _reduce(graph, "+", products, [len(shape)])
