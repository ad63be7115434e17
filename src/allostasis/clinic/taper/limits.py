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

Bands and f are in mg of diazepam. For another drug they are multiplied by the median of its equivalence; a drug that no table
names is refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from allostasis import library
from allostasis.clinic.equivalence import REFERENCE, REFERENCE_MG, equivalence
from allostasis.clinic.taper.product import exact
from allostasis.quantity import InputError, NotModelledError, Parameter, UnknownNameError

PRESETS = ("asam", "asam_initial", "nice", "ashton", "none")
"""Ceilings of the library: at most 25 % per 2 weeks; the initial pace of 10 % per 2 weeks; bands in mg per week; no ceiling."""


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

    def lowest_next(self, history: Sequence[tuple[float, Fraction | float | int]]) -> Fraction:
        """Lowest daily dose allowed from now on, given the doses so far.

        Args:
            history: (days ago at which a daily dose began, that dose [mg]), in any order. A dose lasted until the next began;
                the last one until now. A dose that was taken for long may have begun an infinite number of days ago (`math.inf`).

        Returns:
            Lowest dose [mg]. It holds for a period that begins now, until the next is chosen.

        Raises:
            InputError: no history, a dose that begins now or later, two that begin at once, or a negative dose.

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


def limits(preset: str, drug: str, *, always_mg: Fraction | float | int | None = None) -> Limits:
    """Ceiling of a guideline for a drug.

    Args:
        preset: one of `PRESETS`.
        drug: any known spelling.
        always_mg: for a percent rule, the fall per window that is always allowed [mg of the drug], in place of the library's;
            with a note, because it loosens the ceiling.

    Raises:
        UnknownNameError: an unknown preset or drug.
        NotModelledError: a rule in mg of diazepam for a drug that no table of equivalent doses names.
        InputError: a fall for a preset that has no percent rule, or a negative one.

    >>> nice = limits("nice", "diazepam")
    >>> [float(nice.lowest_after(Fraction(mg))) for mg in (50, 40, 21, 20, 6, 1)]
    [45.0, 36.0, 19.0, 18.0, 5.0, 0.0]
    >>> round(float(limits("nice", "lorazepam").lowest_after(Fraction(3))), 2)
    2.7
    """
    if preset not in PRESETS:
        raise UnknownNameError("preset of limits", preset, PRESETS)
    name = library.canonical(drug, "drug")
    if always_mg is not None and (preset not in ("asam", "asam_initial") or always_mg < 0):
        raise InputError("fall that is always allowed", value=always_mg, expected="0 mg or more, with asam or asam_initial")
    if preset == "none":
        return Limits(preset, name, 1)
    numbers = library.parameter_set("taper")
    own = {key.removeprefix(f"{preset}."): row for key, row in numbers.items() if key.startswith(f"{preset}.")}
    percent = all(not key.endswith(".fall") for key in own)
    scale, notes = Fraction(1), [f"ceiling {preset}: {_sources(own)}"]
    if name != REFERENCE and (not percent or always_mg is None):
        scale = _scale(name, preset)
        notes.append(f"mg of diazepam were turned into {name} by {float(scale * 10):.3g} mg for 10 mg, the median of the tables")
    bands = tuple(_band(key, row, scale) for key, row in own.items() if key.startswith("above_"))
    always = Fraction(0)
    if percent:
        always = exact(numbers["floor.fall"].value) * scale if always_mg is None else exact(always_mg)
        origin = f"{numbers['floor.fall'].status} by this package" if always_mg is None else "asked for"
        notes.append(f"a fall of {float(always):.3g} mg per {own['window'].value:g} days is always allowed ({origin})")
    ordered = tuple(sorted(bands, key=lambda band: -band.edge_mg))
    return Limits(preset, name, int(own["window"].value), ordered, always, tuple(notes))


def _scale(drug: str, preset: str) -> Fraction:
    """Mg of a drug for 1 mg of diazepam, by the median of the tables."""
    try:
        median = equivalence(drug).median_mg
    except NotModelledError as error:
        fix = "give always_mg, or use preset 'none'" if preset.startswith("asam") else "use preset 'asam' with always_mg"
        raise NotModelledError(
            f"preset {preset} is in mg of diazepam, and no table turns them into {drug}", expected=error.expected, fix=fix
        ) from None
    return exact(median / REFERENCE_MG)


def _band(key: str, row: Parameter, scale: Fraction) -> Band:
    edge, kind = key.removeprefix("above_").split(".")
    value = exact(row.value)
    share, fall = (value, None) if kind == "fraction" else (None, value * scale)
    return Band(Fraction(edge) * scale, share, fall)


def _sources(rows: dict[str, Parameter]) -> str:
    return ", ".join(sorted({f"{row.source} ({row.status})" for row in rows.values()}))
