"""Status epilepticus in rats (lithium and pilocarpine): receptors after an hour, diazepam by delay, two and three drugs.

All animals are those of the preparation "rat", with one set of numbers. The study of Martin and Kapur used a more severe
preparation: one offset of the severity, the same for both of its arms, is declared with the trial in the library.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from jaxtyping import Float

from allostasis.circuit.eeg import eeg_power
from allostasis.clinic.status_epilepticus import Endpoint, Protocol, Step
from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.clinic.status_epilepticus.trials import trial
from allostasis.library import parameter_set
from allostasis.model.subtypes import SUBTYPES
from allostasis.simulation.acute import assemble_acute
from allostasis.study.status_epilepticus import Course, Setting, Study, run_study

ROUTE = "intraperitoneal"
COMPOSED = tuple((drug, ROUTE) for drug in ("diazepam", "ketamine", "midazolam", "valproate"))
"""Every study is composed for all of them, so that all share one compiled program."""
ANIMALS = 128
RECEPTORS, NMDA_RECEPTORS = 38.0, 5.2
"""Receptors per synapse before the seizure: the unit that was reported, not a prediction (SE01; SR02)."""
RECALLED_RECEPTORS = 36.0
DELAYS = (5, 10, 20, 30, 40, 50, 60)
"""When treatment began [min]."""
LADDER = (1, 2, 4, 8, 16, 32, 64, 128)
"""Doses of diazepam from which the median effective one is read [mg/kg]."""
FREE = Endpoint(60, 60)
"""Free of seizures an hour after treatment."""
EFFECTIVE = 0.5
"""Share of animals from which on a treatment counts as effective."""
PERCENT = 100.0
HOUR, HOURS = 60, 360
"""Windows of the EEG power [min]."""


def dose(drug: str, mg_kg: float | int) -> Step:
    """An injection into the peritoneum [mg/kg]."""
    return Step(drug, mg_kg, per_kg=True, route=ROUTE)


DIAZEPAM = Protocol("diazepam", (dose("diazepam", 10),))
WITH_KETAMINE = Protocol("diazepam and ketamine", (dose("diazepam", 10), dose("ketamine", 50)))
THREE = Protocol("midazolam, ketamine, valproate", (dose("midazolam", 3), dose("ketamine", 30), dose("valproate", 90)))


@cache
def numbers() -> dict[str, dict]:
    """Numbers of a naive animal by submodel."""
    return dict(assemble_acute(COMPOSED, "rat").parameters)


@cache
def study(delay_min: int, protocols: tuple[Protocol, ...], horizon_min: int = 61, severity: float | int = 0.0) -> Study:
    """Animals that are treated after a delay; those that still have a seizure then are enrolled."""
    setting = Setting("rat", delay_min, horizon_min, severity=severity, individuals=ANIMALS)
    return run_study(protocols, setting, beside=COMPOSED)


@cache
def treated(delay_min: int) -> Study:
    """Diazepam 10 mg/kg, alone and with ketamine 50 mg/kg."""
    return study(delay_min, (DIAZEPAM, WITH_KETAMINE))


def stopped(course: Course) -> float:
    """Share of animals free of seizures an hour after treatment."""
    return float(FREE.met(course.activity, course.minutes).mean())


def diazepam(delay_min: int) -> float:
    """Animals that diazepam 10 mg/kg leaves free of seizures [%]."""
    return PERCENT * stopped(treated(delay_min).course("diazepam"))


def after_an_hour(port: str) -> Float[np.ndarray, " animals"]:
    """A port after an hour of seizure without treatment; of one with subtypes the mean with the weights of the circuit."""
    before = treated(HOUR).before
    found = {record.component: values[-1] for record, values in before.items() if record.port == port}
    if None in found:
        return found[None]
    weights = np.array([parameter_set("receptor")[f"weight.{k}"].value for k in SUBTYPES])
    return weights @ np.stack([found[k] for k in range(len(SUBTYPES))])


def left() -> float:
    """Synaptic GABA-A receptors left after an hour, over naive."""
    return float(after_an_hour("surface").mean())


def nmda() -> float:
    """NMDA receptors after an hour, over naive."""
    return float(after_an_hour("nmda").mean())


def latest_with_ketamine() -> float:
    """Latest delay at which diazepam with ketamine still frees half of the animals [min]; 0 if none does."""
    works = [d for d in DELAYS if stopped(treated(d).course(WITH_KETAMINE.name)) >= EFFECTIVE]
    return float(max(works, default=0))


@cache
def median_effective_dose(delay_min: int) -> float:
    """Dose of diazepam that frees half of the animals [mg/kg], between the doses of the ladder by their logarithm."""
    ladder = tuple(Protocol(f"{mg:g} mg/kg", (dose("diazepam", mg),)) for mg in LADDER)
    shares = np.array([stopped(course) for course in study(delay_min, ladder).courses])
    if shares.max() < EFFECTIVE:
        return float("inf")
    first = int(np.argmax(shares >= EFFECTIVE))
    if first == 0:
        return float(LADDER[0])
    low, high = shares[first - 1], shares[first]
    step = (EFFECTIVE - low) / (high - low)
    return float(np.exp(np.log(LADDER[first - 1]) + step * np.log(LADDER[first] / LADDER[first - 1])))


@cache
def severe() -> dict[str, float]:
    """Share of animals of the more severe preparation that still have a seizure at the end, for each arm."""
    arms = trial("Martin and Kapur")
    end = int(arms[0].endpoint.until_min) + 1
    found = study(arms[0].delay_min, tuple(arm.protocol for arm in arms), end, arms[0].severity)
    return {c.protocol.name: float((c.activity[:, -1] >= STOPPED).mean()) for c in found.courses}


@cache
def power() -> Float[np.ndarray, " minutes"]:
    """EEG power over baseline after three drugs at 40 min, mean over the animals."""
    course = study(40, (THREE,), HOURS + 1).courses[0]
    ports = ("excitation", "inhibition_fast", "inhibition_slow", "driving_force", "activity")
    return np.asarray(eeg_power(*(course.port(name) for name in ports))).mean(axis=0)


SIMULATED: dict[str, Callable[[], float | bool]] = {
    "SE01": lambda: RECEPTORS * numbers()["trafficking"]["handed"][0],
    "SE02": lambda: RECEPTORS * left(), "SE03": left, "SE04": lambda: PERCENT * (nmda() - 1),
    "SE24": lambda: diazepam(5), "SE25": lambda: diazepam(10), "SE26": lambda: diazepam(20), "SE27": lambda: diazepam(30),
    "SE28": latest_with_ketamine,
    "SE29": lambda: severe()["diazepam"] > EFFECTIVE,
    "SE30": lambda: severe()["diazepam and ketamine"] < EFFECTIVE,
    "SE31": lambda: float(power()[:HOUR].mean()), "SE32": lambda: float(power()[:HOURS].mean()),
    "SR01": lambda: RECALLED_RECEPTORS * left(), "SR02": lambda: NMDA_RECEPTORS * nmda(),
    "SR03": lambda: median_effective_dose(10), "SR04": lambda: median_effective_dose(45),
    "SR05": lambda: median_effective_dose(45) / median_effective_dose(10),
}  # fmt: skip
"""Target -> what gives it."""
