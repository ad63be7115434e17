"""Largest daily dose of a label: a plan that starts above it is refused unless that is said to be meant."""

from fractions import Fraction

from allostasis import library
from allostasis.quantity import InputError, Parameter


def maximum_daily(drug: str) -> Parameter | None:
    """Largest daily dose of a drug [mg/d] in any label that the library has; None where it has none.

    >>> maximum_daily("Valium").value
    40.0
    """
    return library.parameter_set("taper").get(f"maximum_daily.{library.canonical(drug, 'drug')}")


def check_maximum(drug: str, mg: Fraction | float | int, *, allow: bool = False) -> tuple[str, ...]:
    """Refuse a daily dose above the label's largest; return notes for the plan.

    Args:
        drug: any known spelling.
        mg: daily dose [mg].
        allow: go on, with a note.

    Raises:
        InputError: a dose above the largest of the label, without `allow`.

    >>> check_maximum("diazepam", 60, allow=True)
    ('60 mg/day of diazepam is above the largest daily dose of the label, 40 mg (DRORACLE, seen)',)
    >>> check_maximum("diazepam", 40)
    ()
    """
    name = library.canonical(drug, "drug")
    row = maximum_daily(name)
    if row is None:
        return (f"no largest daily dose of {name} is in the library, so none was checked",)
    if mg <= row.value:
        return ()
    found = f"{float(mg):g} mg/day of {name} is above the largest daily dose of the label"
    if not allow:
        fix = "check the dose; if it is meant, allow doses above the label"
        raise InputError(found, expected=f"{row.value:g} mg or less ({row.source}, {row.status})", fix=fix)
    return (f"{found}, {row.value:g} mg ({row.source}, {row.status})",)
