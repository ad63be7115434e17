"""Who responds to people some time after a seizure: the seizure is over, its aftermath is over, and no drug keeps him down.

    p = Phi(ln(t / m) / s) * (1 - Phi(ln(L) / q)),    L = sum over drugs of C / C50

t: time since the end of the seizure; m and s: median and sd of the logarithm of the time from the end of a convulsive seizure to
the first response; C: unbound level in brain; C50: the level there at which half of people do not respond; q: sd of the
logarithm of that level between people; Phi: the standard normal distribution. Loads of drugs add up, and the two reasons not to
respond are independent: the numbers know no interaction. Nobody responds during a seizure. Full orientation takes longer.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from scipy.special import ndtr

from allostasis import library
from allostasis.clinic.status_epilepticus.endpoints import ROUNDING_MIN, STOPPED
from allostasis.library.reach import closure
from allostasis.quantity import InputError

NANO = 1e-9  # structural: nM in mol/L
_SET = "consciousness"
_SEDATION = "sedation."


def half_sedated(drug: str) -> float | None:
    """Unbound level in brain at which half of people do not respond [nM]; None where nothing is known.

        C50 = fu Kp,uu C50,plasma / M

    >>> half_sedated("levetiracetam") is None
    True
    >>> 35 < half_sedated("lorazepam") < 50
    True
    """
    level = library.parameter_set(_SET).get(f"{_SEDATION}{drug}")
    if level is None:
        return None
    held = library.drug(drug)
    if held.brain is None or held.molar_mass is None:
        raise InputError(f"{drug}: a sedating level", expected="entry into brain and molar mass in its set")
    gram_per_litre = level.to("g/L") * held.brain.fu_plasma.value * held.brain.Kp_uu.value
    return gram_per_litre / held.molar_mass.to("g/mol") / NANO


def missing(drugs: Mapping | tuple[str, ...]) -> tuple[str, ...]:
    """Drugs of which neither they nor a metabolite have a sedating level; they count as not sedating.

    >>> missing(("lorazepam", "valproate"))
    ('valproate',)
    """
    return tuple(drug for drug in drugs if all(half_sedated(name) is None for name in closure([drug])))


def since_seizure(
    activity: Float[np.ndarray, "patients minutes"], minutes: Float[np.ndarray, " minutes"], at_min: float | int
) -> Float[np.ndarray, " patients"]:
    """Time since the end of the last seizure [min]; 0 in a seizure, at least the length of the series where there was none.

    Args:
        activity: seizure activity, one row a patient.
        minutes: when, the end of each interval [min].
        at_min: when it is asked [min].

    Raises:
        InputError: the series does not reach that instant.

    >>> since_seizure(np.array([[0.9, 0.9, 0.1], [0.9, 0.1, 0.9]]), np.array([1.0, 2.0, 3.0]), 3)
    array([1., 0.])
    """
    if not minutes[0] - ROUNDING_MIN <= at_min <= minutes[-1] + ROUNDING_MIN:
        raise InputError(
            "response to people [min]", value=at_min, expected=f"{minutes[0]:g} to {minutes[-1]:g} min, which were simulated",
            fix="make the horizon longer",
        )  # fmt: skip
    past = minutes <= at_min + ROUNDING_MIN
    seizing = activity[:, past] >= STOPPED
    last = seizing.shape[1] - 1 - seizing[:, ::-1].argmax(axis=1)
    began = minutes[0] - (minutes[1] - minutes[0] if len(minutes) > 1 else 0.0)
    return at_min - np.where(seizing.any(axis=1), minutes[last], began)


def awake(load: Float[np.ndarray, " patients"]) -> Float[np.ndarray, " patients"]:
    """Share of people whom drugs let respond, by their load (1: half of people).

    >>> awake(np.array([0.0, 1.0]))
    array([1. , 0.5])
    """
    spread = library.parameter_set(_SET)["sedation.spread"].value
    with np.errstate(divide="ignore"):
        return 1 - ndtr(np.log(np.asarray(load, float)) / spread)


def responsive(
    activity: Float[np.ndarray, "patients minutes"],
    minutes: Float[np.ndarray, " minutes"],
    at_min: float | int,
    levels_nM: Mapping[str, Float[np.ndarray, "patients minutes"]],
) -> Float[np.ndarray, " patients"]:
    """Probability that each patient responds to people at an instant.

    Args:
        activity: seizure activity, one row a patient.
        minutes: when, the end of each interval [min].
        at_min: when it is asked [min].
        levels_nM: substance -> unbound level in brain, at the same instants [nM]; those without a number are left out.

    Raises:
        InputError: the series does not reach that instant.

    >>> long_ago = np.array([[0.9] + 600 * [0.1]])
    >>> float(responsive(long_ago, np.arange(601.0), 600, {}).round(2)[0])
    1.0
    """
    rows = library.parameter_set(_SET)
    since = since_seizure(activity, minutes, at_min)
    with np.errstate(divide="ignore"):
        after = ndtr(np.log(since / rows["postictal.median"].to("min")) / rows["postictal.spread"].value)
    now = int(np.flatnonzero(minutes <= at_min + ROUNDING_MIN)[-1])
    load = np.zeros(len(activity))
    for name, levels in levels_nM.items():
        half = half_sedated(name)
        if half is not None:
            load = load + np.asarray(levels, float)[:, now] / half
    return after * awake(load)
