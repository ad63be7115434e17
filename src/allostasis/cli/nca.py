"""`allostasis nca`: non-compartmental analysis of a table of profiles."""

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allostasis.cli.console import OUT
from allostasis.cli.options import Overwrite, folder_path

if TYPE_CHECKING:
    import pandas as pd

    from allostasis.study.nca_dosing import Dosing

SHOWN = {
    "cmax_ng_ml": "Cmax", "tmax_h": "Tmax", "auclast_ng_h_ml": "AUClast", "aucinf_ng_h_ml": "AUCinf",
    "pct_extrapolated": "extr. %", "t_half_h": "t1/2", "cl_l_h": "CL", "vz_l": "Vz",
}  # fmt: skip
AT_STEADY_STATE = {"auctau_ng_h_ml": "AUCtau", "accumulation": "R"}
LEGEND = (
    "ng/mL, h, L; CL and Vz are CL/F and Vz/F where the route is not iv. Linear-up/log-down trapezoids; "
    "docs/nca.md says what the flags mean."
)
ONLY_SINGLE = ("aucinf_ng_h_ml", "pct_extrapolated")
MOST_ROWS, WIDTH = 60, 110


def nca(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE.csv", help="Columns id, time, concentration [, dose, route].", show_default=False),
    ] = None,
    observed: Annotated[
        Path | None, typer.Option(help="Folder with studies.csv and observations.csv instead.", show_default=False)
    ] = None,
    dose: Annotated[str | None, typer.Option(help='Dose of every profile, such as "10 mg" or "0.1 mg/kg".')] = None,
    route: Annotated[str, typer.Option(help="Route of every profile: iv, oral, ...")] = "oral",
    infusion: Annotated[str | None, typer.Option(help='Length of an intravenous infusion, such as "30 min".')] = None,
    tau: Annotated[
        str | None, typer.Option(help='Dosing interval of profiles at steady state, such as "12 h".')
    ] = None,
    weight: Annotated[str | None, typer.Option(help="Body weight, for clearance per kg.")] = None,
    time_unit: Annotated[str, typer.Option(help="Unit of the column time.")] = "h",
    concentration_unit: Annotated[str, typer.Option(help="Unit of the column concentration.")] = "ng/mL",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder to write nca.csv into.", parser=folder_path, metavar="DIR", show_default=False
        ),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Non-compartmental analysis of measured or simulated profiles: areas, half-life, clearance, volumes."""
    from allostasis.cli.folder import check_folder, staged, write_marker
    from allostasis.quantity import InputError

    if (file is None) == (observed is None):
        raise InputError(
            "nca takes a file of profiles or --observed", expected="one of the two",
            fix="write 'allostasis nca FILE.csv --dose \"10 mg\" --route iv' or 'allostasis nca --observed FOLDER'",
        )  # fmt: skip
    folder = None if out is None else check_folder(out, overwrite)
    from allostasis.study.nca_table import analyse

    table = analyse(
        _profiles(file, observed, _dosing(dose, route, infusion, tau, weight), time_unit, concentration_unit)
    )
    _print(table)
    if folder is None:
        return
    from importlib.metadata import version

    with staged(folder, overwrite) as stage:
        table.to_csv(stage / "nca.csv", index=False)
        write_marker(stage, {"command": "nca", "version": version("allostasis"), "input": str(file or observed)})
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _dosing(dose: str | None, route: str, infusion: str | None, tau: str | None, weight: str | None) -> "Dosing":
    from allostasis.quantity import magnitude
    from allostasis.study.nca_dosing import Dosing
    from allostasis.study.nca_table import read_dose

    dosing = Dosing(
        route=route.strip().lower(),
        infusion_h=0.0 if infusion is None else magnitude(infusion, "h", what="infusion time"),
        tau_h=None if tau is None else magnitude(tau, "h", what="dosing interval"),
        weight_kg=None if weight is None else magnitude(weight, "kg", what="body weight"),
    )
    if dose is None:
        return dosing
    amount, unit = read_dose(dose)
    return replace(dosing, amount=amount, unit=unit)


def _profiles(file: Path | None, observed: Path | None, dosing: "Dosing", time_unit: str, concentration_unit: str):
    if observed is not None:
        from allostasis.quantity import InputError
        from allostasis.study.nca_observed import read_observed

        if not observed.is_dir():
            raise InputError(
                "no such folder", value=str(observed), expected="a folder with studies.csv and observations.csv"
            )
        return read_observed(observed)
    from allostasis.study.nca_table import read_profiles

    assert file is not None
    return read_profiles(file, dosing, time_unit=time_unit, concentration_unit=concentration_unit)


def _print(table: "pd.DataFrame") -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    rows = table.to_dict(orient="records")
    good = [row for row in rows if not row["error"]]
    steady = any(math.isfinite(row["auctau_ng_h_ml"]) for row in good)
    columns = {key: name for key, name in SHOWN.items() if not (steady and key in ONLY_SINGLE)}
    columns |= AT_STEADY_STATE if steady else {}
    used = list(dict.fromkeys(flag for row in good for flag in row["flags"].split(";") if flag))
    marks = {flag: str(k) for k, flag in enumerate(used, 1)}
    shown = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    shown.add_column("id", no_wrap=True, overflow="ellipsis", max_width=16)
    for key, name in columns.items():
        longest = max([len(name), *(len(_figure(row[key])) for row in good[:MOST_ROWS])])
        shown.add_column(name, justify="right", no_wrap=True, min_width=longest)
    if marks:
        shown.add_column("flags", no_wrap=True, min_width=5)
    for row in good[:MOST_ROWS]:
        flags = [" ".join(marks[flag] for flag in row["flags"].split(";") if flag)] if marks else []
        shown.add_row(Text(str(row["id"])), *(_figure(row[key]) for key in columns), *flags)
    if good:
        OUT.print(shown, width=max(OUT.width, WIDTH), crop=False)
        for flag, mark in marks.items():
            OUT.print(f"{mark} {flag}", highlight=False, markup=False)
        OUT.print(LEGEND, style="dim", highlight=False)
    if len(good) > MOST_ROWS:
        OUT.print(f"{len(good) - MOST_ROWS} more profiles: --out DIR writes them all.", highlight=False)
    for row in rows:
        if row["error"]:
            OUT.print(f"{row['id']} not analysed: {row['error']}", highlight=False, markup=False, soft_wrap=True)


def _figure(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else ""
