"""A number as data: value, unit, range, spread between people, source, and what kind of evidence it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from allostasis.quantity.errors import InputError, UnknownNameError
from allostasis.quantity.units import canonical_unit, convert, is_unit

KINDS = ("measured", "derived", "calibrated", "assumed")
STATUSES = ("seen", "recalled", "derived", "calibrated", "assumed")
SPREAD_KINDS = ("", "cv_percent", "sd_ln", "sd")
SOURCE_STATUSES = ("seen", "recalled", "assumed")
QUALITIES = ("primary", "review", "label", "dataset", "code", "tertiary", "weak", "memory", "project")

# Units the library itself uses, accepted without asking pint; `library.check_library` asks pint about each.
FAMILIAR_UNITS = frozenset(
    [
        "1",
        "1/h",
        "L",
        "L/h",
        "L/h/kg",
        "g/mol",
        "nM",
        "nM*kg/mg",
        "uM",
        "h",
        "d",
        "min",
        "mg",
        "mg/d",
        "mg/h",
        "mg/L",
        "kg",
        "nmol/L",
        "umol/L",
        "mg/kg",
        "mg/kg/h",
        "mM",
        "mV",
        "pS",
        "nS",
        "pA",
        "pF",
        "ms",
        "1/ms",
        "1/mM/ms",
        "degC",
        "week",
        "year",
        "1/year",
        "cm",
        "kg/m^2",
        "g/L",
        "mL/min",
        "L/kg/d",
        "s",
        "1/s",
        "1/d",
        "Hz",
        "mV*s",
        "1/mV",
        "m",
        "1/m",
        "deg/s",
        "1/month",
    ]
)


@dataclass(frozen=True, slots=True)
class Source:
    """A work that numbers are taken from; `status` says whether it was opened or is quoted from memory."""

    id: str
    citation: str
    locator: str
    status: str
    quality: str

    def __post_init__(self) -> None:
        for field in ("id", "citation", "locator"):
            if not getattr(self, field).strip():
                raise InputError(
                    f"source has an empty {field}", value=self.id, expected="a text", fix=f"fill {field}"
                )
        _one_of("source status", self.status, SOURCE_STATUSES)
        _one_of("source quality", self.quality, QUALITIES)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the library with its unit, its source and the standing of its evidence.

    Args:
        name: dotted name, such as "diazepam.CL".
        value: the default value, finite.
        unit: a unit that pint understands; "1" for a ratio.
        low: lowest plausible value of the default, or None.
        high: highest plausible value of the default, or None.
        spread: size of the difference between people (not the uncertainty of the mean), or None.
        spread_kind: "cv_percent", "sd_ln" (standard deviation of the logarithm), "sd", or "".
        population: in whom or in what it was found.
        source: id in the bibliography.
        locator: place inside the source.
        kind: measured, derived, calibrated or assumed.
        status: seen, recalled, derived, calibrated or assumed.
        note: reasons, disagreeing values, formula.
        spread_source: id in the bibliography of the spread, where it has one of its own.

    >>> clearance = Parameter("diazepam.CL", 1.56, "L/h", source="KLOTZ75", kind="measured", status="seen")
    >>> round(clearance.to("mL/min"), 9)
    26.0

    """

    name: str
    value: float | int
    unit: str
    low: float | int | None = None
    high: float | int | None = None
    spread: float | int | None = None
    spread_kind: str = ""
    population: str = ""
    source: str = ""
    locator: str = ""
    kind: str = ""
    status: str = ""
    note: str = ""
    spread_source: str = ""

    def __post_init__(self) -> None:
        where = f"parameter {self.name!r}"
        for field in ("value", "low", "high", "spread"):
            number = getattr(self, field)
            if number is None and field != "value":
                continue
            if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
                raise InputError(
                    f"{where}: {field} is not a finite number", value=number, expected="a finite number"
                )
            object.__setattr__(self, field, float(number))
        if self.unit not in FAMILIAR_UNITS and not (self.unit and is_unit(self.unit)):
            raise InputError(
                f"{where}: unknown unit", value=self.unit, expected="a unit such as 'L/h', or '1' for a ratio"
            )
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        if not low <= self.value <= high:
            raise InputError(
                f"{where}: value outside its own range", value=self.value, expected=f"{low} to {high}"
            )
        if (self.spread is None) != (self.spread_kind == "") or (self.spread is not None and self.spread < 0):
            raise InputError(
                f"{where}: spread and spread_kind must come together and not be negative",
                value=f"spread {self.spread}, spread_kind {self.spread_kind!r}",
                expected=f"a spread with one of {', '.join(SPREAD_KINDS[1:])}",
            )
        _one_of(f"spread_kind of {where}", self.spread_kind, SPREAD_KINDS)
        _one_of(f"kind of {where}", self.kind, KINDS)
        _one_of(f"status of {where}", self.status, STATUSES)
        if self.status == "seen" and self.kind not in ("measured", "derived"):
            raise InputError(
                f"{where}: a number of kind {self.kind!r} cannot have been seen in a source",
                value=self.status,
                expected=f"status {self.kind!r} or 'recalled'",
            )
        if not self.source.strip():
            raise InputError(
                f"{where}: no source",
                value=self.source,
                expected="an id of the bibliography",
                fix='write source = "..."',
            )

    def to(self, unit: str) -> float:
        """Return the value in another unit."""
        if unit == self.unit:
            return self.value
        return convert(self.value, canonical_unit(self.unit), unit, self.name)

    @property
    def log_spread(self) -> float:
        """Standard deviation of the natural logarithm between people; 0 where no spread is known.

        A coefficient of variation is read as that of a log-normal quantity.

        >>> round(Parameter("x", 1.0, "1", spread=30.0, spread_kind="cv_percent", source="s",
        ...                 kind="measured", status="seen").log_spread, 4)
        0.2936
        """
        if self.spread is None:
            return 0.0
        if self.spread_kind == "sd_ln":
            return self.spread
        fraction = self.spread / 100 if self.spread_kind == "cv_percent" else self.spread / abs(self.value)
        return math.sqrt(math.log1p(fraction**2))


def _one_of(what: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UnknownNameError(what, value, [repr(k) if k == "" else k for k in known])
