"""Compute the table of EEG power and measure its error: `python -m allostasis.circuit.eeg.power_build`.

Every node has the same input noise, so that differences between nodes are none of the draw. Same seed, same table.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from jaxtyping import Float

from allostasis.circuit.eeg.drive import driven_gains
from allostasis.circuit.eeg.neural_mass import operating_point
from allostasis.circuit.eeg.power import electrode_power, mixed_power
from allostasis.circuit.eeg.power_table import AXES, ERROR, TABLE, PowerTable, power_table, row_hash
from allostasis.circuit.eeg.record import simulate_eeg
from allostasis.circuit.eeg.spectrum import band_edges, band_power, power_spectrum
from allostasis.library import parameter_set

SECONDS, SEED, OTHER_SEED = 60.0, 20021, 20022  # structural: length of a record [s]; seeds of the table and of its check
BATCH = 512  # structural: nodes at once, so that their states stay in the cache
DIGITS = 4  # structural: decimals of the log that are kept
POINTS = 2000  # structural: random points off the grid at which the error is measured
QUANTILES = {"median": 0.5, "ninetieth": 0.9, "largest": 1.0}  # structural: of the error
GRID = {
    "excitation": (0.2, 0.35, 0.5, 0.7, 0.85, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2, 1.27, 1.35, 1.44, 1.54, 1.7, 1.9, 2.2, 2.6, 3.2),
    "inhibition_fast": (0.3, 0.5, 0.75, 1.0, 1.5, 2.2, 3.0),
    "inhibition_slow": (0.1, 0.2, 0.35, 0.5, 0.6, 0.7, 0.78, 0.85, 0.92, 1.0, 1.1, 1.2, 1.35, 1.5, 1.7, 2.0, 2.5),
    "driving_force": (0.05, 0.2, 0.4, 0.6, 0.75, 0.9, 1.0, 1.2),
}  # structural: nodes, about even on a log axis, closer where the regime changes; 1 is one of them
BOX = {
    "excitation": (0.4, 1.8), "inhibition_fast": (0.4, 2.0), "inhibition_slow": (0.3, 2.0), "driving_force": (0.3, 1.1),
    "activity": (0, 1),
}  # structural: what a seizure and its treatment reach; the error is measured there  # fmt: skip


def direct_log_power(ratios: Float[np.ndarray, "axes points"], seed: int = SEED) -> Float[np.ndarray, " points"]:
    """Log of the power of the neural mass over its naive background, by simulation [points]."""
    ratios = np.concatenate([np.ones((len(AXES), 1)), ratios], axis=1)
    found, point, whole = [], operating_point("background"), band_edges("whole")
    for first in range(0, ratios.shape[1], BATCH):
        part = ratios[:, first : first + BATCH]
        full = np.concatenate([part, np.ones((len(AXES), BATCH - part.shape[1]))], axis=1)
        record = simulate_eeg(driven_gains(point, *full), seconds=SECONDS, seed=seed)
        found.append(np.log(band_power(power_spectrum(record), *whole)[: part.shape[1], 0]))
    log_power = np.concatenate(found)
    return log_power[1:] - log_power[0]


def build() -> PowerTable:
    """Compute the table."""
    nodes = tuple(np.array(GRID[name]) for name in AXES)
    points = np.stack([axis.ravel() for axis in np.meshgrid(*nodes, indexing="ij")])
    log_power = np.round(direct_log_power(points), DIGITS).reshape([len(n) for n in nodes])
    return PowerTable(nodes, log_power)


def measure(points: int = POINTS) -> dict:
    """Error of P at random points, log-uniform in `BOX`: of the interpolation, and of the noise of a minute of EEG.

    Returns:
        quantiles of |ln(P of the table / P of the simulation)|, and of the same between two seeds of the simulation.
    """
    draws = np.random.default_rng(SEED).uniform(size=(len(BOX), points))
    ratios = np.stack([low * (high / low) ** u for (low, high), u in zip(list(BOX.values())[:-1], draws[:-1], strict=True)])
    activity = draws[-1]
    rows = parameter_set("eeg")
    gain, power = (rows[name].value for name in ("activity_gain", "seizure_power"))
    driven = ratios * np.stack([1 + gain * activity, *np.ones((len(AXES) - 1, points))])
    seizing = float(power_table()(1 + gain, 1.0, 1.0, 1.0))
    found = np.log(np.asarray(electrode_power(*ratios, activity=activity, activity_gain=gain, seizure_power=power)))
    same, other = (
        np.log(np.asarray(mixed_power(ratios[0], direct_log_power(driven, seed), seizing, power))) for seed in (SEED, OTHER_SEED)
    )
    return {
        **{name: round(float(np.quantile(np.abs(found - same), q)), DIGITS) for name, q in QUANTILES.items()},
        "within_a_tenth": round(float(np.mean(np.abs(found - same) < np.log(1.1))), DIGITS),  # structural: a tenth
        "noise": {name: round(float(np.quantile(np.abs(other - same), q)), DIGITS) for name, q in QUANTILES.items()},
    }


def write(table: Path = TABLE, error: Path = ERROR) -> None:
    """Compute and write the table, then measure and write its error."""
    made = build()
    arrays = {name: n for name, n in zip(AXES, made.nodes, strict=True)}
    np.savez_compressed(
        table, allow_pickle=False, log_power=made.log_power.astype(np.float32), rows=np.array(row_hash()), **arrays
    )
    power_table.cache_clear()
    described = {
        "what": "error of ln P, the EEG power of allostasis.circuit.eeg.eeg_power, by interpolation",
        "points": POINTS, "box": BOX, **measure(), "seed": SEED, "seconds_of_eeg": SECONDS, "nodes": made.log_power.size,
    }  # fmt: skip
    error.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    write()
    print(ERROR.read_text(encoding="utf-8"))
