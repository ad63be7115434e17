"""A combination as a whole: every pair of its drugs against the four criteria."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.clinic.combination.criteria import distinct, kinetic, safety, synergy
from allostasis.clinic.combination.effect import Balance
from allostasis.clinic.combination.evidence import evidence
from allostasis.clinic.combination.interaction import Interaction, dose_for, interaction, isobologram
from allostasis.clinic.combination.reference import SETTINGS, Given, given
from allostasis.clinic.combination.score import Score
from allostasis.patient import Patient
from allostasis.quantity import InputError, UnknownNameError


@dataclass(frozen=True)
class Pair:
    """Two drugs of a combination.

    Attributes:
        first, second: at their doses.
        scores: of the four criteria, in order.
        found: effects alone and together.
        effect: reduction of H of every point of the isobologram.
        curve: multiples of both doses with that effect; None where neither drug has it alone.
        ends: multiple of each dose that has it alone; infinity where none has.
        ratios: change of levels by the other drug.
    """

    first: Given
    second: Given
    scores: tuple[Score, ...]
    found: Interaction
    effect: float
    curve: Float[np.ndarray, "points 2"] | None
    ends: tuple[float, float]
    ratios: Mapping[str, float]

    @property
    def met(self) -> int:
        """How many criteria are wholly met."""
        return sum(score.value == 1 for score in self.scores)

    @property
    def name(self) -> str:
        """Both drugs."""
        return f"{self.first.drug} + {self.second.drug}"


@dataclass(frozen=True)
class Assessment:
    """Every pair, what all drugs do together, and what was seen in trials.

    Attributes:
        pairs: in the order of the drugs.
        drugs: each at its dose.
        together: reduction of H by all.
        alone: reduction of H by each.
        setting: one of `SETTINGS`.
        stage: of the seizure.
        seen: rows of trials and experiments.
    """

    pairs: tuple[Pair, ...]
    drugs: tuple[Given, ...]
    together: float
    alone: tuple[float, ...]
    setting: str
    stage: str
    seen: tuple[Mapping[str, str], ...]


def assess(
    drugs: Sequence[str], doses: Sequence[str] = (), *, setting: str = "acute", stage: str = "early",
    effect: float | int | None = None, patient: Patient | None = None,
) -> Assessment:  # fmt: skip
    """Check a combination.

    Args:
        drugs: two or more names.
        doses: regimens that take the place of the reference doses.
        setting: "acute" (loads, at their peak) or "chronic" (lasting treatment, at its mean level).
        stage: "early" or "late" in a seizure (`effect.STAGES`).
        effect: reduction of H of the isobologram; None for the share of the library of what both doses do.
        patient: who gets them.

    Raises:
        InputError: see `reference.given`; a drug that has no level or no target in the model.
        UnknownNameError: another setting or stage.

    >>> found = assess(["midazolam", "ketamine"])
    >>> [score.verdict for score in found.pairs[0].scores][0], found.together > max(found.alone)
    ('met', True)
    """
    if setting not in SETTINGS:
        raise UnknownNameError("setting", setting, SETTINGS)
    person = patient or Patient()
    at = given(drugs, doses, setting, person)
    affinity = "in_vitro" if setting == "acute" else "in_vivo"
    pairs = tuple(_pair(a, b, stage, setting, effect, person) for a, b in combinations(at, 2))
    balance = Balance([g.drug for g in at], stage=stage, affinity=affinity)
    both: dict[str, float] = {}
    for g in at:
        for name, level in g.brain.items():
            both[name] = both.get(name, 0.0) + level
    alone = tuple(float(balance.effect(g.brain)[0]) for g in at)
    return Assessment(pairs, at, float(balance.effect(both)[0]), alone, setting, stage, evidence([g.drug for g in at]))


def _pair(a: Given, b: Given, stage: str, setting: str, effect: float | int | None, patient: Patient) -> Pair:
    affinity = "in_vitro" if setting == "acute" else "in_vivo"
    balance = Balance([a.drug, b.drug], stage=stage, affinity=affinity)
    found = interaction(balance, a.brain, b.brain)
    share = library.parameter_set("combination")["isobologram.effect"].value
    wanted = float(effect) if effect is not None else share * found.effects[2]
    curve, ends = None, (np.inf, np.inf)
    if wanted > 0:
        ends = (dose_for(balance, a.brain, wanted), dose_for(balance, b.brain, wanted))
        if min(ends) < np.inf:
            curve = isobologram(balance, a.brain, b.brain, wanted)
        elif effect is not None:
            raise InputError(
                "neither drug reaches this effect alone", value=effect, fix=f"ask for less than {max(found.effects[:2]):.2f}"
            )
    levels, ratios = kinetic(a, b, setting, patient)
    scores = (distinct(a.drug, b.drug), synergy(found), levels, safety(a, b, affinity))
    return Pair(a, b, scores, found, wanted, curve, ends, ratios)
