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


def check_dose(drug: str, dose: float, per_kg: bool, cap_mg: float | None, weight_kg: float) -> None:
    """Refuse a dose above what is stated.

    Raises:
        InputError: with the maximum and its source.
    """
    most_mg, most_per_kg = maximum(drug)
    amount = dose * weight_kg if per_kg else dose
    if cap_mg is not None:
        amount = min(amount, cap_mg)
    limits = [m for m in (most_mg, None if most_per_kg is None else most_per_kg * weight_kg) if m is not None]
    most = max(limits, default=None)
    if most is not None and amount > most * (1 + 1e-9):  # rounding
        raise InputError(
            f"dose of {drug} above the stated maximum", value=f"{amount:g} mg for {weight_kg:g} kg",
            expected=f"at most {most:g} mg", fix="lower it, or write above_maximum = true",
        )  # fmt: skip
