"""What covariates do to the numbers of a drug: factors with their reasons and the library rows behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

from allostasis.quantity import Parameter

VOLUMES, FLOWS = ("V1", "V2", "V3"), ("Q2", "Q3")


class Cause(NamedTuple):
    """One reason for a factor.

    Attributes:
        covariate: what about the patient ("age", "CYP2C19", ...).
        factor: on the number.
        rows: library rows that the factor was made of.
        rule: whether it is a class rule rather than a number of the drug itself.
    """

    covariate: str
    factor: float
    rows: tuple[Parameter, ...] = ()
    rule: bool = False


@dataclass(frozen=True)
class Effect:
    """Factor on one number of a drug: the product over its causes.

    >>> Effect((Cause("age", 0.5), Cause("sex", 1.2))).factor
    0.6
    """

    causes: tuple[Cause, ...] = ()

    @property
    def factor(self) -> float:
        """Product of the factors of all causes [1]; exactly 1 without any."""
        return prod((cause.factor for cause in self.causes), start=1.0)


Causes = dict[str, list[Cause]]
"""Number of a drug ("CL", "V1", "F.oral", ...) to the reasons why it differs."""


def merged(*parts: Mapping[str, Iterable[Cause]]) -> Causes:
    """Causes of several mechanisms together, in order.

    >>> merged({"CL": [Cause("age", 0.5)]}, {"CL": [Cause("sex", 1.2)]})["CL"][1].covariate
    'sex'
    """
    result: Causes = {}
    for part in parts:
        for key, causes in part.items():
            result.setdefault(key, []).extend(causes)
    return result


def spread(key: str) -> tuple[str, ...]:
    """Numbers that a row speaks of: "V" stands for every volume.

    >>> spread("V"), spread("CL")
    (('V1', 'V2', 'V3'), ('CL',))
    """
    return VOLUMES if key == "V" else (key,)
