"""Enzymes of a run: who acts on what, what they clear, and the numbers of both."""

from collections.abc import Mapping

from allostasis import library
from allostasis.exposure import Perpetrator, Substrate
from allostasis.exposure.enzymes import COMPETITIVE, INDUCTION, MECHANISM_BASED, ORGANS
from allostasis.exposure.first_pass import bypass_route, is_oral
from allostasis.patient import Effect
from allostasis.quantity import Parameter
from allostasis.simulation.book import Book

Effects = Mapping[str, Effect]
MOST_EXTRACTED = 0.95
_KINDS = {COMPETITIVE: ("Ki",), MECHANISM_BASED: ("KI", "kinact"), INDUCTION: ("Emax", "EC50")}
_UNITS = {"Ki": "nM", "KI": "nM", "EC50": "nM", "kinact": "1/h", "Emax": "1"}
_BUT = " but for "


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


def base_of(enzyme: str) -> str:
    """Enzyme of the library behind one of a run: a copy, or a drug's own enzyme, has the constants of what it stands for."""
    head = own_enzyme("")
    return _self_induced(enzyme.removeprefix(head)) if enzyme.startswith(head) else enzyme.partition(_BUT)[0]


def _self_induced(name: str) -> str:
    """The enzyme that clears a drug and that it induces: what its autoinduction stands for; "" where none is known."""
    return next((e for e in fractions(name) if f"{e}.Emax" in _rows(name)), "")


def perpetrators_of(names: tuple[str, ...]) -> tuple[Perpetrator, ...]:
    """Who acts on an enzyme that clears anything here.

    What a drug does to its own clearance is in the library's clearance already, so it sees a copy of the enzyme on which only the
    others act; a drug with autoinduction sees its own enzyme, on which the others act beside it.
    """
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
        if enzyme in fractions(name) and library.drug(name).autoinduction is None:
            found += [p._replace(enzyme=f"{enzyme}{_BUT}{name}") for p in found if p.enzyme == enzyme and p.moiety != name]
    for name in names:
        if library.drug(name).autoinduction is not None and (enzyme := _self_induced(name)):
            found += [p._replace(enzyme=own_enzyme(name)) for p in found if p.enzyme == enzyme and p.moiety != name]
    return tuple(found)


def _clearing(name: str, perpetrators: tuple[Perpetrator, ...]) -> tuple[str, ...]:
    """Enzymes that clear a substance; of one that it acts on itself, the copy that sees the others alone."""
    own, copy = own_enzyme(name), f"{_BUT}{name}"
    acts = {p.enzyme for p in perpetrators if p.moiety == name}
    acts |= {_self_induced(name)} if own in acts else set()
    every = dict.fromkeys(p.enzyme for p in perpetrators)
    return tuple(e for e in every if e == own or e.endswith(copy) or (e in fractions(name) and e not in acts))


def substrates_of(
    names: tuple[str, ...], sites: list[tuple[str, str]], perpetrators: tuple[Perpetrator, ...]
) -> tuple[Substrate, ...]:
    """What these enzymes clear, with the routes that have a first pass."""
    found = []
    for name in names:
        own = _clearing(name, perpetrators)
        routes = tuple(r for drug, route in sites if drug == name and is_oral(route) for r in _depot_routes(name, route))
        if own:
            found.append(Substrate(name, own, routes if any(e != own_enzyme(name) for e in own) else ()))
    return tuple(found)


def _depot_routes(name: str, route: str) -> tuple[str, ...]:
    """The route, and that of the part of a dose that meets a saturated first pass."""
    saturates = library.drug(name).routes[route].F_max is not None
    return (route, bypass_route(route)) if saturates else (route,)


def enzyme_numbers(book: Book, perpetrators: tuple[Perpetrator, ...]) -> None:
    """Put what acts on enzymes, and their turnover, into the book."""
    rows = library.parameter_set("interactions")
    for name in ("Q_liver", "Q_gut"):
        book.put("enzymes", name, rows[name], "L/h")
    for p in perpetrators:
        key, enzyme = f"{p.enzyme}.{p.moiety}", base_of(p.enzyme)
        if p.enzyme == own_enzyme(p.moiety):
            induced = library.drug(p.moiety).autoinduction
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
        if p.enzyme.startswith(own_enzyme("")):
            continue
        for organ in ORGANS:
            book.put("enzymes", f"kdeg.{organ}.{p.enzyme}", rows[f"kdeg.{organ}.{enzyme}"], "1/h")


def _unbound(book: Book, moiety: str) -> float:
    """Unbound fraction of a perpetrator; 1 for one that acts on its own enzyme only and has none in the library.

    That of what passes the gut wall is 1 where the library has none.
    """
    rows = library.parameter_set("interactions")
    for name in ("fu", "fu_gut"):
        row = rows.get(f"{moiety}.{name}")
        if row is None:
            book.values["enzymes"][f"{name}.{moiety}"] = 1.0
        else:
            book.put("enzymes", f"{name}.{moiety}", row, "1")
    return book.values["enzymes"][f"fu.{moiety}"]


def substrate_numbers(book: Book, substrates: tuple[Substrate, ...], effects: Mapping[str, Effects]) -> None:
    """Put fractions of clearance, extraction and what escapes the gut wall into the book."""
    rows = library.parameter_set("interactions")
    for s in substrates:
        held = fractions(s.moiety)
        for enzyme in s.enzymes:
            if enzyme == own_enzyme(s.moiety):
                induced = library.drug(s.moiety).autoinduction
                assert induced is not None
                book.put("clearance", f"fm.{enzyme}.{s.moiety}", induced.share, "1")
            else:
                base, changed = base_of(enzyme), effects[s.moiety]
                factor = changed[f"fm.{base}"].factor if f"fm.{base}" in changed else 1.0
                book.put("clearance", f"fm.{enzyme}.{s.moiety}", held[base], "1", factor)
        extraction = min(book.values["exposure"][f"{s.moiety}.CL"] / rows["Q_liver"].to("L/h"), MOST_EXTRACTED)
        book.values["clearance"][f"extraction.{s.moiety}"] = extraction
        for route in s.routes:
            name, key = f"F_gut.{s.moiety}", f"F_gut.{s.moiety}.{route}"
            escapes = book.put("clearance", key, rows[name], "1") if name in rows else 1.0
            available = book.values["exposure"][f"{s.moiety}.{route}.F"] / (1 - extraction)
            # without any enzyme the whole dose is available, and no more
            book.values["clearance"][key] = min(1.0, max(escapes, available))
