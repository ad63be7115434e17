"""The exposure of a run: graph of compartments, and where something varies, the enzymes and the clearances that they set."""

from collections.abc import Mapping

from allostasis import library
from allostasis.exposure import CompartmentModel, Depot, EnzymeActivity, MetabolicClearance, Moiety, Variation
from allostasis.exposure.first_pass import bypass_route, formed_by_first_pass, is_oral
from allostasis.exposure.variation import MICHAELIS_MENTEN, PLASMA_BINDING
from allostasis.library import Drug, Route
from allostasis.model import AbstractSubmodel
from allostasis.patient import Effect, Patient, factors, used
from allostasis.simulation.book import Book
from allostasis.simulation.enzyme_numbers import enzyme_numbers, perpetrators_of, substrate_numbers, substrates_of

Effects = Mapping[str, Effect]
MOST_AVAILABLE = 0.99
"""A first pass that forms a metabolite keeps a hundredth of the dose at least, whatever a covariate says."""


def exposure(
    book: Book, names: tuple[str, ...], sites: list[tuple[str, str]], patient: Patient
) -> tuple[AbstractSubmodel, ...]:
    """Put the numbers of the exposure into the book and return its submodels: the graph alone where nothing varies.

    Args:
        book: where the numbers go.
        names: every substance of the graph, metabolites included.
        sites: (drug, route) pairs in use.
        patient: who takes them.
    """
    perpetrators = perpetrators_of(names)
    enzymes = tuple(dict.fromkeys(p.enzyme for p in perpetrators))
    substrates = substrates_of(names, sites, perpetrators)
    saturable = tuple(
        (name, MICHAELIS_MENTEN if drug.elimination else PLASMA_BINDING)
        for name in names
        if (drug := library.drug(name)).elimination or drug.plasma_binding
    )
    by_mouth = {drug for drug, route in sites if is_oral(route)}
    variation = Variation(
        clearances=tuple(s.moiety for s in substrates),
        saturable=saturable,
        routes=tuple((s.moiety, route) for s in substrates for route in s.routes),
        absorbed=tuple(dict.fromkeys(p.moiety for p in perpetrators if p.moiety in by_mouth)),
    )
    effects = {name: factors(patient, name) for name in names}
    book.used |= {f"patient.{row.name}": row for found in effects.values() for row in used(found)}
    graph = _graph(book, names, sites, effects, variation)
    if not substrates:
        return (graph,)
    enzyme_numbers(book, perpetrators)
    substrate_numbers(book, substrates, effects)
    activity = EnzymeActivity(enzymes, perpetrators, names, variation.absorbed)
    return graph, activity, MetabolicClearance(enzymes, substrates)


def _graph(
    book: Book,
    names: tuple[str, ...],
    sites: list[tuple[str, str]],
    effects: Mapping[str, Effects],
    variation: Variation,
) -> CompartmentModel:
    moieties = [_moiety(book, name, effects[name]) for name in names]
    depots = []
    for name, route_name in sites:
        route = library.drug(name).routes[route_name]
        if route.ka is not None:
            depots += _depots(book, name, route, effects[name])
    return CompartmentModel(moieties, depots, variation)


def _factor(effects: Effects, key: str) -> float:
    return effects[key].factor if key in effects else 1.0


def _moiety(book: Book, name: str, effects: Effects) -> Moiety:
    drug = library.drug(name)
    brain = drug.brain if drug.active else None
    book.put("exposure", f"{name}.molar_mass", drug.molar_mass, "g/mol")
    for key in ("CL", "Q2", "Q3"):
        if (parameter := getattr(drug, key)) is not None:
            book.put("exposure", f"{name}.{key}", parameter, "L/h", _factor(effects, key))
    for key in ("V1", "V2", "V3"):
        if (parameter := getattr(drug, key)) is not None:
            book.put("exposure", f"{name}.{key}", parameter, "L", _factor(effects, key))
    _nonlinear(book, drug, effects)
    for metabolite, fraction in drug.metabolites.items():
        book.put("exposure", f"{name}.fraction.{metabolite}", fraction, "1")
    if brain is not None:
        for key, unit in (("fu_plasma", "1"), ("Kp_uu", "1"), ("ke0", "1/h")):
            book.put("exposure", f"{name}.{key}", getattr(brain, key), unit, _factor(effects, key))
    return Moiety(name, drug.n_compartments, tuple(drug.metabolites), brain is not None)


def _nonlinear(book: Book, drug: Drug, effects: Effects) -> None:
    """CL at no concentration, and the constants of what saturates it [nM]."""
    values, molar = book.values["exposure"], drug.molar_mass.to("g/mol")
    per_litre = 1e6 / molar  # mg/L to nM
    if (limit := drug.elimination) is not None:
        km = limit.Km.to("mg/L")
        values[f"{drug.name}.CL"] = limit.Vmax.to("mg/h") / km * _factor(effects, "CL")
        values[f"{drug.name}.Km"] = km * per_litre
        book.used |= {f"exposure.{drug.name}.Vmax": limit.Vmax, f"exposure.{drug.name}.Km": limit.Km}
    if (held := drug.plasma_binding) is not None:
        most, kd = held.Bmax.to("mg/L") * _factor(effects, "Bmax"), held.Kd.to("mg/L")
        values[f"{drug.name}.CL"] *= kd / (kd + most)  # clearance of what is unbound to that of the total
        values |= {f"{drug.name}.Bmax": most * per_litre, f"{drug.name}.Kd": kd * per_litre}
        book.used |= {f"exposure.{drug.name}.Bmax": held.Bmax, f"exposure.{drug.name}.Kd": held.Kd}


def _depots(book: Book, name: str, route: Route, effects: Effects) -> list[Depot]:
    assert route.ka is not None
    key, f = f"{name}.{route.name}", route.F.to("1")
    more = min(_factor(effects, f"F.{route.name}"), (MOST_AVAILABLE if route.first_pass else 1.0) / f)
    less = 1.0 if more == 1 else (1 - f * more) / (1 - f)  # what first pass takes is shared as it was
    book.put("exposure", f"{key}.ka", route.ka, "1/h")
    book.put("exposure", f"{key}.F", route.F, "1", more)
    for metabolite, fraction in route.first_pass.items():
        book.put("exposure", f"{key}.first_pass.{metabolite}", fraction, "1", less)
    depots = [Depot(name, route.name, tuple(route.first_pass), route.stages)]
    if route.F_max is not None and route.D50 is not None:
        book.used |= {f"exposure.{key}.F_max": route.F_max, f"exposure.{key}.D50": route.D50}
        by = bypass_route(route.name)
        book.put("exposure", f"{name}.{by}.ka", route.ka, "1/h")
        values = book.values["exposure"]
        values[f"{name}.{by}.F"] = min(1.0, route.F_max.to("1") * more)
        for metabolite in route.first_pass:
            formed = values[f"{key}.first_pass.{metabolite}"]
            values[f"{name}.{by}.first_pass.{metabolite}"] = formed_by_first_pass(
                formed, values[f"{key}.F"], values[f"{name}.{by}.F"]
            )
        depots.append(Depot(name, by, tuple(route.first_pass), route.stages))
    return depots
