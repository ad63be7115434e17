"""The exposure of a run: graph of compartments, and where something varies, the enzymes and the clearances that they set."""

from collections.abc import Mapping

from allostasis import library
from allostasis.exposure import (
    CompartmentModel,
    Depot,
    EnzymeActivity,
    MetabolicClearance,
    Moiety,
    Perpetrator,
    Substrate,
    Variation,
)
from allostasis.exposure.enzymes import COMPETITIVE, INDUCTION, MECHANISM_BASED, ORGANS
from allostasis.exposure.first_pass import bypass_route, formed_by_first_pass
from allostasis.exposure.variation import MICHAELIS_MENTEN, PLASMA_BINDING
from allostasis.library import Drug, Route
from allostasis.model import AbstractSubmodel
from allostasis.patient import Effect, Patient, factors, used
from allostasis.quantity import Parameter
from allostasis.simulation.book import Book

_KINDS = {COMPETITIVE: ("Ki",), MECHANISM_BASED: ("KI", "kinact"), INDUCTION: ("Emax", "EC50")}
Effects = Mapping[str, Effect]
MOST_AVAILABLE = 0.99
"""A first pass that forms a metabolite keeps a hundredth of the dose at least, whatever a covariate says."""
_UNITS = {"Ki": "nM", "KI": "nM", "EC50": "nM", "kinact": "1/h", "Emax": "1"}
_BUT = " but for "


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
    perpetrators = _perpetrators(names)
    enzymes = tuple(dict.fromkeys(p.enzyme for p in perpetrators))
    substrates = _substrates(names, sites, perpetrators)
    saturable = tuple(
        (name, MICHAELIS_MENTEN if drug.elimination else PLASMA_BINDING)
        for name in names
        if (drug := library.drug(name)).elimination or drug.plasma_binding
    )
    by_mouth = {drug for drug, route in sites if route == "oral"}
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
    _enzyme_numbers(book, enzymes, perpetrators)
    _substrate_numbers(book, substrates, effects)
    activity = EnzymeActivity(enzymes, perpetrators, names, variation.absorbed)
    return graph, activity, MetabolicClearance(enzymes, substrates)


def own_enzyme(name: str) -> str:
    """Name of the enzyme by which a drug speeds up its own clearance."""
    return f"own enzyme of {name}"


def _rows(name: str) -> dict[str, Parameter]:
    """What a substance does to enzymes, by "enzyme.constant"."""
    head = f"{name}."
    return {k.removeprefix(head): p for k, p in library.parameter_set("interactions").items() if k.startswith(head)}


def fractions(name: str) -> dict[str, Parameter]:
    """Fraction of the clearance of a substance by each enzyme."""
    head = f"fm.{name}."
    return {k.removeprefix(head): p for k, p in library.parameter_set("metabolism").items() if k.startswith(head)}


def _perpetrators(names: tuple[str, ...]) -> tuple[Perpetrator, ...]:
    """Who acts on an enzyme that clears anything here, itself left out: the library's clearance holds what it does to itself."""
    found = []
    for name in names:
        rows = _rows(name)
        for enzyme in dict.fromkeys(key.split(".")[0] for key in rows):
            others = any(enzyme in fractions(other) for other in names if other != name)
            kinds = tuple(k for k, needed in _KINDS.items() if all(f"{enzyme}.{n}" in rows for n in needed))
            if others and kinds:
                found.append(Perpetrator(name, enzyme, kinds))
        if library.drug(name).autoinduction is not None:
            found.append(Perpetrator(name, own_enzyme(name), (INDUCTION,)))
    acting = {(p.moiety, p.enzyme) for p in found}
    for name, enzyme in sorted(acting):
        if enzyme in fractions(name):
            others = [p for p in found if p.enzyme == enzyme and p.moiety != name]
            found += [p._replace(enzyme=f"{enzyme}{_BUT}{name}") for p in others]
    return tuple(found)


def _clearing(name: str, perpetrators: tuple[Perpetrator, ...]) -> tuple[str, ...]:
    """Enzymes that clear a substance; of one that it acts on itself, the copy that sees the others alone."""
    own, copy = own_enzyme(name), f"{_BUT}{name}"
    acts = {p.enzyme for p in perpetrators if p.moiety == name}
    every = dict.fromkeys(p.enzyme for p in perpetrators)
    return tuple(e for e in every if e == own or e.endswith(copy) or (e in fractions(name) and e not in acts))


