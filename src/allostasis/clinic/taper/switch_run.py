"""Switches at several paces as they would be taken, through the full chain, for what the new drug's dose may be worth."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from allostasis.clinic.simulate import simulate
from allostasis.clinic.taper.crossover import cross_over, most_steps, spread
from allostasis.clinic.taper.search_rules import LOOK_AHEAD_DAYS, PERIOD_DAYS
from allostasis.clinic.taper.substitution import OVERNIGHT, Substitution
from allostasis.clinic.taper.switch_course import WANTED, SwitchCourse, drive_ratio, switch_course
from allostasis.clinic.taper.switch_regimen import switch_regimen
from allostasis.clinic.taper.switch_worth import affinities_apart, twofold, worth_draws
from allostasis.quantity import InputError
from allostasis.simulation import parse_case

LADDER_DAYS = (3, 7, 14, 28)  # structural: a convention of this package, an argument everywhere
"""Lengths of the switches that are compared with an overnight one [d]."""
DRAWS = 61  # structural: with three fixed errors half of a chunk of lanes, and ample in one dimension


@dataclass(frozen=True, eq=False)
class SwitchRun:
    """Switches of one question at several paces, in one person, simulated together.

    Attributes:
        question: what was asked; its own pace is among the switches.
        use_days: for how long the old drug was taken [d].
        worth: of the new drug's dose, over what the chain assumes [lanes]: the fixed errors, then the draws.
        fixed: how many of them are fixed errors.
        before_imbalance: highest imbalance of the last week before the switch [seizure thresholds].
        before_sedation: deepest sedation of that week.
        drive: of the new drug alone at the end over that of the old one before the switch [lanes]: ratio of X = sum C/K, from
            the daily mean of the occupancy of each subtype, by the weights of the subtypes in the gain. At a worth of 1 it says
            what the chain itself makes of the two doses.
        switches: from the fastest to the slowest.
        shared: active substances that both drugs bring, and whose worth is not in doubt.
        provenance: of the simulation: versions, solver, hashes.
    """

    question: Substitution
    use_days: int
    worth: Float[np.ndarray, " lanes"]
    fixed: int
    before_imbalance: float
    before_sedation: float
    drive: Float[np.ndarray, " lanes"]
    switches: tuple[SwitchCourse, ...]
    shared: tuple[str, ...]
    provenance: Mapping[str, Any]


def paces(
    question: Substitution, days: Sequence[int] = LADDER_DAYS, steps: int | None = None
) -> tuple[tuple[int, ...], ...]:
    """Lengths of the steps of an overnight switch, of one over each number of days, and of the question's own.

    Each has the number of steps that is given (the library's if left out), or as many as its days and the tablets allow; and
    there is one with twice as many steps where both allow them.

    >>> from allostasis.clinic.taper import parse_strengths
    >>> have = parse_strengths("1 mg", "lorazepam"), parse_strengths("5, 10 mg", "diazepam")
    >>> paces(Substitution("lorazepam", 3, ("morning", "noon", "night"), have[0], "diazepam", have[1], to_mg=30))
    ((7,), (1, 1, 1), (3, 2, 2), (5, 5, 4), (10, 9, 9))
    """
    most = most_steps(question, steps)
    finer = most_steps(question, 2 * most)
    found = [OVERNIGHT, *(spread(length, most) for length in days if most > 1)]
    found += [spread(length, finer) for length in days if length >= finer == 2 * most]
    if question.step_days:
        found.append(question.step_days)
    named = {(len(pace) > 1, sum(pace) if len(pace) > 1 else 1, len(pace)): pace for pace in found}
    return tuple(named[key] for key in sorted(named))


def run_switches(
    question: Substitution,
    *,
    use_days: int,
    ladder_days: Sequence[int] = LADDER_DAYS,
    steps: int | None = None,
    errors: Sequence[float | int] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    patient: Mapping[str, Any] | None = None,
    cancel: threading.Event | None = None,
) -> SwitchRun:
    """Simulate a switch overnight, over each number of days and as asked, in a person who has taken the old drug for long.

    Behind its last step each switch holds the new drug at its dose, for four weeks behind the slowest.

    Args:
        question: which drugs, doses and products.
        use_days: for how long the old drug was taken [d].
        ladder_days: lengths of the switches that are compared [d].
        steps: number of steps of each; the library's if left out.
        errors: fixed worths of the new dose; a twofold error each way and none if left out.
        draws: worths drawn from the distribution over the tables.
        seed: of the draws.
        patient: table `[patient]` of a case; the typical adult if left out.
        cancel: set it to stop the simulation.

    Raises:
        InputError: a time of use or a worth that is out of range, or what a case refuses.
        NotModelledError: a drug without a benzodiazepine site, or a new one that brings nothing active that the old one does not.
    """
    if use_days != int(use_days) or use_days < PERIOD_DAYS:
        raise InputError("days of use before a switch", value=use_days, expected=f"whole days, {PERIOD_DAYS} or more")
    fixed = np.asarray(twofold() if errors is None else errors, float)
    if fixed.ndim != 1 or not fixed.size or not np.all(np.isfinite(fixed) & (fixed > 0)):
        raise InputError("fixed worths of the new dose", value=fixed.tolist(), expected="one or more numbers above 0")
    worth = np.concatenate([fixed, worth_draws(question.drug, question.to, draws, seed)])
    switches = [cross_over(replace(question, step_days=pace)) for pace in paces(question, ladder_days, steps)]
    watch = max(c.steps[-1].end_day for c in switches) + LOOK_AHEAD_DAYS
    arms = [
        {"name": c.name, "regimen": str(switch_regimen(question.before, c.steps, use_days, watch))} for c in switches
    ]
    title, horizon = f"{question.drug} to {question.to}", f"{use_days + watch} d"
    case = parse_case({"title": title, "horizon": horizon, "arm": arms, "patient": dict(patient or {})})
    own, shared = affinities_apart(case, question.drug, question.to)
    result = simulate(case, wanted=WANTED, factors={name: 1 / worth for name in own}, cancel=cancel)
    week = slice(use_days - PERIOD_DAYS + 1, use_days + 1)  # of the output, whose first row is time 0
    imbalance, sedation = result.data["imbalance_max"], result.data["effect_max"].sel(effect="sedation")
    return SwitchRun(
        question, use_days, worth, len(fixed), float(imbalance[0, 0, week].max()), float(sedation[0, 0, week].max()),
        drive_ratio(result, use_days), tuple(switch_course(crossover, result, use_days) for crossover in switches), shared,
        result.provenance,
    )  # fmt: skip
