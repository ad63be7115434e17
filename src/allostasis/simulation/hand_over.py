"""Between the clocks: a chronic course hands its slow states to an acute run, and a seizure hands what it moved back.

What is carried, and what is not, is said in the value itself: `Handed.left_out` names every chronic quantity that is off naive at
that instant and has no place on the acute clock. Nothing is dropped in silence.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.adaptation.trafficking import naive_endosome
from allostasis.model import Record
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError, UnknownNameError
from allostasis.simulation.acute import HandOver
from allostasis.simulation.result import Result

CARRIED = ("surface", "coupling", "phosphatase_drive", "nmda", "ampa")
"""Ports of the chronic clock that an acute run starts from."""
OTHERS = {
    "synthesis": 1.0, "clustered": 1.0, "noradrenergic_drive": 1.0, "set_point": 0.0, "kindling": 0.0, "alcohol_excitation": 0.0,
}  # fmt: skip
"""Ports of the chronic clock without a place on the acute one, with their naive levels."""
NEEDED: Mapping[str, tuple[str, ...]] = {port: ("last",) for port in (*CARRIED, "unbound_brain")}
"""What a chronic run must keep to be handed over: pass it as ``wanted``."""
NOTICED = 0.01  # structural: one per cent off naive is worth a line
_SILENT_NM = 0.01  # structural: unbound drug below a hundredth of a nanomole per litre does nothing


@dataclass(frozen=True)
class Handed:
    """A hand-over with what it could not take along.

    Attributes:
        state: for `assemble_acute` or a study.
        time_h: instant of the chronic run [h].
        left_out: chronic quantity -> level at that instant; drugs on board in nM.
    """

    state: HandOver
    time_h: float
    left_out: Mapping[str, float]


def hand_over(result: Result, time_h: float | int, *, arm: str | None = None, patient: int = 0) -> Handed:
    """What a chronic run hands to an acute one at an instant.

    Args:
        result: a run that kept `NEEDED`, each at the end of its intervals.
        time_h: when the seizure begins [h]; the last output at or before it counts.
        arm: name of the arm; the first when left out.
        patient: which patient.

    Raises:
        InputError: an instant outside the run, or a series that was not kept.
        UnknownNameError: an arm that the run does not have.
    """
    arms, times = [str(a) for a in result.data["arm"].values], result.data["time"].values
    name = arms[0] if arm is None else arm
    if name not in arms:
        raise UnknownNameError("arm", name, arms)
    if not times[0] <= time_h <= times[-1]:
        raise InputError("instant of the hand-over [h]", value=time_h, expected=f"within the run, 0 to {times[-1]:g} h")
    missing = [port for port in CARRIED if f"{port}_last" not in result.data]
    if missing:
        raise InputError(
            f"the chronic run did not keep {', '.join(missing)}", fix="simulate(case, wanted=hand_over.NEEDED)"
        )
    at = result.data.sel(arm=name).isel(patient=patient, time=int(np.searchsorted(times, time_h + 1e-9)) - 1)

    def each(port: str) -> tuple[float, ...]:
        return tuple(float(v) for v in at[f"{port}_last"].sel(subtype=list(SUBTYPES)).values)

    state = HandOver(
        each("surface"), each("coupling"), each("phosphatase_drive"), float(at["nmda_last"]), float(at["ampa_last"])
    )
    return Handed(state, float(at["time"]), _left_out(at))


def _left_out(at) -> dict[str, float]:
    """Kept series that are off naive and are not carried."""
    found = {}
    for port, naive in OTHERS.items():
        if f"{port}_last" in at:
            level = at[f"{port}_last"].values.ravel()
            worst = float(level[np.abs(level - naive).argmax()])
            if abs(worst - naive) > NOTICED:
                found[port] = worst
    if "unbound_brain_last" in at:
        for ligand, level in zip(at["ligand"].values, at["unbound_brain_last"].values, strict=True):
            if level > _SILENT_NM:
                found[f"unbound {ligand} [nM]"] = float(level)
    return found


@dataclass(frozen=True)
class HandedBack:
    """What a seizure leaves for the chronic clock.

    Attributes:
        levels: quantity -> level at the end of the acute run, mean over the patients.
        naive: quantity -> its naive level.
        half_life_h: quantity -> half-life of the way back to naive once the seizure is over [h].
    """

    levels: Mapping[str, float]
    naive: Mapping[str, float]
    half_life_h: Mapping[str, float]

    def left_after(self, hours: float | int) -> dict[str, float]:
        """Deviation from naive that is left after seizure-free time, by the half-lives."""
        return {
            name: (level - self.naive[name]) * 0.5 ** (hours / self.half_life_h[name]) for name, level in self.levels.items()
        }

    def text(self) -> str:
        """One line each."""
        lines = [
            f"{name}: {level:.3g} (naive {self.naive[name]:.3g}), half-life back {self.half_life_h[name]:.2g} h"
            for name, level in self.levels.items()
        ]
        return "\n".join(lines)


def hand_back(series: Mapping[Record, Float[np.ndarray, "minutes patients"]], minute: int = -1) -> HandedBack:
    """What an acute run hands back at a minute; the mean over its patients.

    A report and no start of a chronic run, which begins drug-free and naive. Glutamate receptors and chloride are back within an
    hour; surface receptors exchange within minutes, but wait for tumour necrosis factor alpha, which keeps them down and
    saturates, so that their half-life here is a lower bound. What was degraded meanwhile returns with `synthesis_half_life`.
    What stays for good, cell loss and remodelling, is the matter of `study.after_status_epilepticus`.

    Args:
        series: of a course of a study.
        minute: which output; the last when left out.

    Raises:
        InputError: a series that the run did not keep.
    """
    rows = library.parameter_set("adaptation") | library.parameter_set("seizure") | library.parameter_set("glia")
    hours = {name: rows[key].to("h") * math.log(2) for name, key in _TIME_CONSTANTS.items()}
    rates = {name: rows[f"trafficking.{name}"].to("1/h") for name in ("k_end", "k_rec", "k_deg")}
    found = {(record.port, record.component): values[minute] for record, values in series.items()}
    levels, naive, half_lives = {}, {}, {}
    for name, (port, component) in _QUANTITIES.items():
        if (port, component) not in found:
            continue
        levels[name] = float(np.mean(found[port, component]))
        naive[name] = 0.0 if port in FROM_ZERO else 1.0
        half_lives[name] = hours.get(name, max(exchange_half_life(rates), hours["tumour necrosis factor alpha"]))
    if not levels:
        raise InputError("nothing to hand back", expected="a course that kept " + ", ".join(_QUANTITIES))
    return HandedBack(levels, naive, half_lives)


def exchange_half_life(rates: Mapping[str, float]) -> float:
    """Half-life of the return of surface receptors from endosomes, ln 2 / (k_end + k_rec + k_deg) [h]: the fast part.

    What was degraded meanwhile comes back with synthesis, ln 2 / (k_deg e / (1 + e)) with e the naive endosomal pool.

    >>> round(exchange_half_life({"k_end": 0.6, "k_rec": 1.2, "k_deg": 0.09}), 2)
    0.37
    """
    return math.log(2) / (rates["k_end"] + rates["k_rec"] + rates["k_deg"])


def synthesis_half_life(rates: Mapping[str, float]) -> float:
    """Half-life of the total number of receptors [h]: the slow part of the return of the surface.

    >>> round(synthesis_half_life({"k_end": 0.6, "k_rec": 1.2, "k_deg": 0.09}), 1)
    24.3
    """
    pool = naive_endosome(rates)
    return math.log(2) / (rates["k_deg"] * pool / (1 + pool))


FROM_ZERO = ("tnf_alpha", "il_1_beta")
_TIME_CONSTANTS = {
    "NMDA receptors": "nmda.tau", "AMPA receptors": "ampa.tau", "driving force of chloride": "kcc2.tau",
    "tumour necrosis factor alpha": "microglia.tau_down", "interleukin 1 beta": "microglia.tau_down",
}  # fmt: skip
_QUANTITIES = {
    "surface alpha1": ("surface", SUBTYPES.index("a1")), "surface alpha2": ("surface", SUBTYPES.index("a2")),
    "NMDA receptors": ("nmda", None), "AMPA receptors": ("ampa", None), "driving force of chloride": ("driving_force", None),
    "tumour necrosis factor alpha": ("tnf_alpha", None), "interleukin 1 beta": ("il_1_beta", None),
}  # fmt: skip
