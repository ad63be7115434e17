"""Power of the neural mass over a grid of what acts on it: computed once (`power_build`), interpolated ever after."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache

import jax.numpy as jnp
import numpy as np
from jax.scipy.ndimage import map_coordinates
from jaxtyping import Array, Float

from allostasis import library
from allostasis.library.loader import DATA
from allostasis.quantity import InputError

AXES = ("excitation", "inhibition_fast", "inhibition_slow", "driving_force")
"""What the power depends on, ratios over naive, in the order of the axes of the table."""
TABLE, ERROR = DATA / "eeg_power.npz", DATA / "eeg_power.json"
BEHIND = (
    "connectivity", "half_maximal_rate", "threshold", "slope", "input_", "rate.", "point.background", "amplitude_", "decay_",
)  # fmt: skip
"""Rows of the set `eeg` that the table was computed with, by how their names begin; with the edges of the whole band."""


@dataclass(frozen=True, eq=False)
class PowerTable:
    """Log of power over that of the naive background, on a grid.

    Attributes:
        nodes: of each axis, ascending; 1 is one of them.
        log_power: natural logarithm of the ratio; 0 where everything is 1.
    """

    nodes: tuple[np.ndarray, ...]
    log_power: Float[np.ndarray, "excitation fast slow force"]

    def __call__(self, *ratios: Array | np.ndarray | float | int) -> Float[Array, "..."]:
        """Log of power at ratios over naive, one per axis: multilinear between the nodes, constant beyond the ends."""
        together = jnp.broadcast_arrays(*(jnp.asarray(r) for r in ratios))
        together = [r if jnp.issubdtype(r.dtype, jnp.floating) else r.astype(float) for r in together]
        places = [
            jnp.interp(r, jnp.asarray(n, r.dtype), jnp.arange(len(n), dtype=r.dtype))
            for r, n in zip(together, self.nodes, strict=True)
        ]
        return map_coordinates(jnp.asarray(self.log_power, places[0].dtype), places, order=1, mode="nearest")


def row_hash() -> str:
    """Hash of the library rows behind the table."""
    rows = library.parameter_set("eeg")
    used = {k: p.value for k, p in rows.items() if k.startswith((*BEHIND, "band.delta.low", "band.gamma.high"))}
    return hashlib.sha256(json.dumps(sorted(used.items())).encode()).hexdigest()[:16]  # structural: digits of the hash


@cache
def power_table() -> PowerTable:
    """The table of the library.

    Raises:
        InputError: it was computed with other numbers than the library has now.

    >>> float(power_table()(1.0, 1.0, 1.0, 1.0))
    0.0
    """
    with np.load(TABLE) as stored:
        nodes, log_power, made = tuple(stored[name] for name in AXES), stored["log_power"], str(stored["rows"])
    if made != row_hash():
        raise InputError(
            "table of EEG power is out of date", value=made, expected=f"computed with the rows of the set eeg, {row_hash()}",
            fix="run 'python -m allostasis.circuit.eeg.power_build'",
        )  # fmt: skip
    return PowerTable(nodes, log_power.astype(float))


def table_error() -> dict:
    """Error of the interpolation as it was measured when the table was made, and how it was made.

    >>> table_error()["median"] < 0.1
    True
    """
    return json.loads(ERROR.read_text(encoding="utf-8"))
