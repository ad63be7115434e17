"""A switch as a regimen of the simulation: the history in real tablets, the steps, and the new drug held at its dose."""

from collections.abc import Sequence
from itertools import groupby

from allostasis.clinic.taper.day import DAY_H
from allostasis.clinic.taper.plan import TIMES_OF_DAY, Intake, Step
from allostasis.regimen import Regimen
from allostasis.regimen.course import Course
from allostasis.regimen.statement import Repeated


def switch_regimen(before: Sequence[Intake], steps: Sequence[Step], use_days: int, watch_days: int) -> Regimen:
    """Doses from the first day of use to the end of the watch.

    Args:
        before: intakes of a day of the history.
        steps: of the switch; the last one is held to the end.
        use_days: days of the history [d]; the switch begins on the day after.
        watch_days: days from the start of the switch to the end [d]; the steps behind it are cut off.

    >>> from allostasis.clinic.taper import Tablet, combine
    >>> old, new = (combine([Tablet(drug, mg)], mg, ["night"]) for drug, mg in (("lorazepam", 1), ("diazepam", 10)))
    >>> print(switch_regimen(old, [Step(0, 7, {"diazepam": 10}, new)], 180, 28))
    lorazepam 1 mg oral daily at 22:00 for 180 d; diazepam 10 mg oral daily at 22:00 from 180 d for 28 d
    """
    end = use_days + watch_days
    spans = [(0, use_days, tuple(before))]
    for step in steps:
        last = end if step is steps[-1] else use_days + step.end_day
        spans.append((min(use_days + step.start_day, end), min(last, end), step.intakes))
    drugs = dict.fromkeys(item.product.drug for _, _, intakes in spans for intake in intakes for item in intake.items)
    courses = []
    for drug in drugs:
        for time, clock in TIMES_OF_DAY.items():
            amounts = [(_mg(intakes, drug, time), first, last) for first, last, intakes in spans if last > first]
            found = []
            for mg, same in groupby(amounts, key=lambda span: span[0]):
                parts = list(same)
                first, days = parts[0][1], parts[-1][2] - parts[0][1]
                start = first * DAY_H if first else None
                if mg:
                    found.append(Repeated(drug, "oral", (mg,), "mg", DAY_H, (clock,), start, days * DAY_H))
            if found:
                courses.append(Course(tuple(found)))
    return Regimen(tuple(courses))


def _mg(intakes: Sequence[Intake], drug: str, time: str) -> float:
    return float(sum(intake.mg(drug) for intake in intakes if intake.time_of_day == time))
