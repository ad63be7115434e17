"""Individuals with a seizure: severity and exit by the spread of their preparation, the rest by that of the library."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from scipy import stats

from allostasis.simulation.acute_numbers import Preparation
from allostasis.simulation.assemble import System
from allostasis.simulation.simulate import apply_factors
from allostasis.study.population import spread_factors, stream

DRAWN = ("severity", "exit")
"""Numbers of the seizure that differ between individuals."""


def typical(system: System, laid_out: Mapping[str, Float[np.ndarray, " individuals"]]) -> dict[str, dict]:
    """Numbers of individuals that differ in nothing but what ``laid_out`` gives: "severity", "exit"."""
    numbers = {name: dict(values) for name, values in system.parameters.items()}
    numbers["seizure"] |= laid_out
    return numbers


def individuals(
    system: System, own: Preparation, n: int, seed: int, laid_out: Mapping[str, Float[np.ndarray, " individuals"]]
) -> dict[str, dict]:
    """Numbers of ``n`` individuals: severity and exit by the spread of a preparation, exposure and receptor by the library's.

    ``laid_out`` sets numbers of the seizure ("severity", "exit") of each individual in place of the spread of the preparation.
    """
    numbers, _ = apply_factors(system.parameters, spread_factors(system, n, seed))
    z = dict(zip(DRAWN, even_normal(n, len(DRAWN), seed), strict=True))
    seizure = numbers["seizure"]
    seizure["severity"] = seizure["severity"] + own.severity_spread.value * z["severity"]
    seizure["exit"] = seizure["exit"] * np.exp(own.exit_spread.value * z["exit"])
    seizure |= laid_out
    return numbers


def even_normal(n: int, dimensions: int, seed: int) -> Float[np.ndarray, "dimensions n"]:
    """Standard normal numbers that fill their space more evenly than independent draws: a scrambled Halton sequence.

    The share of individuals in whom a seizure ends then scatters less from seed to seed; an interval for independent draws is too
    wide for it, never too narrow.

    >>> z = even_normal(200, 2, seed=1)
    >>> z.shape, bool(abs(z.mean()) < 0.02), bool(abs(z.std() - 1) < 0.05)
    ((2, 200), True, True)
    """
    points = stats.qmc.Halton(dimensions, rng=stream(seed, "seizure")).random(n)
    return stats.norm.ppf(points.T)
