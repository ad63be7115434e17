"""Inputs of the examples that the contract battery runs the submodels of glia with."""

from collections.abc import Mapping

import jax.numpy as jnp

LANES = 3  # structural: patients side by side in an example


def lanes(levels: Mapping[str, float]) -> dict:
    """The same level in every lane.

    >>> lanes({"activity": 0.5})["activity"].tolist()
    [0.5, 0.5, 0.5]
    """
    return {name: level * jnp.ones(LANES) for name, level in levels.items()}
