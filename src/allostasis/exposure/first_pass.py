"""First pass that saturates: of a larger dose a larger fraction is available."""

from typing import Any

ORAL = "oral"
"""First word of every route by mouth; a form such as a solution follows after a hyphen."""
BYPASS = "bypass"
"""Ending of the route by which the part of a dose travels that meets a saturated first pass."""


def bypass_route(route: str) -> str:
    """Name of the depot for the part that meets a saturated first pass: absorbed like the rest, available like a large dose."""
    return f"{route}_{BYPASS}"


def unsaturated(route: str) -> str:
    """Route of the rest of the dose for that of the part that meets a saturated first pass; "" for any other.

    >>> unsaturated("oral_bypass"), unsaturated("oral")
    ('oral', '')
    """
    base = route.removesuffix(f"_{BYPASS}")
    return base if base != route else ""


def is_oral(route: str) -> bool:
    """Whether a dose by this route is swallowed, so that it meets the gut wall and the liver first; whatever its form.

    >>> [is_oral(r) for r in ("oral", "oral-solution", "oral-extended-release", "oral_bypass", "sublingual", "iv")]
    [True, True, True, True, False, False]
    """
    return (unsaturated(route) or route).partition("-")[0] == ORAL


def saturated_share(dose: Any, D50: Any) -> Any:
    """Share of a dose that meets a saturated first pass, so that the whole has the available fraction that its size gives it.

        F(D)  = F + (F_max - F) D/(D + D50)    F: available fraction of a small dose, F_max: of a very large one
        share = D/(D + D50)                    it has F_max, the rest F; what first pass takes of either forms metabolites alike

    Enzymes act on both parts, so an inducer lowers the availability of a large dose too.

    Args:
        dose: D [mg].
        D50: dose half-way between the two [mg].

    >>> saturated_share(20.0, 20.0), saturated_share(0.0, 20.0)
    (0.5, 0.0)
    """
    return dose / (dose + D50)


def formed_by_first_pass(fraction: Any, F: Any, F_max: Any) -> Any:
    """Molar fraction of the saturated part that arrives as a metabolite, from that of a small dose.

    >>> round(formed_by_first_pass(0.15, 0.4, 0.6), 3)
    0.1
    """
    return fraction * (1 - F_max) / (1 - F)
