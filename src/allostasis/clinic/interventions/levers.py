"""What a therapy moves: its levers as (operation, size), those at the ports of the chain, what they do to the balance."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from allostasis import library
from allostasis.circuit.acute_balance import AcuteBalance
from allostasis.clinic.interventions.adenosine import release_left
from allostasis.clinic.interventions.dmcm import inhibition_ratio
from allostasis.clinic.interventions.therapy import RECEPTOR, therapy
from allostasis.clinic.interventions.vocabulary import NEUTRAL, lever, moved
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import NotModelledError, UnknownNameError
from allostasis.simulation.acute_numbers import seizure
from allostasis.simulation.book import Book

Levers = Mapping[str, tuple[str, float | int]]
SPECIES = ("human", "rat", "mouse")
NO_EFFECT = "E"
REFUSED = "dmcm"
THROUGH_RELEASE = ("adenosine", "npy_y2", "npy_y5")


def levers(name: str) -> Levers:
    """Levers that a therapy moves: name of the lever -> (operation, size). A pure function of the library.

    A therapy without evidence (grade E) moves nothing; a lever of unknown size is left out; a drug of the library is its own
    lever: ("give", 1), through exposure, receptors and drug targets.

    Args:
        name: name or title of the therapy.

    Raises:
        UnknownNameError: no such therapy.
        NotModelledError: DMCM without flumazenil.

    >>> levers("resection"), levers("ganoderma"), levers("levetiracetam_iv")
    ({'node': ('multiply', 0.0)}, {}, {'drug': ('give', 1.0)})
    """
    found = therapy(name)
    if found.name == REFUSED:
        raise NotModelledError(
            "DMCM without flumazenil is no treatment: at nanomolar levels it causes seizures", value=name,
            expected="'dmcm_with_flumazenil'", fix="'allostasis intervention show dmcm' shows both arms at the receptor",
        )  # fmt: skip
    if found.grade == NO_EFFECT:
        return {}
    moves: dict[str, tuple[str, float | int]] = {"drug": ("give", 1.0)} if found.drugs else {}
    for move in found.moves:
        size = inhibition_ratio() if move.origin == RECEPTOR else move.size
        if size is not None:
            moves[move.lever] = (move.operation, float(size))
    return moves


def at_ports(moves: Levers, *, species: str = "human", a1: bool = True) -> Levers:
    """Put levers that act through a receptor on their port: adenosine through A1, NPY through Y2 and Y5, all on ``release``.

    Args:
        moves: levers of a therapy.
        species: human, rat or mouse: which receptor of NPY carries its effect.
        a1: False without A1 receptors, where adenosine does nothing.

    Raises:
        UnknownNameError: another species, or an unknown lever.

    >>> at_ports({"adenosine": ("multiply", 3.0)}, a1=False)
    {}
    >>> at_ports({"npy_y5": ("multiply", 0.7)}, species="mouse")
    {'release': ('multiply', 0.7)}
    """
    if species not in SPECIES:
        raise UnknownNameError("species", species, SPECIES)
    y2 = library.parameter_set("interventions")[f"npy.y2_share.{species}"].value
    left, found = 1.0, {}
    for name, (operation, size) in moves.items():
        if lever(name).name not in THROUGH_RELEASE:
            found[name] = (operation, size)
        elif name == "adenosine":
            left *= release_left(size, a1=a1)
        else:
            left *= size ** (y2 if name == "npy_y2" else 1 - y2)
    if left != 1:
        found["release"] = ("multiply", found.get("release", ("multiply", 1.0))[1] * left)
    return found


@cache
def _balance(_library: object) -> tuple[dict, dict]:
    book = Book()
    seizure(book, "human")
    numbers = book.values["acute_balance"]
    rest = {port.name: 1.0 for port in AcuteBalance().inputs} | {"e_gaba": numbers["e_gaba_naive"]}
    rest |= {name: (1.0,) * len(SUBTYPES) for name in ("modulation_phasic", "modulation_tonic", "coupling", "surface")}
    return dict(numbers), rest


def _component(values: tuple, k: str, operation: str, size: float | int) -> tuple:
    return tuple(moved(v, operation, size) if s == k else v for v, s in zip(values, SUBTYPES, strict=True))


def log_imbalance_change(moves: Levers) -> float:
    """Change of the log imbalance H of the naive, drug-free brain under levers, by the balance of the acute clock; 0 for none.

    Levers that act on a drug, on inflammation, on a stimulus, on a network or on detection move nothing here: the naive brain has
    none of these.

    Args:
        moves: levers at ports (`at_ports`).

    >>> round(log_imbalance_change({"release": ("multiply", 0.9)}), 4), log_imbalance_change({})
    (-0.1054, 0.0)
    """
    numbers, rest = _balance(library.current())
    inputs, extra = dict(rest), 0.0
    for name, (operation, size) in moves.items():
        if lever(name).operation != operation or size == NEUTRAL.get(operation):
            continue
        if name == "severity":
            extra += size
        elif name == "inhibition":
            extra -= np.log(size)
        elif name == "noradrenergic_drive":
            extra += library.parameter_set("circuit")["noradrenergic_weight"].value * np.log(size)
        elif name == "modulation_tonic":
            inputs[name] = tuple(moved(v, operation, size) for v in inputs[name])
            inputs["modulation_delta"] = moved(inputs["modulation_delta"], operation, size)
        elif name.startswith("modulation_"):
            inputs["modulation_phasic"] = _component(
                inputs["modulation_phasic"], name.removeprefix("modulation_"), operation, size
            )
        elif name in inputs:
            inputs[name] = moved(inputs[name], operation, size, lever(name).rest)
    if inputs == rest:
        return float(extra)
    balance = AcuteBalance()
    change = balance.readout(0.0, {}, inputs, numbers)["log_imbalance"] - balance.readout(0.0, {}, rest, numbers)["log_imbalance"]
    return float(change + extra)
