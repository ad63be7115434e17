"""What every test shares: strict broadcasting, hypothesis settings, and the browser if there is one."""

import os
import shutil

import jax
import pytest
from hypothesis import settings

# Arrays of different rank may not meet silently: `(n,)` with `(k, n)` is nearly always a forgotten axis.
# Write `x[None, :]`. Scalars are exempt. This holds in the tests only; users keep JAX's default.
jax.config.update("jax_numpy_rank_promotion", "raise")

# The first example compiles, so a time limit for one example means nothing.
# In CI the examples are the same on every run.
settings.register_profile("allostasis", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("allostasis")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a chromium; a test without one skips and says how to get it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium on this machine (Debian: apt install chromium)")
    return path
