"""From the library to a composed system: which moieties, which submodels, which numbers, and where each number comes from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allostasis import library
from allostasis.adaptation import NeurosteroidLevel
from allostasis.circuit import ExcitationInhibitionBalance
from allostasis.exposure import CompartmentModel
from allostasis.exposure.first_pass import bypass_route
from allostasis.library.reach import closure
from allostasis.model import AbstractSubmodel, Composition
from allostasis.patient import Patient
from allostasis.quantity import NotModelledError, Parameter
from allostasis.receptor import ReceptorAtRest
from allostasis.simulation.adaptation_numbers import adaptation as adaptation_part
from allostasis.simulation.book import Book
from allostasis.simulation.efflux_numbers import efflux as efflux_part
from allostasis.simulation.efflux_numbers import inhibitors
from allostasis.simulation.exposure_numbers import exposure as exposure_part
from allostasis.simulation.receptor_numbers import receptor as receptor_part

CONSTANT = "constant"


@dataclass(frozen=True)
class System:
    """A composed chain with its numbers.

    Attributes:
        composition: the submodels.
        parameters: submodel -> name -> value in internal units (tuples for components).
        used: qualified name -> library Parameter behind it, for provenance and for sampling.
        lags: (drug, route) -> absorption lag [h].
    """

    composition: Composition
    parameters: dict[str, dict[str, Any]]
    used: dict[str, Parameter]
    lags: dict[tuple[str, str], float]


def _receptor(
    book: Book, ligands: tuple[str, ...], moieties: tuple[str, ...], *, endogenous: bool
) -> tuple[AbstractSubmodel, ...]:
    if endogenous and not ligands:
        raise NotModelledError(
            "a neurosteroid level that moves, without a drug that reaches the brain",
            fix='leave out neurosteroid = "dynamic"',
        )
    acting, *rest = receptor_part(book, ligands, endogenous=endogenous)
    return (acting if ligands else ReceptorAtRest(moieties), *rest)


def _neurosteroid(book: Book, variant: str, tspo_activation: float | int) -> tuple[AbstractSubmodel, ...]:
    if variant == CONSTANT:
        return ()
    rows = library.parameter_set("adaptation")
    for name, unit in (("rise", "1"), ("fall", "1"), ("tau", "h")):
        book.put("neurosteroid", name, rows[f"neurosteroid.{name}"], unit)
    book.values["neurosteroid"]["tspo_activation"] = float(tspo_activation)
    return (NeurosteroidLevel(),)


def assemble(
    doses: Iterable[tuple[str, str]],
    patient: Patient,
    *,
    adaptation: str = "mechanisms",
    without: Iterable[str] = (),
    alpha2_agonist: float | int = 0.0,
    alcohol: float | int = 0.0,
    neurosteroid: str = CONSTANT,
    tspo_activation: float | int = 0.0,
    efflux: str = CONSTANT,
    glutamate: float | int = 0.0,
    inflammation: float | int = 0.0,
    readouts: tuple[tuple[AbstractSubmodel, dict], ...] = (),
) -> System:
    """Compose the chain for the drugs and routes of all arms.

    Args:
        doses: (drug, route) pairs in use.
        patient: who takes them.
        adaptation: "mechanisms", "two_timescale" or "none" (`adaptation_numbers.VARIANTS`).
        without: mechanisms of adaptation that are off.
        alpha2_agonist: level of an alpha2 agonist at the locus coeruleus, 0 to 1.
        alcohol: largest imbalance of untreated alcohol withdrawal [seizure thresholds]; the last drink is at time 0.
        neurosteroid: "constant" (its level is in the constants of the receptor) or "dynamic" (a state that adaptation moves).
        tspo_activation: activation of the translocator protein, 0 to 1; acts on a dynamic neurosteroid only.
        efflux: "constant" (in Kp,uu) or "dynamic": P-glycoprotein as a state; always a state beside an inhibitor of it.
        glutamate: excess of glutamate at the blood-brain barrier, 0 to 1; acts on a dynamic efflux only.
        inflammation: inflammation there, 0 to 1; acts on a dynamic efflux only.
        readouts: further submodels from the floor above, each with {name: Parameter or tuple of Parameters}.
    """
    sites = sorted(set(doses))
    names = closure(sorted({drug for drug, _ in sites}))
    book = Book()
    exposure, *varying = exposure_part(book, names, sites, patient)
    assert isinstance(exposure, CompartmentModel)
    if exposure.ligands and (efflux != CONSTANT or inhibitors(names)):
        exposure = CompartmentModel(exposure.moieties, exposure.depots, exposure.variation, efflux=True)
        varying.append(efflux_part(book, names, exposure.ligands, glutamate, inflammation))
    receptor = _receptor(book, exposure.ligands, names, endogenous=neurosteroid != CONSTANT)
    adapting = adaptation_part(book, adaptation, without=without, alpha2_agonist=alpha2_agonist, alcohol=alcohol)
    adapted = (*adapting, *_neurosteroid(book, neurosteroid, tspo_activation))
    book.put("balance", "seizure_threshold", library.parameter_set("circuit")["seizure_threshold"], "1")
    for submodel, rows in readouts:
        book.values.setdefault(submodel.name, {})
        for name, row in rows.items():
            book.values[submodel.name][name] = readout_values(book, f"{submodel.name}.{name}", row)
    for d, r in sites:
        book.used[f"exposure.{d}.{r}.Tlag"] = library.drug(d).routes[r].Tlag
    book.used |= {f"patient.{name}": row for name, row in library.parameter_set("patient").items()}
    composition = Composition(
        exposure, *varying, *receptor, *adapted, ExcitationInhibitionBalance(), *(submodel for submodel, _ in readouts)
    )
    lags = {
        (d, r): library.drug(d).routes[r].Tlag.to("h") for d, r in sites if library.drug(d).routes[r].ka is not None
    }
    lags |= {(d, bypass_route(r)): lag for (d, r), lag in lags.items()}
    return System(composition, book.values, book.used, lags)


def readout_values(book: Book, name: str, row):
    """Parameter -> value, tuple of rows -> tuple of values; each Parameter is remembered under its own name."""
    if isinstance(row, Parameter):
        book.used[f"{name}" if f"{name}" not in book.used else row.name] = row
        return row.value
    return tuple(readout_values(book, f"{name}.{i}", r) for i, r in enumerate(row))
