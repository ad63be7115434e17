"""Simulated numbers for the targets of gating and current: target id -> function; and the reasons for those left out.

Functions only compute; bands live with the targets. Room temperature is 22 degC throughout. GABA in uM, time in ms.
"""

import functools
from collections.abc import Callable, Sequence

import numpy as np

from allostasis import library
from allostasis.receptor import dwell, trace
from allostasis.receptor.gating import Kinetics, kinetics
from allostasis.receptor.macroscopic import Response, response, synaptic_response
from allostasis.receptor.modulator import Modulator
from allostasis.receptor.waveform import application

ROOM = 22.0
BODY = 34.5
SATURATING = 1000.0
STEADY = 2.0


def _number(name: str, unit: str) -> float:
    return library.parameter_set("receptor_gating")[name].to(unit)


def _model(*modulators: Modulator, celsius: float = ROOM) -> Kinetics:
    return kinetics(modulators=modulators, celsius=celsius)


def _agonist() -> Modulator:
    return Modulator("benzodiazepine")


def _lane(out: Response, lane: int = 0) -> tuple[np.ndarray, np.ndarray]:
    return out.time, np.asarray(out.open_probability)[:, lane]


def _peaks(levels: Sequence[float] | np.ndarray, duration: float, model: Kinetics | None = None) -> np.ndarray:
    """Peak open probability for applications of several concentrations at once."""
    shape = application(np.asarray(levels, float), duration, washout=10.0)
    return np.asarray(response(model or _model(), shape, step=duration / 400).open_probability).max(0)


@functools.cache
def _ipsc(
    *modulators: Modulator,
    celsius: float = ROOM,
    peak: str = "synapse.peak",
    ambient: float = 0.0,
    tail: float = 1000.0,
) -> tuple[np.ndarray, np.ndarray]:
    out = synaptic_response(
        _model(*modulators, celsius=celsius),
        _number(peak, "uM"),
        _number("synapse.decay", "ms"),
        tail=tail,
        ambient=ambient,
    )
    return _lane(out)


def _deactivation(*modulators: Modulator) -> float:
    """Time to 1/e after 5 ms of 1 mM GABA."""
    shape = application(SATURATING, 5.0, washout=1000.0)
    return trace.decay_time(*_lane(response(_model(*modulators), shape)), start=5.0)


def rapid_half_maximal() -> float:
    """GABA for the half-maximal peak of 2-s applications [uM]."""
    return trace.half_maximal(lambda gaba: _peaks(gaba, 2000.0), 0.1, 1e4, 101)


def slow_rise() -> float:
    """10 to 90 % rise at 1 uM [ms]."""
    return trace.rise_time(*_lane(response(_model(), application(1.0, 3000.0), step=1.0)))


def _open_time_ratio(modulator: Modulator) -> float:
    return dwell.open_times(_model(modulator), STEADY).mean / dwell.open_times(_model(), STEADY).mean


def _frequency_ratio(modulator: Modulator, gaba: float = STEADY) -> float:
    return dwell.opening_frequency(_model(modulator), gaba) / dwell.opening_frequency(_model(), gaba)


def context_of_frequency() -> bool:
    """More openings a second in steady low GABA, and more openings after one brief saturating pulse."""

    def openings(*modulators: Modulator) -> float:
        out = response(_model(*modulators), application(SATURATING, 1.0, washout=2000.0))
        return trace.charge(*_lane(out))  # openings = closing rate x area, and the closing rate is the same

    return _frequency_ratio(_agonist()) > 1 and openings(_agonist()) > openings()


def brief_pulse() -> float:
    """Peak of 0.1 ms over peak of 1 ms, 1 mM."""
    short, long = (_peaks([SATURATING], duration)[0] for duration in (0.1, 1.0))
    return float(short / long)


@functools.cache
def desensitisation() -> tuple[float, float]:
    """Extent [%] and weighted time constant [ms] in 10 s of 1 mM."""
    extent, tau = trace.desensitisation(*_lane(response(_model(), application(SATURATING, 10_000.0), step=0.5)))
    return 100 * extent, tau


def opening_rate() -> float:
    """Rate from flipped to open with two GABA bound [1/s]."""
    model = _model()
    return 1000 * float(model.fixed[model.names.index("F2"), model.names.index("O2"), 0])


