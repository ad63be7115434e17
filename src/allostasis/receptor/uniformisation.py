"""exp(Q h) of a generator by uniformisation, for all lanes at once (lanes on the last axis).

With P = I + Q / u and u at or above every exit rate, exp(Q h) is a Poisson-weighted sum of powers of P. All terms are >= 0,
so occupancies cannot become negative and their sum stays 1 to rounding.
"""

import functools
import operator

import jax
import jax.numpy as jnp
import numpy as np

from allostasis.receptor.gating import Kinetics

_TERMS = 14  # structural: Poisson terms for u h <= 1, remainder below 1e-12


def product(a, b):
    """Matrix product over the first two axes, lanes last (a loop over the inner index, vectorised over lanes)."""
    return functools.reduce(operator.add, (a[:, k, None] * b[None, k] for k in range(a.shape[1])))


def vector(p, matrix):
    """Row vector times matrix, lanes last."""
    return functools.reduce(operator.add, (p[k, None] * matrix[k] for k in range(matrix.shape[0])))


def sparse(sources, p, matrix):
    """Vector times matrix over the entries that are not zero: ``sources[j]`` are the rows that feed column j."""
    return jnp.stack([sum(p[i] * matrix[i, j] for i in rows) for j, rows in enumerate(sources)])


def sources(model: Kinetics) -> tuple[tuple[int, ...], ...]:
    """States that feed each state, itself included."""
    size = jax.lax.stop_gradient(abs(model.fixed) + abs(model.binding))
    linked = np.asarray(size.max(-1)) + np.eye(len(model.names)) > 0
    return tuple(tuple(map(int, np.flatnonzero(column))) for column in linked.T)


def _small(jump, z, start, multiply):
    """sum_k exp(-z) z^k / k! start P^k for z <= 1, by Horner's scheme from the last term inwards."""

    def term(k, result):
        return start + (z / (_TERMS - k)) * multiply(result, jump)

    return jnp.exp(-z) * jax.lax.fori_loop(0, _TERMS, term, start)


def propagator(matrix, step, squarings):
    """exp(matrix x step), rows summing to 1; ``squarings`` halvings bring u h below 1."""
    n = matrix.shape[0]
    u = jnp.max(-jnp.einsum("iil->il", matrix), axis=0)
    eye = jnp.eye(n)[:, :, None]
    jump = eye + matrix / u[None, None]
    z = (u * step / 2.0**squarings)[None, None]
    result = _small(jump, z, jnp.broadcast_to(eye, matrix.shape), product)

    def square(_, x):
        x = product(x, x)
        return x / x.sum(1, keepdims=True)

    return jax.lax.fori_loop(0, squarings, square, result / result.sum(1, keepdims=True))


def advance(p, matrix, step, parts, sources):
    """P exp(matrix x step) in ``parts`` equal parts with u h <= 1 each."""
    u = jnp.max(-jnp.einsum("iil->il", matrix), axis=0)
    jump = jnp.eye(matrix.shape[0])[:, :, None] + matrix / u[None, None]
    z = (u * step / parts)[None]

    def part(_, state):
        state = _small(jump, z, state, functools.partial(sparse, sources))
        return state / state.sum(0, keepdims=True)

    return jax.lax.fori_loop(0, parts, part, p)
