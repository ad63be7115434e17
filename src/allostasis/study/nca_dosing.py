"""What was given before and during a concentration-time profile. Times in h, doses in mg."""

import math
from dataclasses import dataclass

from allostasis.quantity import InputError

BOLUS_H = 5 / 60
"""An intravenous input of at most 5 min counts as a bolus."""
SAME_H = 1e-9
"""Two instants closer than this are the same instant [h]."""


@dataclass(frozen=True)
class Dosing:
    """What was given before and during a profile.

    Args:
        route: "iv", or any other route (then clearance is CL/F).
        amount: the dose before the analysed interval, None where it is not known.
        unit: "mg", or "mg/kg" (then clearance is per kg).
        times_h: times of all doses on the axis of the samples [h]; None where they are not known (repeated dosing).
        infusion_h: length of an intravenous input [h]; at most 5 min is a bolus.
        tau_h: dosing interval at steady state [h]; None for a single dose.
        weight_kg: body weight [kg], for clearance per kg.
        metabolite: the analyte is formed from what was given: no clearance, and the curve begins at 0.
        mixed: several routes or durations in one profile.
    """

    route: str = "oral"
    amount: float | int | None = None
    unit: str = "mg"
    times_h: tuple[float | int, ...] | None = (0.0,)
    infusion_h: float | int = 0.0
    tau_h: float | int | None = None
    weight_kg: float | int | None = None
    metabolite: bool = False
    mixed: bool = False

    def __post_init__(self):
        if self.unit not in ("mg", "mg/kg"):
            raise InputError("unit of a dose is not known", value=self.unit, expected="'mg' or 'mg/kg'")
        named = ("dose", self.amount), ("dosing interval tau [h]", self.tau_h), ("body weight [kg]", self.weight_kg)
        for what, value in named:
            if value is not None and not (math.isfinite(value) and value > 0):
                raise InputError(f"{what} is out of range", value=value, expected="a finite number above 0")
        if not (math.isfinite(self.infusion_h) and self.infusion_h >= 0):
            raise InputError("infusion time [h] is out of range", value=self.infusion_h, expected="0 or above")
        if self.times_h is not None and not (self.times_h and all(math.isfinite(t) for t in self.times_h)):
            raise InputError("dose times are not numbers", value=self.times_h, expected="one or more times in h")

    @property
    def bolus(self) -> bool:
        """Whether the curve of the analyte begins with an intravenous bolus."""
        return self.route == "iv" and not self.metabolite and self.infusion_h <= BOLUS_H + SAME_H

    @property
    def repeated(self) -> bool:
        """Whether the analysed interval follows other doses, so that an area to infinity has no meaning."""
        return self.times_h is None or len(self.times_h) > 1 or self.tau_h is not None
