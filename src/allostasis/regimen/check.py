"""A regimen against the library: canonical names of drugs, and routes that have parameters."""

from dataclasses import replace

from allostasis import library
from allostasis.library.tables import LibraryFileError
from allostasis.quantity.errors import InputError
from allostasis.regimen.course import Course
from allostasis.regimen.grammar import parse
from allostasis.regimen.regimen import Regimen
from allostasis.regimen.tokens import GrammarError


class LibraryNames:
    """Resolves names against `allostasis.library`; see `grammar.Names`."""

    def drug(self, name: str) -> str:
        """Return the canonical name of a drug that the library models; raises with the nearest name otherwise."""
        return library.drug(library.canonical(name, "drug")).name

    def route(self, drug: str, route: str) -> str:
        """Return a route of a canonical drug; raises InputError with the routes that have parameters."""
        routes = library.drug(drug).routes
        if route in routes:
            return route
        known = ", ".join(sorted(routes)) or "none"
        raise InputError(
            f"no parameters for {drug} by this route",
            value=route,
            expected=f"a route of {drug} in the library: {known}",
            fix=f"write '{drug} ... {next(iter(sorted(routes)))} ...'" if routes else "choose another drug",
        )


def parse_regimen(text: str) -> Regimen:
    """Parse a regimen text and resolve its drugs and routes against the library.

    Args:
        text: the regimen; the language is described in docs/regimen.md.

    Raises:
        GrammarError: the text is not understood, a drug is not known, or a route has no parameters.
        LibraryFileError: the file of a drug is at fault, and not the text.

    """
    try:
        return parse(text, LibraryNames())
    except GrammarError as error:
        if isinstance(error.__cause__, LibraryFileError):
            raise error.__cause__ from None
        raise


def check_against_library(regimen: Regimen) -> Regimen:
    """Return the regimen with canonical names of drugs, for a regimen that was not parsed from text.

    Raises:
        UnknownNameError: a drug is not in the library.
        InputError: a route has no parameters for its drug.

    """
    names = LibraryNames()

    def resolved(item):
        if not getattr(item, "drug", ""):
            return item
        drug = names.drug(item.drug)
        return replace(item, drug=drug, route=names.route(drug, item.route))

    courses = tuple(Course(tuple(resolved(s) for s in course.statements)) for course in regimen.courses)
    rules, events = tuple(resolved(rule) for rule in regimen.rules), tuple(resolved(each) for each in regimen.events)
    return Regimen(courses, rules, events)
