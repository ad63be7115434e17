"""The facts behind the reserve: those that set its constants, and those that are predicted with them. Misses are said.

    python -m allostasis.clinic.profile

prints the calibrated constants beside those of the library, the predictions, and what knock-in mice say. A fact is a mean
occupancy at which an effect was reported present, absent, full or reversed (set ``subtype_effects``: ``fact``, ``ratio`` and
their words).
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from allostasis import library
from allostasis.clinic.profile.activation import closed_odds, gain, occupancy, stimulus
from allostasis.clinic.profile.affinity import site_table
from allostasis.clinic.profile.axes import AXES, SET, circuit, criterion
from allostasis.clinic.profile.profile import subtype_profile
from allostasis.clinic.profile.reserve import effects, response

SMALLEST, LARGEST = 1e-6, 1e6  # structural: brackets of a half gain and of a concentration [nM]
CLOSE = 1e-6  # structural: relative error of a half gain and of a concentration


@dataclass(frozen=True, slots=True)
class Fact:
    """One report.

    Attributes:
        name: its key in the set.
        role: what it is used for: "calibrates" a constant, decides the "form" of the equation, or is "predicted".
        drug, species, axis: what was given to whom, and which effect is meant.
        expected: "seen", "absent", "edge of absent", "not seen", "full", "negative", "not negative" or "ratio".
        finding, source: the report in words, and its id in the bibliography.
        value: mean occupancy; for "ratio" that of the concentrations for half effect on `axis` and on sedation.
        low, high: its range, or the band that counts as a hit of a ratio.
    """

    name: str
    role: str
    drug: str
    species: str
    axis: str
    expected: str
    finding: str
    source: str
    value: float
    low: float
    high: float


def facts(*roles: str) -> dict[str, Fact]:
    """Return the facts by name, those of some roles or all.

    >>> facts("calibrates")["lorazepam_man_sedation"].value
    0.03
    """
    numbers, found = library.parameter_set(SET), {}
    for key, said in library.set_words(SET).items():
        group, _, name = key.partition(".")
        if group in ("fact", "ratio") and (not roles or said["role"] in roles):
            number = numbers[key]
            low, high = (number.value if end is None else end for end in (number.low, number.high))
            found[name] = Fact(name=name, value=number.value, low=low, high=high, **said)
    return found


def half_gain_of_fact(name: str) -> float:
    """Return the half gain at which the drug of a fact has exactly the effect that the fact states, at its occupancy."""
    fact = facts()[name]
    gains = subtype_profile(fact.drug, occupancy=fact.value, draws=1).subtypes["gain"].to_numpy()
    numbers = circuit(fact.species)
    weight = numbers.weight[AXES.index(fact.axis)]
    wanted = criterion("absent" if fact.expected == "edge of absent" else "seen")

    def excess(ln_half: float) -> float:
        return float((weight * response(gains, np.exp(ln_half), numbers.steepness)).sum()) - wanted

    return float(np.exp(_root(excess)))


def calibrate() -> dict[str, float]:
    """Compute the calibrated constants from their facts alone; the library holds the rounded results.

    >>> round(calibrate()["half_gain.sedation"], 3)
    0.373
    """
    of = half_gain_of_fact
    sedation = of("mrk409_rat_sedation")
    return {
        "half_gain.sedation": sedation,
        "half_gain.anxiolysis": float(np.sqrt(of("tpa023_rat_anxiolysis") * of("mrk409_rat_anxiolysis"))),
        "half_gain.anticonvulsant": of("clonazepam_mouse_seizure"),
        "half_gain.ataxia": of("diazepam_mouse_rotarod"),
        "reserve.human": sedation / of("lorazepam_man_sedation"),
    }


def reserve_by_alprazolam() -> float:
    """Return the reserve of man that sedation by alprazolam at 16 % occupancy gives instead: the conflict in one number."""
    return half_gain_of_fact("mrk409_rat_sedation") / half_gain_of_fact("alprazolam_man_sedation")


def half_effect_concentration(drug: str, axis: str, species: str) -> float:
    """Concentration [nM] of a drug at which an effect has half of its largest possible size; nan if it never has.

    >>> round(half_effect_concentration("diazepam", "sedation", "rodent"))
    16
    """
    table, numbers, Q = site_table([drug]), circuit(species), closed_odds()

    def excess(ln_X: float) -> float:
        s = stimulus(occupancy(np.exp([ln_X]), table.K), table.c)
        return float(effects(gain(s, Q), numbers)[AXES.index(axis)]) - criterion("seen")

    return float(np.exp(_root(excess))) if excess(np.log(LARGEST)) > 0 else float("nan")


def _root(excess: Any) -> float:
    found: Any = brentq(excess, np.log(SMALLEST), np.log(LARGEST), xtol=CLOSE)
    return float(found)


def verdict(expected: str, effect: float | int, low: float | int = 0, high: float | int = 0) -> str:
    """Say whether an effect is what was reported: "hit", "miss", "between", or "open" where it is unknown.

    >>> verdict("seen", 0.7), verdict("absent", 0.35), verdict("negative", -0.1), verdict("ratio", 30.0, 10.0, 90.0)
    ('hit', 'between', 'miss', 'hit')
    """
    if np.isnan(effect):
        return "open"
    if expected == "ratio":
        return "hit" if low <= effect <= high else "miss"
    seen, absent, full = map(criterion, ("seen", "absent", "full"))
    hit, miss = {
        "seen": (effect >= seen, effect <= absent),
        "absent": (abs(effect) <= absent, abs(effect) >= seen),
        "not seen": (effect < seen, effect >= seen),
        "full": (effect >= full, effect <= seen),
        "negative": (effect <= -seen, effect >= -absent),
        "not negative": (effect >= -absent, effect <= -seen),
    }[expected]
    return "hit" if hit else "miss" if miss else "between"


def predictions() -> pd.DataFrame:
    """Compare with the facts that set no constant: one row a fact, its fields and four more columns.

    Columns: those of `Fact`, and ``effect``, its 90 % band from K and c (``band_low``, ``band_high``; nan for a ratio), and
    ``verdict``.
    """
    rows = [_predicted(fact) for fact in facts("form", "predicted").values()]
    return pd.DataFrame(rows).set_index("name")


def _predicted(fact: Fact) -> dict[str, Any]:
    if fact.expected == "ratio":
        effect = half_effect_concentration(fact.drug, fact.axis, fact.species)
        effect /= half_effect_concentration(fact.drug, "sedation", fact.species)
        band = (float("nan"), float("nan"))
    else:
        found = subtype_profile(fact.drug, occupancy=fact.value, species=fact.species)
        effect = found.effect(fact.axis)
        band = found.band(fact.axis)
    said = verdict(fact.expected, effect, fact.low, fact.high)
    return asdict(fact) | {"effect": effect, "band_low": band[0], "band_high": band[1], "verdict": said}

