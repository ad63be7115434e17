"""Draws of a posterior that is not normal: proposals of the prior and of Laplace's approximation, weighted and drawn again.

    q(u) = (N(u; 0, prior) + N(u; mode, wide covariance)) / 2,   w = true posterior density / q

Half of the proposals are those of the prior, which never misses a part of the posterior; half come from around the mode, which
matters where the observations are many. The function is called once, for all proposals.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from allostasis.quantity import InputError
from allostasis.study.laplace import Posterior, Predict, normal_draws

WIDER = 2.0
"""Factor on the standard deviations of Laplace's approximation, so that it covers what it has missed."""
PROPOSALS = 8192
"""Of both kinds together."""
OTHER_SEED = 1
AT_ONCE = 1024
"""Proposals of one call of the function, a guard of memory."""


@dataclass(frozen=True, eq=False)
class Weighted:
    """Draws of a posterior.

    Attributes:
        draws: proposals drawn again by their weights, each as often as it weighs [proposals, numbers].
        effective: how many independent draws they are worth.
    """

    draws: Float[np.ndarray, "proposals numbers"]
    effective: float


def weighted_draws(posterior: Posterior, predict: Predict, *, proposals: int = PROPOSALS, seed: int = 0) -> Weighted:
    """Draw from the posterior of a fit.

    Args:
        posterior: the fit, with its observations.
        predict: the function that was fitted, or a fast stand-in for it.
        proposals: a power of 2.
        seed: of the proposals.

    Raises:
        InputError: a number of proposals that is no power of 2, or below 4.
    """
    if proposals < 4 or proposals & (proposals - 1):
        raise InputError("number of proposals", value=proposals, expected="a power of 2, from 4 on")
    prior, wide = np.diag(posterior.prior_sd**2), posterior.covariance * WIDER**2
    naive = np.zeros_like(posterior.mode)
    half = proposals // 2
    proposed = np.vstack([
        normal_draws(naive, prior, half, seed), normal_draws(posterior.mode, wide, half, seed + OTHER_SEED),
    ])  # fmt: skip
    parts = np.split(proposed, max(1, proposals // AT_ONCE))
    level = np.concatenate([posterior.log_density(part, predict(part)) for part in parts])
    mixture = np.logaddexp(_log_normal(proposed, naive, prior), _log_normal(proposed, posterior.mode, wide))
    weight = np.exp(level - mixture - np.max(level - mixture))
    weight = weight / weight.sum()
    rng = np.random.default_rng(seed)
    places = np.searchsorted(np.cumsum(weight), (np.arange(proposals) + rng.random()) / proposals)
    return Weighted(rng.permutation(proposed[np.minimum(places, proposals - 1)]), float(1 / np.sum(weight**2)))


def _log_normal(at: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Logarithm of a normal density but for a constant that all share."""
    away = at - mean[None]
    distance = np.sum(away * np.linalg.solve(covariance, away.T).T, axis=1)
    return -(distance + np.linalg.slogdet(covariance)[1]) / 2
