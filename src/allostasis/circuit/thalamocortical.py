"""Thalamus and cortex of an absence seizure: the numbers of the population model, and the levers by which drugs move it."""

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.quantity import InputError, UnknownNameError

SET = "thalamocortical"
POPULATIONS = ("pyramidal", "interneuron", "relay", "reticular")
SMALLEST, LARGEST = 0.0, 1000.0  # structural: what a lever may be; 1 is no change
LEVER_MEANING = {
    "reticular": "GABA-A inhibition of reticular cells (alpha3)",
    "relay": "phasic GABA-A inhibition of relay cells by reticular cells (alpha1)",
    "cortical": "GABA-A inhibition of pyramidal cells",
    "relay_gaba_b": "GABA-B inhibition of relay cells by reticular cells",
    "tonic_relay": "tonic GABA-A current of relay cells (delta)",
    "t_type": "T-type calcium channels that drugs leave",
    "pyramidal_rate": "firing of pyramidal cells that drugs leave",
}
"""What each lever is; all are factors over the drug-free wild type."""


@dataclass(frozen=True)
class Levers:
    """Factors on parts of the circuit, 1 without a drug or variant.

    More inhibition *of reticular cells* (``reticular``) and more inhibition *of relay cells* (``relay``, ``tonic_relay``) are
    different levers with opposite effects: that a variant strengthens "inhibition in the thalamus" does not yet say what it does.

    Raises:
        InputError: a factor that is not finite or outside 0 to 1000.

    >>> Levers(reticular=1.2).changed()
    {'reticular': 1.2}
    """

    reticular: float | int = 1.0
    relay: float | int = 1.0
    cortical: float | int = 1.0
    relay_gaba_b: float | int = 1.0
    tonic_relay: float | int = 1.0
    t_type: float | int = 1.0
    pyramidal_rate: float | int = 1.0

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            if not (np.isfinite(value) and SMALLEST <= value <= LARGEST):
                raise InputError(
                    f"lever {field.name}", value=value, expected=f"a factor from {SMALLEST:g} to {LARGEST:g}; 1 is no change"
                )
            object.__setattr__(self, field.name, float(value))

    def changed(self) -> dict[str, float]:
        """The levers that are not 1."""
        return {name: value for name, value in vars(self).items() if value != 1}

    def times(self, other: "Levers") -> "Levers":
        """Both sets of changes at once: factors multiply.

        >>> Levers(relay=2).times(Levers(relay=1.5, t_type=0.5)).changed()
        {'relay': 3.0, 't_type': 0.5}
        """
        return Levers(**{name: value * getattr(other, name) for name, value in vars(self).items()})


LEVERS = tuple(field.name for field in fields(Levers))


def read_levers(texts: tuple[str, ...] | list[str]) -> Levers:
    """Read levers from text such as "reticular=1.2".

    Raises:
        InputError: text without a number, or a lever given twice.
        UnknownNameError: no such lever.

    >>> read_levers(["reticular=1.2", "t_type=0.9"]).changed()
    {'reticular': 1.2, 't_type': 0.9}
    """
    found: dict[str, float] = {}
    for text in texts:
        name, sign, number = (part.strip() for part in text.partition("="))
        if name not in LEVERS:
            raise UnknownNameError("lever", name, LEVERS)
        if name in found:
            raise InputError("a lever given twice", value=text, expected="each lever once")
        try:
            found[name] = float(number)
        except ValueError:
            fix = f"write '{name}=1.2'"
            raise InputError("a lever without a number", value=text, expected="NAME=FACTOR", fix=fix) from None
        if not sign:
            raise InputError("a lever without a number", value=text, expected="NAME=FACTOR", fix=f"write '{name}=1.2'")
    return Levers(**found)


def epileptic() -> Levers:
    """The levers of the epileptic model: a little less cortical inhibition than published.

    >>> epileptic().cortical < 1
    True
    """
    return Levers(cortical=library.parameter_set(SET)["absence.cortical"].value)


def published() -> Levers:
    """The published constants, unchanged: spike-and-wave is rare.

    >>> published().changed()
    {}
    """
    return Levers()


STATES = {"epileptic": epileptic, "published": published}
"""Operating points that a run can start from."""


def constants() -> dict[str, float]:
    """The numbers of the equations by dotted name, without agents and the human model.

    >>> constants()["strength.reticular_reticular_gaba_a"]
    5.0
    """
    return dict(_constants(library.current()))


@lru_cache
def _constants(_library: library.Library) -> dict[str, float]:
    apart = ("agent.", "human.", "absence.", "detection.")
    return {k: p.value for k, p in library.parameter_set(SET).items() if not k.startswith(apart)}


def lever_arrays(conditions: tuple[Levers, ...] | list[Levers]) -> dict[str, Float[np.ndarray, " conditions"]]:
    """One array over conditions for each lever.

    Raises:
        InputError: no condition.
    """
    if not conditions:
        raise InputError("no condition to simulate", expected="one set of levers or more", fix="give [Levers()]")
    return {name: np.array([getattr(levers, name) for levers in conditions]) for name in LEVERS}
