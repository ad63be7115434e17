"""What a person has taken up to today: steady daily doses, divided over times of day."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allostasis import library
from allostasis.clinic.taper.plan import TIMES_OF_DAY
from allostasis.clinic.taper.product import exact
from allostasis.quantity import InputError, NotModelledError, UnknownNameError

SHORTEST_USE_DAYS = 7  # structural: a period of a plan; below it there is next to nothing to adapt back from
LONGEST_USE_DAYS = 7305  # structural: twenty years, as the horizon of a case
USUAL_TIMES = {
    1: ("night",),
    2: ("morning", "night"),
    3: ("morning", "noon", "night"),
    4: ("morning", "noon", "evening", "night"),
}  # structural: a convention, number of doses a day to names of `TIMES_OF_DAY`
"""Times of day of a dose once to four times a day, where nothing else is said."""


@dataclass(frozen=True)
class Steady:
    """A daily dose that was taken without change up to today.

    Args:
        drug: any known spelling; kept as its canonical name.
        mg_per_day: daily dose [mg/d].
        times: names of `TIMES_OF_DAY`; the dose is divided evenly over them.
        days: for how long [d].
        route: as the library calls it.

    Raises:
        InputError: a dose that is not positive, no time of day or one twice, a use shorter than a week or longer than 20 years.
        UnknownNameError: an unknown drug, route or time of day.
        NotModelledError: a drug without effect in this model.

    >>> Steady("Ativan", 3, ("morning", "noon", "night"), 730).drug
    'lorazepam'
    """

    drug: str
    mg_per_day: Fraction | float | int
    times: tuple[str, ...]
    days: int
    route: str = "oral"

    def __post_init__(self):
        drug = library.canonical(self.drug, "drug")
        object.__setattr__(self, "drug", drug)
        if not (math.isfinite(self.mg_per_day) and self.mg_per_day > 0):
            raise InputError(f"daily dose of {drug} [mg]", value=float(self.mg_per_day), expected="a number above 0")
        object.__setattr__(self, "mg_per_day", exact(self.mg_per_day))
        object.__setattr__(self, "times", in_order(self.times))
        if self.days != int(self.days) or not SHORTEST_USE_DAYS <= self.days <= LONGEST_USE_DAYS:
            raise InputError(
                f"duration of use of {drug}", value=f"{self.days:g} d",
                expected=f"{SHORTEST_USE_DAYS} days to 20 years, in whole days",
                fix="after a shorter use there is nothing to taper: simulate the stop itself",
            )  # fmt: skip
        object.__setattr__(self, "days", int(self.days))
        if self.route not in library.drug(drug).routes:
            raise UnknownNameError(f"route of {drug}", self.route, library.drug(drug).routes)


def in_order(times: Sequence[str]) -> tuple[str, ...]:
    """Times of day in the order of the day.

    Raises:
        InputError: none, or one twice.
        UnknownNameError: a time of day without a clock time.

    >>> in_order(["night", "morning"])
    ('morning', 'night')
    """
    for time in times:
        if time not in TIMES_OF_DAY:
            raise UnknownNameError("time of day", time, TIMES_OF_DAY)
    if not times or len(set(times)) != len(times):
        raise InputError("times of day", value=", ".join(times), expected="one or more, each once")
    return tuple(sorted(times, key=TIMES_OF_DAY.__getitem__))


def usual_times(doses_a_day: int) -> tuple[str, ...]:
    """Times of day of a dose that is taken so many times a day.

    Raises:
        NotModelledError: more often than a plan has times of day.

    >>> usual_times(2)
    ('morning', 'night')
    """
    if doses_a_day not in USUAL_TIMES:
        raise NotModelledError("doses a day", value=doses_a_day, expected="1 to 4, the times of day of a plan")
    return USUAL_TIMES[doses_a_day]
