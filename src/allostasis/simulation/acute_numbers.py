"""The numbers of the acute clock: what a seizure is and does, and the preparation that it runs in."""

from typing import NamedTuple

import numpy as np

from allostasis import library
from allostasis.adaptation.glutamate_receptors_acute import glutamate_receptors
from allostasis.adaptation.losses_acute import losses
from allostasis.adaptation.trafficking_acute import AcuteReceptorTrafficking
from allostasis.adaptation.unchanged import Unchanged
from allostasis.circuit.activity import SeizureActivity
from allostasis.circuit.acute_balance import AcuteBalance
from allostasis.circuit.calcium import SeizureCalcium
from allostasis.circuit.neuronal_load import NeuronalLoad
from allostasis.model import AbstractSubmodel
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import Parameter, UnknownNameError
from allostasis.receptor.chloride import ChlorideDynamics, ConstantChloride, chloride_parameters
from allostasis.receptor.current import ghk_gaba
from allostasis.simulation.adaptation_numbers import MECHANISMS
from allostasis.simulation.book import Book

PREPARATIONS = ("slice", "rat", "human")
"""What a seizure runs in; each has one set of numbers for every study."""
_MOVED = (*glutamate_receptors(), *losses(), ChlorideDynamics(), AcuteReceptorTrafficking())
MOVED = {submodel.name: submodel for submodel in _MOVED}
"""What a seizure moves within minutes to hours, by name; each has a null variant."""
_SEIZURE = {"tau": "h", "width": "1", "recruitment": "1", "threshold": "1", "trigger": "1"}


class Preparation(NamedTuple):
    """What differs between preparations; every other number is shared.

    Attributes:
        severity: lasting drive of the cause, and its standard deviation between individuals [1].
        intensity: how hard a full seizure drives its neurones, of the strongest [1].
        exit: what adenosine, acidosis and exhaustion take away at most [1], the sd of its logarithm, and how long they stay.
    """

    severity: Parameter
    severity_spread: Parameter
    intensity: Parameter
    exit: Parameter
    exit_spread: Parameter
    exit_clearance: Parameter


def preparation(name: str) -> Preparation:
    """The numbers of a preparation.

    Raises:
        UnknownNameError: none of `PREPARATIONS`.

    >>> preparation("rat").intensity.value
    1.0
    """
    if name not in PREPARATIONS:
        raise UnknownNameError("preparation", name, PREPARATIONS)
    rows = library.parameter_set("seizure")
    return Preparation(*(rows[f"preparation.{name}.{field}"] for field in Preparation._fields))


def seizure(
    book: Book,
    name: str,
    *,
    without: frozenset[str] = frozenset(),
    severity: float | int = 0.0,
    trigger_end_h: float | int = 0.0,
) -> tuple[AbstractSubmodel, ...]:
    """Put the numbers of a seizure into the book and return the submodels of the circuit and of what a seizure moves.

    Args:
        book: where the numbers go.
        name: the preparation.
        without: names of `MOVED` that stay naive.
        severity: added to the severity of the preparation: a declared covariate of a study.
        trigger_end_h: how long the stimulus or first cause lasts [h].
    """
    rows, prep = library.parameter_set("seizure"), preparation(name)
    for number, unit in _SEIZURE.items():
        book.put("seizure", number, rows[f"seizure.{number}"], unit)
    book.put("seizure", "severity", prep.severity, "1")
    book.put("seizure", "exit", prep.exit, "1")
    book.values["seizure"]["severity"] += float(severity)
    book.values["seizure"]["trigger_end"] = float(trigger_end_h)
    book.put("calcium", "nmda_dependence", rows["calcium.nmda_dependence"], "1")
    book.put("calcium", "intensity", prep.intensity, "1")
    book.put("neuronal_load", "barrage", rows["neuronal_load.barrage"], "1", prep.intensity.value)
    book.put("neuronal_load", "depolarisation", rows["neuronal_load.depolarisation"], "mV", prep.intensity.value)
    for receptor in ("nmda", "ampa"):
        book.put(receptor, "insertion", rows[f"{receptor}.insertion"], "1")
        book.put(receptor, "tau", rows[f"{receptor}.tau"], "h")
        book.values[receptor]["handed"] = 1.0
    for lost in ("kcc2", "delta_receptors", "adenosine_receptors"):
        book.put(lost, "loss", rows[f"{lost}.loss"], "1")
        book.put(lost, "tau", rows[f"{lost}.tau"], "h")
    _chloride(book)
    _trafficking(book)
    _balance(book)
    moved = (submodel if submodel.name not in without else _null(submodel) for submodel in MOVED.values())
    return SeizureActivity(), SeizureCalcium(), NeuronalLoad(), AcuteBalance(), *moved


def _null(submodel: AbstractSubmodel) -> AbstractSubmodel:
    """The null variant of what a seizure moves."""
    if submodel.name == "chloride":
        return ConstantChloride()
    return Unchanged(submodel.name, submodel.outputs, tuple(1.0 for _ in submodel.outputs))


def _chloride(book: Book) -> None:
    numbers = chloride_parameters()
    book.values["chloride"] = dict(numbers)
    book.used |= {f"chloride.{k}": library.parameter_set("receptor_chloride")[k] for k in numbers}
    book.values["neuronal_load"]["membrane_potential"] = numbers["membrane_potential"]
    resting = ghk_gaba(
        numbers["chloride_rest"], numbers["chloride_outside"], numbers["bicarbonate_inside"], numbers["bicarbonate_outside"],
        numbers["bicarbonate_permeability"], numbers["temperature"],
    )  # fmt: skip
    book.values.setdefault("acute_balance", {})["e_gaba_naive"] = float(np.asarray(resting))


def _trafficking(book: Book) -> None:
    rows = library.parameter_set("adaptation")
    for number, unit in MECHANISMS["trafficking"].numbers.items():
        if number == "sorting":
            book.put_each("trafficking", number, {k: rows[f"trafficking.{number}.{k}"] for k in SUBTYPES}, unit)
        else:
            book.put("trafficking", number, rows[f"trafficking.{number}"], unit)


def _balance(book: Book) -> None:
    receptor, rows = library.parameter_set("receptor"), library.parameter_set("seizure")
    book.put_each("acute_balance", "weight", {k: receptor[f"weight.{k}"] for k in SUBTYPES}, "1")
    book.put_each("acute_balance", "somatic", {k: rows[f"acute_balance.somatic.{k}"] for k in SUBTYPES}, "1")
    for number in ("tonic_share", "blind_share"):
        book.put("acute_balance", number, receptor[number], "1")
    for number in ("shunting", "interneurone_nmda", "ampa_share", "glutamate_power"):
        book.put("acute_balance", number, rows[f"acute_balance.{number}"], "1")
    book.put("acute_balance", "spike_potential", rows["acute_balance.spike_potential"], "mV")
