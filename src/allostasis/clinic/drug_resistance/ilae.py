"""Drug-resistant epilepsy by the League (ILAE, Kwan 2010): two tolerated, appropriate and adequate schedules have failed.

A schedule has worked when no seizure came for the longer of 12 months and 3 times the longest interval between seizures in the
12 months before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allostasis import library
from allostasis.clinic.drug_resistance.diary import SeizureDiary, Trial
from allostasis.clinic.drug_resistance.finding import Finding

NAME = "ILAE 2010"
SUCCESS, FAILURE, OPEN = "seizure-free", "failed", "undetermined"


@dataclass(frozen=True)
class Outcome:
    """What became of one schedule.

    Attributes:
        trial: the schedule.
        result: "seizure-free", "failed" or "undetermined".
        needed_days: days without a seizure that count as freedom.
        free_days: days without a seizure at its end, or until now.
        reason: what decided.
    """

    trial: Trial
    result: str
    needed_days: int
    free_days: int
    reason: str


def longest_interval(diary: SeizureDiary, trial: Trial) -> int | None:
    """Longest interval between two seizures of the year before a schedule [d]; None with fewer than two days of seizures."""
    back = _days("ilae.look_back")
    first = diary.index(trial.start)
    window = diary.seizures[max(0, first - back) : max(0, first)]
    days = np.flatnonzero(window)
    return int(np.diff(days).max()) if days.size > 1 else None


def outcome(diary: SeizureDiary, trial: Trial) -> Outcome:
    """Outcome of one schedule.

    Failed: seizures came, and since the last one less than the longer of what freedom needs has passed at its end; while it goes
    on, less than three intervals (the whole year where none is known). Undetermined: not appropriate, adequate or tolerated,
    outside the diary, or without a seizure for less than freedom needs.
    """
    interval, year = longest_interval(diary, trial), _days("ilae.seizure_free")
    multiple = round(library.parameter_set("drug_resistance")["ilae.intervals"].value)
    needed = max(year, multiple * (interval or 0))
    first = max(0, diary.index(trial.start))
    last = diary.days if trial.end is None else min(diary.days, diary.index(trial.end) + 1)
    if last <= first:
        return Outcome(trial, OPEN, needed, 0, "outside the diary")
    days = np.flatnonzero(diary.seizures[first:last])
    free = int(last - first - (days[-1] + 1 if days.size else 0))
    if free >= needed:
        return Outcome(trial, SUCCESS, needed, free, f"{free} days without a seizure, {needed} needed")
    if not trial.counts:
        return Outcome(trial, OPEN, needed, free, trial.why_not)
    ended = trial.end is not None and diary.index(trial.end) < diary.days
    soon = multiple * interval if interval else needed
    if days.size and (ended or free < soon):
        seen = f"{int(diary.seizures[first:last].sum())} seizures"
        said = f"{seen} until it was stopped" if ended else f"{seen}, {free} days without one since"
        return Outcome(trial, FAILURE, needed, free, said)
    return Outcome(trial, OPEN, needed, free, f"{free} days without a seizure, of {needed} needed")


def _days(key: str) -> int:
    return round(library.parameter_set("drug_resistance")[key].to("d"))


def ilae_resistance(diary: SeizureDiary, trials: Sequence[Trial]) -> Finding:
    """Drug-resistant, drug-responsive or undefined at the end of a diary.

    The same schedule tried twice counts once. Who is seizure-free now is responsive, whatever failed before.

    >>> from datetime import date
    >>> diary = SeizureDiary(date(2025, 1, 1), (1, 0, 0, 0, 0) * 120)
    >>> trials = [Trial("a", date(2025, 3, 1), date(2025, 9, 1)), Trial("b", date(2025, 9, 2))]
    >>> ilae_resistance(diary, trials).verdict
    'drug-resistant'
    """
    outcomes = [outcome(diary, trial) for trial in sorted(trials, key=lambda t: t.start)]
    reasons = tuple(f"{o.trial.drug}: {o.result} ({o.reason})" for o in outcomes) or ("no treatment was given",)
    needed = round(library.parameter_set("drug_resistance")["ilae.failed_trials"].value)
    failed: dict[str, Outcome] = {}
    for found in outcomes:
        if found.result == FAILURE:
            failed.setdefault(" ".join(found.trial.drug.lower().split()), found)
    now = [o for o in outcomes if o.trial.end is None or diary.index(o.trial.end) >= diary.days - 1]
    if any(o.result == SUCCESS for o in now):
        return Finding(NAME, "drug-responsive", False, "", reasons)
    if len(failed) >= needed:
        told = [_failed_on(diary, o) for o in failed.values()]
        return Finding(NAME, "drug-resistant", True, sorted(told)[needed - 1], reasons)
    return Finding(NAME, "undefined", None, "", (f"{len(failed)} of {needed} failures", *reasons))


def _failed_on(diary: SeizureDiary, found: Outcome) -> str:
    """Last seizure on a schedule: when its failure was seen at the latest."""
    first = max(0, diary.index(found.trial.start))
    last = diary.days if found.trial.end is None else min(diary.days, diary.index(found.trial.end) + 1)
    return diary.day(first + int(np.flatnonzero(diary.seizures[first:last])[-1])).isoformat()
