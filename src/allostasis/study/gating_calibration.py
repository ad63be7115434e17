"""Calibration of the kinetic scheme: most probable rates given what was measured of gating. Prints what the library holds.

    ln rate ~ N(ln prior, 0.7)        prior: the hand-made set of the library's notes
    (observed - simulated)/sd ~ N(0, 1)

What enters: the calibration targets that a kinetic scheme can answer (rt001-rt004, rt089, rt095, rt099, rt101) and observations
that are no target: peak and desensitisation of granule cells (MELLOR97), deactivation of patches (BANKS00), zolpidem at 35 degC
(PERRAIS99), openings within a burst (KERAMIDAS08). No emergent target enters. Lanes hold the perturbed sets of a Jacobian.

    python -m allostasis.study.gating_calibration
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import least_squares

from allostasis import library
from allostasis.receptor import dwell, trace
from allostasis.receptor.gating import Kinetics, kinetics, open_probability_at, temperature_factor
from allostasis.receptor.macroscopic import Response, response
from allostasis.receptor.modulator import Modulator
from allostasis.receptor.waveform import application, synaptic

Rates = Mapping[str, np.ndarray]
PRIOR = {
    "kon": 0.020, "koff": 4.0, "c": 0.0035, "gamma": 3.33, "F2": 1.8, "beta": 4.0, "alpha": 1.0, "d": 0.3, "r": 0.015,
    "ds": 0.03, "rs": 0.0013,
}  # fmt: skip
"""At 35 degC, ms and uM. The slow state: entry a tenth of the fast one (assumed), recovery in 2 s at 22 degC ("seconds")."""
PRIOR_SD = 0.7
BRIEF, LONG, SATURATING = 5.0, 300.0, 1000.0
LEVELS = np.sort(np.append(np.geomspace(0.3, 3000.0, 33), 5.0))
ROOM, WARM, BODY, PATCH = 22.0, 34.5, 35.0, 24.0
STEP = 1e-3


class Observation(NamedTuple):
    """What was measured: value, its standard deviation, on which scale, and where it comes from."""

    value: float
    sd: float
    scale: str
    source: str


OBSERVED = {
    "decay of the IPSC at 34.5 degC [ms]": Observation(5.5, 0.135, "ln", "rt101"),
    "duration of the IPSC with zolpidem [1]": Observation(1.63, 0.14, "linear", "rt095"),
    "amplitude of the IPSC with zolpidem at 35 degC [1]": Observation(1.0, 0.1, "linear", "PERRAIS99, not a target"),
    "deactivation with flunitrazepam [1]": Observation(1.5, 0.14, "linear", "rt099"),
    "peak with flunitrazepam [1]": Observation(1.0, 0.05, "linear", "MELLOR97, in rt099"),
    "area of deactivation over its start at 24 degC [ms]": Observation(63.0, 0.5, "ln", "BANKS00, not a target"),
    "opening rate [1/s]": Observation(1800.0, 0.25, "ln", "rt089"),
    "fast desensitisation [ms]": Observation(47.0, 0.3, "ln", "MELLOR97, not a target"),
    "slow desensitisation [ms]": Observation(479.0, 0.3, "ln", "MELLOR97, not a target"),
    "half-maximal GABA [uM]": Observation(34.0, 0.25, "ln", "rt001"),
    "open probability at 5 uM [1]": Observation(0.058, 0.25, "ln", "rt004"),
    "largest open probability [1]": Observation(0.9, 0.4, "logit", "rt002"),
    "open share of a burst [1]": Observation(0.7, 0.5, "logit", "KERAMIDAS08, not a target"),
    "spontaneous open probability, at most [1]": Observation(0.001, 0.1, "ceiling", "rt003"),
}
SCALES = {
    "ln": np.log,
    "linear": np.asarray,
    "logit": lambda p: np.log(p / (1 - p)),
    "ceiling": np.log,
}


def simulate(rates: Rates) -> dict[str, np.ndarray]:
    """Return each observation as the scheme gives it, array [lanes].

    Args:
        rates: constants of the scheme by name, arrays [lanes], at 35 degC, in ms and uM.
    """
    agonist = (Modulator("benzodiazepine"),)
    room = kinetics(rates=rates, celsius=ROOM)
    peak_zolpidem = library.parameter_set("receptor_gating")["synapse.zolpidem_peak"].to("uM")
    with_zolpidem, alone = (_ipsc(rates, ROOM, peak_zolpidem, m) for m in (agonist, ()))
    warm_zolpidem, warm = (_ipsc(rates, BODY, peak_zolpidem, m) for m in (agonist, ()))
    pulse = application(SATURATING, BRIEF, washout=5 * LONG)
    drug, control = (response(kinetics(rates=rates, modulators=m, celsius=ROOM), pulse, 0.25) for m in (agonist, ()))
    patch = response(kinetics(rates=rates, celsius=PATCH), application(SATURATING, BRIEF, washout=10 * LONG), 0.25)
    fast, slow = _desensitisation(room)
    half, low, largest = _peaks(rates)
    bursts = [dwell.burst(room, SATURATING, BRIEF, lane) for lane in range(room.lanes)]
    values = (
        _decay(_ipsc(rates, WARM, SATURATING)),
        _decay(with_zolpidem) / _decay(alone),
        _top(warm_zolpidem) / _top(warm),
        _decay(drug, BRIEF) / _decay(control, BRIEF),
        _top(drug) / _top(control),
        _each(patch, lambda t, y: trace.weighted_decay(t, y, BRIEF)),
        1000 * rates["beta"] * temperature_factor(ROOM),
        fast,
        slow,
        half,
        low,
        largest,
        np.array([b.open_time / b.length for b in bursts]),
        np.asarray(open_probability_at(room, 0.0)),
    )
    return dict(zip(OBSERVED, values, strict=True))


def calibrate() -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Return the most probable rates (ms, uM, 35 degC) and what they give of each observation."""
    start = np.log(list(PRIOR.values()))
    slope: Any = lambda x: _jacobian(x, start)  # noqa: E731, the stubs of scipy know strings only
    found = least_squares(lambda x: _residuals(x[:, None], start)[:, 0], start, slope).x
    rates = dict(zip(PRIOR, np.exp(found).tolist(), strict=True))
    return rates, simulate({name: np.array([value]) for name, value in rates.items()})


