"""The nine axes of a profile: which subtypes carry each effect, and how much stimulus half of it needs.

The weights of sedation, amnesia, anxiolysis and the anticonvulsant effect are those of the main chain (set ``clinic``); the set
``subtype_effects`` holds the other five, the half-maximal gains and the reserve of man over rodents. Nothing is stated twice.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import Parameter, UnknownNameError

SET = "subtype_effects"
AXES = (
    "sedation", "amnesia", "anxiolysis", "muscle_relaxation", "anticonvulsant", "memory_impairment", "hypnosis", "ataxia",
    "abuse_liability",
)  # fmt: skip
SPECIES = ("human", "rodent")


@dataclass(frozen=True, slots=True)
class Axis:
    """One effect.

    Attributes:
        name: one of `AXES`.
        meaning: what is seen.
        weights: share of each subtype in the largest effect, in the order of `SUBTYPES`; they sum to 1.
        half_gain: gain of inhibition at half the largest response of a pathway, in rodents; the inverse of the
            transducer ratio tau.
    """

    name: str
    meaning: str
    weights: tuple[Parameter, ...]
    half_gain: Parameter


@dataclass(frozen=True, slots=True)
class Circuit:
    """The numbers of all axes in one species as arrays.

    Attributes:
        species: "human" or "rodent".
        weight: share of each subtype [axis, subtype].
        half_gain: gain at half the largest response [axis].
        steepness: n of the operational model.
    """

    species: str
    weight: Float[np.ndarray, "axis subtype"]
    half_gain: Float[np.ndarray, " axis"]
    steepness: float


def axes() -> tuple[Axis, ...]:
    """Return the axes in the order of `AXES`.

    >>> [round(w.value, 2) for w in axes()[0].weights], axes()[0].weights[0].name
    ([0.8, 0.1, 0.05, 0.05], 'clinic.effect_weight.sedation.a1')
    """
    return _axes(library.current())


@lru_cache
def _axes(_library: library.Library) -> tuple[Axis, ...]:
    chain, own, words = library.parameter_set("clinic"), library.parameter_set(SET), library.set_words(SET)
    found = []
    for name in AXES:
        said = words[f"axis.{name}"]
        weights = tuple(chain.get(f"effect_weight.{name}.{a}") or own[f"weight.{name}.{a}"] for a in SUBTYPES)
        half = own[f"half_gain.{said.get('half_gain_of', name)}"]
        found.append(Axis(name, said["meaning"], weights, half))
    return tuple(found)


def axis_name(text: str) -> str:
    """Return the name of an axis from a spelling with blanks, hyphens or capitals.

    Raises:
        UnknownNameError: no such axis.

    >>> axis_name("Muscle relaxation")
    'muscle_relaxation'
    """
    key = "_".join(text.strip().lower().replace("-", " ").replace("_", " ").split())
    if key not in AXES:
        raise UnknownNameError("axis", text, AXES)
    return key


def readable(axis: str) -> str:
    """Return an axis as text for people.

    >>> readable("muscle_relaxation")
    'muscle relaxation'
    """
    return axis.replace("_", " ")


def circuit(species: str = "human") -> Circuit:
    """Return the numbers of all axes in a species.

    In man every half gain is that of rodents over one ratio (``reserve.human``), which sedation by lorazepam decides.

    Raises:
        UnknownNameError: a species other than `SPECIES`.

    >>> man, rodent = circuit("human"), circuit("rodent")
    >>> bool((rodent.half_gain / man.half_gain > 5).all())
    True
    """
    if species not in SPECIES:
        raise UnknownNameError("species", species, SPECIES)
    own = library.parameter_set(SET)
    found = axes()
    half = np.array([axis.half_gain.value for axis in found]) / own[f"reserve.{species}"].value
    weight = np.array([[w.value for w in axis.weights] for axis in found])
    return Circuit(species, weight, half, own["transducer.steepness"].value)


def criterion(name: str) -> float:
    """Return a size of effect at which a word is used: "seen", "absent", "full", or the share kept below which it is "lost".

    >>> criterion("seen"), criterion("absent")
    (0.5, 0.2)
    """
    return library.parameter_set(SET)[f"criterion.{name}"].value


def used_parameters(species: str) -> dict[str, Parameter]:
    """Return every number behind the axes by its qualified name, for tables of sources."""
    own = library.parameter_set(SET)
    rows = [w for axis in axes() for w in axis.weights] + [axis.half_gain for axis in axes()]
    rows += [own["transducer.steepness"], own[f"reserve.{species}"]]
    return {row.name: row for row in rows}
