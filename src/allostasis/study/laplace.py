"""The most probable numbers behind noisy observations, and how sure: Gauss-Newton and Laplace's approximation.

    y ~ N(f(u), sd^2),   u ~ N(0, prior_sd^2)
    r(u) = ((f(u) - y) / sd, u / prior_sd),   objective = |r|^2 / 2
    step = -(J'J)^-1 J'r,   covariance = (J'J)^-1 at the mode

J is the central difference of f. The function is called with many u at once: the present point and its neighbours are lanes of
one batched simulation, so that an iteration costs one run.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.stats import qmc

from allostasis.quantity import InputError

DIFFERENCE = 0.05
"""Half-width of the central difference, in sd of the prior: small against it, large against the corners of a simulation."""
LONGEST_STEP = 1.5
"""Largest step of one iteration, in sd of the prior."""
CONVERGED = 0.01
"""Gain of the next step, in units of the log density, below which the search ends: no sd moves by more than a seventh."""
MOST_RUNS = 20
Predict = Callable[[Float[np.ndarray, "people numbers"]], Float[np.ndarray, "people observations"]]
"""Observations that each row of numbers would give."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """A normal approximation of what is known behind the observations.

    Attributes:
        mode: most probable numbers.
        covariance: of the numbers.
        prior_sd: of the numbers before the observations; their prior mean is 0.
        observed: the observations.
        sd: standard deviation of each observation about the function.
        predicted: observations at the mode.
        converged: whether the search ended by itself.
        runs: batched simulations that it took.
    """

    mode: Float[np.ndarray, " numbers"]
    covariance: Float[np.ndarray, "numbers numbers"]
    prior_sd: Float[np.ndarray, " numbers"]
    observed: Float[np.ndarray, " observations"]
    sd: Float[np.ndarray, " observations"]
    predicted: Float[np.ndarray, " observations"]
    converged: bool
    runs: int

    @property
    def standard_error(self) -> Float[np.ndarray, " numbers"]:
        """Standard deviation of each number."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def misfit(self) -> float:
        """Mean squared residual at the mode, in units of the error; near 1 where the function describes the observations."""
        return float(np.mean(((self.observed - self.predicted) / self.sd) ** 2))

    def log_density(
        self, numbers: Float[np.ndarray, "people numbers"], predicted: Float[np.ndarray, "people observations"]
    ) -> Float[np.ndarray, " people"]:
        """Logarithm of the true posterior density but for a constant, from the observations that the numbers would give."""
        fit = np.sum(((predicted - self.observed[None]) / self.sd[None]) ** 2, axis=1)
        return -(fit + np.sum((numbers / self.prior_sd[None]) ** 2, axis=1)) / 2

    def log_approximation(self, numbers: Float[np.ndarray, "people numbers"]) -> Float[np.ndarray, " people"]:
        """Logarithm of the approximating density but for a constant."""
        away = numbers - self.mode[None]
        return -np.sum(away * np.linalg.solve(self.covariance, away.T).T, axis=1) / 2

    def draws(self, count: int, seed: int = 0) -> Float[np.ndarray, "count numbers"]:
        """Draws of the approximation, evenly spread (scrambled Sobol points)."""
        return normal_draws(self.mode, self.covariance, count, seed)

    def effective(
        self, numbers: Float[np.ndarray, "people numbers"], predicted: Float[np.ndarray, "people observations"]
    ) -> float:
        """Effective share of draws when they are weighted to the true posterior: 1 where the approximation is exact.

        (sum w)^2 / (n sum w^2), w = true over approximating density
        """
        log_weight = self.log_density(numbers, predicted) - self.log_approximation(numbers)
        weight = np.exp(log_weight - log_weight.max())
        return float(weight.sum() ** 2 / (len(weight) * np.sum(weight**2)))


def maximum_a_posteriori(
    predict: Predict,
    observed: Float[np.ndarray, " observations"],
    sd: Float[np.ndarray, " observations"],
    prior_sd: Float[np.ndarray, " numbers"],
    *,
    start: Float[np.ndarray, " numbers"] | None = None,
    most_runs: int = MOST_RUNS,
) -> Posterior:
    """Find the most probable numbers; a step that does not improve is halved.

    Args:
        predict: observations that each row of numbers would give.
        observed: the observations.
        sd: standard deviation of each about the function, above 0.
        prior_sd: standard deviation of each number, above 0.
        start: where to begin; the prior mean when left out.
        most_runs: calls of ``predict`` after which the search ends.

    Raises:
        InputError: no observations, or a standard deviation that is not above 0.

    >>> line = maximum_a_posteriori(lambda u: 2 * u, np.array([2.0]), np.array([1.0]), np.array([1.0]))
    >>> line.mode.round(6).tolist(), line.covariance.round(6).tolist()
    ([0.8], [[0.2]])
    """
    if observed.size == 0 or not (np.all(sd > 0) and np.all(prior_sd > 0)):
        raise InputError("observations", value=observed.size, expected="one or more, with standard deviations above 0")

    def look(u: np.ndarray):
        around = DIFFERENCE * np.diag(prior_sd)
        found = predict(np.vstack([u[None], u[None] + around, u[None] - around]))
        slope = (found[1 : len(u) + 1] - found[len(u) + 1 :]).T / (2 * DIFFERENCE * prior_sd[None])
        residual = np.concatenate([(found[0] - observed) / sd, u / prior_sd])
        jacobian = np.vstack([slope / sd[:, None], np.diag(1 / prior_sd)])
        return found[0], residual, jacobian

    best, runs = np.zeros(len(prior_sd)) if start is None else start, 1
    predicted, residual, jacobian = look(best)
    step = _step(jacobian, residual, prior_sd)
    while _gain(jacobian, residual, step) > CONVERGED and runs < most_runs:
        trial, runs = look(best + step), runs + 1
        if trial[1] @ trial[1] <= residual @ residual:
            best, (predicted, residual, jacobian) = best + step, trial
            step = _step(jacobian, residual, prior_sd)
        else:
            step = step / 2
    converged = _gain(jacobian, residual, step) <= CONVERGED
    covariance = np.linalg.inv(jacobian.T @ jacobian)
    return Posterior(best, covariance, prior_sd, observed, sd, predicted, converged, runs)


def _step(jacobian: np.ndarray, residual: np.ndarray, prior_sd: np.ndarray) -> np.ndarray:
    step = np.linalg.solve(jacobian.T @ jacobian, -jacobian.T @ residual)
    return step / max(1.0, np.max(np.abs(step) / prior_sd) / LONGEST_STEP)


def _gain(jacobian: np.ndarray, residual: np.ndarray, step: np.ndarray) -> float:
    """What a step would add to the log density if the function were a line."""
    after = residual + jacobian @ step
    return float(residual @ residual - after @ after) / 2


def normal_draws(
    mean: Float[np.ndarray, " numbers"], covariance: Float[np.ndarray, "numbers numbers"], count: int, seed: int = 0
) -> Float[np.ndarray, "count numbers"]:
    """Evenly spread draws of a normal distribution (scrambled Sobol points).

    >>> float(np.abs(normal_draws(np.zeros(2), np.eye(2), 64).mean(axis=0)).max()) < 0.05
    True
    """
    whole = 1 << max(count - 1, 1).bit_length()
    points = qmc.MultivariateNormalQMC(np.zeros(len(mean)), rng=np.random.default_rng(seed)).random(whole)
    return (mean[None] + points @ np.linalg.cholesky(covariance).T)[:count]
