"""One day of doses as mg per input column: one column per drug, route and time of day."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from allostasis.clinic.taper.history import Steady
from allostasis.clinic.taper.plan import TIMES_OF_DAY
from allostasis.quantity import NotModelledError, UnknownNameError
from allostasis.regimen import Dose, schedule
from allostasis.simulation.first_pass import by_first_pass

DAY_H = 24.0  # structural: hours in a day
STEP_H = 0.5  # structural: the macro step of the chronic clock
STEPS = round(DAY_H / STEP_H)

Taken = tuple[str, str, str, float]
"""One dose of a day: drug, route, time of day, mg."""


class DayColumn(NamedTuple):
    """An input column that holds the dose of one time of day, so that every lane may divide its daily dose in its own way."""

    time_of_day: str
    drug: str
    route: str
    kind: str
    fraction_from: float
    fraction_to: float


def doses_of(steady: Steady) -> list[Taken]:
    """Doses of one day of a steady use, divided evenly."""
    each = float(Fraction(steady.mg_per_day) / len(steady.times))
    return [(steady.drug, steady.route, time, each) for time in steady.times]


def day_columns(
    sites: Iterable[tuple[str, str]], lags: Mapping[tuple[str, str], float]
) -> tuple[tuple[DayColumn, ...], Float[np.ndarray, "steps columns"]]:
    """A column per drug, route and time of day, and a day with 1 mg in each.

    Args:
        sites: (drug, route) pairs.
        lags: (drug, route) -> absorption lag [h].

    Raises:
        NotModelledError: a dose at night that enters after midnight.
    """
    columns, days = [], []
    for drug, route in sites:
        for way in dict.fromkeys((route, *(dose.route for dose in by_first_pass([Dose(drug, route, 1.0, "mg", 0.0)])))):
            for name, hour in TIMES_OF_DAY.items():
                if hour + lags.get((drug, way), 0.0) >= DAY_H:
                    raise NotModelledError(
                        f"a plan of {drug} by route {way}, whose absorption begins {lags[drug, way]:g} h after the dose",
                        expected="a lag that ends before midnight",
                    )
                inputs = schedule([Dose(drug, way, 1.0, "mg", hour)], STEP_H, STEPS, lag_h=lags)
                columns.append(DayColumn(name, *inputs.columns[0]))
                days.append(inputs.amounts[:, 0])
    return tuple(columns), np.stack(days, axis=1)


def day_vector(doses: Iterable[Taken], columns: Sequence[DayColumn]) -> Float[np.ndarray, " columns"]:
    """Doses of one day as mg per column.

    Raises:
        UnknownNameError: a drug, route or time of day without a column.
    """
    place = {(c.drug, c.route, c.time_of_day): k for k, c in enumerate(columns)}
    result = np.zeros(len(columns))
    for drug, route, time, mg in doses:
        for dose in by_first_pass([Dose(drug, route, mg, "mg", TIMES_OF_DAY[time])]):
            key = (drug, dose.route, time)
            if key not in place:
                raise UnknownNameError("dose of this chain", " ".join(key), [" ".join(known) for known in place])
            result[place[key]] += dose.amount
    return result
