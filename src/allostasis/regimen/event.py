"""One record of an event table in the meaning of NONMEM: a dose, a reset, or both. Times in h, amounts in mg, rates in mg/h."""

from dataclasses import dataclass

from allostasis.quantity.errors import InputError
from allostasis.regimen.dose import Dose, finite
from allostasis.regimen.statement import set_fields

Number = float | int


@dataclass(frozen=True)
class Event:
    """A dose with everything that an event record may say about it, or a reset (docs/events.md).

    Args:
        drug: name of the drug, "" for a reset without a dose.
        route: name of the route, "" for a reset without a dose.
        time_h: TIME [h], at least 0.
        amount: AMT [mg]; 0 for a reset without a dose, and for a constant infusion at steady state.
        rate: RATE above 0 [mg/h], 0 where there is none. The input lasts fraction x amount / rate.
        duration_h: a modelled duration (RATE -2) [h], 0 where there is none; then the rate follows from it.
        interval_h: II [h], 0 where there is none.
        more: ADDL, the number of further doses.
        steady: SS: 0; 1, the system is set to the steady state of this dose; 2, that steady state is added to what is there.
        lag_h: ALAG [h], on top of the lag of the route.
        fraction: BIOAV, on top of the bioavailability of the route.
        reset: the system is empty from here on (EVID 3, or EVID 4 with the dose).

    Raises:
        InputError: a number out of range, or fields that contradict one another.

    >>> [dose.time_h for dose in Event("midazolam", "iv", 6.0, 5.0, interval_h=12.0, more=2).doses()]
    [6.0, 18.0, 30.0]
    """

    drug: str
    route: str
    time_h: Number
    amount: Number = 0.0
    rate: Number = 0.0
    duration_h: Number = 0.0
    interval_h: Number = 0.0
    more: int = 0
    steady: int = 0
    lag_h: Number = 0.0
    fraction: Number = 1.0
    reset: bool = False

    def __post_init__(self):
        words = {
            "time_h": "TIME [h]", "amount": "AMT [mg]", "rate": "RATE [mg/h]", "duration_h": "duration of an input [h]",
            "interval_h": "II [h]", "more": "ADDL", "lag_h": "ALAG [h]", "fraction": "BIOAV",
        }  # fmt: skip
        for name, what in words.items():
            value = finite(getattr(self, name), what, at_least=0.0)
            set_fields(self, **{name: int(value) if name == "more" else value})
        if self.steady not in (0, 1, 2):
            raise InputError("SS is not known", value=self.steady, expected="0, 1 or 2")
        if self.rate and self.duration_h:
            raise InputError("both the rate and the duration of an input are given", expected="one of them")
        if self.amount == 0:
            self._check_without_amount()
        elif not (self.drug and self.route):
            raise InputError("dose without a drug or route", value=self.drug, expected="both")
        if self.more and not self.interval_h:
            raise InputError("ADDL without an interval", value=self.more, expected="II above 0")
        if self.steady and self.amount and not self.interval_h:
            raise InputError("steady state without an interval", expected="II above 0", fix="add II, such as 24")

    def _check_without_amount(self) -> None:
        if self.is_constant:
            if self.interval_h or self.more or self.duration_h:
                raise InputError(
                    "a constant infusion at steady state ends at its TIME", expected="II 0 and ADDL 0 with AMT 0"
                )
        elif not self.reset or any((self.rate, self.duration_h, self.interval_h, self.more, self.steady)):
            raise InputError("event without an amount", value=self.amount, expected="AMT above 0, or a reset (EVID 3)")

    @property
    def is_constant(self) -> bool:
        """Whether this is the end of an infusion that has run for ever (AMT 0, RATE above 0, SS 1 or 2)."""
        return self.amount == 0 and self.rate > 0 and self.steady > 0

    @property
    def begins(self) -> bool:
        """Whether what was before has no effect on what follows: a reset, or SS 1."""
        return self.reset or self.steady == 1

    @property
    def length_h(self) -> float:
        """Length of the input of one dose [h], 0 for a bolus; F shortens one of a given rate, as in NONMEM."""
        return float(self.fraction * self.amount / self.rate) if self.rate else float(self.duration_h)

    def at(self, time_h: float | int) -> Dose:
        """One dose of this record at another time [h], such as an implied one."""
        return Dose(self.drug, self.route, self.amount, "mg", time_h, self.length_h, self.lag_h, self.fraction)

    def doses(self) -> list[Dose]:
        """The dose and its further doses, at TIME, TIME + II, ..., TIME + ADDL II."""
        if not self.amount:
            return []
        return [self.at(self.time_h + k * self.interval_h) for k in range(self.more + 1)]
