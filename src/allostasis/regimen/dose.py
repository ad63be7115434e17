"""One administration of a drug, the atom of every regimen. Amounts in mg (or mg/kg), times in h."""

import math
from dataclasses import dataclass, replace

from allostasis.quantity.errors import InputError

#: Structural limit on the number of expanded doses of one regimen, against runaway input.
MAX_DOSES = 200_000
#: Two instants closer than this are the same instant [h].
SAME_INSTANT_H = 1e-9
#: Units of amount that a dose may carry after parsing.
AMOUNT_UNITS = ("mg", "mg/kg")


def finite(
    value: object, what: str, *, above: float | int | None = None, at_least: float | int | None = None
) -> float:
    """Return `value` as a float, or raise InputError naming `what` when it is not finite or out of range.

    Args:
        value: the number to check.
        what: the quantity with its unit, for the message ("dose [mg]").
        above: exclusive lower bound, in the unit of `value`.
        at_least: inclusive lower bound, in the unit of `value`.

    Raises:
        InputError: the value is not a number, not finite, or below its bound.

    >>> finite(2, "dose [mg]", above=0.0)
    2.0

    """
    bound = (
        f" above {above:g}"
        if above is not None
        else f" of at least {at_least:g}"
        if at_least is not None
        else ""
    )
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    bad = not math.isfinite(number)
    if bad or (above is not None and number <= above) or (at_least is not None and number < at_least):
        why = "is not a finite number" if bad else "is out of range"
        raise InputError(f"{what} {why}", value=value, expected=f"a finite number{bound}")
    return number


def check_unit(unit: str) -> None:
    """Raise InputError unless `unit` is "mg" or "mg/kg"."""
    if unit not in AMOUNT_UNITS:
        raise InputError(
            "unit of a dose is not known", value=unit, expected="'mg' or 'mg/kg'", fix="convert to mg"
        )


@dataclass(frozen=True)
class Dose:
    """One bolus (`duration_h` 0) or one constant-rate infusion.

    Args:
        drug: name of the drug (canonical after `check_against_library`).
        route: name of the route ("oral", "iv", "intramuscular", ...).
        amount: total amount given [mg, or mg/kg of body weight], above 0.
        unit: "mg" or "mg/kg".
        time_h: start of the administration [h], at least 0.
        duration_h: 0 for a bolus, else the length of the constant-rate input [h].
        lag_h: added to the lag of the route before the dose enters [h], at least 0 (ALAG of an event table).
        fraction: share of `amount` that may enter, on top of the bioavailability of the route (BIOAV), at least 0.

    Raises:
        InputError: a number is not finite or out of range, or the unit is not known.

    >>> Dose("diazepam", "iv", 0.2, "mg/kg", 0.0).scaled(70.0).amount
    14.0

    """

    drug: str
    route: str
    amount: float | int
    unit: str
    time_h: float | int
    duration_h: float | int = 0.0
    lag_h: float | int = 0.0
    fraction: float | int = 1.0

    def __post_init__(self):
        check_unit(self.unit)
        object.__setattr__(self, "amount", finite(self.amount, f"dose [{self.unit}]", above=0.0))
        object.__setattr__(self, "time_h", finite(self.time_h, "time of a dose [h]", at_least=0.0))
        object.__setattr__(
            self, "duration_h", finite(self.duration_h, "duration of a dose [h]", at_least=0.0)
        )
        object.__setattr__(self, "lag_h", finite(self.lag_h, "lag of a dose [h]", at_least=0.0))
        object.__setattr__(self, "fraction", finite(self.fraction, "available share of a dose", at_least=0.0))

    @property
    def end_h(self) -> float:
        """End of the administration [h]; the time itself for a bolus."""
        return float(self.time_h + self.duration_h)

    @property
    def rate(self) -> float:
        """Rate of an infusion [unit per h]; 0 for a bolus."""
        return float(self.amount / self.duration_h) if self.duration_h > 0 else 0.0

    def scaled(self, weight_kg: float | int | None) -> "Dose":
        """Return the dose in mg, scaled by body weight [kg] where it is per kg.

        Raises:
            InputError: the dose is per kg and no positive weight is given.

        """
        if self.unit == "mg":
            return self
        if weight_kg is None:
            raise InputError(
                "a dose per kg needs a body weight",
                value=f"{self.drug} {self.amount:g} mg/kg",
                expected="weight_kg in kg",
                fix="give the weight of the patient, such as 70 kg, or write the dose in mg",
            )
        weight = finite(weight_kg, "body weight [kg]", above=0.0)
        return replace(self, amount=self.amount * weight, unit="mg")