def _substrates(
    names: tuple[str, ...], sites: list[tuple[str, str]], perpetrators: tuple[Perpetrator, ...]
) -> tuple[Substrate, ...]:
    found = []
    for name in names:
        own = _clearing(name, perpetrators)
        routes = tuple(r for drug, route in sites if drug == name and route == "oral" for r in _depot_routes(name, route))
        if own:
            found.append(Substrate(name, own, routes if any(e != own_enzyme(name) for e in own) else ()))
    return tuple(found)


def _depot_routes(name: str, route: str) -> tuple[str, ...]:
    """The route, and that of the part of a dose that meets a saturated first pass."""
    saturates = library.drug(name).routes[route].F_max is not None
    return (route, bypass_route(route)) if saturates else (route,)


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


def _enzyme_numbers(book: Book, enzymes: tuple[str, ...], perpetrators: tuple[Perpetrator, ...]) -> None:
    rows = library.parameter_set("interactions")
    for name in ("Q_liver", "Q_gut"):
        book.put("enzymes", name, rows[name], "L/h")
    for p in perpetrators:
        drug, key, enzyme = library.drug(p.moiety), f"{p.enzyme}.{p.moiety}", p.enzyme.partition(_BUT)[0]
        if p.enzyme == own_enzyme(p.moiety):
            induced = drug.autoinduction
            assert induced is not None
            for organ in ORGANS:
                book.put("enzymes", f"kdeg.{organ}.{p.enzyme}", induced.rate, "1/h")
            book.put("enzymes", f"Emax.{key}", induced.Emax, "1")
            book.put("enzymes", f"EC50.{key}", induced.EC50, "nM", _unbound(book, p.moiety))  # it is one of the total
            continue
        _unbound(book, p.moiety)
        for kind in p.kinds:
            for constant in _KINDS[kind]:
                book.put("enzymes", f"{constant}.{key}", rows[f"{p.moiety}.{enzyme}.{constant}"], _UNITS[constant])
        for organ in ORGANS:
            book.put("enzymes", f"kdeg.{organ}.{p.enzyme}", rows[f"kdeg.{organ}.{enzyme}"], "1/h")


def _unbound(book: Book, moiety: str) -> float:
    """Unbound fraction of a perpetrator; 1 for one that acts on its own enzyme only and has none in the library."""
    row = library.parameter_set("interactions").get(f"{moiety}.fu")
    if row is not None:
        return book.put("enzymes", f"fu.{moiety}", row, "1")
    book.values["enzymes"][f"fu.{moiety}"] = 1.0
    return 1.0


def _substrate_numbers(book: Book, substrates: tuple[Substrate, ...], effects: Mapping[str, Effects]) -> None:
    rows, most = library.parameter_set("interactions"), 0.95
    for s in substrates:
        held = fractions(s.moiety)
        for enzyme in s.enzymes:
            if enzyme == own_enzyme(s.moiety):
                induced = library.drug(s.moiety).autoinduction
                assert induced is not None
                book.put("clearance", f"fm.{enzyme}.{s.moiety}", induced.share, "1")
            else:
                base = enzyme.partition(_BUT)[0]
                changed = _factor(effects[s.moiety], f"fm.{base}")
                book.put("clearance", f"fm.{enzyme}.{s.moiety}", held[base], "1", changed)
        extraction = book.values["exposure"][f"{s.moiety}.CL"] / rows["Q_liver"].to("L/h")
        book.values["clearance"][f"extraction.{s.moiety}"] = min(extraction, most)
        for route in s.routes:
            name, key = f"F_gut.{s.moiety}", f"F_gut.{s.moiety}.{route}"
            escapes = book.put("clearance", key, rows[name], "1") if name in rows else 1.0
            available = book.values["exposure"][f"{s.moiety}.{route}.F"] / (1 - min(extraction, most))
            # without any enzyme the whole dose is available, and no more
            book.values["clearance"][key] = min(1.0, max(escapes, available))
