"""F-tests of Hill fits on nested models: is EC50 (potency) the same, is Emax (efficacy), does the Hill equation fit at all."""

from dataclasses import dataclass

import numpy as np

from allostasis.quantity import InputError, UnknownNameError
from allostasis.receptor.hill_fit import HillFit, natural, problem
from allostasis.receptor.hill_solve import PARAMETERS, solve
from allostasis.receptor.hill_verdict import SIGNIFICANT, f_test


@dataclass(frozen=True, slots=True)
class FTest:
    """An F-test of a smaller model against a larger one.

    Attributes:
        question: the hypothesis of the smaller model, such as "same ec50".
        ratio: F.
        extra: degrees of freedom of the numerator.
        freedom: degrees of freedom of the denominator.
        p: probability of such an F, or a larger one, if the smaller model is true.
        common: common values by parameter name, where the smaller model has any.
    """

    question: str
    ratio: float
    extra: int
    freedom: int
    p: float
    common: dict[str, float]

    @property
    def rejected(self) -> bool:
        """Whether the smaller model is rejected at 5 %. Not rejected is not proof: few or scattered data reject nothing."""
        return self.p < SIGNIFICANT


def same(first: HillFit, second: HillFit, *names: str) -> FTest:
    """Test whether two curves share parameters (``"ec50"``, ``"emax"``, ``"hill"``, ``"bottom"``, one or several).

    Both curves are fitted again with the parameters in common; equal scatter in both is assumed.

    Raises:
        UnknownNameError: no such parameter.
        InputError: none is named, or one is fixed in a fit, or a fit is not identified.

    >>> from allostasis.receptor.hill_fit import fit_hill
    >>> x, noise = np.geomspace(1, 1000, 12), 0.01 * np.cos(7.0 * np.arange(12))
    >>> full, partial = fit_hill(x, x / (x + 30) + noise, bottom=0), fit_hill(x, x / (x + 30) / 2 - noise, bottom=0)
    >>> same(full, partial, "ec50").rejected, same(full, partial, "emax").rejected
    (False, True)
    """
    if not names:
        raise InputError("nothing to compare", expected="one or more of: " + ", ".join(PARAMETERS))
    for name in names:
        if name not in PARAMETERS:
            raise UnknownNameError("parameter of the Hill equation", name, PARAMETERS)
        if not all(name in fit.free for fit in (first, second)):
            raise InputError(f"{name} is fixed in a fit", expected="a parameter that both fits estimate")
    for fit in (first, second):
        if not fit.identified:
            raise InputError(f"a fit that is not identified cannot be compared: {fit.reason}")
    fits = (first, second)
    points = max(len(fit.x) for fit in fits)
    x, y, weight = (
        np.stack([np.pad(getattr(fit, part), (0, points - len(fit.x))) for fit in fits])
        for part in ("x", "y", "weight")
    )
    known = np.stack([np.where([n in fit.free for n in PARAMETERS], np.nan, fit.theta) for fit in fits])
    theta = np.stack([fit.theta for fit in fits])
    begins = np.stack([theta, theta[::-1], np.broadcast_to(theta.mean(0), theta.shape)])
    begins = np.where([n in names for n in PARAMETERS], begins, theta)
    three = (len(begins), *y.shape)
    solved = solve(problem(x, np.broadcast_to(y, three), np.broadcast_to(weight, three), known, names), begins)
    best = int(np.argmin(solved.rss))
    freedom = first.freedom + second.freedom
    ratio, p = f_test(float(solved.rss[best]), first.rss + second.rss, len(names), freedom)
    values = natural(solved.theta[best, 0])
    common = {name: float(values[PARAMETERS.index(name)]) for name in names}
    return FTest("same " + " and ".join(names), ratio, len(names), freedom, p, common)


def lack_of_fit(fit: HillFit) -> FTest | None:
    """Test the Hill equation itself against the scatter of replicates; None without enough replicates.

    A curve that turns round (a bell) or has two steps is rejected here, while its EC50 may look well determined.

    >>> from allostasis.receptor.hill_fit import fit_hill
    >>> x = np.repeat(np.geomspace(1, 1000, 8), 2)
    >>> bell = x / (x + 10) * 300 / (300 + x) + 0.01 * (-1.0) ** np.arange(16)
    >>> lack_of_fit(fit_hill(x, bell, bottom=0)).rejected
    True
    """
    levels, group = np.unique(fit.x, return_inverse=True)
    extra, freedom = len(levels) - len(fit.free), len(fit.x) - len(levels)
    if extra < 1 or freedom < 1:
        return None
    squared = fit.weight**2
    mean = np.bincount(group, squared * fit.y) / np.bincount(group, squared)
    pure = float((squared * (fit.y - mean[group]) ** 2).sum())
    ratio, p = f_test(fit.rss, pure, extra, freedom)
    return FTest("the Hill equation describes the data", ratio, extra, freedom, p, {})
