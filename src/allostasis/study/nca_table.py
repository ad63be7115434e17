"""Non-compartmental analysis of a table of profiles: columns id, time, concentration, and dose and route where they differ."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from allostasis.quantity import InputError, convert, magnitude
from allostasis.study.nca import NCA, nca
from allostasis.study.nca_dosing import Dosing

NAMES = {
    "id": ("id", "study_id", "subject"), "time": ("time", "time_h"), "concentration": ("concentration", "conc", "dv", "value"),
    "dose": ("dose", "dose_mg", "amt"), "route": ("route",),
}  # fmt: skip
"""What a column may be called, whatever its case; others are left alone."""
NEEDED = ("id", "time", "concentration")
MISSING = ("", ".", "NA", "NaN", "nan")
NOTHING = NCA(0, float("nan"), float("nan"), c0_method="")
COLUMNS = ("id", *(f.name for f in fields(NCA)), "error")


@dataclass(frozen=True)
class Profile:
    """One profile as it was read: times [h] and concentrations [ng/mL] may hold anything; `error` says what cannot be used."""

    identity: str
    time_h: tuple[float, ...]
    concentration_ng_ml: tuple[float, ...]
    dosing: Dosing
    error: str = ""


def analyse(profiles: Iterable[Profile]) -> pd.DataFrame:
    """Analyse profiles one by one; one that cannot be analysed has its reason in the column ``error``, never an exception.

    Returns:
        one row a profile: ``id``, the fields of `NCA` (flags joined by ";") and ``error``.

    >>> bad = Profile("a", (0.0, 1.0), (1.0, -1.0), Dosing())
    >>> analyse([bad])["error"][0][:25]
    'concentration is negative'
    """
    rows = [_row(profile) for profile in profiles]
    return pd.DataFrame(rows, columns=pd.Index(COLUMNS))


def _row(profile: Profile) -> dict[str, Any]:
    found, reason = NOTHING, profile.error
    if not reason:
        try:
            found = nca(profile.time_h, profile.concentration_ng_ml, profile.dosing)
        except InputError as error:
            reason = str(error)
    values = {f.name: getattr(found, f.name) for f in fields(NCA)}
    return {"id": profile.identity} | values | {"flags": ";".join(found.flags), "error": reason}


def read_profiles(
    path: str | Path, dosing: Dosing | None = None, *, time_unit: str = "h", concentration_unit: str = "ng/mL"
) -> list[Profile]:
    """Read profiles from a CSV file, in the order in which their ids appear.

    Args:
        path: columns id, time and concentration; dose ("10 mg", "0.1 mg/kg", or a plain number in mg) and route where
            they differ between the profiles. Empty cells, "." and NA are missing; a sample without a value is left out.
        dosing: what holds where the file does not say; a single oral dose at time 0 when left out.
        time_unit: unit of the column time.
        concentration_unit: unit of the column concentration, mass by volume.

    Raises:
        InputError: no such file, no table, a column missing, or a unit that does not convert. What is wrong with one
            profile stands in its ``error``.
    """
    path = Path(path)
    per_time, per_concentration = _factor(time_unit, "h", "time"), _factor(concentration_unit, "ng/mL", "concentration")
    groups: dict[str, list[dict[str, str]]] = {}
    for row in _rows(path):
        groups.setdefault(row["id"], []).append(row)
    if not groups:
        raise InputError(f"{path.name} has no rows", expected="one row per sample")
    return [
        _profile(identity, rows, dosing or Dosing(), per_time, per_concentration) for identity, rows in groups.items()
    ]


def _factor(unit: str, target: str, what: str) -> float:
    """Size of a unit in another, without the rounding of the last digit: 1 ug/L is 1 ng/mL."""
    return float(f"{convert(1.0, unit, target, what):.14g}")


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise InputError("no such file of profiles", value=str(path), expected="a CSV file with " + ", ".join(NEEDED))
    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"{path.name} is no table of text", value=str(error), expected="comma-separated UTF-8"
        ) from None
    lines = [line for line in lines if line and not line[0].startswith("#")]
    header = [name.strip().lower() for name in lines[0]] if lines else []
    place = {key: [i for i, name in enumerate(header) if name in names] for key, names in NAMES.items()}
    for key in NEEDED:
        if len(place[key]) != 1:
            many = "lacks a column" if not place[key] else "has more than one column"
            raise InputError(
                f"{path.name} {many} for the {key}",
                value=", ".join(header),
                expected="one of: " + ", ".join(NAMES[key]),
            )
    return [
        {key: line[found[0]].strip() if found and found[0] < len(line) else "" for key, found in place.items()}
        for line in lines[1:]
    ]


def _profile(
    identity: str, rows: list[dict[str, str]], dosing: Dosing, per_time: float, per_concentration: float
) -> Profile:
    time, concentration = [], []
    try:
        for row in rows:
            if row["concentration"] in MISSING:
                continue
            time.append(_number(row["time"], "time") * per_time)
            concentration.append(_number(row["concentration"], "concentration") * per_concentration)
        dosing = _given(rows, dosing)
    except InputError as error:
        return Profile(identity, (), (), dosing, str(error))
    return Profile(identity, tuple(time), tuple(concentration), dosing)


def _number(text: str, what: str) -> float:
    try:
        return float(text)
    except ValueError:
        fix = (
            "write 0 for a sample below the limit of quantification, or leave it out"
            if what == "concentration"
            else None
        )
        raise InputError(f"{what} is not a number", value=text, expected="a number", fix=fix) from None


def _given(rows: list[dict[str, str]], dosing: Dosing) -> Dosing:
    for key in ("dose", "route"):
        values = {row[key] for row in rows} - set(MISSING)
        if key == "dose":
            values -= {text for text in values if text.replace(".", "").strip("0") == ""}
        if len(values) > 1:
            raise InputError(
                f"{key} changes within the profile", value=", ".join(sorted(values)), expected=f"one {key}"
            )
        if values and key == "route":
            dosing = replace(dosing, route=values.pop().lower())
        elif values:
            amount, unit = read_dose(values.pop())
            dosing = replace(dosing, amount=amount, unit=unit)
    return dosing


def read_dose(text: str) -> tuple[float, str]:
    """Read a dose: "10 mg", "0.1 mg/kg", or a plain number in mg.

    >>> read_dose("0.25 mg/kg"), read_dose("10"), read_dose("2 g")
    ((0.25, 'mg/kg'), (10.0, 'mg'), (2000.0, 'mg'))
    """
    try:
        return float(text), "mg"
    except ValueError:
        unit = "mg/kg" if "/" in text else "mg"
        return magnitude(text, unit, what="dose"), unit
