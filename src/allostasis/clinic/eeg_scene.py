"""What acts on the EEG at one instant: given as numbers, or taken from a run or from the levels after a dose."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.circuit.eeg import Gains, driven_gains, loop_inhibition, operating_point
from allostasis.clinic.simulate import simulate
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError, UnknownNameError, magnitude
from allostasis.simulation import Case, parse_case
from allostasis.simulation.book import Book
from allostasis.simulation.receptor_numbers import receptor

WANTED = {"modulation_phasic": ("last",), "coupling": ("last",), "log_adaptation": ("last",)}
AWAKE = "alpha"
"""Operating point of relaxed wakefulness, at which a drug of the receptor reaches the slow loop by `awake_slow_share` only."""
AFFINITIES = ("in_vitro", "in_vivo")
LOWEST, HIGHEST = 0.01, 10.0  # structural: ratios over naive that a circuit may be given
FOLLOWED = 12.0  # structural: hours after a dose in which its peak is looked for
NAMES = ("excitation", "inhibition_fast", "inhibition_slow", "driving_force")


@dataclass(frozen=True)
class EegScene:
    """Ratios over naive that drive the neural mass, and where they come from.

    Attributes:
        excitation: excitatory synaptic strength.
        inhibition_fast: fast somatic inhibition.
        inhibition_slow: slow dendritic inhibition.
        driving_force: driving force of chloride.
        words: where they come from, for a reader.

    Raises:
        InputError: a ratio outside 0.01 to 10.
    """

    excitation: float | int = 1.0
    inhibition_fast: float | int = 1.0
    inhibition_slow: float | int = 1.0
    driving_force: float | int = 1.0
    words: str = "numbers given"

    def __post_init__(self):
        for name in NAMES:
            value = getattr(self, name)
            if not LOWEST <= value <= HIGHEST:
                raise InputError(f"{name} of the EEG", value=value, expected=f"{LOWEST:g} to {HIGHEST:g} over naive")

    def gains(self, point: str) -> Gains:
        """Gains of the neural mass at an operating point, naive first: arrays [2]."""
        ratios = (np.array([1.0, getattr(self, name)]) for name in NAMES)
        return driven_gains(operating_point(point), *ratios)


def slow_share(point: str) -> float:
    """Share of receptor modulation that reaches the slow loop at an operating point.

    >>> slow_share("alpha"), slow_share("background")
    (0.0, 1.0)
    """
    return library.parameter_set("eeg")["awake_slow_share"].value if point == AWAKE else 1.0


def scene_of_case(case: Case, at: str, *, arm: str | None = None, point: str = AWAKE) -> EegScene:
    """Zoom into an instant of a run on the chronic clock.

    The loops follow the modulation of their receptors, with coupling; adaptation is lost inhibition of both loops by the share
    `receptor_share`, and gained excitation for the rest, as for the neuron. Chloride is at rest.

    Args:
        case: the question.
        at: the instant, with its unit; the nearest end of an output interval is taken.
        arm: whose; the first when left out.
        point: operating point that will be driven; see `slow_share`.

    Raises:
        InputError: an instant outside the run, or an arm that it does not have.
    """
    time_h, names = magnitude(at, "h", what="instant of the run"), [one.name for one in case.arm]
    if not 0 <= time_h <= case.horizon_h:
        raise InputError("instant of the run", value=at, expected=f"0 to {case.horizon_h:g} h", fix="lengthen the horizon")
    if arm is not None and arm not in names:
        raise UnknownNameError("arm", arm, names)
    data = simulate(case, wanted=WANTED).data.sel(arm=arm or names[0]).isel(patient=0)
    k = int(np.argmin(np.abs(data["time"].values - time_h)))
    modulation, coupling = (data[f"{name}_last"].values[k] for name in ("modulation_phasic", "coupling"))
    adaptation = float(data["log_adaptation_last"].values[k])
    share = library.parameter_set("adaptation")["receptor_share"].value
    fast, slow = loop_inhibition(list(1 + coupling * (modulation - 1)), slow_share=slow_share(point))
    left = float(np.exp(-share * adaptation))
    words = f"{arm or names[0]}, {float(data['time'].values[k]):g} h after the start of the run"
    return EegScene(float(np.exp((1 - share) * adaptation)), float(fast) * left, float(slow) * left, 1.0, words)


def scene_of_dose(dose: str, *, affinity: str = "in_vitro", point: str = AWAKE) -> EegScene:
    """The highest modulation of the fast loop within twelve hours of a dose; arguments as in `dose_modulation`."""
    times, modulation = dose_modulation(dose, affinity=affinity)
    fast, slow = loop_inhibition(list(modulation), slow_share=slow_share(point))
    slow = np.broadcast_to(slow, fast.shape)
    k = int(np.argmax(fast))
    words = f"{dose}: peak after {times[k]:.1f} h, affinity {affinity.replace('_', ' ')}"
    return EegScene(1.0, float(fast[k]), float(slow[k]), 1.0, words)


def dose_modulation(
    dose: str, *, hours: float | int = FOLLOWED, affinity: str = "in_vitro"
) -> tuple[Float[np.ndarray, " times"], Float[np.ndarray, "subtypes times"]]:
    """Modulation of each receptor subtype after a dose in a person of 70 kg, before anything adapts.

    Args:
        dose: regimen text, such as "diazepam 10 mg po at 0 h".
        hours: how long it is followed, in whole hours.
        affinity: "in_vitro", as acute effects ask for, or "in_vivo", scaled as for chronic dosing.

    Returns:
        times [h] and modulation over drug-free.

    Raises:
        UnknownNameError: another affinity.
    """
    if affinity not in AFFINITIES:
        raise UnknownNameError("affinity", affinity, AFFINITIES)
    case = parse_case({
        "title": "a dose", "horizon": f"{hours:g} h", "solver": {"step": "5 min"}, "output": {"every": "5 min"},
        "arm": [{"name": "dose", "regimen": dose}],
    })  # fmt: skip
    data = simulate(case, wanted={"unbound_brain": ("last",)}).data.isel(arm=0, patient=0)
    levels, ligands = data["unbound_brain_last"], tuple(str(name) for name in data["ligand"].values)
    book = Book()
    acting, _ = receptor(book, ligands)
    numbers = book.values["receptor"]
    for name in ligands if affinity == "in_vitro" else ():
        scale = book.used.get(f"receptor.in_vivo_scale.{name}")
        if scale is not None and f"K.{name}" in numbers:
            numbers[f"K.{name}"] = tuple(value / scale.value for value in numbers[f"K.{name}"])
    given = {"unbound_brain": tuple(jnp.asarray(levels.sel(ligand=name).values) for name in ligands)}
    found = acting.readout(0.0, {}, given, acting.prepare(numbers))["modulation_phasic"]
    return data["time"].values, np.stack([np.asarray(found[k]) for k in range(len(SUBTYPES))])
