"""What a pharmacy hands out: tablets that can be split, and liquids that can be measured."""

import math
from dataclasses import dataclass
from fractions import Fraction

from allostasis.quantity import InputError

PARTS = (1, 2, 4)  # structural: whole, halves, quarters
TEXT = {Fraction(1, 4): "1/4", Fraction(1, 2): "1/2", Fraction(3, 4): "3/4"}  # structural: words of fractions


def _positive(value: float | int, what: str) -> float:
    if not (math.isfinite(value) and value > 0):
        raise InputError(what, value=value, expected="a number above 0")
    return float(value)


@dataclass(frozen=True, order=True)
class Tablet:
    """A tablet.

    Args:
        drug: canonical name.
        strength_mg: content [mg].
        parts: into how many parts it can be split: 1, 2 or 4.

    Raises:
        InputError: a strength that is not positive, or another number of parts.

    >>> Tablet("diazepam", 2, parts=2).name
    'diazepam 2 mg tablet'
    """

    drug: str
    strength_mg: float | int
    parts: int = 1

    def __post_init__(self):
        object.__setattr__(self, "strength_mg", _positive(self.strength_mg, f"strength of {self.drug} [mg]"))
        if self.parts not in PARTS:
            raise InputError("parts of a tablet", value=self.parts, expected="1 (whole), 2 (halves) or 4 (quarters)")

    @property
    def name(self) -> str:
        """Name for a reader."""
        return f"{self.drug} {self.strength_mg:g} mg tablet"

    @property
    def unit(self) -> str:
        """What a quantity counts."""
        return "tablet"

    @property
    def mg_per_unit(self) -> Fraction:
        """Content of one tablet [mg], exact."""
        return exact(self.strength_mg)

    @property
    def smallest(self) -> Fraction:
        """Smallest quantity that can be given [tablets]."""
        return Fraction(1, self.parts)


@dataclass(frozen=True, order=True)
class Liquid:
    """An oral liquid.

    Args:
        drug: canonical name.
        mg_per_ml: concentration [mg/mL].
        step_ml: smallest volume that is measured [mL].

    Raises:
        InputError: a number that is not positive.

    >>> Liquid("diazepam", 1, 0.1).name
    'diazepam 1 mg/mL liquid'
    """

    drug: str
    mg_per_ml: float | int
    step_ml: float | int = 0.1  # structural: the marks of a 1 mL oral syringe

    def __post_init__(self):
        object.__setattr__(self, "mg_per_ml", _positive(self.mg_per_ml, f"concentration of {self.drug} [mg/mL]"))
        object.__setattr__(self, "step_ml", _positive(self.step_ml, f"smallest volume of {self.drug} [mL]"))

    @property
    def name(self) -> str:
        """Name for a reader."""
        return f"{self.drug} {self.mg_per_ml:g} mg/mL liquid"

    @property
    def unit(self) -> str:
        """What a quantity counts."""
        return "mL"

    @property
    def mg_per_unit(self) -> Fraction:
        """Content of one mL [mg], exact."""
        return exact(self.mg_per_ml)

    @property
    def smallest(self) -> Fraction:
        """Smallest quantity that can be given [mL]."""
        return exact(self.step_ml)


Product = Tablet | Liquid


@dataclass(frozen=True)
class Item:
    """A quantity of a product, taken at once.

    Args:
        product: what.
        quantity: how many tablets, or mL; a multiple of the smallest that the product allows.

    Raises:
        InputError: a quantity that is not positive, or that the product cannot give.

    >>> half = Item(Tablet("diazepam", 5, parts=2), Fraction(1, 2))
    >>> float(half.mg), half.text
    (2.5, '1/2 x 5 mg')
    """

    product: Product
    quantity: Fraction

    def __post_init__(self):
        object.__setattr__(self, "quantity", Fraction(self.quantity))
        if self.quantity <= 0 or (self.quantity / self.product.smallest).denominator != 1:
            smallest = f"{float(self.product.smallest):g} {self.product.unit}"
            raise InputError(
                f"quantity of {self.product.name}", value=float(self.quantity), expected=f"a multiple of {smallest}"
            )

    @property
    def mg(self) -> Fraction:
        """Content [mg], exact."""
        return self.quantity * self.product.mg_per_unit

    @property
    def text(self) -> str:
        """Quantity and strength for a reader."""
        if isinstance(self.product, Liquid):
            return f"{float(self.quantity):g} mL of {self.product.mg_per_ml:g} mg/mL"
        whole, rest = divmod(self.quantity, 1)
        count = " ".join(([str(whole)] if whole else []) + ([TEXT[rest]] if rest else []))
        return f"{count} x {self.product.strength_mg:g} mg"


def exact(value: float | int | Fraction) -> Fraction:
    """The decimal number that was written, without the rounding of binary floating point.

    >>> exact(0.1) + exact(0.2) == exact(0.3)
    True
    """
    if isinstance(value, Fraction):
        return value
    return Fraction(repr(value)).limit_denominator(10**6)  # structural: a millionth of a mg
