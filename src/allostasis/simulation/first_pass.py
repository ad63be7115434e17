"""Doses whose first pass saturates, as two doses: what is available like a small one, and what is like a very large one."""

from collections.abc import Iterable
from dataclasses import replace

from allostasis import library
from allostasis.exposure.first_pass import bypass_route, saturated_share
from allostasis.regimen import Dose


def by_first_pass(doses: Iterable[Dose]) -> list[Dose]:
    """Split the doses of routes with a first pass that saturates; the others stay as they are. Amounts in mg.

    >>> [(d.route, round(d.amount, 2)) for d in by_first_pass([Dose("midazolam", "oral", 15.0, "mg", 0.0)])]
    [('oral', 11.35), ('oral_bypass', 3.65)]
    """
    result = []
    for dose in doses:
        route = library.drug(dose.drug).routes.get(dose.route)
        if route is None or route.F_max is None or route.D50 is None:
            result.append(dose)
            continue
        share = saturated_share(dose.amount, route.D50.value)
        result.append(replace(dose, amount=dose.amount * (1 - share)))
        result.append(replace(dose, amount=dose.amount * share, route=bypass_route(dose.route)))
    return result
