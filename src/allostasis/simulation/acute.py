"""The chain on the acute clock: exposure, receptor, drug targets, glia, what a seizure moves, and the seizure itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from allostasis import library
from allostasis.adaptation.handed import HandedOver
from allostasis.library.reach import closure
from allostasis.model import AbstractSubmodel, Composition, Solver
from allostasis.model.inputs import Fast
from allostasis.model.subtypes import SUBTYPES
from allostasis.patient import Patient
from allostasis.quantity import InputError, UnknownNameError
from allostasis.simulation.acute_numbers import MOVED, seizure
from allostasis.simulation.acute_numbers import preparation as numbers_of
from allostasis.simulation.animal_numbers import animal_exposure
from allostasis.simulation.assemble import System
from allostasis.simulation.book import Book
from allostasis.simulation.drug_target_numbers import drug_targets
from allostasis.simulation.exposure_numbers import exposure as exposure_part
from allostasis.simulation.glia_numbers import MECHANISMS as GLIA
from allostasis.simulation.glia_numbers import STANDING, glia
from allostasis.simulation.receptor_numbers import BARBITURATE, LOW_AFFINITY
from allostasis.simulation.receptor_numbers import receptor as receptor_part

STEP_H = 3 / 3600  # structural: 3 s, a fifth of the time constant of recruitment
STEPS_PER_MINUTE = 20
LONG_STEP_H, LONG_STEPS_PER_MINUTE = 15 / 3600, 4  # structural: 15 s, with substeps of 3 s for the activity
SUBSTEPS = 5
AFFINITIES = ("in_vitro", "in_vivo")
"""Affinity at the receptor: as measured in vitro (acute seizure control agrees with it), or scaled as for chronic dosing."""
UNTREATED = (("diazepam", "iv"),)
"""What a run without any drug is composed for; nobody gives it."""


@dataclass(frozen=True)
class HandOver:
    """What the chronic clock hands to an acute run, and takes back from it; all over naive.

    Attributes:
        surface: surface receptors of each subtype.
        coupling: coupling of each subtype.
        phosphatase_drive: drive that keeps the receptors down, of each subtype.
        nmda: NMDA receptor strength.
        ampa: AMPA receptor strength.
    """

    surface: tuple[float, ...] = (1.0,) * len(SUBTYPES)
    coupling: tuple[float, ...] = (1.0,) * len(SUBTYPES)
    phosphatase_drive: tuple[float, ...] = (0.0,) * len(SUBTYPES)
    nmda: float = 1.0
    ampa: float = 1.0


NAIVE = HandOver()


def solver(minutes_per_output: int = 1, *, dtype: str = "float64", threads: int = 2, long_steps: bool = False) -> Solver:
    """Numerical settings of the acute clock: steps of 3 s, one output each minute.

    With ``long_steps`` everything but the activity takes steps of 15 s, and doses enter on that grid (`model.fast`).
    """
    if long_steps:
        return Solver(LONG_STEP_H, LONG_STEPS_PER_MINUTE * minutes_per_output, dtype, threads, Fast("seizure", SUBSTEPS))
    return Solver(STEP_H, STEPS_PER_MINUTE * minutes_per_output, dtype, threads)


def solver_of(preparation: str) -> Solver:
    """Numerical settings of a preparation: long steps in man, where they are nearer to the truth than 3 s; 3 s in rat and slice.

    >>> round(solver_of("human").step * 3600), round(solver_of("rat").step * 3600)
    (15, 3)
    """
    return solver(long_steps=preparation == "human")


def mechanisms() -> tuple[str, ...]:
    """Names of what a seizure moves, each of which can be left naive: receptors, chloride, glia."""
    return (*MOVED, *GLIA)


def assemble_acute(
    doses: Iterable[tuple[str, str]],
    preparation: str,
    *,
    patient: Patient | None = None,
    severity: float | int = 0.0,
    trigger_end_h: float | int = 0.0,
    affinity: str = "in_vitro",
    without: Iterable[str] = (),
    handed: HandOver = NAIVE,
    low_affinity: bool = False,
) -> System:
    """Compose the chain of one seizure.

    Args:
        doses: (drug, route) pairs in use.
        preparation: "slice", "rat" or "human".
        patient: who has the seizure; only for "human".
        severity: added to that of the preparation.
        trigger_end_h: how long the stimulus or first cause lasts [h].
        affinity: one of `AFFINITIES`.
        without: names of `mechanisms` that stay naive.
        handed: state that the chronic clock hands over.
        low_affinity: whether the second, micromolar benzodiazepine site is there.

    Raises:
        UnknownNameError: an unknown preparation, affinity or mechanism.
    """
    off = frozenset(without)
    for name in sorted(off - set(mechanisms())):
        raise UnknownNameError("mechanism of the acute clock", name, mechanisms())
    if affinity not in AFFINITIES:
        raise UnknownNameError("affinity", affinity, AFFINITIES)
    sites, book = sorted(set(doses)) or UNTREATED, Book()
    body = _exposure(book, tuple(sites), preparation, patient)
    ligands = next(port.components for part in body for port in part.outputs if port.name == "unbound_brain")
    acting, _gain = receptor_part(book, ligands, low_affinity=low_affinity)
    book.values.pop(_gain.name)
    if affinity == "in_vitro":
        _unscale(book, ligands)
    circuit = seizure(book, preparation, without=off & set(MOVED), severity=severity, trigger_end_h=trigger_end_h)
    rest = (*drug_targets(book, ligands), *glia(book, without=off & set(GLIA)), STANDING, HandedOver())
    book.values[STANDING.name] = {}
    if "adenosine" not in off:
        book.put("adenosine", "clearance", numbers_of(preparation).exit_clearance, "h")
    _hand(book, handed)
    composition = Composition(*body, acting, *rest, *circuit)
    return System(composition, book.values, book.used, _lags(sites) if preparation == "human" else {})


def _exposure(
    book: Book, sites: tuple[tuple[str, str], ...], preparation: str, patient: Patient | None
) -> tuple[AbstractSubmodel, ...]:
    if preparation == "human":
        names = closure(sorted({drug for drug, _ in sites}))
        return exposure_part(book, names, list(sites), patient or Patient())
    if patient is not None:
        raise InputError("a patient in an animal preparation", value=preparation, fix='leave [patient] out, or write "human"')
    return (animal_exposure(book, sites),)


def _unscale(book: Book, ligands: tuple[str, ...]) -> None:
    """Affinity in vitro: without the scale in vivo, at the barbiturate site with that of synapses over oocytes instead."""
    numbers, synaptic = book.values["receptor"], library.parameter_set("receptor")[f"synaptic_scale.{BARBITURATE}"]
    for ligand in ligands:
        if (scale := book.used.pop(f"receptor.in_vivo_scale.{ligand}", None)) is None:
            continue
        for key in [k for k in numbers if k.startswith("K.") and k.endswith(f".{ligand}")]:
            if key.startswith(f"K.{LOW_AFFINITY}."):
                continue
            factor = 1 / scale.value
            if key.startswith(f"K.{BARBITURATE}."):
                factor *= synaptic.value
                book.used[f"receptor.synaptic_scale.{BARBITURATE}"] = synaptic
            value = numbers[key]
            numbers[key] = tuple(k * factor for k in value) if isinstance(value, tuple) else value * factor


def _hand(book: Book, handed: HandOver) -> None:
    book.values["handed_over"] = {
        "coupling": handed.coupling, "phosphatase_drive": handed.phosphatase_drive, "synthesis": (1.0,) * len(SUBTYPES),
    }  # fmt: skip
    book.values["trafficking"]["handed"] = handed.surface
    book.values["nmda"]["handed"], book.values["ampa"]["handed"] = handed.nmda, handed.ampa


def _lags(sites: Iterable[tuple[str, str]]) -> dict[tuple[str, str], float]:
    routes = {(drug, route): library.drug(drug).routes[route] for drug, route in sites}
    return {site: route.Tlag.to("h") for site, route in routes.items() if route.ka is not None}
