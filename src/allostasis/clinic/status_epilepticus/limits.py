"""Largest single doses in status epilepticus, as guidelines and labels state them."""

from allostasis import library
from allostasis.quantity import InputError


def maximum(drug: str) -> tuple[float | None, float | None]:
    """Stated largest single dose of a drug: (mg, mg/kg); None where none is stated.

    >>> maximum("lorazepam")
    (4.0, 0.1)
    """
    rows = library.parameter_set("status_epilepticus")
    per_dose, per_kg = rows.get(f"maximum.{drug}"), rows.get(f"maximum_per_kg.{drug}")
    return (None if per_dose is None else per_dose.to("mg"), None if per_kg is None else per_kg.to("mg/kg"))


def maximum_rate(drug: str) -> float | None:
    """Stated largest rate of a lasting infusion [mg/kg/h]; None where none is stated.

    >>> maximum_rate("propofol")
    12.0
    """
    row = library.parameter_set("status_epilepticus").get(f"maximum_rate.{drug}")
    return None if row is None else row.to("mg/kg/h")


def check_dose(
    drug: str, dose: float, per_kg: bool, cap_mg: float | None, weight_kg: float, over_min: float | int = 0.0
) -> None:
    """Refuse a dose above what is stated: as a single dose, and, given over some minutes, as the rate of a lasting infusion.

    Raises:
        InputError: with the maximum and its source.
    """
    most_mg, most_per_kg = maximum(drug)
    amount = dose * weight_kg if per_kg else dose
    if cap_mg is not None:
        amount = min(amount, cap_mg)
    limits = [m for m in (most_mg, None if most_per_kg is None else most_per_kg * weight_kg) if m is not None]
    most = max(limits, default=None)
    rate = maximum_rate(drug)
    if rate is not None and over_min and amount <= rate * weight_kg * over_min / 60 * (1 + 1e-9):  # structural: min/h, rounding
        return
    if most is not None and amount > most * (1 + 1e-9):  # structural: rounding
        raise InputError(
            f"dose of {drug} above the stated maximum", value=f"{amount:g} mg for {weight_kg:g} kg",
            expected=f"at most {most:g} mg" + ("" if rate is None else f", or {rate:g} mg/kg/h as a lasting infusion"),
            fix="lower it, or write above_maximum = true",
        )  # fmt: skip
