"""Modulators of gating: factors on one kind of rate, weighted with the occupancy of their site."""

from dataclasses import dataclass

from allostasis import library
from allostasis.quantity.errors import InputError, UnknownNameError

_ACTS_ON = {"benzodiazepine": "flip", "barbiturate": "closing", "neurosteroid": "closing"}


@dataclass(frozen=True, slots=True)
class Modulator:
    """A modulator as a factor on one kind of rate (its binding is taken as fast, and is no state of the scheme).

    A benzodiazepine-site ligand divides the forward flip rate by c (c < 1 enhances, 1 is an antagonist, > 1 an inverse
    agonist); a barbiturate or neurosteroid multiplies the closing rate. Both are weighted with the occupancy of the site:

        flip     x  1 + occupancy (1/c - 1)            = (1 + X/(c K)) / (1 + X/K), the factor of the equilibrium model
        closing  x  1 + occupancy (factor - 1)

    Args:
        kind: "benzodiazepine", "barbiturate" or "neurosteroid".
        occupancy: occupied share of the sites, 0 to 1.
        strength: c of the ligand, or the factor on the closing rate at full occupancy; None takes the library's.

    Raises:
        UnknownNameError: another kind.
        InputError: occupancy outside 0 to 1, or a strength that is not positive.

    >>> Modulator("benzodiazepine", 1.0, 0.5).factor
    2.0
    """

    kind: str
    occupancy: float | int = 1.0
    strength: float | int | None = None

    def __post_init__(self) -> None:
        if self.kind not in _ACTS_ON:
            raise UnknownNameError("modulator", self.kind, _ACTS_ON)
        if not 0 <= self.occupancy <= 1:
            raise InputError("occupancy of a modulator", value=self.occupancy, expected="a share from 0 to 1")
        if self.strength is not None and not self.strength > 0:
            raise InputError("strength of a modulator", value=self.strength, expected="a factor above 0")

    @property
    def step(self) -> str:
        """Kind of transition that is scaled."""
        return _ACTS_ON[self.kind]

    @property
    def factor(self) -> float:
        """Factor on the rate of those transitions [1]."""
        strength = self.strength
        if strength is None:
            strength = library.parameter_set("receptor_gating")[f"modulator.{self.kind}"].value
        bound = 1 / strength if self.step == "flip" else strength
        return 1 + self.occupancy * (bound - 1)