def activation_rate() -> float:
    """Rate of the exponential with the same 10 to 90 % rise at 10 mM [1/s]."""
    rise = trace.rise_time(*_lane(response(_model(), application(10 * SATURATING, 20.0), step=0.01)))
    return 1000 * float(np.log(9)) / rise


def zolpidem_duration() -> float:
    """Decay of the IPSC with a full agonist over control, at the GABA peak inferred for those synapses."""
    drug, control = (_ipsc(*m, peak="synapse.zolpidem_peak") for m in ((_agonist(),), ()))
    return trace.decay_time(*drug) / trace.decay_time(*control)


def zolpidem_amplitude() -> float:
    """Peak of the IPSC with a full agonist over control."""
    drug, control = (_ipsc(*m, peak="synapse.zolpidem_peak")[1].max() for m in ((_agonist(),), ()))
    return float(drug / control)


def inverse_agonist_peak() -> float:
    """Change of the peak at 1 mM by Ro15-4513 at full occupancy [%]."""
    strength = library.parameter_set("receptor_ligands")["ro15-4513.benzodiazepine.c.a1"].value
    drug = _peaks([SATURATING], 5.0, _model(Modulator("benzodiazepine", 1.0, strength)))[0]
    return 100 * (float(drug / _peaks([SATURATING], 5.0)[0]) - 1)


def decay_q10() -> float:
    """Ratio of IPSC decay between 25 and 35 degC."""
    return trace.decay_time(*_ipsc(celsius=25.0)) / trace.decay_time(*_ipsc(celsius=35.0))


def flumazenil_decay() -> float:
    """Change of the IPSC decay by flumazenil at full occupancy [%]."""
    antagonist = Modulator("benzodiazepine", 1.0, library.drug("flumazenil").binding["a1"].c.value)
    drug, control = (trace.decay_time(*_ipsc(*m, celsius=BODY)) for m in ((antagonist,), ()))
    return 100 * (drug / control - 1)


def ambient_loss() -> float:
    """Change of the IPSC above its baseline by 1 uM of ambient GABA [%]."""
    (_, before), (_, after) = _ipsc(), _ipsc(ambient=1.0)
    return 100 * ((after.max() - after[0]) / (before.max() - before[0]) - 1)


SIMULATED: dict[str, Callable[[], float | bool]] = {
    "rt035": rapid_half_maximal,
    "rt037": slow_rise,
    "rt074": lambda: _open_time_ratio(_agonist()),
    "rt075": lambda: _frequency_ratio(_agonist()),
    "rt076": lambda: _open_time_ratio(Modulator("barbiturate")),
    "rt077": lambda: _open_time_ratio(Modulator("barbiturate")),
    "rt078": context_of_frequency,
    "rt080": brief_pulse,
    "rt081": lambda: float(dwell.shut_times(_model(), SATURATING).components[0][-1]),
    "rt082": lambda: dwell.open_times(_model(), SATURATING).mean,
    "rt085": lambda: desensitisation()[0],
    "rt086": lambda: desensitisation()[1],
    "rt089": opening_rate,
    "rt091": lambda: dwell.burst(_model(), SATURATING, _number("burst.critical_time", "ms")).length,
    "rt092": lambda: _number("conductance", "pS"),
    "rt093": activation_rate,
    "rt095": zolpidem_duration,
    "rt096": zolpidem_amplitude,
    "rt097": lambda: trace.half_maximal(lambda gaba: _peaks(gaba, 1.0), 1.0, 1e5, 101),
    "rt099": lambda: _deactivation(_agonist()) / _deactivation(),
    "rt100": inverse_agonist_peak,
    "rt101": lambda: trace.decay_time(*_ipsc(celsius=BODY)),
    "rt102": decay_q10,
    "rt103": flumazenil_decay,
    "rt104": lambda: trace.decay_time(*_ipsc(Modulator("neurosteroid"))) / trace.decay_time(*_ipsc()),
    "rt106": ambient_loss,
}
"""Target id -> simulated number, in the unit of the target; bool for a target of sign."""

NOT_SIMULATED: dict[str, str] = {
    "rt072": "the potency ratio of phenobarbital to pentobarbital is put in (K scaled by it); the scheme takes occupancy",
}
"""Target id -> why the kinetic scheme gives no number."""
