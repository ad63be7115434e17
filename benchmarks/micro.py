"""Three checks of jax itself, as ratios: releases between 0.10 and 0.12 have lost a factor of 10 on each."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from timing import best

LENGTH = 20_000
LEAVES = 40


def _time(function, *arguments, repeats: int = 7) -> float:
    compiled = jax.jit(function)
    jax.block_until_ready(compiled(*arguments))
    return best(lambda: jax.block_until_ready(compiled(*arguments)), repeats)


def scalar_leaves() -> float:
    """A scan that carries 40 scalars, against one that carries an array of 40."""

    def many(start):
        return jax.lax.scan(lambda c, _: (tuple(0.999 * x + 0.1 for x in c), None), start, None, length=LENGTH)[0]

    def one(start):
        return jax.lax.scan(lambda c, _: (0.999 * c + 0.1, None), start, None, length=LENGTH)[0]

    return _time(many, tuple(np.ones(LEAVES))) / _time(one, np.ones(LEAVES))


def small_updates() -> float:
    """Small updates of a long array in a loop: time per step at 200,000 elements over that at 50,000."""

    def fill(array):
        return jax.lax.fori_loop(0, array.size, lambda i, a: a.at[i].set(i * 0.5), array)

    short, long = 50_000, 200_000
    return _time(fill, jnp.zeros(long)) / long / (_time(fill, jnp.zeros(short)) / short)


def small_matrices() -> float:
    """A scan that carries a 3 x 3 matrix: float64 over float32."""

    def turn(dtype, start):
        step = jnp.asarray([[0.9, 0.1, 0.0], [0.0, 0.9, 0.1], [0.1, 0.0, 0.9]], dtype)
        return jax.lax.scan(lambda c, _: (step * c + 0.01, None), start, None, length=LENGTH)[0]

    double, single = (_time(partial(turn, d), np.ones((3, 3), d)) for d in ("float64", "float32"))
    return double / single
