"""A diary of seizures, day by day, and the treatments under which they were counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from jaxtyping import Bool, Int

from allostasis.quantity import InputError


@dataclass(frozen=True)
class SeizureDiary:
    """Seizures of every day from a start on, recorded or simulated.

    Args:
        start: first day.
        counts: seizures of each day.

    Raises:
        InputError: no days, or a count that is no whole number of 0 or more.

    >>> SeizureDiary(date(2026, 1, 1), (0, 2, 0)).end.isoformat()
    '2026-01-03'
    """

    start: date
    counts: tuple[int, ...]

    def __post_init__(self):
        object.__setattr__(self, "counts", tuple(self.counts))
        if not self.counts:
            raise InputError("a diary without a day", expected="at least one day")
        for day, count in enumerate(self.counts):
            if count != int(count) or count < 0:
                raise InputError(
                    f"seizures of {self.start + timedelta(days=day)}", value=count, expected="a whole number, 0 or more"
                )

    @property
    def days(self) -> int:
        """Number of days."""
        return len(self.counts)

    @property
    def end(self) -> date:
        """Last day."""
        return self.day(self.days - 1)

    @property
    def seizures(self) -> Int[np.ndarray, " days"]:
        """Seizures of each day."""
        return np.asarray(self.counts, int)

    def day(self, index: int) -> date:
        """Date of a day counted from 0."""
        return self.start + timedelta(days=int(index))

    def index(self, day: date) -> int:
        """Number of a date, from 0 at the start."""
        return (day - self.start).days


@dataclass(frozen=True)
class Trial:
    """One treatment, as far as it matters for resistance.

    Args:
        drug: name of the schedule, one drug or several.
        start: first day.
        end: last day; None while it goes on.
        appropriate: chosen for the epilepsy of the person.
        adequate: used at a dose and for a time that could have worked.
        tolerated: not given up for its side effects.

    Raises:
        InputError: an end before the start.

    >>> Trial("lamotrigine", date(2026, 1, 1)).counts
    True
    """

    drug: str
    start: date
    end: date | None = None
    appropriate: bool = True
    adequate: bool = True
    tolerated: bool = True

    def __post_init__(self):
        if self.end is not None and self.end < self.start:
            raise InputError(
                f"trial of {self.drug} ends before it starts", value=self.end.isoformat(),
                expected=f"{self.start.isoformat()} or later",
            )  # fmt: skip

    @property
    def counts(self) -> bool:
        """Whether its failure would count: appropriate, adequate and tolerated."""
        return not self.why_not

    @property
    def why_not(self) -> str:
        """Why its failure would not count, or "".

        >>> Trial("x", date(2026, 1, 1), tolerated=False).why_not
        'not tolerated'
        """
        said = {"not appropriate": self.appropriate, "not adequate": self.adequate, "not tolerated": self.tolerated}
        return ", ".join(words for words, good in said.items() if not good)


def treated(diary: SeizureDiary, trials: Sequence[Trial]) -> Bool[np.ndarray, " days"]:
    """Days of a diary under a treatment that counts.

    >>> treated(SeizureDiary(date(2026, 1, 1), (0,) * 4), [Trial("a", date(2026, 1, 3))]).tolist()
    [False, False, True, True]
    """
    under = np.zeros(diary.days, bool)
    for trial in trials:
        if trial.counts:
            first = max(0, diary.index(trial.start))
            last = diary.days if trial.end is None else diary.index(trial.end) + 1
            under[first : max(first, last)] = True
    return under


def diary_of(counts: Mapping[date, int], *, quiet: bool = False) -> SeizureDiary:
    """A diary from the days that were written down.

    Args:
        counts: seizures by day.
        quiet: whether a day that was not written down had no seizure; else such a day is refused.

    Raises:
        InputError: nothing written, or a day between the first and the last that was not.

    >>> diary_of({date(2026, 1, 1): 1, date(2026, 1, 3): 2}, quiet=True).counts
    (1, 0, 2)
    """
    if not counts:
        raise InputError("a diary without a day", expected="rows such as '2026-01-31,2'")
    first, last = min(counts), max(counts)
    days = [first + timedelta(days=k) for k in range((last - first).days + 1)]
    missing = [day for day in days if day not in counts]
    if missing and not quiet:
        raise InputError(
            f"{len(missing)} days of the diary are missing", value=f"the first is {missing[0].isoformat()}",
            expected="a row for every day, with 0 where there was no seizure",
            fix="add the rows, or say that days without a row had no seizure (--quiet-days)",
        )  # fmt: skip
    return SeizureDiary(first, tuple(counts.get(day, 0) for day in days))
