"""`allostasis circuit eeg`: what acts on the circuit in, a page and tables of its EEG out."""

import csv
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allostasis.cli.circuit import circuits
from allostasis.cli.console import OUT, progress, show_table
from allostasis.cli.folder import check_folder, staged, write_marker
from allostasis.cli.options import Library, Out, Overwrite, lay
from allostasis.quantity import InputError

if TYPE_CHECKING:
    from allostasis.clinic.eeg_scene import EegScene
    from allostasis.report.eeg_page import EegView

SHORTEST, LONGEST = 10.0, 600.0
"""Seconds of EEG that the command simulates."""


@circuits.command()
def eeg(
    out: Out,
    case: Annotated[
        Path | None, typer.Option(metavar="CASE.toml", help="A case to take an instant from.", show_default=False)
    ] = None,
    at: Annotated[str | None, typer.Option(help='Instant of the case, such as "2 h".', show_default=False)] = None,
    arm: Annotated[str | None, typer.Option(help="Arm of the case.", show_default="the first")] = None,
    dose: Annotated[
        str | None, typer.Option(help='Peak of a dose, such as "diazepam 10 mg po at 0 h".', show_default=False)
    ] = None,
    affinity: Annotated[str, typer.Option(help="For --dose: in_vitro (acute) or in_vivo (chronic dosing).")] = "in_vitro",
    excitation: Annotated[float, typer.Option(help="Excitation over naive.")] = 1.0,
    fast: Annotated[float, typer.Option(help="Fast somatic inhibition over naive.")] = 1.0,
    slow: Annotated[float, typer.Option(help="Slow dendritic inhibition over naive.")] = 1.0,
    driving_force: Annotated[float, typer.Option(help="Driving force of chloride over naive.")] = 1.0,
    point: Annotated[str, typer.Option(help="Operating point: alpha (awake), background, sustained_spikes ...")] = "alpha",
    seconds: Annotated[float, typer.Option(help="Length of the record [s].")] = 60.0,
    seed: Annotated[int, typer.Option(help="Seed of the input noise; the same seed gives the same record.")] = 1,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """The EEG of a cortical column, naive and under drug, trafficking and chloride: trace, spectrum, bands, regime."""
    lay(library)
    folder = check_folder(out, overwrite)
    numbers = (excitation, fast, slow, driving_force)
    given = [case is not None, dose is not None, numbers != (1.0,) * len(numbers)]
    if sum(given) > 1:
        raise InputError(
            "several things act on the circuit", expected="one of --case, --dose, or numbers (--excitation, --fast, --slow,"
            " --driving-force)", fix="leave the others out",
        )  # fmt: skip
    if (case is None) != (at is None):
        raise InputError("--case and --at belong together", fix='write --case CASE.toml --at "2 h"')
    if case is None and arm is not None:
        raise InputError("--arm without --case", value=arm, fix="name the case, or leave the arm out")
    if not SHORTEST <= seconds <= LONGEST:
        raise InputError("--seconds", value=seconds, expected=f"{SHORTEST:g} to {LONGEST:g} s")
    view = _simulated(case, at, arm, dose, affinity, numbers, point, seconds, seed)
    made = {
        "Operating point": point, "Case": "none" if case is None else case.name, "Driven by": view.scene.words,
        "Neural mass": "Wendling 2002; stochastic Heun, step 1/1024 s; 5 s before the record are left out",
        "Length": f"{seconds:g} s", "Seed": str(seed), "Library": str(library or "packaged"),
        "Version": f"allostasis {version('allostasis')}",
    }  # fmt: skip
    with staged(folder, overwrite) as stage:
        _write(stage, view, made)
    _print(view)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _simulated(
    case: Path | None, at: str | None, arm: str | None, dose: str | None, affinity: str, numbers: tuple[float, ...], point: str,
    seconds: float, seed: int,
) -> "EegView":  # fmt: skip
    from allostasis.cli import compile_cache

    compile_cache.enable()
    from allostasis.circuit.conductance_noise import trial_keys
    from allostasis.circuit.eeg import operating_point, simulate_eeg
    from allostasis.clinic.eeg_scene import scene_of_dose
    from allostasis.report.eeg_page import EegView

    operating_point(point)
    trial_keys(seed, 1)
    if case is not None and at is not None:
        scene = _zoomed(case, at, arm, point)
    else:
        scene = _given(numbers) if dose is None else scene_of_dose(dose, affinity=affinity, point=point)
    with progress("simulating the EEG"):
        record = simulate_eeg(scene.gains(point), seconds=seconds, seed=seed)
    return EegView(record, scene, point)


def _given(numbers: tuple[float, ...]) -> "EegScene":
    from allostasis.clinic.eeg_scene import NAMES, EegScene

    return EegScene(**dict(zip(NAMES, numbers, strict=True)))


def _zoomed(case: Path, at: str, arm: str | None, point: str) -> "EegScene":
    from allostasis.clinic.eeg_scene import scene_of_case
    from allostasis.simulation import load_case

    loaded = load_case(case)
    with progress("simulating the case"):
        return scene_of_case(loaded, at, arm=arm, point=point)


def _write(stage: Path, view: "EegView", made: dict[str, str]) -> None:
    from dataclasses import asdict

    from allostasis import library
    from allostasis.report.eeg_page import ARMS, eeg_page
    from allostasis.report.page import write_page

    write_page(eeg_page(view, made), stage / "eeg.html")
    bands = view.bands()
    with (stage / "bands.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(bands[0]))
        writer.writeheader()
        writer.writerows({k: v if isinstance(v, str) else f"{v:.8g}" for k, v in row.items()} for row in bands)
    with (stage / "trace.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["time_s", *(f"{arm.name}_mV" for arm in ARMS)])
        for time, values in zip(view.record.time, view.record.signal[:, :, 0], strict=True):
            writer.writerow([f"{time:.8g}", *(f"{value:.6g}" for value in values)])
    works = library.bibliography()
    rows = library.parameter_set("eeg").items()
    write_marker(stage, {
        "command": "circuit eeg", "scene": asdict(view.scene), "bands": bands,
        "regimes": {arm.name: asdict(regime) for arm, regime in zip(ARMS, view.regimes, strict=True)}, **made,
        "parameters": {
            name: {"value": p.value, "unit": p.unit, "kind": p.kind, "status": p.status, "citation": works[p.source].citation,
                   "note": p.note}
            for name, p in rows
        },
    })  # fmt: skip


def _print(view: "EegView") -> None:
    rows = [
        [str(b["band"]), f"{100 * float(b['naive_share']):.1f}", f"{100 * float(b['driven_share']):.1f}"] for b in view.bands()
    ]
    naive, driven = view.regimes
    note = f"Naive: {naive.words}, peak at {naive.peak:g} Hz. Driven: {driven.words}, peak at {driven.peak:g} Hz."
    show_table(["Band", "naive [% of power]", "driven [%]"], rows, note)
