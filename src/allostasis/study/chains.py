"""Draws of a posterior by Markov chains whose proposals Laplace's approximation makes.

Preconditioned Crank-Nicolson around the mode: q is the approximation, widened so that it covers what it has missed; with L L' the
covariance of q and xi standard normal,

    u' = mode + sqrt(1 - b^2) (u - mode) + b L xi
    accept with probability min(1, exp(log w(u') - log w(u))),   w = true posterior density over q

The proposal leaves q as it is, so only w decides. Many chains run side by side as lanes of one batched simulation, each from its
own draw of q.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from allostasis.quantity import InputError
from allostasis.study.laplace import Posterior, Predict

BOLD = 0.7
"""Length b of a proposal, 0 to 1: at 1 each proposal is a fresh draw of the approximation."""
WIDER = 2.0
"""Factor on the standard deviations of the approximation."""
SETTLING = 3
"""The first steps, one in so many, are not kept."""
SEED_OF_CHAINS = 1
CHAINS = 128
"""Side by side: the lanes of one compiled call."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """Draws of the posterior, and whether the chains agree.

    Attributes:
        draws: of all chains behind the settling [steps * chains, numbers].
        accepted: share of proposals.
        r_hat: square root of the variance of all draws over that within chains, per number; near 1 where chains have mixed.
    """

    draws: Float[np.ndarray, "draws numbers"]
    accepted: float
    r_hat: Float[np.ndarray, " numbers"]

    @property
    def mean(self) -> Float[np.ndarray, " numbers"]:
        """Mean of each number."""
        return self.draws.mean(axis=0)

    @property
    def sd(self) -> Float[np.ndarray, " numbers"]:
        """Standard deviation of each number."""
        return self.draws.std(axis=0)


def sample_chains(
    posterior: Posterior,
    predict: Predict,
    *,
    chains: int = CHAINS,
    steps: int = 30,
    seed: int = 0,
    start: Float[np.ndarray, "chains numbers"] | None = None,
) -> Sampled:
    """Sample the posterior of a fit.

    Args:
        posterior: the fit, with its observations.
        predict: the function that was fitted.
        chains: side by side.
        start: where the chains begin; at draws of q when left out.
        steps: of each chain; one batched simulation a step.
        seed: of the proposals.

    Raises:
        InputError: fewer than two chains or four steps.
    """
    if chains < 2 or steps < 4:
        raise InputError("chains and steps", value=(chains, steps), expected="two chains or more, of four steps or more")
    rng = np.random.default_rng([seed, SEED_OF_CHAINS])
    wide = replace(posterior, covariance=posterior.covariance * WIDER**2)
    root = np.linalg.cholesky(wide.covariance)
    at = wide.draws(chains, seed) if start is None else start
    level = _log_weight(wide, predict, at)
    kept, accepted = [], 0
    for step in range(steps):
        fresh = rng.standard_normal(at.shape) @ root.T
        proposal = posterior.mode[None] + np.sqrt(1 - BOLD**2) * (at - posterior.mode[None]) + BOLD * fresh
        proposed = _log_weight(wide, predict, proposal)
        taken = np.log(rng.random(chains)) < proposed - level
        at, level = np.where(taken[:, None], proposal, at), np.where(taken, proposed, level)
        accepted += int(taken.sum())
        if step >= steps // SETTLING:
            kept.append(at)
    path = np.stack(kept)
    within = path.var(axis=0, ddof=1).mean(axis=0)
    between = path.mean(axis=0).var(axis=0, ddof=1)
    length = len(path)
    r_hat = np.sqrt(((length - 1) / length * within + between) / np.maximum(within, np.finfo(float).tiny))
    return Sampled(path.reshape(-1, path.shape[-1]), accepted / (chains * steps), r_hat)


def _log_weight(posterior: Posterior, predict: Predict, numbers: np.ndarray) -> np.ndarray:
    return posterior.log_density(numbers, predict(numbers)) - posterior.log_approximation(numbers)
