"""Lanes, the last axis of every array: padded to few sizes, cut into chunks, picked and repeated."""

import jax
import numpy as np
from jaxtyping import Int

LANE_CLASSES = {"float64": (1, 8, 128), "float32": (1, 8, 256)}
"""A chunk of patients is padded to one of these sizes, so that only a few programs exist. The largest fits the cache."""


def lane_class(n: int, dtype: str) -> int:
    """Lanes of a chunk: the smallest class that holds ``n``, or the largest.

    >>> [lane_class(n, "float64") for n in (1, 5, 300)]
    [1, 8, 128]
    """
    classes = LANE_CLASSES[dtype]
    return next((c for c in classes if n <= c), classes[-1])


def take_lanes(values, low: int, high: int, lanes: int):
    """Lanes low..high of every array leaf, the last lane repeated up to ``lanes``; scalars stay shared."""

    def take(leaf):
        leaf = np.asarray(leaf)
        if leaf.ndim == 0:
            return leaf
        part = leaf[..., low:high]
        return np.concatenate([part, np.repeat(part[..., -1:], lanes - (high - low), axis=-1)], axis=-1)

    return jax.tree.map(take, values)


def pick_lanes(values, which: Int[np.ndarray, " lanes"]):
    """Chosen lanes of every array leaf, in that order; what all lanes share stays as it is.

    >>> pick_lanes({"each": np.array([1.0, 2.0]), "shared": np.array(3.0)}, np.array([1, 1, 0]))["each"].tolist()
    [2.0, 2.0, 1.0]
    """
    return jax.tree.map(lambda leaf: leaf if leaf.ndim == 0 or leaf.shape[-1] <= 1 else leaf[..., which], values)


def spread_lanes(array: np.ndarray, lanes: int) -> np.ndarray:
    """An array over one lane or over ``lanes``, with every lane written out, so that both take the same program."""
    return np.broadcast_to(array, (*array.shape[:-1], lanes)) if array.size else array
