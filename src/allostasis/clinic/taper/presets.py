"""Ceilings of guidelines by name: ASAM, NICE CKS, Ashton, from the rows of the library.

Bands in mg, and the fall that a percent rule always allows, are in mg of diazepam in the library. For another drug they are
multiplied by the median of its equivalence to diazepam; a drug that no table names is refused, never guessed.
"""

from fractions import Fraction

from allostasis import library
from allostasis.clinic.equivalence import REFERENCE, REFERENCE_MG, equivalence
from allostasis.clinic.taper.limits import Band, Limits
from allostasis.clinic.taper.product import exact
from allostasis.quantity import InputError, NotModelledError, Parameter, UnknownNameError

PRESETS = ("asam", "asam_initial", "nice", "ashton", "none")
"""At most 25 % per 2 weeks; the initial pace of 10 % per 2 weeks; bands in mg per week (NICE CKS, Ashton); no ceiling."""


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
    own = preset_rows(preset)
    percent = not any(key.endswith(".fall") for key in own)
    scale, notes = Fraction(1), [f"ceiling {preset}: {_sources(own)}"]
    if name != REFERENCE and (not percent or always_mg is None):
        fix = "give always_mg, or use preset 'none'" if percent else "use preset 'asam' with always_mg"
        scale = scale_from_diazepam(name, f"preset {preset}", fix=fix)
        per_ten = float(scale) * REFERENCE_MG
        notes.append(f"mg of diazepam were turned into {name} by {per_ten:.3g} mg for 10 mg, the median of the tables")
    always = Fraction(0)
    if percent:
        always = exact(numbers["floor.fall"].value) * scale if always_mg is None else exact(always_mg)
        origin = f"{numbers['floor.fall'].status} by this package" if always_mg is None else "asked for"
        notes.append(f"a fall of {float(always):.3g} mg per {own['window'].value:g} days is always allowed ({origin})")
    return Limits(preset, name, int(own["window"].value), preset_bands(preset, scale), always, tuple(notes))


def preset_rows(preset: str) -> dict[str, Parameter]:
    """Rows of the library behind a preset, such as "above_20.fall" and "window".

    >>> preset_rows("nice")["above_20.fall"].value
    4.0
    """
    rows = library.parameter_set("taper")
    return {key.removeprefix(f"{preset}."): row for key, row in rows.items() if key.startswith(f"{preset}.")}


def preset_bands(preset: str, scale: Fraction = Fraction(1), *, slow: bool = False) -> tuple[Band, ...]:
    """Bands of a preset by falling edge, in mg of diazepam times a scale.

    Args:
        preset: "nice", "ashton", "asam" or "asam_initial".
        scale: mg of the drug for 1 mg of diazepam.
        slow: the smallest fall that the rule gives in place of the largest.

    >>> [float(band.fall_mg or 0) for band in preset_bands("nice", slow=True)]
    [0.0, 2.0, 1.0, 1.0, 0.5]
    """
    bands = []
    for key, row in preset_rows(preset).items():
        if key.startswith("above_"):
            edge, kind = key.removeprefix("above_").split(".")
            value = exact(row.low if slow and row.low is not None else row.value)
            share, fall = (value, None) if kind == "fraction" else (None, value * scale)
            bands.append(Band(Fraction(edge) * scale, share, fall))
    return tuple(sorted(bands, key=lambda band: -band.edge_mg))


def scale_from_diazepam(drug: str, rule: str, *, fix: str | None = None) -> Fraction:
    """Mg of a drug for 1 mg of diazepam, by the median of the tables; 1 for diazepam.

    Args:
        drug: any known spelling.
        rule: whose mg they are, for the refusal.
        fix: what to do instead, for the refusal.

    Raises:
        NotModelledError: a drug that no table names.

    >>> float(scale_from_diazepam("clobazam", "a rule"))
    2.0
    """
    try:
        median = equivalence(drug).median_mg
    except NotModelledError as error:
        what = f"{rule} is in mg of diazepam, and no table turns them into {drug}"
        raise NotModelledError(what, expected=error.expected, fix=fix) from None
    return exact(median / REFERENCE_MG)


def _sources(rows: dict[str, Parameter]) -> str:
    return ", ".join(sorted({f"{row.source} ({row.status})" for row in rows.values()}))
