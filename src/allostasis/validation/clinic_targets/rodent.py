"""Rodent experiments on tolerance and withdrawal: target id -> function. Exposures are assumptions where no level is reported."""

from collections.abc import Callable
from functools import cache

import numpy as np
from jaxtyping import Float

from allostasis.clinic.effects import EFFECTS
from allostasis.clinic.profile.axes import AXES, circuit
from allostasis.clinic.profile.reserve import effects
from allostasis.library import parameter_set
from allostasis.model.reference import Trajectory
from allostasis.model.subtypes import SUBTYPES
from allostasis.study.animal import Course, Substance, at_day, run_animal

DAY = 24.0
DIAZEPAM_NM, DIAZEPAM_HALF_LIFE_H = 36.0, 0.89
"""Unbound brain level after 1 mg/kg i.p. and half-life there (rat)."""
NORDIAZEPAM_SHARE, NORDIAZEPAM_HALF_LIFE_H = 0.5, 1.1
"""Nordiazepam formed, over the peak of diazepam (assumed), and its half-life in rat brain."""
LORAZEPAM_NM, LORAZEPAM_HALF_LIFE_H = 59.0, 2.0
"""Unbound serum level after 1 mg/kg (rat), and half-life (assumed); mice are taken for rats."""
FLURAZEPAM_NM, FLURAZEPAM_HALF_LIFE_H = 200.0, 6.0
"""Desalkylflurazepam held by a week of flurazepam in the drink: assumed near saturation, and half-life (assumed)."""


def diazepam(mg_kg: float, days: float) -> Course:
    """Daily diazepam, with its metabolite."""
    peak = DIAZEPAM_NM * mg_kg
    return Course(
        {
            "diazepam": Substance(peak, DIAZEPAM_HALF_LIFE_H),
            "nordiazepam": Substance(NORDIAZEPAM_SHARE * peak, NORDIAZEPAM_HALF_LIFE_H),
        },
        days,
    )


def lorazepam_pump(mg_kg_day: float, days: float) -> Course:
    """Lorazepam from an osmotic pump: the level at which input equals elimination."""
    level = LORAZEPAM_NM * mg_kg_day / DAY * LORAZEPAM_HALF_LIFE_H / np.log(2)
    return Course({"lorazepam": Substance(level, LORAZEPAM_HALF_LIFE_H)}, days, every=0)


@cache
def stressed_rats() -> Trajectory:
    """Diazepam 4 mg/kg/day for 24 days."""
    return run_animal(diazepam(4.0, 24))


@cache
def mice(days: int, after: int) -> Trajectory:
    """Lorazepam 2 mg/kg/day by pump."""
    return run_animal(lorazepam_pump(2.0, days), after)


@cache
def flurazepam_rats() -> Trajectory:
    """A week of flurazepam and a week after it."""
    return run_animal(Course({"desalkylflurazepam": Substance(FLURAZEPAM_NM, FLURAZEPAM_HALF_LIFE_H)}, 7, every=0), 8)


def chain_effect(run: Trajectory, effect: str) -> Float[np.ndarray, " times"]:
    """A clinical effect of the chain."""
    return np.asarray(run.ports["effect"][EFFECTS.index(effect)])


def ataxia(run: Trajectory) -> Float[np.ndarray, " times"]:
    """Ataxia: the axis of the profile with the reserve of rodents, over what adaptation left of each subtype's gain."""
    names = ("modulation_phasic", "coupling", "working_receptors")
    modulation, coupling, working = (np.stack([np.asarray(v) for v in run.ports[name]], -1) for name in names)
    left = working * coupling / np.asarray(run.ports["excitation"])[:, None]
    return np.asarray(effects(left * (modulation - 1), circuit("rodent")))[:, AXES.index("ataxia")]


def daily(run: Trajectory, values: Float[np.ndarray, " times"]) -> Float[np.ndarray, " days"]:
    """Means over days."""
    day = np.ceil(run.time / DAY - 1e-9).astype(int) - 1
    return np.array([values[day == d].mean() for d in range(int(day.max()) + 1)])


