"""From an unbound brain level to the dose of a rat, by the exposure of rodents."""

import numpy as np
from scipy.linalg import expm

from allostasis.quantity import NotModelledError
from allostasis.simulation.animal_numbers import animal_exposure, animal_routes
from allostasis.simulation.book import Book

ROUTES = ("intraperitoneal", "subcutaneous", "intramuscular", "iv")
"""In the order of preference."""


def level_per_dose(drug: str, hours: float | int) -> tuple[float, str]:
    """Return the unbound brain level [nM] that 1 mg/kg leaves after some hours, and the route.

    Raises:
        NotModelledError: no rat numbers of the drug.

    >>> level, route = level_per_dose("diazepam", 0.5)
    >>> 20 < level < 36, route
    (True, 'intraperitoneal')
    """
    known = animal_routes().get(drug, ())
    route = next((each for each in ROUTES if each in known), None)
    if route is None:
        raise NotModelledError(f"no exposure of rats to {drug} is in the library", value=drug,
                               expected="one of: " + ", ".join(animal_routes()))  # fmt: skip
    book = Book()
    body = animal_exposure(book, [(drug, route)])
    prepared = body.prepare(book.values["exposure"])
    after = expm(np.asarray(body.matrix(prepared), float) * hours) @ np.asarray(body.dose_vector(drug, route, prepared), float)
    return float(after[[s.name for s in body.states].index(f"{drug}.brain")]), route
