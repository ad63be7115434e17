"""How a prescription is really taken: doses missed, late or doubled, as a seeded change of a list of doses. Times in h."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from allostasis.quantity.errors import InputError
from allostasis.quantity.units import magnitude
from allostasis.regimen.dose import Dose, finite

HOURS_PER_YEAR = 8766.0
DELAY_STEP_H = 5 / 60
"""Delays are whole multiples of 5 min: on the grid of a run each instant inside a step costs a column of its own."""
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True)
class Taken:
    """Doses as they were taken, and how many were not as prescribed.

    Attributes:
        doses: sorted by time.
        scheduled: number of doses prescribed.
        missed: left out for good.
        doubled: left out and taken together with the next dose of the same drug and route.
        mean_delay_h: of the doses taken [h].
    """

    doses: tuple[Dose, ...]
    scheduled: int
    missed: int
    doubled: int
    mean_delay_h: float

    def __str__(self) -> str:
        text = f"{self.missed} of {self.scheduled} doses missed, {self.doubled} taken together with the next"
        return f"{text}, mean delay {60 * self.mean_delay_h:.0f} min"


@dataclass(frozen=True)
class Adherence:
    """Missed, late and doubled doses, and drug holidays, drawn independently for each dose.

    One draw u per dose decides: missed where u < `missed`; put off where u < `missed` + `doubled`, and then taken
    together with the next dose of the same drug and route, or missed where that one is not taken either or there is none.
    A dose that is taken comes late by the size of a draw from N(0, late_sd), rounded down to 5 min, and at the latest with
    the next scheduled one, so the order of doses never changes. Every dose inside a holiday is missed. Each kind of event
    has its own random stream: a change of `late_sd` does not change which doses are missed, nor does a longer horizon.

    Args:
        missed: probability that a dose is left out, 0 to 1.
        late_sd: spread of the delay, such as "1 h"; the mean delay is 0.8 times that.
        doubled: probability that a dose is put off to the next, 0 to 1 - missed.
        holidays_per_year: mean number of drug holidays in a year.
        holiday: length of each, such as "3 d".
        seed: whole number, 0 or more.

    Raises:
        InputError: a number out of range, or a time without its unit.

    >>> from allostasis.regimen import parse_regimen
    >>> doses = parse_regimen("lorazepam 1 mg po bid for 30 d").doses(720)
    >>> print(Adherence(missed=0.1, late_sd="1 h", doubled=0.05, seed=3).apply(doses))
    5 of 60 doses missed, 3 taken together with the next, mean delay 46 min
    """

    missed: float | int = 0.0
    late_sd: str = "0 h"
    doubled: float | int = 0.0
    holidays_per_year: float | int = 0.0
    holiday: str = "3 d"
    seed: int = 0

    def __post_init__(self):
        for name in ("missed", "doubled"):
            share = finite(getattr(self, name), f"probability {name!r} of a dose", at_least=0.0)
            if share > 1:
                raise InputError(
                    f"probability {name!r} of a dose", value=share, expected="0 to 1", fix="write 0.1 for 10 %"
                )
        if self.missed + self.doubled > 1 + 1e-12:
            value = f"{self.missed:g} + {self.doubled:g}"
            raise InputError("missed and doubled doses are more than all", value=value, expected="a sum of at most 1")
        finite(self.holidays_per_year, "number of drug holidays in a year", at_least=0.0)
        for what, hours in (("spread of the delay", self.late_sd_h), ("length of a drug holiday", self.holiday_h)):
            finite(hours, f"{what} [h]", at_least=0.0)
        whole = isinstance(self.seed, int | np.integer) and not isinstance(self.seed, bool)
        if not (whole and 0 <= self.seed <= LARGEST_SEED):
            raise InputError("seed of the adherence", value=self.seed, expected="a whole number, 0 or more")

    @property
    def late_sd_h(self) -> float:
        """Spread of the delay [h]."""
        return magnitude(self.late_sd, "h", what="spread of the delay")

    @property
    def holiday_h(self) -> float:
        """Length of a drug holiday [h]."""
        return magnitude(self.holiday, "h", what="length of a drug holiday")

    def apply(self, doses: Iterable[Dose], patient: int = 0) -> Taken:
        """Return the doses as one patient takes them; the same seed and patient give the same doses.

        Args:
            doses: as prescribed (`Regimen.doses`), in any order.
            patient: number of the patient, 0 or more; each has draws of their own.
        """
        planned = sorted(doses, key=lambda dose: dose.time_h)
        draws = self._rng(patient, 0).random(len(planned))
        delays = np.abs(self._rng(patient, 1).standard_normal(len(planned))) * self.late_sd_h
        missed = (draws < self.missed) | self._on_holiday(planned, patient)
        put_off = ~missed & (draws < self.missed + self.doubled)
        following = _following(planned)
        taken: list[Dose] = []
        extra = [0.0] * len(planned)
        waiting = total_delay = 0
        for k, dose in enumerate(planned):
            after = following[k]
            if missed[k]:
                continue
            if put_off[k]:
                if after is not None and not missed[after] and not put_off[after]:
                    extra[after] += dose.amount
                    waiting += 1
                else:
                    missed[k] = True
                continue
            delay = math.floor(delays[k] / DELAY_STEP_H + 1e-9) * DELAY_STEP_H
            latest = math.inf if after is None else planned[after].time_h
            time = min(dose.time_h + delay, max(latest, dose.time_h))
            total_delay += time - dose.time_h
            taken.append(replace(dose, time_h=time, amount=dose.amount + extra[k]))
        taken.sort(key=lambda dose: dose.time_h)
        return Taken(tuple(taken), len(planned), int(missed.sum()), waiting, total_delay / max(1, len(taken)))

    def _rng(self, patient: int, stream: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, patient, stream])

    def _on_holiday(self, planned: list[Dose], patient: int) -> np.ndarray:
        """Which doses fall into a holiday; holidays begin at random, one independent of the other."""
        away = np.zeros(len(planned), bool)
        if not self.holidays_per_year or not planned:
            return away
        times = np.array([dose.time_h for dose in planned])
        rng, begin = self._rng(patient, 2), 0.0
        while True:
            begin += rng.exponential(HOURS_PER_YEAR / self.holidays_per_year)
            if begin > times[-1]:
                return away
            away |= (times >= begin) & (times < begin + self.holiday_h)


def _following(planned: list[Dose]) -> list[int | None]:
    """For each dose, the position of the next one of the same drug, route and unit at a later time."""
    following: list[int | None] = [None] * len(planned)
    latest: dict[tuple[str, str, str], int] = {}
    for k in range(len(planned) - 1, -1, -1):
        dose = planned[k]
        key = (dose.drug, dose.route, dose.unit)
        found = latest.get(key)
        if found is not None and planned[found].time_h <= dose.time_h:
            following[k] = following[found]
            continue
        following[k] = found
        latest[key] = k
    return following
