"""What is marketed of a drug: tablets, capsules and oral liquids of the library, used where no strengths are given."""

from functools import cache
from typing import NamedTuple

from allostasis import library
from allostasis.clinic.taper.product import Liquid, Product, Tablet
from allostasis.library.rows import rows
from allostasis.quantity import NotModelledError, UnknownNameError

SOLID = ("tablet", "capsule")
"""Forms that a plan uses by default: swallowed, and released at once."""


class Formulation(NamedTuple):
    """One strength of one marketed form, as the library has it.

    Args:
        drug: canonical name.
        form: such as "tablet", "capsule", "extended-release tablet", "oral solution".
        route: "oral" or "sublingual".
        strength: content [mg] or concentration [mg/mL].
        unit: "mg" or "mg/mL".
        parts: into how many parts a tablet can be split by its score; 1 where unknown, 0 for a liquid.
        step_ml: smallest volume measured [mL]; 0 for a tablet.
        region: where it is marketed, such as "US", "UK/EU", "DE".
        scored: what the source says of the score.
        source: id of the bibliography.
        status: seen or recalled.
        note: anything else.
    """

    drug: str
    form: str
    route: str
    strength: float
    unit: str
    parts: int
    step_ml: float
    region: str
    scored: str
    source: str
    status: str
    note: str

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions one by one.

        >>> formulations("flurazepam")[0].regions
        ('US', 'UK', 'EU')
        """
        return tuple(self.region.replace("+", "/").split("/"))


@cache
def _all() -> dict[str, tuple[Formulation, ...]]:
    found: dict[str, list[Formulation]] = {}
    for row in rows("formulations"):
        numbers = {
            "strength": float(row["strength"]), "parts": int(row["parts"] or 0), "step_ml": float(row["step_mL"] or 0),
        }  # fmt: skip
        texts = {key: row[key] for key in Formulation._fields if key not in numbers}
        found.setdefault(row["drug"], []).append(Formulation(**texts, **numbers))
    return {drug: tuple(listed) for drug, listed in found.items()}


def has_formulary(drug: str) -> bool:
    """Whether the library knows any marketed form of a drug, by its canonical name."""
    return drug in _all()


def formulations(drug: str) -> tuple[Formulation, ...]:
    """Every marketed oral or sublingual form of a drug that the library has, with source and status.

    Raises:
        UnknownNameError: an unknown drug.
        NotModelledError: a drug whose marketed forms the library does not have.

    >>> sorted({f.form for f in formulations("Ativan")})
    ['extended-release capsule', 'oral concentrate', 'oral solution', 'sublingual tablet', 'tablet']
    """
    name = library.canonical(drug, "drug")
    if not has_formulary(name):
        fix = "give the strengths yourself, such as '1, 2 mg'"
        raise NotModelledError("marketed strengths not in the library", value=drug, expected=", ".join(_all()), fix=fix)
    return _all()[name]


def formulary(drug: str, *, region: str = "", liquids: bool = False) -> tuple[Product, ...]:
    """Products to plan with where nobody said what the pharmacy has.

    Only tablets and capsules that are swallowed and release at once. Where regions disagree on a score, the fewest parts are
    taken. Without a region this is what is marketed anywhere, which no single pharmacy has.

    Args:
        drug: any known spelling.
        region: "US", "UK", "EU", "DE"; "" for all.
        liquids: with oral liquids too.

    Raises:
        UnknownNameError: an unknown drug or region.
        NotModelledError: no marketed forms in the library.

    >>> [product.name for product in formulary("lorazepam", region="US")]
    ['lorazepam 2 mg tablet', 'lorazepam 1 mg tablet', 'lorazepam 0.5 mg tablet']
    """
    listed = formulations(drug)
    regions = {name for f in listed for name in f.regions}
    if region and region not in regions:
        raise UnknownNameError(f"region with a form of {listed[0].drug}", region, regions)
    here = [f for f in listed if f.route == "oral" and (not region or region in f.regions)]
    solid = [f for f in here if f.form in SOLID]
    parts = {strength: min(f.parts for f in solid if f.strength == strength) for strength in {f.strength for f in solid}}
    tablets = [Tablet(listed[0].drug, strength, parts[strength]) for strength in sorted(parts, reverse=True)]
    steps = {f.strength: f.step_ml for f in here if f.unit == "mg/mL"} if liquids else {}
    return (*tablets, *(Liquid(listed[0].drug, strength, step) for strength, step in sorted(steps.items())))