def deviations(simulated: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Distance of each observation in standard deviations; a ceiling counts only above it."""
    result = {}
    for name, seen in OBSERVED.items():
        gap = (SCALES[seen.scale](simulated[name]) - SCALES[seen.scale](seen.value)) / seen.sd
        result[name] = np.maximum(gap, 0.0) if seen.scale == "ceiling" else gap
    return result


def _residuals(logs: np.ndarray, start: np.ndarray) -> np.ndarray:
    rates = dict(zip(PRIOR, np.exp(logs), strict=True))
    return np.concatenate([np.stack(list(deviations(simulate(rates)).values())), (logs - start[:, None]) / PRIOR_SD])


def _jacobian(x: np.ndarray, start: np.ndarray) -> np.ndarray:
    steps = STEP * np.eye(len(x))
    both = _residuals(np.concatenate([x + steps, x - steps]).T, start)
    return (both[:, : len(x)] - both[:, len(x) :]) / (2 * STEP)


def _ipsc(rates: Rates, celsius: float, peak: float, modulators: tuple[Modulator, ...] = ()) -> Response:
    decay = library.parameter_set("receptor_gating")["synapse.decay"].to("ms")
    model = kinetics(rates=rates, modulators=modulators, celsius=celsius)
    return response(model, synaptic(peak, decay, pieces=64, tail=LONG), 0.1)


def _each(out: Response, measure) -> np.ndarray:
    lanes = np.asarray(out.open_probability).T
    return np.array([measure(out.time, np.ascontiguousarray(lane)) for lane in lanes])


def _decay(out: Response, start: float | None = None) -> np.ndarray:
    return _each(out, lambda t, y: trace.decay_time(t, y, start))


def _top(out: Response) -> np.ndarray:
    return np.asarray(out.open_probability).max(0)


def _desensitisation(model: Kinetics) -> tuple[np.ndarray, np.ndarray]:
    """The two slowest relaxations in saturating GABA [ms]; the eigenvalue 0 is the steady state."""
    values = [np.sort(np.real(np.linalg.eigvals(model.matrix(SATURATING, i)))) for i in range(model.lanes)]
    fast, slow = np.array([-1 / v[[-3, -2]] for v in values]).T
    return fast, slow


def _peaks(rates: Rates) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Half-maximal GABA, peak at 5 uM, largest peak of applications that last 0.3 s."""
    found = []
    for values in zip(*rates.values(), strict=True):
        one = {name: np.full(len(LEVELS), value) for name, value in zip(rates, values, strict=True)}
        out = response(kinetics(rates=one, celsius=ROOM), application(LEVELS, LONG, washout=0.1), 1.0)
        peaks = _top(out)
        half = np.exp(trace.crossing(np.log(LEVELS), peaks, peaks.max() / 2))
        found.append((half, peaks[LEVELS == 5.0][0], peaks.max()))
    half, low, largest = np.array(found).T
    return half, low, largest


if __name__ == "__main__":
    best, given = calibrate()
    apart = deviations(given)
    for name, value in best.items():
        print(f"{name:6} {value:.3g}   (prior {PRIOR[name]:g})")
    for name, value in given.items():
        print(f"{name:52} {value[0]:9.4g}  observed {OBSERVED[name].value:g}  {apart[name][0]:+.1f} sd  {OBSERVED[name].source}")
