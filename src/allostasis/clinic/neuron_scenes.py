"""The four scenes of one neuron out of a simulated regimen: naive, acute drug, adapted on drug, drug removed."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.circuit.membrane import Membrane, steady_potential
from allostasis.circuit.scenes import Scene, conductances_at, simulated_scene
from allostasis.clinic.simulate import simulate
from allostasis.quantity import InputError, magnitude
from allostasis.receptor.chloride import chloride_parameters
from allostasis.receptor.current import ghk_gaba, thermal_voltage
from allostasis.regimen import Regimen, parse_regimen
from allostasis.simulation import parse_case

DAY = 24.0  # structural: hours in a day
LONGEST_H, LONGEST_DAYS = 5 * 365 * DAY, 365.0  # structural: longest dosing, and longest time followed after it
FOLLOW = "60 d"
"""How long a run goes on after the last dose: past the peak of the imbalance of every drug of the library."""
SERIES = {"log_inhibition_gain": ("last",), "log_adaptation": ("last",)}


@dataclass(frozen=True, eq=False)
class NeuronRun:
    """The scenes of a regimen, and the course from which they are taken.

    Attributes:
        regimen: its canonical text.
        scenes: naive, acute, adapted, removed.
        membrane: leak and reversal potentials.
        receptor_share: share of adaptation that is loss of inhibition.
        time_h: ends of the steps [h], 0 first.
        log_inhibition_gain: S there.
        log_adaptation: a there.
        last_dose_h: end of the last dose [h].
        parameter_hash: of the numbers of the run.
        notes: what a reader must know about this run.
    """

    regimen: str
    scenes: tuple[Scene, ...]
    membrane: Membrane
    receptor_share: float | int
    time_h: Float[np.ndarray, " times"]
    log_inhibition_gain: Float[np.ndarray, " times"]
    log_adaptation: Float[np.ndarray, " times"]
    last_dose_h: float
    parameter_hash: str
    notes: tuple[str, ...]

    @property
    def imbalance(self) -> Float[np.ndarray, " times"]:
        """H = a - S over time; a report divides it by the seizure threshold of the set `circuit`."""
        return self.log_adaptation - self.log_inhibition_gain

    @property
    def potential(self) -> Float[np.ndarray, " times"]:
        """Steady potential of the neuron over time [mV]."""
        both = conductances_at(self.log_inhibition_gain, self.log_adaptation, self.receptor_share)
        return np.asarray(steady_potential(self.membrane, *both))


def gaba_reversal(chloride_mM: float | int) -> float:
    """Reversal potential of the GABA current [mV] at a chloride concentration in the neuron [mM], with bicarbonate (GHK).

    Raises:
        InputError: a concentration outside 1 to 60 mM.

    >>> round(gaba_reversal(9.0), 1)
    -66.1
    """
    if not 1 <= chloride_mM <= 60:  # structural: what a living neuron can hold
        raise InputError("chloride in the neuron", value=f"{chloride_mM:g} mM", expected="1 to 60 mM")
    ions = chloride_parameters()
    bicarbonate = ions["bicarbonate_inside"], ions["bicarbonate_outside"], ions["bicarbonate_permeability"]
    return float(ghk_gaba(float(chloride_mM), ions["chloride_outside"], *bicarbonate, ions["temperature"]))


def chloride_of(e_gaba: float | int) -> float:
    """Chloride in the neuron [mM] that a reversal potential of the GABA current [mV] asks for; inverse of `gaba_reversal`.

    >>> round(chloride_of(-75.0), 1), round(chloride_of(gaba_reversal(9.0)), 6)
    (5.7, 9.0)
    """
    ions, p = chloride_parameters(), chloride_parameters()["bicarbonate_permeability"]
    outside = ions["chloride_outside"] + p * ions["bicarbonate_outside"]
    return float(outside * math.exp(e_gaba / thermal_voltage(ions["temperature"])) - p * ions["bicarbonate_inside"])


def simulate_neuron(
    regimen: str,
    *,
    receptor_share: float | int | None = None,
    membrane: Membrane | None = None,
    weight: str = "70 kg",
    follow: str = FOLLOW,
) -> NeuronRun:
    """Run a regimen and take the four scenes from it.

    naive: before the first dose. acute: highest gain of inhibition in the 24 h after the first dose. adapted: highest gain in the
    24 h after the last dose. removed: highest imbalance from then to the end.

    Args:
        regimen: text of the regimen grammar; dosing must end, after more than a day.
        receptor_share: share of adaptation that is loss of inhibition; that of the set `adaptation` when left out.
        membrane: of the neuron; of the library when left out.
        weight: body weight with its unit.
        follow: time that is simulated after the last dose, with its unit.

    Raises:
        InputError: a regimen that does not parse, never ends, is over within a day, has dosing rules, or does not raise
            inhibition; a share outside 0 to 1; a time out of range.

    >>> run = simulate_neuron("diazepam 10 mg po bid for 28 d", follow="30 d")
    >>> [scene.name for scene in sorted(run.scenes, key=lambda scene: scene.imbalance)]
    ['acute', 'adapted', 'naive', 'removed']
    """
    share = library.parameter_set("adaptation")["receptor_share"].value if receptor_share is None else receptor_share
    if not 0 <= share <= 1:
        raise InputError("share of adaptation that is loss of inhibition", value=share, expected="0 to 1")
    membrane, days = membrane or Membrane.from_library(), magnitude(follow, "d", what="time after the last dose")
    if not 1 < days <= LONGEST_DAYS:
        raise InputError(
            "time after the last dose", value=follow, expected=f"more than 1 d, at most {LONGEST_DAYS:g} d"
        )
    parsed = parse_regimen(regimen)
    first, last = _dosing(parsed, regimen)
    horizon = math.ceil(last / DAY + days)
    case = parse_case({
        "title": "One neuron", "horizon": f"{horizon} d", "patient": {"weight": weight}, "output": {"every": "30 min"},
        "arm": [{"name": "regimen", "regimen": regimen}],
    })  # fmt: skip
    result = simulate(case, wanted=SERIES)
    time = np.asarray(result.data["time"].values, float)
    gain, adaptation = (np.asarray(result.data[f"{name}_last"].values, float)[0, 0] for name in SERIES)
    if gain.max() <= 0:
        raise InputError("a regimen that does not raise inhibition", value=str(parsed), expected="a positive modulator")
    instants = {
        "acute": _highest(gain, (time > first) & (time <= first + DAY)),
        "adapted": _highest(gain, (time > last) & (time <= last + DAY)),
    }
    imbalance = adaptation - gain
    instants["removed"] = _highest(imbalance, time >= time[instants["adapted"]])
    naive = simulated_scene("naive", 0.0, 0.0, 0.0, share, membrane)
    scenes = (
        simulated_scene(name, float(time[k]), float(gain[k]), float(adaptation[k]), share, membrane)
        for name, k in instants.items()
    )
    return NeuronRun(
        str(parsed), (naive, *scenes), membrane, share, time, gain, adaptation, last, result.provenance["parameter_hash"],
        (*result.notes, *_notes(time, imbalance, instants)),
    )  # fmt: skip


def _dosing(regimen: Regimen, text: str) -> tuple[float, float]:
    """Start of the first dose and end of the last [h]."""
    if regimen.rules:
        raise InputError("a dosing rule", value=text, expected="scheduled doses", fix="leave the rule out")
    doses = regimen.doses(LONGEST_H, weight_kg=1.0)
    if not doses:
        raise InputError("a regimen without a dose", value=text, fix="write 'diazepam 10 mg po bid for 60 d'")
    first, last = doses[0].time_h, max(dose.end_h for dose in doses)
    if last > LONGEST_H - 7 * DAY:  # structural: a week, longer than any interval between doses
        raise InputError(
            "dosing does not end within five years", value=text, expected="a regimen that stops: the last scene is without drug",
            fix="write how long, such as 'for 60 d'",
        )  # fmt: skip
    if last - first < DAY:
        raise InputError(
            "dosing is over within a day", value=text, expected="dosing for longer: a scene is adapted to the drug",
            fix="write 'for 60 d'",
        )  # fmt: skip
    return first, last


def _highest(values: np.ndarray, where: np.ndarray) -> int:
    """Index of the highest value among those allowed."""
    return int(np.argmax(np.where(where, values, -np.inf)))


def _notes(time: np.ndarray, imbalance: np.ndarray, instants: dict[str, int]) -> list[str]:
    found, removed = [], instants["removed"]
    before = imbalance[: instants["adapted"]]
    if len(before) and before.max() > imbalance[removed]:
        day = time[int(before.argmax())] / DAY
        found.append(
            f"The imbalance was higher before the last dose, H {before.max():.3f} on day {day:.1f}; the last scene is after it."
        )
    if removed == len(time) - 1:
        found.append("The imbalance was still rising when the run ended; follow it for longer.")
    return found
