"""Peak velocity of saccades under benzodiazepines, from the modulation of receptors, before anything adapts.

    v / v0 = I^-n,   I = sum_k w_k m_k

m_k: phasic modulation of subtype k over drug-free; w_k: the mix of the main chain (saccades slow under modulators that spare
alpha1 as well as under zolpidem, so no subtype has them to itself); n: one exponent, of lorazepam and alprazolam by mouth. The
circuit that makes saccades is not simulated: the receptor alone gives the ceiling, as nothing was found that sets another.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.clinic.eeg_scene import dose_modulation
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError

SET = "saccades"


@dataclass(frozen=True, eq=False)
class SaccadeCourse:
    """Peak velocity after a dose.

    Attributes:
        time: after the dose [h], 0 first.
        velocity: over that without a drug [times].
    """

    time: Float[np.ndarray, " times"]
    velocity: Float[np.ndarray, " times"]

    @property
    def largest_loss(self) -> float:
        """Largest share of velocity that is lost [1]."""
        return float(1 - self.velocity.min())

    @property
    def time_of_largest(self) -> float:
        """When velocity is lowest [h]."""
        return float(self.time[self.velocity.argmin()])

    def mean_loss(self, until: float | int) -> float:
        """Mean share of velocity lost from the dose until then [h].

        Raises:
            InputError: no instant of the course lies in that time.
        """
        inside = (self.time > 0) & (self.time <= until)
        if not inside.any():
            raise InputError("end of the mean", value=until, expected=f"above {self.time[1]:g} h")
        return float(1 - self.velocity[inside].mean())


def mean_modulation(modulation: Float[np.ndarray, "subtypes *times"]) -> Float[np.ndarray, " *times"]:
    """Phasic modulation of the mix of subtypes of the main chain.

    >>> round(float(mean_modulation(np.ones(4))), 9)
    1.0
    """
    rows = library.parameter_set("receptor")
    return np.tensordot([rows[f"weight.{name}"].value for name in SUBTYPES], np.asarray(modulation), axes=1)


def peak_velocity(
    inhibition: Float[np.ndarray, " *times"] | float | int, exponent: float | int
) -> Float[np.ndarray, " *times"] | float:
    """Peak velocity over that without a drug.

    Args:
        inhibition: gain of inhibition over drug-free.
        exponent: n.

    Raises:
        InputError: a gain that is not above 0.

    >>> float(peak_velocity(1.0, 0.5)), float(peak_velocity(4.0, 0.5))
    (1.0, 0.5)
    """
    gain = np.asarray(inhibition, float)
    if not np.all(gain > 0):
        raise InputError("gain of inhibition", value=inhibition, expected="above 0; 1 without a drug")
    return gain**-exponent


@lru_cache
def _dose_inhibition(dose: str, affinity: str, _library: library.Library):
    time, modulation = dose_modulation(dose, affinity=affinity)
    return time, mean_modulation(modulation)


def dose_saccades(dose: str, *, affinity: str = "in_vivo", exponent: float | int | None = None) -> SaccadeCourse:
    """Peak velocity over the twelve hours after a dose in a person of 70 kg who takes nothing else.

    Args:
        dose: regimen text, such as "lorazepam 2 mg po at 0 h".
        affinity: "in_vivo", which meets the studies better, or "in_vitro"; see `dose_modulation`.
        exponent: n; that of the library for this affinity when left out.

    Raises:
        UnknownNameError: another affinity.

    >>> course = dose_saccades("lorazepam 2 mg po at 0 h")
    >>> 0.1 < course.largest_loss < 0.2, 1 < course.time_of_largest < 3
    (True, True)
    """
    time, inhibition = _dose_inhibition(dose, affinity, library.current())
    own = library.parameter_set(SET)[f"exponent.{affinity}"].value if exponent is None else exponent
    return SaccadeCourse(time, np.asarray(peak_velocity(inhibition, own)))
