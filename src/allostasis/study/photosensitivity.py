"""Photosensitive people treated once: who has discharges without a drug, and whom a drug leaves without any.

A person is more excitable by e: cortical inhibition is that of the epileptic operating point times exp(-e), e normal on the scale
of the log imbalance with the spread that the acute clock has between people. Drugs multiply the levers of the person. Levels of a
drug of the library differ by what the library says of its kinetics; a drug without kinetics here has one occupancy for all.
Discharges are those of the thalamocortical model: spontaneous, not those that flashes evoke.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy import stats

from allostasis.circuit.thalamocortical import Levers
from allostasis.clinic.absence import Arm, compare_absence
from allostasis.clinic.absence_drugs import drug_levers
from allostasis.clinic.simulate import simulate
from allostasis.quantity import InputError
from allostasis.simulation import parse_case
from allostasis.simulation.acute_numbers import preparation
from allostasis.study.population import check_whole, sample_factors

WATCHED = 6.0  # structural: hours after a dose in which the trial flashed
SECONDS, TRIALS = 40.0, 1  # structural: record of each person


@dataclass(frozen=True, eq=False)
class Photosensitive:
    """What was found in a group of people.

    Attributes:
        excitability: of each person, on the scale of the log imbalance.
        alone: share of the time in discharges without a drug.
        treated: drug -> the same under it; of those without discharges alone, 0.
    """

    excitability: Float[np.ndarray, " persons"]
    alone: Float[np.ndarray, " persons"]
    treated: dict[str, Float[np.ndarray, " persons"]]

    @property
    def discharging(self) -> Bool[np.ndarray, " persons"]:
        """Who has discharges without a drug: those whom a trial would take."""
        return self.alone > 0

    def suppressed(self, *drugs: str) -> float:
        """Share of those with discharges whom at least one of the drugs leaves without any [1]; all drugs when none is named."""
        free = np.stack([self.treated[name] == 0 for name in drugs or self.treated])
        return float(free.any(axis=0)[self.discharging].mean())


def excitabilities(persons: int, spread: float | int | None = None) -> Float[np.ndarray, " persons"]:
    """Even quantiles of the excitability of people.

    Args:
        persons: how many.
        spread: standard deviation; that of the acute clock between people when left out.

    Raises:
        InputError: no whole number of persons, or a spread that is not above 0.

    >>> excitabilities(2, 1.0).round(3)
    array([-0.674,  0.674])
    """
    check_whole("number of persons", persons, 1)
    sd = preparation("human").severity_spread.value if spread is None else spread
    if sd <= 0:
        raise InputError("spread of excitability", value=spread, expected="above 0")
    return sd * stats.norm.ppf((np.arange(persons) + 1 / 2) / persons)


def dose_levels(dose: str, persons: int, seed: int = 1) -> Float[np.ndarray, " persons"]:
    """Highest unbound level in brain [nM] of one drug within six hours, in people who differ by the library's kinetics.

    >>> levels = dose_levels("lorazepam 2 mg po at 0 h", 3)
    >>> levels.shape, bool(levels.min() < levels.max())
    ((3,), True)
    """
    case = parse_case({
        "title": "one dose", "horizon": f"{WATCHED:g} h", "solver": {"step": "5 min"}, "output": {"every": "5 min"},
        "arm": [{"name": "dose", "regimen": dose}],
    })  # fmt: skip
    data = simulate(case, wanted={"unbound_brain": ("last",)}, factors=sample_factors(case, persons, seed)).data.isel(arm=0)
    levels = data["unbound_brain_last"].isel(ligand=0).max("time").values
    return np.broadcast_to(levels, (persons,)).copy()


def treat(
    drugs: Mapping[str, Levers | list[Levers]], persons: int, *, spread: float | int | None = None,
    seconds: float | int = SECONDS,
) -> Photosensitive:  # fmt: skip
    """Record people without a drug, and those with discharges under each drug.

    Args:
        drugs: name -> levers, the same for all or one a person.
        persons: how many.
        spread: as in `excitabilities`.
        seconds: record of each [s].
    """
    excitability = excitabilities(persons, spread)
    own = [Levers(cortical=float(np.exp(-e))) for e in excitability]
    alone = _share(own, seconds)
    taken = np.flatnonzero(alone > 0)
    treated = {}
    for name, levers in drugs.items():
        each = levers if isinstance(levers, list) else [levers] * persons
        treated[name] = np.zeros(persons)
        if len(taken):
            treated[name][taken] = _share([own[k].times(each[k]) for k in taken], seconds)
    return Photosensitive(excitability, alone, treated)


def trial_of_darigabat(persons: int, *, occupancy: str = "100 %", **how) -> Photosensitive:
    """Darigabat at an occupancy, and lorazepam 2 mg by mouth at the peak of each person; ``how`` goes to `treat`."""
    peaks = dose_levels("lorazepam 2 mg po at 0 h", persons)
    drugs = {
        "darigabat": drug_levers("darigabat", occupancy).levers,
        "lorazepam": [drug_levers("lorazepam", float(level)).levers for level in peaks],
    }
    return treat(drugs, persons, **how)


def _share(conditions: list[Levers], seconds: float | int) -> Float[np.ndarray, " conditions"]:
    arms = [Arm(f"person {k}", levers) for k, levers in enumerate(conditions)]
    return compare_absence(arms, seconds=seconds, trials=TRIALS).found.share[1:]
