"""`allostasis run --events`: an event table as a case, and predictions at its observations."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allostasis.quantity import InputError, NotModelledError, magnitude

if TYPE_CHECKING:
    from allostasis.regimen import Regimen
    from allostasis.simulation import Case

MOST_ARMS = 12  # the report has colours and dashes for so many
WEIGHT = "WT"
OUTPUT_H = (24.0, 6.0, 1.0)  # tried where the horizon is long enough for them
STEPS_MIN = (30, 15, 10, 5, 2, 1)


def case_of_events(table: Path, drug: str, horizon: str) -> "Case":
    """Turn an event table into a case, one arm per ID.

    Raises:
        InputError: no such table, or too many IDs.
        NotModelledError: a covariate other than one body weight for all.
    """
    from allostasis.regimen import read_covariates, read_event_table
    from allostasis.simulation import parse_case

    if not table.is_file():
        raise InputError("no such event table", value=str(table), expected="a .csv or .parquet file")
    try:
        regimens = read_event_table(table, drug)
    except InputError as error:
        if "column CMT" not in error.what:
            raise
        fix = "add or mend the column CMT, or write the regimen in a case file"
        raise InputError(
            error.what, value=error.value, expected="a column CMT with 1 = oral, 2 = iv", fix=fix
        ) from None
    if not 1 <= len(regimens) <= MOST_ARMS:
        raise InputError(f"{table.name} has {len(regimens)} IDs", expected=f"1 to {MOST_ARMS}, one arm each")
    covariates = read_covariates(table)
    other = sorted({name for values in covariates.values() for name in values} - {WEIGHT})
    if other:
        raise NotModelledError(
            f"covariate {other[0]} of {table.name} is not modelled yet",
            expected=f"no covariate but {WEIGHT} [kg]",
            fix=f"remove the column {other[0]!r}; the result would not depend on it",
        )
    weights = {values.get(WEIGHT) for values in covariates.values()}
    if len(weights) > 1:
        raise NotModelledError(
            f"body weights that differ between the IDs of {table.name}",
            value=", ".join("missing" if w is None else f"{w:g}" for w in weights),
            expected="one weight for all",
            fix="run each weight by itself",
        )
    weight = next(iter(weights))
    content: dict[str, Any] = {
        "title": f"{drug} as in {table.name}",
        "horizon": horizon,
        "arm": [{"name": f"ID {identity}", "regimen": regimen.to_toml()} for identity, regimen in regimens.items()],
    }
    content |= _grid(regimens, horizon)
    return parse_case(content | ({} if weight is None else {"patient": {"weight": f"{weight:g} kg"}}))


def _grid(regimens: "Mapping[int | str, Regimen]", horizon: str) -> dict[str, Any]:
    """Output interval and step on whose grid every reset and steady state lies; {} where there are none behind 0 h.

    Raises:
        NotModelledError: a reset between whole minutes.
    """
    horizon_h = magnitude(horizon, "h", what="horizon")
    begins = {p.start_h for regimen in regimens.values() for p in regimen.periods(horizon_h) if p.start_h > 0}
    if not begins:
        return {}

    def fits(hours: float) -> bool:
        return all(abs(t / hours - round(t / hours)) * hours < 1e-9 * max(1.0, t) for t in (*begins, horizon_h))

    for hours in OUTPUT_H if horizon_h >= 2 * OUTPUT_H[0] else ():
        if fits(hours):
            return {"output": {"every": f"{hours:g} h"}}
    for minutes in STEPS_MIN:
        if fits(minutes / 60):
            return {"output": {"every": f"{minutes} min"}, "solver": {"step": f"{minutes} min"}}
    odd = next((t for t in sorted(begins) if abs(t * 60 - round(t * 60)) > 1e-7), None)
    if odd is None:
        return {}  # the horizon is the odd one, which the case says by itself
    raise NotModelledError(
        "reset or steady state between whole minutes", value=f"{odd!r} h", expected="a whole minute",
        fix="round its TIME, such as to " + f"{round(odd * 60) / 60:.6g} h",
    )  # fmt: skip


def write_predictions(table: Path, drug: str, weight_kg: float, folder: Path) -> None:
    """Write `predictions.csv`: the plasma concentration [ng/mL] at every observation of the table, exactly, per ID.

    Nothing is written for a table without observations, or where the kinetics are not linear.
    """
    import numpy as np
    import pandas as pd

    from allostasis import library
    from allostasis.patient import Patient
    from allostasis.regimen import read_event_table
    from allostasis.regimen.check import check_against_library
    from allostasis.regimen.event_table import read_samples
    from allostasis.simulation.event_course import plasma_course

    samples, regimens = read_samples(table), read_event_table(table, drug)
    name = library.drug(library.canonical(drug, "drug")).name
    rows = []
    for identity, own in samples.items():
        if not own:
            continue
        times, after = np.array([s.time_h for s in own]), np.array([s.after for s in own])
        regimen = check_against_library(regimens[identity])
        try:
            found = plasma_course(regimen, times, Patient(weight_kg), moiety=name, after=after)
        except NotModelledError:
            return
        rows += [(identity, s.time_h, s.dv, value) for s, value in zip(own, found.tolist(), strict=True)]
    if rows:
        pd.DataFrame(rows, columns=["ID", "TIME", "DV", "PRED"]).to_csv(folder / "predictions.csv", index=False)
