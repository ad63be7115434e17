"""Published schedules as data, to lay beside a plan: charts, stage tables and expansions of rules, with source and status."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

import pandas as pd

from allostasis.clinic.taper.plan import Plan
from allostasis.clinic.taper.presets import preset_bands, preset_rows
from allostasis.clinic.taper.product import exact
from allostasis.clinic.taper.rules import band_doses
from allostasis.clinic.taper.schedules import PERCENT
from allostasis.library.rows import rows
from allostasis.quantity import InputError, Parameter, UnknownNameError

WEEK = 7  # structural: days


class PublishedStep(NamedTuple):
    """One row of a published schedule.

    Args:
        start_week: weeks from its start.
        weeks: length; 0 for the dose before the first step and for the end.
        doses: by drug, in the unit of the schedule; drug "" where the source names none.
        morning_mg: morning part [mg], or None where the source does not say.
        night_mg: night part [mg], or None.
    """

    start_week: float
    weeks: float
    doses: Mapping[str, float]
    morning_mg: float | None
    night_mg: float | None


class Published(NamedTuple):
    """A published schedule.

    Args:
        name: its name in the library.
        unit: "mg/d" or "% of start".
        steps: in order.
        source: id of the bibliography.
        status: "seen"; "recalled"; "derived": expanded from a rule that was seen; "assumed": constructed as an example.
        note: anything else.
    """

    name: str
    unit: str
    steps: tuple[PublishedStep, ...]
    source: str
    status: str
    note: str

    def dose_in_week(self, week: float | int, drug: str, start_mg: float | int | None = None) -> float:
        """Daily dose of a drug at a moment [mg]; a schedule in percent is scaled to `start_mg`.

        Raises:
            InputError: a schedule in percent without a start dose.

        >>> published("hmp_wandsworth_slow_diazepam40").dose_in_week(6.5, "diazepam")
        12.0
        """
        percent = self.unit != "mg/d"
        if percent and start_mg is None:
            raise InputError(f"{self.name} is in percent of the start dose", fix="give start_mg")
        found = self.steps[0].doses.get(drug, self.steps[0].doses.get("", 0.0))
        for step in self.steps:
            if step.start_week <= week and (step.weeks > 0 or step is self.steps[-1]):
                found = step.doses.get(drug, step.doses.get("", 0.0))
        return found * (start_mg or 0) / PERCENT if percent else found


@cache
def _all() -> dict[str, Published]:
    found = {}
    for name, group in groupby(rows("taper_examples"), key=lambda row: row["schedule"]):
        listed = list(group)
        steps = []
        for _, parts in groupby(listed, key=lambda row: row["step"]):
            same = list(parts)
            first = same[0]
            morning, night = (float(first[key]) if first[key] else None for key in ("morning_mg", "night_mg"))
            doses = {row["drug"]: float(row["dose"]) for row in same}
            steps.append(PublishedStep(float(first["start_week"]), float(first["weeks"]), doses, morning, night))
        first = listed[0]
        found[name] = Published(name, first["unit"], tuple(steps), first["source"], first["status"], first["note"])
    return found


def published_names() -> tuple[str, ...]:
    """Names of the published schedules.

    >>> "ashton_diazepam40" in published_names()
    True
    """
    return tuple(_all())


def published(name: str) -> Published:
    """A published schedule by name.

    Raises:
        UnknownNameError: another name.

    >>> chart = published("hmp_wandsworth_slow_diazepam40")
    >>> chart.status, chart.source, [step.doses["diazepam"] for step in chart.steps][:3]
    ('seen', 'WANDSWORTH', [40.0, 35.0, 30.0])
    """
    if name not in _all():
        raise UnknownNameError("published schedule", name, _all())
    return _all()[name]


def side_by_side(schedules: Sequence[Plan | str], drug: str, start_mg: float | int | None = None) -> pd.DataFrame:
    """Daily doses at the start of each week: plans and published schedules, one column each, weeks down.

    Args:
        schedules: plans, or names of published schedules.
        drug: canonical name.
        start_mg: start dose for schedules in percent [mg].

    Raises:
        UnknownNameError: an unknown schedule.
        InputError: a schedule in percent without a start dose.

    >>> table = side_by_side(["ashton_diazepam40", "cks_40mg_fastest"], "diazepam")
    >>> table.loc[6].tolist(), len(table)
    ([30.0, 16.0], 42)
    """
    chosen = [published(s) if isinstance(s, str) else s for s in schedules]
    ends = [s.days_to_zero / WEEK if isinstance(s, Plan) else s.steps[-1].start_week + s.steps[-1].weeks for s in chosen]
    weeks = range(int(-(-max(ends, default=0) // 1)) + 1)
    columns = {
        (s.title if isinstance(s, Plan) else s.name): [
            float(s.mg_on(w * WEEK, drug)) if isinstance(s, Plan) else s.dose_in_week(w, drug, start_mg) for w in weeks
        ]
        for s in chosen
    }
    return pd.DataFrame(columns, index=pd.Index(weeks, name="week"))


class Range(NamedTuple):
    """Two ends of what a rule allows."""

    low: float
    high: float


def weeks_by_nice(start_mg: float | int = 40.0) -> Range:  # structural: the dose for which NICE CKS states a total
    """Weeks from a dose of diazepam [mg/d] to zero by the steps of NICE CKS: fastest and slowest (target ct41).

    The text that copies NICE CKS states 30 to 60 weeks from 40 mg; its own steps reach from 19 to 68.

    >>> weeks_by_nice(40)
    Range(low=19.0, high=68.0)
    """
    window = _ends(preset_rows("nice")["window"], 1.0)
    ends = []
    for slow, days in ((False, window.low), (True, window.high)):
        steps = band_doses(exact(start_mg), preset_bands("nice", slow=slow))
        ends.append((len(steps) - 1) * days / WEEK)
    return Range(*ends)


def initial_pace_by_asam() -> tuple[Range, Range]:
    """Initial pace of ASAM: (fall [% of the current dose], weeks between falls) (target ct43).

    >>> initial_pace_by_asam()
    (Range(low=5.0, high=10.0), Range(low=2.0, high=4.0))
    """
    own = preset_rows("asam_initial")
    share, window = own["above_0.fraction"], own["window"]
    return _ends(share, float(PERCENT)), _ends(window, 1 / WEEK)


def _ends(row: Parameter, factor: float) -> Range:
    """Ends of the range of a row, times a factor."""
    low, high = (row.value if end is None else end for end in (row.low, row.high))
    return Range(low * factor, high * factor)


def largest_fall_by_asam() -> float:
    """Largest fall of ASAM per 2 weeks [% of the current dose] (target ct44).

    >>> largest_fall_by_asam()
    25.0
    """
    return preset_rows("asam")["above_0.fraction"].value * PERCENT