def weights() -> Float[np.ndarray, " subtypes"]:
    """Weights of the subtypes in the circuit."""
    return np.array([parameter_set("receptor")[f"weight.{k}"].value for k in SUBTYPES])


def mean_over_receptors(run: Trajectory, port: str) -> Float[np.ndarray, " times"]:
    """A port of subtypes, weighted as in the circuit."""
    return weights() @ np.stack([np.asarray(v) for v in run.ports[port]])


def sedation_halved() -> float:
    """Day at which sedation has lost half of its effect on day 1."""
    effect = daily(stressed_rats(), chain_effect(stressed_rats(), "sedation"))
    return float(np.flatnonzero(effect <= effect[0] / 2)[0] + 1) if np.any(effect <= effect[0] / 2) else np.inf


def anxiolysis_kept() -> float:
    """Anxiolysis on day 23 over that on day 1."""
    effect = daily(stressed_rats(), chain_effect(stressed_rats(), "anxiolysis"))
    return float(effect[22] / effect[0])


def steepest(run: Trajectory, values: Float[np.ndarray, " times"]) -> float:
    """Day at which a course falls fastest, the first half day apart."""
    slope = np.gradient(values, run.time)
    later = run.time > DAY / 2
    return float(run.time[later][np.argmin(slope[later])] / DAY)


def ataxia_lost() -> float:
    """Day of the steepest loss of ataxia in mice on lorazepam."""
    run = mice(14, 1)
    keep = run.time < 14 * DAY
    cut = Trajectory(run.time[keep], {k: _cut(v, keep) for k, v in run.ports.items()}, run.states)
    return steepest(cut, ataxia(cut))


def binding_lost() -> float:
    """Day of the steepest fall of receptors in mice on lorazepam."""
    run = mice(14, 1)
    keep = run.time < 14 * DAY
    return steepest(Trajectory(run.time[keep], {}, {}), mean_over_receptors(run, "total")[keep])


def _cut(value, keep):
    return tuple(np.asarray(v)[keep] for v in value) if isinstance(value, tuple) else np.asarray(value)[keep]


def overshoot_day() -> float:
    """Day after the stop of the highest imbalance in mice."""
    run = mice(7, 8)
    return float(run.time[np.argmax(np.asarray(run.ports["imbalance"]))] / DAY - 7)


def alpha1_synthesis() -> float:
    """Transcription of alpha1 on day 14, over naive."""
    run = mice(14, 1)
    return float(np.asarray(run.ports["synthesis"][SUBTYPES.index("a1")])[at_day(run, 14)])


def synaptic_current() -> float:
    """Amplitude of mIPSC two days after a week of flurazepam, over naive."""
    run = flurazepam_rats()
    surface, clustered = (np.stack([np.asarray(v) for v in run.ports[name]]) for name in ("surface", "clustered"))
    return float((weights() @ (surface * clustered))[at_day(run, 9)])


def ampa_change() -> float:
    """Change of AMPA strength two days after a week of flurazepam [%]."""
    run = flurazepam_rats()
    return float(100 * (np.asarray(run.ports["ampa"])[at_day(run, 9)] - 1))


def anxious_hours() -> float:
    """Last hour after diazepam 2 mg/kg at which AMPA strength, which anxiety of rats follows, is above half its rise."""
    run = run_animal(diazepam(2.0, 21), 14)
    rise = np.asarray(run.ports["ampa"]) - 1
    since = run.time - 21 * DAY
    after = since > 0
    above = rise[after] >= rise[after].max() / 2
    return float(since[after][above].max())


SIMULATED: dict[str, Callable[[], float | bool]] = {
    "ct01": sedation_halved, "ct02": anxiolysis_kept, "ct03": ataxia_lost, "ct04": binding_lost, "ct06": overshoot_day,
    "ct07": alpha1_synthesis, "ct12": synaptic_current, "ct14": ampa_change, "ct17": anxious_hours,
}  # fmt: skip
