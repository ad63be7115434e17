"""From the library to a composed system: which moieties, which submodels, which numbers, and where each number comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from allostasis import library
from allostasis.adaptation import EFFECTS, EffectTolerance, NoAdaptation, TwoTimescaleAdaptation
from allostasis.circuit import ExcitationInhibitionBalance
from allostasis.exposure import CompartmentModel, Depot, Moiety
from allostasis.model import AbstractSubmodel, Composition
from allostasis.patient import Patient, allometric
from allostasis.quantity import Parameter
from allostasis.receptor import SUBTYPES, InhibitionGain, MWCReceptor


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


def closure(drugs: Iterable[str]) -> tuple[str, ...]:
    """The drugs and every metabolite that they form, parents first.

    >>> closure(["diazepam"])
    ('diazepam', 'nordiazepam', 'temazepam', 'oxazepam')
    """
    names = list(dict.fromkeys(drugs))
    for name in names:
        names += [m for m in library.drug(name).metabolites if m not in names]
    return tuple(names)


class _Book:
    """Collects parameter values and remembers the library row behind each."""

    def __init__(self):
        self.values: dict[str, dict[str, Any]] = {}
        self.used: dict[str, Parameter] = {}

    def put(self, submodel: str, name: str, parameter: Parameter, unit: str, factor: float | int = 1.0) -> float:
        value = parameter.to(unit) * factor
        self.values.setdefault(submodel, {})[name] = value
        self.used[f"{submodel}.{name}"] = parameter
        return value

    def put_each(
        self, submodel: str, name: str, parameters: Mapping[str, Parameter], unit: str, factor: float | int = 1.0
    ) -> None:
        self.values.setdefault(submodel, {})[name] = tuple(p.to(unit) * factor for p in parameters.values())
        self.used |= {f"{submodel}.{name}.{k}": p for k, p in parameters.items()}


def _exposure(book: _Book, names: tuple[str, ...], sites: list[tuple[str, str]], patient: Patient) -> CompartmentModel:
    clearance, volume = allometric(patient, library.parameter_set("patient"))
    moieties, depots = [], []
    for name in names:
        drug = library.drug(name)
        moieties.append(Moiety(name, drug.n_compartments, tuple(drug.metabolites), drug.active))
        book.put("exposure", f"{name}.molar_mass", drug.molar_mass, "g/mol")
        for key in ("CL", "Q2", "Q3"):
            if (parameter := getattr(drug, key)) is not None:
                book.put("exposure", f"{name}.{key}", parameter, "L/h", clearance)
        for key in ("V1", "V2", "V3"):
            if (parameter := getattr(drug, key)) is not None:
                book.put("exposure", f"{name}.{key}", parameter, "L", volume)
        for metabolite, fraction in drug.metabolites.items():
            book.put("exposure", f"{name}.fraction.{metabolite}", fraction, "1")
        if drug.active:
            for key, unit in (("fu_plasma", "1"), ("Kp_uu", "1"), ("ke0", "1/h")):
                book.put("exposure", f"{name}.{key}", getattr(drug.brain, key), unit)
    for name, route_name in sites:
        route = library.drug(name).routes[route_name]
        if route.ka is None:
            continue
        depots.append(Depot(name, route_name, tuple(route.first_pass)))
        book.put("exposure", f"{name}.{route_name}.ka", route.ka, "1/h")
        book.put("exposure", f"{name}.{route_name}.F", route.F, "1")
        for metabolite, fraction in route.first_pass.items():
            book.put("exposure", f"{name}.{route_name}.first_pass.{metabolite}", fraction, "1")
    return CompartmentModel(moieties, depots)


def _receptor(book: _Book, ligands: tuple[str, ...]) -> tuple[AbstractSubmodel, ...]:
    rows = library.parameter_set("receptor")
    for name, unit in (("L", "1"), ("K_GABA", "uM"), ("c_GABA", "1")):
        book.put_each("receptor", name, {k: rows[f"{name}.{k}"] for k in SUBTYPES}, unit)
    for name in ("gaba_phasic", "gaba_tonic"):
        book.put("receptor", name, rows[name], "uM")
    for ligand in ligands:
        drug = library.drug(ligand)
        sites = {k: drug.binding[k] for k in SUBTYPES}
        book.put_each("receptor", f"K.{ligand}", {k: s.K for k, s in sites.items()}, "nM", drug.in_vivo_scale.value)
        book.put_each("receptor", f"c.{ligand}", {k: s.c for k, s in sites.items()}, "1")
        book.used[f"receptor.in_vivo_scale.{ligand}"] = drug.in_vivo_scale
    book.put_each("inhibition_gain", "weight", {k: rows[f"weight.{k}"] for k in SUBTYPES}, "1")
    for name in ("tonic_share", "blind_share"):
        book.put("inhibition_gain", name, rows[name], "1")
    return MWCReceptor(ligands), InhibitionGain()


def _adaptation(book: _Book, variant: str) -> tuple[AbstractSubmodel, ...]:
    rows = library.parameter_set("adaptation")
    book.values.setdefault("adaptation", {})
    if variant == "two_timescale":
        for name in ("w_fast", "w_slow", "receptor_share"):
            book.put("adaptation", name, rows[name], "1")
        for name in ("tau_fast", "tau_slow_up", "tau_slow_down"):
            book.put("adaptation", name, rows[name], "h")
    for name, unit in (("loss", "1"), ("tau_on", "h"), ("tau_off", "h")):
        book.put_each("effect_tolerance", name, {k: rows[f"{name}.{k}"] for k in EFFECTS}, unit)
    book.put("effect_tolerance", "reference_gain", rows["reference_gain"], "1")
    adaptation = TwoTimescaleAdaptation() if variant == "two_timescale" else NoAdaptation()
    return adaptation, EffectTolerance()


def assemble(
    doses: Iterable[tuple[str, str]],
    patient: Patient,
    *,
    adaptation: str = "two_timescale",
    readouts: tuple[tuple[AbstractSubmodel, dict], ...] = (),
) -> System:
    """Compose the chain for the drugs and routes of all arms.

    Args:
        doses: (drug, route) pairs in use.
        patient: who takes them.
        adaptation: "two_timescale" or "none".
        readouts: further submodels from the floor above, each with {name: Parameter or tuple of Parameters}.
    """
    sites = sorted(set(doses))
    names = closure(sorted({drug for drug, _ in sites}))
    book = _Book()
    exposure = _exposure(book, names, sites, patient)
    receptor = _receptor(book, exposure.ligands)
    adapted = _adaptation(book, adaptation)
    book.put("balance", "seizure_threshold", library.parameter_set("circuit")["seizure_threshold"], "1")
    for submodel, rows in readouts:
        book.values.setdefault(submodel.name, {})
        for name, row in rows.items():
            book.values[submodel.name][name] = _values(book, f"{submodel.name}.{name}", row)
    for d, r in sites:
        book.used[f"exposure.{d}.{r}.Tlag"] = library.drug(d).routes[r].Tlag
    book.used |= {f"patient.{name}": row for name, row in library.parameter_set("patient").items()}
    composition = Composition(
        exposure, *receptor, *adapted, ExcitationInhibitionBalance(), *(submodel for submodel, _ in readouts)
    )
    lags = {
        (d, r): library.drug(d).routes[r].Tlag.to("h") for d, r in sites if library.drug(d).routes[r].ka is not None
    }
    return System(composition, book.values, book.used, lags)


def _values(book: _Book, name: str, row):
    """Parameter -> value, tuple of rows -> tuple of values; each Parameter is remembered under its own name."""
    if isinstance(row, Parameter):
        book.used[f"{name}" if f"{name}" not in book.used else row.name] = row
        return row.value
    return tuple(_values(book, f"{name}.{i}", r) for i, r in enumerate(row))
