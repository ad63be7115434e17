"""Reversal by flumazenil: who wakes, and who is sedated again when the antidote has gone."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from allostasis.clinic.effects import EFFECTS
from allostasis.clinic.simulate import simulate
from allostasis.quantity import InputError, UnknownNameError
from allostasis.simulation import Case, Result

SEDATION = EFFECTS[0]
SHARE = 0.5  # structural: half of the sedation before the antidote separates asleep from awake
WAKES_WITHIN_H = 0.5  # structural: who falls below half later has not been woken by the antidote, whose effect peaks in minutes


class Reversal(NamedTuple):
    """Sedation of each patient around an antidote; fractional gain of inhibition behind sedation.

    Attributes:
        before: sedation in the last output interval before the antidote.
        lowest: lowest sedation after it.
        woken: whether sedation fell below the share of what it was before, within half an hour.
        resedated: whether it then came back to at least that share.
        awake_h: time between the two [h]; infinite for those who stay awake, 0 for those who never wake.
    """

    before: Float[np.ndarray, " patients"]
    lowest: Float[np.ndarray, " patients"]
    woken: Bool[np.ndarray, " patients"]
    resedated: Bool[np.ndarray, " patients"]
    awake_h: Float[np.ndarray, " patients"]

    @property
    def share(self) -> float:
        """Share of the woken who are sedated again; not a number where nobody woke."""
        return float(self.resedated[self.woken].mean()) if self.woken.any() else math.nan


def reversal(
    result: Result, arm: str, *, antidote_h: float | int, within_h: float | int = math.inf, share: float | int = SHARE
) -> Reversal:
    """Read waking and resedation from a run that keeps the mean effects.

    Args:
        result: the run.
        arm: name of the arm with the antidote.
        antidote_h: time of its first dose [h].
        within_h: how long patients are watched after it [h]; to the horizon when left out.
        share: share of the sedation before the antidote that separates asleep from awake.

    Raises:
        UnknownNameError: an arm that the run does not have.
        InputError: effects that were not kept, a time outside the run, a share outside 0 to 1, somebody not sedated before.
    """
    if arm not in result.data["arm"].values:
        raise UnknownNameError("arm", arm, [str(a) for a in result.data["arm"].values])
    if "effect_mean" not in result.data:
        raise InputError("reversal needs the mean of the port 'effect'", fix='simulate with wanted={"effect": ("mean",)}')
    ends = np.asarray(result.data["time"].values, float)
    if not ends[1] <= antidote_h < ends[-1]:
        raise InputError("time of the antidote [h]", value=antidote_h, expected=f"{ends[1]:g} to below {ends[-1]:g} h")
    if not (0 < share < 1 and within_h > 0):
        raise InputError(
            "share that counts as asleep, and time of watching [h]", value=f"{share:g}, {within_h:g}",
            expected="a share between 0 and 1, a time above 0",
        )  # fmt: skip
    sedation = result.data["effect_mean"].sel(arm=arm, effect=SEDATION).transpose("patient", "time").values
    rounding = (ends[1] - ends[0]) / 2
    before = sedation[:, np.flatnonzero(ends <= antidote_h + rounding)[-1]]
    if np.any(before <= 0):
        raise InputError("sedation before the antidote", value=float(before.min()), expected="above 0: nobody to wake")
    watched = (ends > antidote_h + rounding) & (ends <= antidote_h + within_h + rounding)
    awake = sedation[:, watched] < share * before[:, None]
    times = ends[watched]
    by_antidote = times <= antidote_h + WAKES_WITHIN_H + rounding
    woken = (awake & by_antidote).any(axis=1)
    again = np.maximum.accumulate(awake & by_antidote, axis=1) & ~awake
    resedated = again.any(axis=1)
    length = np.where(resedated, times[again.argmax(axis=1)] - times[awake.argmax(axis=1)], math.inf)
    lowest = sedation[:, watched].min(axis=1)
    return Reversal(before, lowest, woken, resedated, np.where(woken, length, 0.0))


def resedation_share(
    case: Case,
    arm: str,
    *,
    antidote_h: float | int,
    within_h: float | int = math.inf,
    factors: Mapping[str, Float[np.ndarray, " patients"]] | None = None,
) -> float:
    """Share of the patients woken by an antidote whose sedation returns to at least half of what it was before.

    Simulates the one arm. Patients who never wake are in neither number; not a number where nobody wakes.

    Args:
        case: the question.
        arm: name of the arm with the antidote.
        antidote_h: time of its first dose [h].
        within_h: how long patients are watched after it [h].
        factors: "submodel.name" -> factor per patient, for virtual patients (`study.sample_factors`).

    Raises:
        UnknownNameError: an arm that the case does not have.
        InputError: as in `reversal`.
    """
    only = tuple(table for table in case.arm if table.name == arm)
    if not only:
        raise UnknownNameError("arm", arm, [table.name for table in case.arm])
    result = simulate(case.model_copy(update={"arm": list(only)}), factors=factors, wanted={"effect": ("mean",)})
    return reversal(result, arm, antidote_h=antidote_h, within_h=within_h).share


def occupancy_under_antagonist(agonist: float | int, antagonist: float | int) -> float:
    """Share of the sites that hold the agonist beside a competing antagonist: A / (1 + A + F).

    Args:
        agonist: unbound concentration over its dissociation constant.
        antagonist: the same for the antagonist.

    >>> round(occupancy_under_antagonist(3, 0), 2), round(occupancy_under_antagonist(3, 10), 3)
    (0.75, 0.214)
    """
    return agonist / (1 + agonist + antagonist)


def hours_to_half_occupancy(agonist: float | int, antagonist: float | int, half_life_h: float | int) -> float:
    """Time [h] until a constant agonist is back at half of its unopposed occupancy, as the antagonist leaves.

    A / (1 + A + F) = A / (2 (1 + A)) where F = 1 + A, so t = half-life log2(F / (1 + A)), and 0 where F is below that.

    Raises:
        InputError: a number that is not positive.

    >>> round(60 * hours_to_half_occupancy(3, 10, 54 / 60))
    71
    """
    if not (agonist > 0 and antagonist > 0 and half_life_h > 0):
        raise InputError(
            "agonist, antagonist and half-life", value=f"{agonist:g}, {antagonist:g}, {half_life_h:g}", expected="above 0"
        )
    return half_life_h * max(0.0, math.log2(antagonist / (1 + agonist)))
