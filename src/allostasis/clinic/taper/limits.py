"""Ceilings of guidelines on how fast a dose may fall, as hard limits of a plan.

How "per 2 weeks" (or per week) is read. For every day, and every dose d that was taken on any of the W days before it (W the
window, 14 or 7 days), the dose of the day is at least `lowest_after(d)`. So no stretch of W days falls by more than the ceiling,
however it is cut into steps: two weekly steps of 25 % are refused (they are 44 % in 14 days), two of 13 % are allowed. A dose
that has ended more than W days ago does not count. The dose that counts is the highest in the window, so that a dose that was
raised for a few days gives no excuse.

    percent:  lowest_after(d) = min((1 - p) d, d - f)             never below 0
    bands:    lowest_after(d) = min over bands b at or below d of max(d - fall_b, edge_b)

Percent never reaches zero, so a fall of f per window is always allowed: the row `floor.fall` of the library (1 mg of diazepam
or its equivalent; assumed). It rules below f/p (4 mg of diazepam at 25 %), and the last step to zero starts at f or lower.
In bands a step does not jump over the edge of a band by the wide step of the band above it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from allostasis.clinic.taper.product import exact
from allostasis.quantity import InputError


class Band(NamedTuple):
    """How far a dose above an edge may fall within a window.

    Args:
        edge_mg: the band holds for doses above this [mg/d].
        fraction: of the dose, or None.
        fall_mg: fixed [mg/d], or None.
    """

    edge_mg: Fraction
    fraction: Fraction | None
    fall_mg: Fraction | None

    def lowest(self, mg: Fraction) -> Fraction:
        """Lowest dose that the band allows after a dose above its edge: never below the edge."""
        fall = mg * self.fraction if self.fraction is not None else self.fall_mg
        assert fall is not None
        return max(mg - fall, self.edge_mg)


class Breach(NamedTuple):
    """A day on which a schedule falls faster than the ceiling.

    Args:
        day: counted from 0.
        mg: dose of that day [mg].
        lowest_mg: lowest dose that the ceiling allows on that day [mg].
    """

    day: int
    mg: Fraction
    lowest_mg: Fraction


@dataclass(frozen=True)
class Limits:
    """A ceiling on how fast the daily dose of one drug may fall.

    Args:
        name: of the preset.
        drug: canonical name.
        window_days: days over which a fall is counted [d].
        bands: by falling edge; () without a ceiling.
        always_mg: a fall within a window that is always allowed [mg/d].
        notes: what a reader of a plan must know of it.
    """

    name: str
    drug: str
    window_days: int
    bands: tuple[Band, ...] = ()
    always_mg: Fraction = Fraction(0)
    notes: tuple[str, ...] = field(default=())

    def lowest_after(self, mg: Fraction) -> Fraction:
        """Lowest daily dose that may follow a daily dose within one window [mg]."""
        found = [band.lowest(mg) for band in self.bands if mg > band.edge_mg]
        return max(min([*found, mg - self.always_mg]), Fraction(0)) if found else Fraction(0)

    def lowest_next(self, history: Sequence[tuple[float | int, Fraction | float | int]]) -> Fraction:
        """Lowest daily dose allowed from now on, given the doses so far.

        Args:
            history: (days ago at which a daily dose began, that dose [mg]), in any order. A dose lasted until the next began;
                the last one until now. A dose that was taken for long may have begun an infinite number of days ago (`math.inf`).

        Returns:
            Lowest dose [mg]. It holds for a period that begins now, until the next is chosen.

        Raises:
            InputError: no history, a dose that begins now or later, two that begin at once, or a negative dose.

        >>> from allostasis.clinic.taper import limits
        >>> asam, long_ago = limits("asam", "diazepam"), float("inf")
        >>> float(asam.lowest_next([(long_ago, 20)]))
        15.0
        >>> float(asam.lowest_next([(long_ago, 20), (7, 18)])), float(asam.lowest_next([(long_ago, 20), (14, 18)]))
        (15.0, 13.5)
        """
        if not history:
            raise InputError("no doses so far", expected="at least [(days ago, mg)]")
        begun = sorted(((float(ago), exact(mg)) for ago, mg in history), reverse=True)
        for ago, mg in begun:
            if not ago > 0 or not mg >= 0:
                raise InputError("dose so far", value=(ago, float(mg)), expected="(days ago above 0, 0 mg or more)")
        if len({ago for ago, _ in begun}) != len(begun):
            raise InputError("two doses that begin on the same day", value=[ago for ago, _ in begun])
        ended = [*(ago for ago, _ in begun[1:]), 0.0]
        counted = [mg for (_, mg), end in zip(begun, ended, strict=True) if end < self.window_days]
        return max(self.lowest_after(mg) for mg in counted) if self.bands else Fraction(0)

    def breaches(
        self, days_mg: Sequence[Fraction | float | int], before_mg: Fraction | float | int | None = None
    ) -> Iterator[Breach]:
        """Days of a daily schedule on which the ceiling is broken, in order.

        Args:
            days_mg: dose of each day [mg], day 0 first.
            before_mg: dose of the days before day 0 [mg]; None for the dose of day 0.

        >>> from allostasis.clinic.taper import limits
        >>> list(limits("asam", "diazepam").breaches([20] + [15] * 7 + [11], before_mg=20))
        [Breach(day=8, mg=Fraction(11, 1), lowest_mg=Fraction(15, 1))]
        """
        doses = [exact(mg) for mg in days_mg]
        before = exact(before_mg) if before_mg is not None else (doses[0] if doses else Fraction(0))
        for day, mg in enumerate(doses):
            counted = doses[max(0, day - self.window_days) : day]
            if day < self.window_days:
                counted = [before, *counted]
            lowest = max((self.lowest_after(x) for x in counted), default=Fraction(0)) if self.bands else Fraction(0)
            if mg < lowest:
                yield Breach(day, mg, lowest)
