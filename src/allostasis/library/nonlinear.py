"""Disposition that no constant clearance describes: saturable elimination, saturable binding, autoinduction.

The library holds the numbers; the equations belong to the exposure room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from allostasis.quantity import Parameter


@dataclass(frozen=True, slots=True, eq=False)
class MichaelisMenten:
    """Saturable elimination in place of CL: Vmax C / (Km + C) [mg/h], C the total plasma concentration [mg/L]."""

    Vmax: Parameter
    Km: Parameter

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the numbers of the elimination."""
        yield from (self.Vmax, self.Km)


@dataclass(frozen=True, slots=True, eq=False)
class PlasmaBinding:
    """Saturable binding in plasma: total C = U + Bmax U / (Kd + U), U unbound [mg/L].

    With it CL of the drug is the clearance of what is unbound, V1 the volume of what is there in total.
    """

    Bmax: Parameter
    Kd: Parameter

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the numbers of the binding."""
        yield from (self.Bmax, self.Kd)


@dataclass(frozen=True, slots=True, eq=False)
class Autoinduction:
    """A drug that makes more of its own enzyme E, which is 1 without drug.

    dE/dt = rate (1 + Emax C / (EC50 + C) - E), C the total plasma concentration;
    clearance = CL (1 - share + share E), CL that of the first dose.
    """

    Emax: Parameter
    EC50: Parameter
    share: Parameter
    rate: Parameter

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the numbers of the induction."""
        yield from (self.Emax, self.EC50, self.share, self.rate)
