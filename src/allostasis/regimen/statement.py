"""Statements of a regimen: what a prescription line says, before it is expanded into doses.

A statement whose `start_h` is None begins where the former statement of its course ended (the first at 0 h).
Amounts are in `unit` ("mg" or "mg/kg"), times and durations in h.
"""

from dataclasses import dataclass

from allostasis.quantity.errors import InputError
from allostasis.regimen.dose import check_unit, finite

HOURS_PER_DAY = 24.0
Number = float | int


def set_fields(obj: object, **values: object) -> None:
    """Set fields of a frozen dataclass while it is being built."""
    for name, value in values.items():
        object.__setattr__(obj, name, value)


def normalise_start(obj: object) -> None:
    """Check the `start_h` of a statement [h] where it has one."""
    start = getattr(obj, "start_h", None)
    if start is not None:
        set_fields(obj, start_h=finite(start, "start [h]", at_least=0.0))


def _whole_minute(clock_h: object) -> float:
    """Return a time of day [h], or raise InputError where it is not on a minute."""
    minutes = finite(clock_h, "time of day [h]", at_least=0.0) * 60
    if abs(minutes - round(minutes)) > 1e-6:
        raise InputError(
            "time of day is not a whole minute", value=clock_h, expected="a time such as 8.5 h for 8:30"
        )
    return round(minutes) / 60


@dataclass(frozen=True)
class Single:
    """One administration: a bolus, or a constant-rate input over `over_h`."""

    drug: str
    route: str
    amount: Number
    unit: str
    start_h: Number | None = None
    over_h: Number = 0.0

    def __post_init__(self):
        check_unit(self.unit)
        normalise_start(self)
        set_fields(
            self,
            amount=finite(self.amount, f"dose [{self.unit}]", above=0.0),
            over_h=finite(self.over_h, "duration of a dose [h]", at_least=0.0),
        )


@dataclass(frozen=True)
class Infusion:
    """A constant-rate input of `rate` [unit per h]; without `duration_h` to what follows or the horizon."""

    drug: str
    route: str
    rate: Number
    unit: str
    start_h: Number | None = None
    duration_h: Number | None = None

    def __post_init__(self):
        check_unit(self.unit)
        normalise_start(self)
        set_fields(self, rate=finite(self.rate, f"infusion rate [{self.unit}/h]", above=0.0))
        if self.duration_h is not None:
            set_fields(self, duration_h=finite(self.duration_h, "duration of an infusion [h]", above=0.0))


@dataclass(frozen=True)
class Repeated:
    """Doses at a fixed interval, or at clock times of the day.

    Args:
        drug: name of the drug.
        route: name of the route.
        amounts: cycled over successive doses (two alternate); with `clock_h`, one, or one per clock time.
        unit: "mg" or "mg/kg".
        interval_h: time between doses [h]; 24 when `clock_h` is given.
        clock_h: increasing times of day in [0, 24) h, time 0 being midnight; () for plain intervals.
        start_h: start [h] or None.
        duration_h: how long [h]; a dose at its very end is not given. None: to what follows or the horizon.
        over_h: length of each administration [h], 0 for a bolus.

    Raises:
        InputError: a number is out of range, or amounts and clock times do not match.

    """

    drug: str
    route: str
    amounts: tuple[Number, ...]
    unit: str
    interval_h: Number
    clock_h: tuple[Number, ...] = ()
    start_h: Number | None = None
    duration_h: Number | None = None
    over_h: Number = 0.0

    def __post_init__(self):
        check_unit(self.unit)
        normalise_start(self)
        if not self.amounts:
            raise InputError(
                "repeated dose without an amount", expected="at least one amount", fix="write '1 mg'"
            )
        set_fields(
            self,
            amounts=tuple(finite(a, f"dose [{self.unit}]", above=0.0) for a in self.amounts),
            interval_h=finite(self.interval_h, "dosing interval [h]", above=0.0),
            clock_h=tuple(_whole_minute(c) for c in self.clock_h),
            over_h=finite(self.over_h, "duration of a dose [h]", at_least=0.0),
        )
        if self.duration_h is not None:
            set_fields(self, duration_h=finite(self.duration_h, "duration of dosing [h]", above=0.0))
        if self.clock_h:
            self._check_clock()

    def _check_clock(self) -> None:
        rising = all(a < b for a, b in zip(self.clock_h, self.clock_h[1:], strict=False))
        if not rising or self.clock_h[-1] >= HOURS_PER_DAY:
            raise InputError(
                "times of day are not in order",
                value=", ".join(f"{c:g}" for c in self.clock_h),
                expected="different times from 0:00 to 23:59, earliest first",
                fix="write 'at 8:00, 14:00, 22:00'",
            )
        if len(self.amounts) not in (1, len(self.clock_h)) or self.interval_h != HOURS_PER_DAY:
            raise InputError(
                "amounts and times of day do not match",
                value=f"{len(self.amounts)} amounts, {len(self.clock_h)} times",
                expected="one amount, or one amount per time of day",
                fix="write '5 mg + 5 mg + 10 mg oral at 8:00, 14:00, 22:00'",
            )

    @property
    def daily_dose(self) -> float:
        """Mean daily dose over one cycle of amounts [unit per day]."""
        per_day = len(self.clock_h) or HOURS_PER_DAY / self.interval_h
        return sum(self.amounts) / len(self.amounts) * per_day


@dataclass(frozen=True)
class Stop:
    """End of dosing, or a pause of `duration_h` [h] before the next statement of the course."""

    start_h: Number | None = None
    duration_h: Number = 0.0

    def __post_init__(self):
        normalise_start(self)
        set_fields(self, duration_h=finite(self.duration_h, "duration of a pause [h]", at_least=0.0))
