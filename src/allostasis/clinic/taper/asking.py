"""A taper question as a person writes it: drug, '1 mg tid', '2 years', '0.5 mg (halves), 1 mg', each part read by itself."""

import uuid
from fractions import Fraction
from typing import NamedTuple

from allostasis import library
from allostasis.clinic.taper.formulary import formulary
from allostasis.clinic.taper.history import usual_times
from allostasis.clinic.taper.product import Product, exact
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.strengths import parse_strengths
from allostasis.patient import Patient
from allostasis.quantity import InputError, magnitude
from allostasis.regimen.check import parse_regimen

DAY_H = 24.0  # structural: hours in a day
NAMESPACE = uuid.UUID("6f0d2c1e-8c0a-4f2e-9d57-3b1a7f6c5e21")  # structural: root of the names of plans; it may never change


class Daily(NamedTuple):
    """What is taken each day.

    Attributes:
        mg: daily dose [mg/d].
        times: times of day over which it is divided evenly.
    """

    mg: Fraction
    times: tuple[str, ...]


def read_daily(drug: str, dose: str) -> Daily:
    """Read the dose of a day.

    Args:
        drug: any known spelling.
        dose: in the grammar of regimens, such as "1 mg tid" or "10 mg nocte".

    Raises:
        InputError: a dose that is not understood, that is not by mouth, or whose parts differ over the day.
        UnknownNameError: an unknown drug.
        NotModelledError: more doses a day than a plan has times of day.

    >>> daily = read_daily("Ativan", "1 mg tid")
    >>> float(daily.mg), daily.times
    (3.0, ('morning', 'noon', 'night'))
    """
    name = library.canonical(drug, "drug")
    doses = parse_regimen(f"{name} {dose} po for 1 d").doses(DAY_H)
    if len({d.amount for d in doses}) > 1:
        raise InputError(
            "doses of a day that differ", value=dose, expected="the same dose each time", fix="write it as '1 mg tid'"
        )
    return Daily(sum((exact(float(d.amount)) for d in doses), Fraction(0)), usual_times(len(doses)))


def read_days(text: str, what: str = "duration of use") -> int:
    """Read for how long a dose was taken [d], rounded to whole days.

    Args:
        text: such as "2 years".
        what: name of it in a refusal.

    Raises:
        InputError: no length of time.

    >>> read_days("2 weeks")
    14
    """
    return round(magnitude(text, "d", what=what))


def read_products(drug: str, strengths: str | None) -> tuple[Product, ...]:
    """Read what the pharmacy has; None or an empty text for every tablet that is marketed.

    Raises:
        InputError: strengths that are not understood.
        UnknownNameError: an unknown drug.
        NotModelledError: no strengths given, and none in the library.

    >>> [product.name for product in read_products("Ativan", "0.5 mg")]
    ['lorazepam 0.5 mg tablet']
    """
    name = library.canonical(drug, "drug")
    return tuple(parse_strengths(strengths, name) if strengths else formulary(name))


def read_person(weight: str, age: str | None = None) -> Patient:
    """Read who: "70 kg", and an age such as "70 years" or None.

    Raises:
        InputError: not a weight or an age, or out of range.
    """
    kg = magnitude(weight, "kg", what="weight")
    return Patient(kg, age_y=None if age is None else magnitude(age, "years", what="age"))


def read_question(
    drug: str, dose: str, use: str, strengths: str | None = None, *, weight: str = "70 kg", age: str | None = None,
    use_called: str = "duration of use", **more,
) -> Question:  # fmt: skip
    """Read a whole question.

    Args:
        drug: any known spelling.
        dose: as in `read_daily`.
        use: as in `read_days`.
        strengths: as in `read_products`.
        weight: of the person.
        age: of the person; None for an adult.
        use_called: name of the duration in a refusal.
        more: further arguments of `Question`.

    Raises:
        InputError: whatever a part or the question refuses.

    >>> read_question("lorazepam", "1 mg tid", "2 years", "0.5 mg (halves)").use_days
    730
    """
    daily = read_daily(drug, dose)
    days = read_days(use, use_called)
    products = read_products(drug, strengths)
    person = read_person(weight, age)
    name = library.canonical(drug, "drug")
    return Question(name, daily.mg, daily.times, days, products, patient=person, **more)


def plan_id(question: Question) -> str:
    """Name of the plan that answers a question: equal questions name it equally."""
    return str(uuid.uuid5(NAMESPACE, repr(question)))
