"""Array helpers that work on numpy (host side, no compilation) and on JAX tracers (gradients)."""

import jax
import jax.numpy as jnp
import numpy as np


def namespace(*leaves):
    """`jax.numpy` when any leaf is a JAX array or tracer, else `numpy`."""
    return jnp if any(isinstance(leaf, jax.Array) for leaf in jax.tree.leaves(leaves)) else np
