"""Tapers: stepwise reductions of the dosing before them. Amounts in mg (or mg/kg) per day, times in h."""

import math
from dataclasses import dataclass

from allostasis.quantity.errors import InputError
from allostasis.regimen.dose import SAME_INSTANT_H, check_unit, finite
from allostasis.regimen.statement import Number, normalise_start, set_fields

#: Default end of a percent-of-current taper: share of the starting daily dose below which dosing stops [%].
DEFAULT_FLOOR_PERCENT = 5.0
#: Structural limit on the number of steps of one taper.
MAX_STEPS = 5_000
TAPER_KINDS = ("percent_of_current", "percent_of_start", "fixed")
#: Stands in for 0 under a logarithm or a quotient, so that absurd input is counted, not divided by.
SMALLEST = 1e-300


@dataclass(frozen=True)
class Taper:
    """Stepwise reduction of the repeated dosing before it; the first reduction comes at its start.

    Args:
        kind: "percent_of_current", "percent_of_start" (of the daily dose when the taper begins) or "fixed".
        step: percent, or the amount taken off the DAILY dose at each step [unit per day].
        unit: "%" for the percent kinds, else "mg" or "mg/kg".
        every_h: length of each step [h].
        floor: daily dose at which the taper ends [floor_unit]; 0 ends it where no dose is left.
        floor_unit: "mg", "mg/kg" (per day), or "%" of the daily dose when the taper begins.
        hold_floor: True gives one last step at the floor itself ("to 2 mg"); False ends dosing at the first
            step that would be below the floor ("until below 2 mg").
        start_h: start [h] or None.

    Raises:
        InputError: a number is out of range or a unit does not fit the kind.

    """

    kind: str
    step: Number
    unit: str
    every_h: Number
    floor: Number
    floor_unit: str
    hold_floor: bool = True
    start_h: Number | None = None

    def __post_init__(self):
        normalise_start(self)
        if self.kind not in TAPER_KINDS or (self.unit == "%") == (self.kind == "fixed"):
            raise InputError(
                "kind of taper is not known", value=self.kind, expected="one of " + ", ".join(TAPER_KINDS)
            )
        if self.kind == "fixed":
            check_unit(self.unit)
        step = finite(self.step, f"step of a taper [{self.unit}]", above=0.0)
        if self.unit == "%" and step >= 100:
            fix = "write 'taper 10 % of current every 14 d', or 'then stop' for an abrupt end"
            raise InputError(
                "taper step is the whole dose",
                value=f"{step:g} %",
                expected="a percentage below 100",
                fix=fix,
            )
        if self.floor_unit != "%":
            check_unit(self.floor_unit)
        floor = finite(self.floor, f"floor of a taper [{self.floor_unit}]", at_least=0.0)
        if self.kind == "percent_of_current" and floor == 0:
            fix = "write 'to 0.5 mg' or 'until below 5 % of start' behind the step"
            raise InputError(
                "a taper by a percentage of the current dose never reaches 0",
                expected="a floor above 0",
                fix=fix,
            )
        set_fields(
            self, step=step, floor=floor, every_h=finite(self.every_h, "interval of a taper [h]", above=0.0)
        )

    def factors(self, daily_dose: float, unit: str) -> tuple[float, ...]:
        """Levels of the taper as fractions of the `daily_dose` [unit per day] that it begins from.

        Raises:
            InputError: units differ, the floor is not below the daily dose, or there are too many steps.

        """
        for own, name in ((self.unit, "step"), (self.floor_unit, "floor")):
            if own not in ("%", unit) and not (name == "floor" and self.floor == 0):
                raise InputError(
                    f"{name} of the taper is in another unit than the dose", value=own, expected=unit
                )
        floor = self.floor / 100 if self.floor_unit == "%" else self.floor / daily_dose
        if floor >= 1:
            raise InputError(
                "floor of the taper is not below the daily dose",
                value=f"{self.floor:g} {self.floor_unit}",
                expected=f"less than the daily dose of {daily_dose:g} {unit}",
                fix="write a smaller floor, such as 'until below 5 % of start'",
            )
        part = self.step / daily_dose if self.kind == "fixed" else self.step / 100
        part = max(part, SMALLEST)
        if part >= 1:
            raise InputError(
                "taper step is not smaller than the daily dose",
                value=f"{self.step:g} {self.unit}",
                expected=f"less than the daily dose of {daily_dose:g} {unit}",
                fix="write a smaller step, or 'then stop' for an abrupt end",
            )
        geometric = self.kind == "percent_of_current"
        exact = math.log(max(floor, SMALLEST)) / math.log1p(-part) if geometric else (1 - floor) / part
        if not exact < MAX_STEPS:
            raise InputError(
                "taper has too many steps",
                value=f"{exact:.3g}",
                expected=f"fewer than {MAX_STEPS} steps",
                fix="take larger steps, or a higher floor",
            )
        count = math.floor(exact + SAME_INSTANT_H)
        levels = [(1 - part) ** k if geometric else 1 - k * part for k in range(1, count + 1)]
        if self.hold_floor and floor > 0 and exact - count > SAME_INSTANT_H:
            levels.append(floor)
        return tuple(level for level in (round(x, 12) for x in levels) if level > SAME_INSTANT_H)
