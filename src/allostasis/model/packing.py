"""Many small arrays as two: what all lanes share, and what each lane has of its own.

A compiled call costs microseconds for each array that goes in or comes out. Tables and states of a run are hundreds of scalars
and rows over lanes; packed, they travel as one vector and one matrix, and are taken apart inside the program.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

SHARED, OWN, WHOLE = 0, 1, 2  # structural: the three kinds of leaf
"""A number that all lanes share; a row over lanes; anything else, which travels as it is."""


class Packed(NamedTuple):
    """A tree of arrays, packed.

    Attributes:
        shared: [k], the scalars.
        own: [m, lanes], the rows over lanes.
        whole: arrays that are neither.
    """

    shared: Any
    own: Any
    whole: tuple


class Layout(NamedTuple):
    """How to take a packed tree apart; hashable, so that it may stand in the key of a compiled program."""

    tree: Any
    kinds: tuple[int, ...]


def _kind(leaf: np.ndarray) -> int:
    if leaf.ndim == 0 or leaf.shape == (1,):
        return SHARED
    return OWN if leaf.ndim == 1 and leaf.size else WHOLE


def pack(values: Any, dtype: str) -> tuple[Packed, Layout]:
    """Pack a tree of host arrays; every row over lanes has the same length. A row of one lane counts as shared.

    >>> packed, layout = pack({"a": np.array(2.0), "b": np.array([1.0, 3.0])}, "float64")
    >>> packed.own.shape, {name: np.asarray(leaf).tolist() for name, leaf in unpack(packed, layout).items()}
    ((1, 2), {'a': 2.0, 'b': [1.0, 3.0]})
    """
    leaves, tree = jax.tree.flatten(values)
    leaves = [np.asarray(leaf) for leaf in leaves]
    kinds = tuple(_kind(leaf) for leaf in leaves)
    parts = [[leaf for leaf, kind in zip(leaves, kinds, strict=True) if kind == one] for one in (SHARED, OWN, WHOLE)]
    shared = np.array([leaf.reshape(()) for leaf in parts[SHARED]], dtype)
    own = np.array(parts[OWN], dtype) if parts[OWN] else np.zeros((0, 1), dtype)
    return Packed(shared, own, tuple(parts[WHOLE])), Layout(tree, kinds)


def unpack(packed: Packed, layout: Layout) -> Any:
    """The tree again; inside a compiled program, or outside."""
    parts = {SHARED: iter(packed.shared), OWN: iter(packed.own), WHOLE: iter(packed.whole)}
    return jax.tree.unflatten(layout.tree, [next(parts[kind]) for kind in layout.kinds])


def rows(tree: Any) -> Any:
    """A tree whose leaves are all rows over lanes as one matrix [leaves, lanes]."""
    return jnp.stack(jax.tree.leaves(tree))
