"""Potency of drugs against the age of a seizure in the rat, with and without the micromolar site of diazepam.

Animals differ in severity only, laid out evenly over three standard deviations and weighted by its distribution:

    share stopped = sum_i w_i stopped_i / sum_i w_i seizing_i

A seizure counts as stopped when it is over an hour after the dose. The dose that stops half of the animals (ED50) is read off
between the doses of a ladder, on a logarithmic scale; it is infinite where no dose of the ladder stops half: total loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy import stats

from allostasis.clinic.status_epilepticus import Endpoint, Protocol, Step
from allostasis.quantity import InputError, UnknownNameError
from allostasis.simulation.acute_numbers import preparation
from allostasis.study.status_epilepticus import Course, Setting, Study, run_study

DELAYS_MIN = (5, 10, 20, 30, 40, 45, 60)
LADDERS = {
    "diazepam": (1, 2, 4, 8, 16, 32, 64, 128),
    "ketamine": (5, 10, 20, 40, 80, 160),
    "phenobarbital": (5, 10, 20, 40, 80, 160),
}
"""Doses in the peritoneum [mg/kg]; the largest are far above what any experiment gives."""
COMBINED = {
    "diazepam 10": (("diazepam", 10),),
    "diazepam 10 and ketamine 50": (("diazepam", 10), ("ketamine", 50)),
    "diazepam 20": (("diazepam", 20),),
    "diazepam 20 and ketamine 50": (("diazepam", 20), ("ketamine", 50)),
    "ketamine 50": (("ketamine", 50),),
}
"""What experiments gave [mg/kg]."""
HORIZON_MIN, ANIMALS, SPREAD = 60, 33, 3.0
STOPPED_FROM = 0.5
"""Share from which an experiment is taken to have stopped seizures."""


def step(drug: str, dose: float | int, at_min: float | int = 0.0) -> Step:
    """A dose per kg in the peritoneum."""
    return Step(drug, dose, per_kg=True, route="intraperitoneal", at_min=at_min)


def laid_out(animals: int = ANIMALS) -> tuple[Float[np.ndarray, " animals"], Float[np.ndarray, " animals"]]:
    """Severities laid out evenly, and their weights, which sum to 1.

    >>> float(round(laid_out()[1].sum(), 12))
    1.0
    """
    z = np.linspace(-SPREAD, SPREAD, animals)
    weight, prep = stats.norm.pdf(z), preparation("rat")
    return prep.severity.value + prep.severity_spread.value * z, weight / weight.sum()


def run_rats(protocols: list[Protocol], delay_min: int, horizon_min: int, *, low_affinity: bool = False) -> Study:
    """Run protocols in the animals that `laid_out` lays out."""
    setting = Setting("rat", delay_min, horizon_min, individuals=ANIMALS, spread=False, low_affinity=low_affinity)
    return run_study(protocols, setting, laid_out={"severity": laid_out()[0]})


def weights(study: Study) -> Float[np.ndarray, " patients"]:
    """Weight of each animal that has a seizure at the first treatment; they sum to 1."""
    own = laid_out(len(study.enrolled))[1][study.enrolled]
    return own / own.sum()


def stopped(study: Study, course: Course) -> float:
    """Share of animals whose seizure is over at the end of the run."""
    met = Endpoint(HORIZON_MIN, HORIZON_MIN).met(course.activity, course.minutes)
    return float(np.minimum(weights(study) @ met, 1.0))  # rounding


def ed50(doses: tuple[float | int, ...], shares: Float[np.ndarray, " doses"]) -> float:
    """Dose that stops half, by interpolation on the logarithm; infinite where none of them does.

    Raises:
        InputError: doses that do not rise.

    >>> round(ed50((1, 10, 100), np.array([0.0, 0.4, 0.6])), 2), ed50((1, 10), np.array([0.0, 0.4]))
    (31.62, inf)
    """
    if np.any(np.diff(doses) <= 0):
        raise InputError("doses of a ladder", value=doses, expected="each above the one before")
    above = np.flatnonzero(shares >= STOPPED_FROM)
    if not above.size:
        return float("inf")
    k = int(above[0])
    if k == 0:
        return float(doses[0])
    fraction = (STOPPED_FROM - shares[k - 1]) / (shares[k] - shares[k - 1])
    return float(np.exp(np.log(doses[k - 1]) + fraction * np.log(doses[k] / doses[k - 1])))


@dataclass(frozen=True, eq=False)
class Potency:
    """What doses do against the age of a seizure.

    Attributes:
        delays_min: from onset to the dose [min].
        ed50: drug -> dose that stops half [mg/kg], infinite where none of the ladder does.
        share: name of `COMBINED` -> share stopped [1].
        low_affinity: whether the micromolar site of diazepam was there.
    """

    delays_min: tuple[int, ...]
    ed50: Mapping[str, Float[np.ndarray, " delays"]]
    share: Mapping[str, Float[np.ndarray, " delays"]]
    low_affinity: bool

    def at(self, name: str, delay_min: int) -> float:
        """Value of a drug's ED50 or of a combination at one delay.

        Raises:
            UnknownNameError: neither.
        """
        found = self.ed50.get(name, self.share.get(name))
        if found is None:
            raise UnknownNameError("dose of the potency study", name, (*self.ed50, *self.share))
        return float(found[self.delays_min.index(delay_min)])


@cache
def potency(low_affinity: bool = False, delays_min: tuple[int, ...] = DELAYS_MIN) -> Potency:
    """Run every dose at every delay, with or without the micromolar site of diazepam."""
    ladder = [Protocol(f"{drug} {dose:g}.", (step(drug, dose),)) for drug, doses in LADDERS.items() for dose in doses]
    combined = [Protocol(name, tuple(step(*part) for part in parts)) for name, parts in COMBINED.items()]
    shares: dict[str, list[float]] = {protocol.name: [] for protocol in (*ladder, *combined)}
    for delay in delays_min:
        study = run_rats([*ladder, *combined], delay, HORIZON_MIN, low_affinity=low_affinity)
        for course in study.courses:
            shares[course.protocol.name].append(stopped(study, course))
    table = {name: np.array(values) for name, values in shares.items()}
    found = {
        drug: np.array([ed50(doses, np.array([table[f"{drug} {d:g}."][k] for d in doses])) for k in range(len(delays_min))])
        for drug, doses in LADDERS.items()
    }
    return Potency(delays_min, found, {name: table[name] for name in COMBINED}, low_affinity)


class Met(NamedTuple):
    """One target: what was seen, what the run gave, whether that lies in its band; its role and status."""

    target: str
    claim: str
    value: float
    low: float
    high: float
    met: bool
    role: str


def _met(target: str, claim: str, value: float | int, low: float | int, high: float | int, role: str) -> Met:
    return Met(target, claim, float(value), float(low), float(high), low <= value <= high, role)


TREATED = {5: ("SE24", 0.676, 1.0), 10: ("SE25", 0.529, 0.978), 20: ("SE26", 0.022, 0.471), 30: ("SE27", 0.0, 0.324)}
"""Diazepam 10 mg/kg at each delay: target and its Wilson interval (8 animals each)."""


def rat_targets(found: Potency) -> tuple[Met, ...]:
    """Which targets of potency in the rat a variant meets."""
    rows = [
        _met(name, f"diazepam 10 mg/kg at {delay} min, share stopped", found.at("diazepam 10", delay), low, high, "calibrate")
        for delay, (name, low, high) in TREATED.items()
    ]
    both = found.share["diazepam 10 and ketamine 50"] >= STOPPED_FROM
    latest = max((d for d, ok in zip(found.delays_min, both, strict=True) if ok), default=0)
    first, late = found.at("diazepam", 10), found.at("diazepam", 45)
    fails, ends = found.at("diazepam 20", 10), found.at("diazepam 20 and ketamine 50", 10)
    rows += [
        _met("SE28", "latest delay at which diazepam 10 and ketamine 50 mg/kg still stop half [min]", latest, 30, 40, "emergent"),
        _met("SE29", "diazepam 20 mg/kg at 10 min, share stopped", fails, 0.0, STOPPED_FROM, "calibrate"),
        _met("SE30", "the same with ketamine 50 mg/kg", ends, STOPPED_FROM, 1.0, "calibrate"),
        _met("SR03", "ED50 of diazepam at 10 min [mg/kg]", first, 3.0, 6.0, "emergent, recalled"),
        _met("SR04", "ED50 of diazepam at 45 min [mg/kg]", late, 28.0, 57.0, "emergent, recalled"),
        _met("SR05", "ratio of the two", late / first, 6.0, 14.0, "emergent, recalled"),
    ]
    return tuple(rows)


def main() -> None:
    """Print both variants."""
    for low_affinity in (False, True):
        found = potency(low_affinity)
        print("with" if low_affinity else "without", "the micromolar site; delays", found.delays_min)
        for name, values in (*found.ed50.items(), *found.share.items()):
            print(f"  {name}: " + ", ".join(f"{v:.3g}" for v in values))
        for row in rat_targets(found):
            said = "met" if row.met else "MISSED"
            print(f"  {row.target} {row.claim}: {row.value:.3g} (band {row.low:g} to {row.high:g}, {row.role}): {said}")


if __name__ == "__main__":
    main()
