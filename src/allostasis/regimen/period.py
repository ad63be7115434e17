"""Periods of a run: stretches that begin empty or at a steady state, with nothing carried over. Times in h."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from allostasis.regimen.dose import SAME_INSTANT_H, Dose
from allostasis.regimen.event import Event


@dataclass(frozen=True)
class Period:
    """What is given between two resets.

    Attributes:
        start_h: begin [h]; the system is empty there, but for the history of steady states.
        end_h: end [h], where the next period begins or the run ends.
        doses: given inside, sorted by time; a dose before the end may enter after it, by its lag, and then never does.
        history: records with SS; the implied doses of each lie at its TIME - II, - 2 II, ... for ever, and those of one
            behind `start_h` are there from its TIME on only.
    """

    start_h: float
    end_h: float
    doses: tuple[Dose, ...] = ()
    history: tuple[Event, ...] = ()


@dataclass
class _Open:
    start: float
    doses: list[Dose] = field(default_factory=list)
    history: list[Event] = field(default_factory=list)

    def close(self, end: float, cut: bool) -> Period:
        """End it; where a reset cuts, running infusions and pending further doses are cancelled."""
        doses = sorted(self.doses, key=lambda dose: dose.time_h)
        doses = [dose for dose in doses if dose.time_h < end - SAME_INSTANT_H]
        if cut:
            doses = [_cut(dose, end) for dose in doses]
        return Period(self.start, end, tuple(doses), tuple(self.history))


def _cut(dose: Dose, end: float) -> Dose:
    if dose.end_h <= end or dose.duration_h == 0:
        return dose
    left = end - dose.time_h
    return replace(dose, amount=dose.amount * left / dose.duration_h, duration_h=left)


def periods_of(events: Iterable[Event], horizon_h: float | int) -> tuple[Period, ...]:
    """Split the records of one ID, in the order of the table, into periods up to the horizon [h].

    A reset or SS 1 ends what was before it: amounts, running infusions, doses still in their lag and further doses (ADDL).
    Records of the same TIME act in the order of the table, so a dose right before a reset has no effect.

    >>> found = periods_of([Event("midazolam", "iv", 0, 5), Event("", "", 8, reset=True)], 24)
    >>> [(p.start_h, p.end_h, len(p.doses)) for p in found]
    [(0.0, 8.0, 1), (8.0, 24.0, 0)]
    """
    horizon, done, now = float(horizon_h), [], _Open(0.0)
    for event in events:
        time = float(event.time_h)
        if time >= horizon - SAME_INSTANT_H:
            continue
        untouched = not now.doses and not now.history
        if event.begins or (event.steady and untouched):
            if time - now.start > SAME_INSTANT_H:
                done.append(now.close(time, cut=True))
                now = _Open(time)
            else:
                now = _Open(now.start)
        if event.steady:
            now.history.append(event)
        now.doses += [dose for dose in event.doses() if dose.time_h < horizon - SAME_INSTANT_H]
    return (*done, now.close(horizon, cut=False))


def lead_in(period: Period, length_h: float | int) -> list[Dose]:
    """Implied doses of the steady states of a period, from `length_h` before its start on; their times begin there at 0.

    A constant infusion runs for the whole length and ends at the start, without lag or F (NONMEM applies neither).
    """
    begin, doses = period.start_h - float(length_h), []
    for event in period.history:
        if event.is_constant:
            end = float(event.time_h) - begin
            doses.append(Dose(event.drug, event.route, event.rate * end, "mg", 0.0, end))
            continue
        count = math.floor((event.time_h - begin) / event.interval_h + SAME_INSTANT_H)
        doses += [event.at(max(0.0, event.time_h - begin - k * event.interval_h)) for k in range(count, 0, -1)]
    return doses
