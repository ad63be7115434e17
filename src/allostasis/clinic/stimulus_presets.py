"""Four standard tests of antiseizure drugs as presets: circuit, stimulus, endpoint; and the level and dose that protect.

MES, 6 Hz and pentylenetetrazol run on the log imbalance of the seizure circuit (`circuit.activity`), quasi-static. From silence
the circuit A = 1/(1 + exp(-(r A + H + trigger - threshold)/w)) ignites where its silent state ends, in closed form:

    A* = (1 - sqrt(1 - 4 w/r))/2,      H + trigger > threshold - r A* + w ln(A*/(1 - A*))

A drug at level C moves H by - sum weight_i effect_i(C) (log gain of inhibition, minus log of what it leaves of sodium channels,
release, AMPA, NMDA and T-type currents); the weights say which targets a test asks for and are assumed. GAERS runs on the
thalamocortical model.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from allostasis import library
from allostasis.clinic.absence import Arm, compare_absence
from allostasis.clinic.absence_drugs import FIXED, canonical_drug, drug_levers
from allostasis.clinic.stimulus_effects import log_effects
from allostasis.clinic.stimulus_exposure import level_per_dose
from allostasis.quantity import NotModelledError, UnknownNameError

SET = "stimulus_presets"
PRESETS = {"MES": "mes", "6HZ": "six_hertz", "PTZ": "ptz", "GAERS": "gaers"}
LOWEST, HIGHEST = 0.1, 1e6  # structural: levels searched [nM], 0.1 nM to 1 mM
FAINTEST, STEPS = 0.01, 17  # structural: lowest level [nM] and number of levels of the thalamocortical run
CLOSE = 1e-6  # structural: tolerance of ln level
SECONDS, TRIALS = 60.0, 8  # structural: its length and trials
LABEL = "Stimulus and weights are assumed: read orders and who works where, not doses."


@dataclass(frozen=True)
class PresetResult:
    """What a preset says of a drug.

    Attributes:
        preset: "MES", "6HZ", "PTZ" or "GAERS".
        drug: canonical name.
        level: unbound brain level that protects the median animal [nM]; None where no level up to 1 mM does.
        dose: dose of a rat [mg/kg] that gives it at the time of the test; None without a level, or without rat numbers.
        route: route of that dose, "".
        notes: what was assumed, and why a dose is missing.
    """

    preset: str
    drug: str
    level: float | None
    dose: float | None
    route: str
    notes: tuple[str, ...]


def preset_key(name: str) -> str:
    """Return the name of a preset from any spelling.

    >>> preset_key("6 Hz"), preset_key("mes")
    ('6HZ', 'MES')
    """
    key = name.replace(" ", "").replace("-", "").upper()
    if key not in PRESETS:
        raise UnknownNameError("preset", name, PRESETS)
    return key


def ignition() -> float:
    """Return H + trigger at which the silent circuit ignites.

    >>> 0.5 < ignition() < 2
    True
    """
    rows = library.parameter_set("seizure")
    r, w, threshold = (rows[f"seizure.{name}"].value for name in ("recruitment", "width", "threshold"))
    silent = (1 - math.sqrt(1 - 4 * w / r)) / 2  # structural: tangent of the sigmoid
    return threshold - r * silent + w * math.log(silent / (1 - silent))


def excess(preset: str) -> float:
    """Return how far a stimulus lies above ignition [log units]: what a drug must take away.

    Its size itself is ignition() plus this: the trigger of a current, or -ln of the GABA-A current that a convulsant leaves.

    >>> excess("MES") > 0
    True
    """
    rows, key = library.parameter_set(SET), PRESETS[preset_key(preset)]
    if key == "gaers":
        raise NotModelledError("GAERS has no stimulus", value=preset, expected="MES, 6HZ or PTZ")
    return rows[f"preset.{key}.margin"].value


def protection(preset: str, drug: str, level: float | int) -> float:
    """Return what a drug at an unbound level [nM] takes from the excess of a stimulus [log units].

    >>> protection("PTZ", "diazepam", 100.0) > protection("MES", "diazepam", 100.0)
    True
    """
    rows, key = library.parameter_set(SET), PRESETS[preset_key(preset)]
    effects = log_effects(drug, float(level))
    return sum(rows[f"preset.{key}.{target}"].value * effect for target, effect in effects.items())


def half_protection(preset: str, drug: str, *, region: str = "brain") -> PresetResult:
    """Return the level and the dose of a drug that protect in a preset.

    Args:
        preset: "MES", "6HZ", "PTZ" or "GAERS".
        drug: any known spelling.
        region: for GAERS, where the drug acts: "brain" or "thalamus".

    Raises:
        UnknownNameError: no such preset, drug or region.
        NotModelledError: a drug without any number that the preset could use.

    >>> half_protection("PTZ", "diazepam").level < 1000, half_protection("PTZ", "phenytoin").level is None
    (True, True)
    """
    key, name = preset_key(preset), canonical_drug(drug)
    if name in (*FIXED, "darigabat"):
        raise NotModelledError(f"{name} has no concentration at which it acts in the library", value=drug,
                               expected="a drug with a level in nM", fix=f"allostasis circuit swd --drug {name}")  # fmt: skip
    level, notes = _absence_level(name, region) if key == "GAERS" else _stimulus_level(key, name)
    notes = (LABEL, *notes)
    if level is None:
        return PresetResult(key, name, None, None, "", notes)
    try:
        per_dose, route = level_per_dose(name, library.parameter_set(SET)["test.time"].to("h"))
    except NotModelledError as missing:
        return PresetResult(key, name, level, None, "", (*notes, f"No dose: {missing.what}."))
    return PresetResult(key, name, level, level / per_dose, route, notes)


def _stimulus_level(preset: str, drug: str) -> tuple[float | None, tuple[str, ...]]:
    needed = excess(preset)

    def short(ln_level: float) -> float:
        return protection(preset, drug, math.exp(ln_level)) - needed

    low, high = math.log(LOWEST), math.log(HIGHEST)
    if short(high) < 0:
        return None, (f"At 1 mM it takes {short(high) + needed:.2f} of the {needed:.2f} needed.",)
    if short(low) >= 0:
        return LOWEST, ("Protects at the lowest level searched.",)
    root: float = brentq(short, low, high, xtol=CLOSE)  # type: ignore[assignment]
    return math.exp(root), ()


def _absence_level(drug: str, region: str) -> tuple[float | None, tuple[str, ...]]:
    """Level at which a share of spike-and-wave is gone: levels in one run, between them linear in ln level."""
    levels = np.geomspace(FAINTEST, HIGHEST, STEPS)
    levers = [drug_levers(drug, float(level), region=region) for level in levels]
    arms = [Arm(f"{level:g} nM", each.levers) for level, each in zip(levels, levers, strict=True)]
    share = compare_absence(arms, seconds=SECONDS, trials=TRIALS).found.share
    left = share[1:] / share[0]
    goal = 1 - library.parameter_set(SET)["preset.gaers.suppression"].value
    below = np.flatnonzero(left <= goal)
    notes = levers[0].notes
    if not below.size:
        return None, (*notes, f"Lowest share left: {left.min():.2f}.")
    k = int(below[0])
    if k == 0:
        return float(levels[0]), (*notes, "Suppresses at the lowest level searched.")
    part = (left[k - 1] - goal) / (left[k - 1] - left[k])
    return float(np.exp(np.log(levels[k - 1]) + part * np.log(levels[k] / levels[k - 1]))), notes
