"""The exposure of an animal experiment: which drugs by which routes, with the numbers of the library (rats, some mice)."""

import math
from collections.abc import Iterable

from allostasis import library
from allostasis.exposure import AnimalCompartments
from allostasis.exposure.animal import INTRAVENOUS
from allostasis.quantity import NotModelledError
from allostasis.simulation.book import Book

SET = "rat_exposure"


def animal_routes() -> dict[str, tuple[str, ...]]:
    """Drugs that have rodent numbers -> routes that do.

    >>> animal_routes()["ketamine"]
    ('iv', 'intraperitoneal', 'intramuscular')
    """
    found: dict[str, tuple[str, ...]] = {}
    for key in library.parameter_set(SET):
        drug, *rest = key.split(".")
        if rest[-1] == "level":
            found[drug] = (*found.get(drug, ()), rest[0])
    return found


def animal_exposure(book: Book, doses: Iterable[tuple[str, str]]) -> AnimalCompartments:
    """Put the numbers of rodents into the book and return their exposure; amounts of its doses are mg/kg.

    Args:
        book: where the numbers go.
        doses: (drug, route) pairs in use, any spelling.

    Raises:
        NotModelledError: a drug or a route without rodent numbers.

    >>> animal_exposure(Book(), [("ketamine", "ip")]).routes
    (('ketamine', 'intraperitoneal'),)
    """
    rows, known = library.parameter_set(SET), animal_routes()
    sites = sorted({(library.canonical(d, "drug"), library.canonical(r, "route")) for d, r in doses})
    for drug, route in sites:
        if route not in known.get(drug, ()):
            raise NotModelledError(
                f"{drug} by the {route} route in a rodent", value=f"{drug} {route}",
                expected="; ".join(f"{name}: {', '.join(routes)}" for name, routes in known.items()),
            )  # fmt: skip
    given = tuple(dict.fromkeys(drug for drug, _ in sites))
    pairs = tuple(pair for pair in animal_metabolites() if pair[0] in given)
    drugs = tuple(dict.fromkeys((*given, *(metabolite for _, metabolite in pairs))))
    slow = tuple(drug for drug in drugs if f"{drug}.brain_half_life" in rows)
    book.values["exposure"] = {}
    for drug in drugs:
        _rate(book, f"{drug}.k", f"{drug}.half_life")
    for drug in slow:
        _rate(book, f"{drug}.e", f"{drug}.brain_half_life")
    for drug, route in sites:
        key = f"{drug}.{route}"
        book.put("exposure", f"{key}.level", rows[f"{key}.level"], "nM*kg/mg")
        if route != INTRAVENOUS:
            book.put("exposure", f"{key}.ka", rows[f"{key}.ka"], "1/h")
    for drug, metabolite in pairs:
        _made(book, drug, metabolite, [route for name, route in sites if name == drug and route != INTRAVENOUS])
    return AnimalCompartments(drugs, tuple(sites), slow, pairs)


def animal_metabolites() -> tuple[tuple[str, str], ...]:
    """(drug, active metabolite) pairs that have rodent numbers.

    >>> animal_metabolites()
    (('ketamine', 'norketamine'),)
    """
    ends = (key.split(".") for key in library.parameter_set(SET) if key.endswith(".area"))
    return tuple((drug, metabolite) for drug, metabolite, _ in ends)


def _made(book: Book, drug: str, metabolite: str, routes: Iterable[str]) -> None:
    """What of a drug becomes its metabolite: the yield from the ratio of areas, and the first pass of each route."""
    rows, numbers = library.parameter_set(SET), book.values["exposure"]
    area = rows[f"{drug}.{metabolite}.area"]
    numbers[f"{metabolite}.yield"] = area.value * numbers[f"{metabolite}.k"] / numbers[f"{drug}.k"]
    book.used[f"exposure.{drug}.{metabolite}.area"] = area
    for route in routes:
        available = rows[f"{drug}.{route}.available"]
        numbers[f"{drug}.{route}.first_pass"] = 1 / available.value - 1
        book.used[f"exposure.{drug}.{route}.available"] = available


def _rate(book: Book, name: str, key: str) -> None:
    """A rate constant from the row of its half-life."""
    row = library.parameter_set(SET)[key]
    book.values["exposure"][name] = math.log(2) / row.to("h")
    book.used[f"exposure.{key}"] = row
