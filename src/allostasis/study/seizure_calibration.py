"""Calibration of the acute clock: threshold and spread from slices, severity from one experiment or trial per preparation.

Individuals are drawn once, wider than they are thought to be, and weighted afterwards (importance sampling):

    share = sum_i w_i met_i / sum_i w_i enrolled_i,      w_i = density of severity_i and exit_i over that of the draw

Repeat it from the numbers that it gave until they stay.

Run as ``python -m allostasis.study.seizure_calibration``; it prints what stands in the library beside what comes out.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from scipy import optimize, stats

from allostasis.clinic.status_epilepticus import SEIZING, Endpoint, Protocol, Step
from allostasis.library import parameter_set
from allostasis.simulation.acute_numbers import preparation
from allostasis.study.se_individuals import even_normal
from allostasis.study.status_epilepticus import Setting, run_study

SLICES = 1.2
"""Severities of slices are laid out over this much to either side of 0."""
WIDER = 1.4
"""Individuals are drawn this much wider than they are thought to be, and weighted afterwards."""
FREE_EXIT = ("human",)
"""Preparations whose exit is calibrated beside the severity, for the spread of severity that the library has."""


class Observed(NamedTuple):
    """One arm: protocol, when and what counts, and how many of how many met it."""

    protocol: Protocol
    delay_min: int
    endpoint: Endpoint
    events: int
    of: int


def _diazepam(events: int, delay_min: int) -> Observed:
    dose = Step("diazepam", 10, per_kg=True, route="intraperitoneal")
    return Observed(Protocol("diazepam", (dose,)), delay_min, Endpoint(60, 60), events, 8)


LORAZEPAM = (Step("lorazepam", 2), Step("lorazepam", 2, at_min=4, condition=SEIZING))
ARMS = {
    "rat": (_diazepam(8, 5), _diazepam(7, 10), _diazepam(1, 20), _diazepam(0, 30)),
    "human": (
        Observed(Protocol("placebo"), 30, Endpoint(20, 20), 15, 71),
        Observed(Protocol("lorazepam", LORAZEPAM), 30, Endpoint(20, 20), 39, 66),
    ),
}
"""What severity and its spread are taken from: SE24 to SE27, and the placebo (SE42) and lorazepam (SE40) arms of PHTSE."""


def border(preparation_name: str, trigger_min: float | int, n: int = 481) -> float:
    """Lowest severity at which a typical seizure goes on by itself half an hour after a stimulus of this length."""
    setting = Setting(preparation_name, 30, 1, trigger_min=trigger_min, individuals=n, spread=False)
    severity = np.linspace(-SLICES, SLICES, n)
    study = run_study((Protocol("untreated"),), setting, laid_out={"severity": severity})
    return float(severity[study.enrolled].min())


def slices() -> dict[str, float]:
    """Threshold and spread from the discharges after which half (4.0 min) and 95 % (6.62 min) of slices go on."""
    half, most = border("slice", 4.0), border("slice", 6.62)
    return {
        "seizure.threshold": parameter_set("seizure")["seizure.threshold"].value - half,
        "preparation.slice.severity_spread": (half - most) / float(stats.norm.ppf(0.95)),  # the share that was reported
    }


class Outcomes(NamedTuple):
    """Individuals: severity, exit, density of the draw, and for each arm who was enrolled and who met its end point."""

    severity: Float[np.ndarray, " n"]
    exit: Float[np.ndarray, " n"]
    proposal: Float[np.ndarray, " n"]
    arms: tuple[tuple[Observed, Bool[np.ndarray, " n"], Bool[np.ndarray, " n"]], ...]


def outcomes(name: str, n: int, seed: int = 1) -> Outcomes:
    """Run every arm of a preparation over individuals that are drawn wider than the library has them."""
    z = even_normal(n, 2, seed)
    prep = preparation(name)
    severity = prep.severity.value + WIDER * prep.severity_spread.value * z[0]
    leave = prep.exit.value * np.exp(WIDER * prep.exit_spread.value * z[1])
    found = []
    for delay in dict.fromkeys(arm.delay_min for arm in ARMS[name]):
        arms = [arm for arm in ARMS[name] if arm.delay_min == delay]
        setting = Setting(name, delay, int(max(arm.endpoint.until_min for arm in arms)), individuals=n, seed=seed)
        study = run_study([arm.protocol for arm in arms], setting, laid_out={"severity": severity, "exit": leave})
        for arm, course in zip(arms, study.courses, strict=True):
            met = np.zeros(n, bool)
            met[study.enrolled] = arm.endpoint.met(course.activity, course.minutes)
            found.append((arm, study.enrolled, met))
    width = WIDER**2 * prep.severity_spread.value * prep.exit_spread.value
    return Outcomes(severity, leave, stats.norm.pdf(z[0]) * stats.norm.pdf(z[1]) / width, tuple(found))


def shares(known: Outcomes, weight: Float[np.ndarray, " n"]) -> list[float]:
    """Share of the enrolled who meet the end point, for each arm."""
    return [float((weight * met).sum() / (weight * enrolled).sum()) for _, enrolled, met in known.arms]


def severity_of(name: str, n: int = 4096) -> dict[str, float]:
    """Severity, and its spread or the exit beside it, by maximum likelihood from the arms of a preparation."""
    known, prep = outcomes(name, n), preparation(name)
    free = name in FREE_EXIT
    own = prep.severity_spread.value

    def weights(x):
        mean, spread, leave = (x[0], own, x[1]) if free else (x[0], np.exp(x[1]), np.log(prep.exit.value))
        density = stats.norm.pdf(known.severity, mean, spread)
        return density * stats.norm.pdf(np.log(known.exit), leave, prep.exit_spread.value) / known.proposal

    def loss(x):
        found = zip(known.arms, shares(known, weights(x) + 1e-300), strict=True)  # avoids 0 over 0
        return -sum(stats.binom.logpmf(arm.events, arm.of, np.clip(p, 1e-6, 1 - 1e-6)) for (arm, *_), p in found)

    second = prep.exit if free else prep.severity_spread
    best = optimize.minimize(loss, [prep.severity.value, np.log(second.value)], method="Nelder-Mead")
    for (arm, *_), p in zip(known.arms, shares(known, weights(best.x)), strict=True):
        print(f"  {arm.protocol.name} at {arm.delay_min} min: {p:.3f}, seen {arm.events}/{arm.of}")
    other = "exit" if free else "severity_spread"
    return {f"preparation.{name}.severity": float(best.x[0]), f"preparation.{name}.{other}": float(np.exp(best.x[1]))}


def main() -> None:
    """Print every calibrated number beside that of the library."""
    rows = parameter_set("seizure")
    for found in (slices(), severity_of("rat"), severity_of("human")):
        for name, value in found.items():
            print(f"{name}: {value:.3f} (library {rows[name].value:g})")


if __name__ == "__main__":
    main()
