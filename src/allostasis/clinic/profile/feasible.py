"""Can any drug have a wanted profile? A search that proves its answer.

Whatever a drug binds and does, only the four gains g_j reach the axes, and every effect rises with every gain. So in a box of
gains each effect lies between those of the two corners, exactly: a box is ruled out when even its best corner breaks a bound.
Boxes are halved until one holds a point that meets all bounds, or until every box is ruled out; then the bounds are proved to
conflict, and the smallest largest violation that is left is enclosed between two numbers.

A gain needs sites. With the strongest known efficacy e = 1/c - 1 a stimulus s_j takes at least the occupancy s_j / e, so the mean
occupancy that is allowed limits the four gains together:  sum_j share_j s_j / e(sign s_j) <= occupancy.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from allostasis.clinic.profile.activation import gain, stimulus_for
from allostasis.clinic.profile.axes import Circuit
from allostasis.clinic.profile.reserve import effects, gain_for_response, response
from allostasis.clinic.profile.target import Target

ROUNDS, MOST_BOXES = 60, 6000  # structural: effort before the answer is "not decided"
TOLERANCE = 1e-3  # structural: violation of an effect that is none
FULL = 1 - 1e-9  # structural: a response below 1, whose gain is finite


@dataclass(frozen=True, slots=True)
class Room:
    """What a drug may do.

    Attributes:
        numbers: axes of the species.
        Q: odds of being closed [subtype].
        shares: weights of the subtypes in the mean occupancy [subtype].
        occupancy: mean occupancy.
        strongest: efficacy 1/c - 1 of the most efficacious agonist.
        weakest: that of the most efficacious inverse agonist, negative.
    """

    numbers: Circuit
    Q: Float[np.ndarray, " subtype"]
    shares: Float[np.ndarray, " subtype"]
    occupancy: float
    strongest: float
    weakest: float

    def needed(self, gains: Float[np.ndarray, "*lanes subtype"]) -> Float[np.ndarray, "*lanes subtype"]:
        """Smallest occupancy of each subtype that gives these gains."""
        s = stimulus_for(gains, self.Q)
        return np.where(s > 0, s / self.strongest, s / self.weakest)


@dataclass(frozen=True, slots=True)
class Answer:
    """The gains that come closest, and the enclosure of the smallest largest violation (at or below 0: met)."""

    gains: Float[np.ndarray, " subtype"]
    least: float
    reached: float

    @property
    def feasible(self) -> bool:
        """Whether the gains meet every bound."""
        return self.reached <= TOLERANCE

    @property
    def proved_infeasible(self) -> bool:
        """Whether no gains whatever meet every bound."""
        return self.least > TOLERANCE


def search(target: Target, room: Room) -> Answer:
    """Find gains that meet a target, or prove that there are none."""
    asked = target.asked
    half = np.exp(np.log(room.numbers.half_gain[asked]).mean())
    used = room.numbers.weight[asked].any(axis=0)
    ends = np.stack([gain(np.full(len(used), e), room.Q) for e in (room.weakest, room.strongest)])
    low, high = np.where(used, response(ends, half, room.numbers.steepness), 0.0)[:, None, :]

    def gains(v):
        return gain_for_response(np.clip(v, -FULL, FULL), half, room.numbers.steepness)

    best, reached, least, dropped = np.zeros(len(used)), np.inf, -np.inf, np.inf
    for _ in range(ROUNDS):
        bound = _lower_bound(target, room, gains(low), gains(high))
        points = np.concatenate([gains((low + high) / 2), gains(np.clip(0.0, low, high))])
        value = np.where(_fits(room, points), target.worst(effects(points, room.numbers)), np.inf)
        if value.min() < reached:
            best, reached = points[value.argmin()], float(value.min())
        least = min(float(bound.min(initial=np.inf)), dropped, reached)
        if reached <= 0 or reached - least < TOLERANCE:
            break
        keep = np.flatnonzero(bound < reached - TOLERANCE / 2)
        if len(keep) > MOST_BOXES:
            order = keep[np.argsort(bound[keep])]
            dropped, keep = min(dropped, float(bound[order[MOST_BOXES]])), order[:MOST_BOXES]
        low, high = _halve(low[keep], high[keep])
        if not len(low):
            break
    return Answer(best, least, reached)


def _lower_bound(target: Target, room: Room, low, high) -> np.ndarray:
    """No gains in the box violate less than this; inf where even the smallest gains need too many sites."""
    at_low, at_high = effects(low, room.numbers), effects(high, room.numbers)
    bound = np.maximum(target.lowest - at_high, at_low - target.highest).max(axis=-1)
    return np.where(_fits(room, np.clip(0.0, low, high)), bound, np.inf)


def _fits(room: Room, gains) -> np.ndarray:
    return (room.needed(gains) * room.shares).sum(axis=-1) <= room.occupancy


def _halve(low, high) -> tuple[np.ndarray, np.ndarray]:
    """Cut every box through its longest side."""
    rows, side = np.arange(len(low)), (high - low).argmax(axis=-1)
    middle = (low[rows, side] + high[rows, side]) / 2
    left, right = high.copy(), low.copy()
    left[rows, side], right[rows, side] = middle, middle
    return np.concatenate([low, right]), np.concatenate([left, high])
