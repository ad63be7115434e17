"""Profiles of a folder of observed data (studies.csv, observations.csv) for non-compartmental analysis."""

import math
import re
from pathlib import Path

import pandas as pd

from allostasis.quantity import InputError
from allostasis.study.nca_dosing import Dosing
from allostasis.study.nca_table import Profile

STUDY_COLUMNS = ("study_id", "drug", "analyte", "route")
OBSERVATION_COLUMNS = ("study_id", "time_h", "value")
NOT_MEASURED, UNDER_AXIS = "below_lloq", "negative_digitised"


def read_observed(folder: str | Path) -> list[Profile]:
    """Read every study of a folder as a profile, in the order of studies.csv (columns: docs/validation.md).

    Values are in ng/mL. A sample below the limit of quantification is left out, a reading just under the axis counts as 0.

    Raises:
        InputError: a folder, file or column that is not there. What is wrong with one profile stands in its ``error``.
    """
    folder = Path(folder)
    studies = _table(folder / "studies.csv", STUDY_COLUMNS)
    observations = _table(folder / "observations.csv", OBSERVATION_COLUMNS)
    points = dict(list(observations.groupby("study_id", sort=False)))
    return [_profile(row, points.get(row["study_id"])) for row in studies.to_dict("records")]


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    if not path.is_file():
        raise InputError(f"{path.name} is missing", value=str(path.parent), expected="studies.csv and observations.csv")
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (UnicodeDecodeError, ValueError) as error:
        raise InputError(
            f"{path.name} is no table of text", value=str(error), expected="comma-separated UTF-8"
        ) from None
    if missing := [name for name in columns if name not in table]:
        raise InputError(
            f"{path.name} lacks columns", value=", ".join(missing), expected="columns " + ", ".join(columns)
        )
    return table


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _profile(row: dict, points: pd.DataFrame | None) -> Profile:
    identity = row["study_id"]
    time: list[float] = []
    concentration: list[float] = []
    try:
        dosing = _dosing(row)
        for point in [] if points is None else points.to_dict("records"):
            censored = point.get("censored", "")
            if censored == NOT_MEASURED or not point["value"]:
                continue
            time.append(_number(point["time_h"]))
            concentration.append(0.0 if censored == UNDER_AXIS else _number(point["value"]))
    except InputError as error:
        return Profile(identity, (), (), Dosing(), str(error))
    return Profile(identity, tuple(time), tuple(concentration), dosing)


def _dosing(row: dict) -> Dosing:
    route = " ".join(row["route"].lower().split())
    infusions = _numbers(row.get("infusion_min", ""), r"[+;-]", "duration of the infusion")
    times = _numbers(row.get("dose_times_h", ""), ";", "dose times")
    amount, unit = _amount(row)
    weight = _number(row.get("weight_mean", ""))
    return Dosing(
        route=route,
        amount=amount,
        unit=unit,
        times_h=tuple(times) or None,
        infusion_h=infusions[-1] / 60 if infusions and route == "iv" else 0.0,
        weight_kg=None if math.isnan(weight) else weight,
        metabolite=row["drug"].strip().lower() != row["analyte"].strip().lower(),
        mixed="+" in route or len(infusions) > 1,
    )


def _numbers(text: str, separator: str, what: str) -> list[float]:
    values = [_number(part) for part in re.split(separator, text) if part.strip()]
    if any(math.isnan(value) for value in values):
        raise InputError(f"{what} cannot be read", value=text, expected="numbers")
    return values


def _amount(row: dict) -> tuple[float | None, str]:
    """Dose of the study, in mg where that is known and per kg otherwise."""
    in_mg, written = _number(row.get("dose_mg", "")), _number(row.get("dose_value", ""))
    if not math.isnan(in_mg) and in_mg > 0:
        return in_mg, "mg"
    unit = row.get("dose_unit", "").replace(" ", "")
    return (written, unit) if written > 0 and unit in ("mg", "mg/kg") else (None, "mg")
