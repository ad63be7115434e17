"""`allostasis circuit neuron`: a regimen in, a page and tables of one neuron out."""

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allostasis.cli.console import OUT, progress, show_table
from allostasis.cli.folder import check_folder, staged, write_marker
from allostasis.quantity import magnitude

if TYPE_CHECKING:
    from allostasis.clinic.neuron_firing import NeuronFiring

CONSTANTS = "Augustin 2017, Brette 2007, Destexhe 2001, and assumptions; run.json has each with its source"
RATE_COLUMNS = {
    "imbalance": "imbalance", "inhibition": "inhibition_nS", "excitation": "excitation_nS", "potential": "potential_mV",
    "rate": "rate_Hz", "rate_error": "rate_standard_error_Hz", "interval_cv": "interval_cv",
    "first_passage": "first_passage_ms", "quiet_rate": "rate_without_noise_Hz",
}  # fmt: skip
"""What the sweep has, and its columns in rate.csv."""


def neuron(
    regimen: str, *, share: float | None, chloride: str | None, weight: str, follow: str, seconds: float, trials: int,
    seed: int, out: Path, overwrite: bool, library_folder: Path | None,
) -> None:  # fmt: skip
    """Simulate the regimen, fire the neuron, write the folder, print the scenes."""
    folder = check_folder(out, overwrite)
    level = None if chloride is None else magnitude(chloride, "mM", what="chloride in the neuron")
    from allostasis.cli import compile_cache

    compile_cache.enable()
    from allostasis.circuit.conductance_noise import trial_keys
    from allostasis.circuit.membrane import Membrane
    from allostasis.clinic.neuron_firing import check_firing, fire_neuron
    from allostasis.clinic.neuron_scenes import gaba_reversal, simulate_neuron

    check_firing(seconds, trials)
    trial_keys(seed, trials)
    membrane = Membrane.from_library(None if level is None else gaba_reversal(level))
    with progress("simulating the regimen"):
        run = simulate_neuron(regimen, receptor_share=share, membrane=membrane, weight=weight, follow=follow)
    with progress("firing the neuron"):
        firing = fire_neuron(run, seconds=seconds, trials=trials, seed=seed)
    made = {
        "Regimen": run.regimen, "Body weight": weight, "Followed": f"{follow} after the last dose",
        "E_GABA": f"{membrane.e_gaba:.1f} mV", "Share of adaptation that is loss of inhibition": f"{run.receptor_share:g}",
        "Neuron": "adaptive leaky integrate-and-fire; stochastic Heun, step 0.1 ms",
        "Constants of the neuron": CONSTANTS,
        "Trials": f"{trials} of {seconds:g} s", "Seed": str(seed), "Parameter hash of the run": run.parameter_hash,
        "Library": str(library_folder or "packaged"),
    }  # fmt: skip
    with staged(folder, overwrite) as stage:
        _write(stage, firing, made)
    _print(firing)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _write(stage: Path, firing: "NeuronFiring", made: dict[str, str]) -> None:
    from importlib.metadata import version

    from allostasis.report.neuron_page import neuron_page
    from allostasis.report.page import write_page

    made = made | {"Version": f"allostasis {version('allostasis')}"}
    write_page(neuron_page(firing, made), stage / "neuron.html")
    run, curve, trace = firing.run, firing.curve, firing.trace
    records = scene_records(firing)
    _table(stage / "scenes.csv", list(records[0]), (r.values() for r in records))
    swept = (getattr(curve, name) for name in RATE_COLUMNS)
    _table(stage / "rate.csv", list(RATE_COLUMNS.values()), zip(*swept, strict=True))
    course = (run.time_h / 24, run.log_inhibition_gain, run.log_adaptation, run.imbalance, run.potential)
    _table(
        stage / "course.csv", ["time_d", "log_inhibition_gain", "log_adaptation", "imbalance", "potential_mV"],
        zip(*course, strict=True),
    )  # fmt: skip
    names = [f"{scene.name}_mV" for scene in run.scenes]
    _table(stage / "traces.csv", ["time_ms", *names], zip(trace.time, *trace.potential, strict=True))
    write_marker(stage, {
        "command": "circuit neuron", "scenes": records, "critical_imbalance": firing.critical,
        "rate_multiple": firing.rate_multiple,
        "imbalance_at_rate_multiple": dict(zip(("value", "standard_error"), firing.multiple or (None, None), strict=True)),
        "seizure_threshold": firing.seizure_threshold, "notes": list(run.notes), **made, "parameters": _parameters(),
    })  # fmt: skip


def scene_records(firing: "NeuronFiring") -> list[dict[str, Any]]:
    """Return one record per scene: those of the regimen, then those of the textbook."""
    found = []
    for source, scenes, fired in (
        ("regimen", firing.run.scenes, firing.scenes), ("textbook", firing.textbook, firing.textbook_firing),
    ):  # fmt: skip
        for k, s in enumerate(scenes):
            found.append({
                "source": source, "scene": s.name, "time_d": None if s.time_h is None else s.time_h / 24,
                "log_inhibition_gain": s.log_inhibition_gain, "log_adaptation": s.log_adaptation, "imbalance": s.imbalance,
                "inhibition_nS": s.conductances.inhibition, "excitation_nS": s.conductances.excitation,
                "potential_mV": s.potential, "rate_Hz": float(fired.rate[k]),
                "rate_standard_error_Hz": float(fired.rate_error[k]), "interval_cv": _finite(fired.interval_cv[k]),
                "first_passage_ms": _finite(fired.first_passage[k]), "rate_without_noise_Hz": float(fired.quiet_rate[k]),
            })  # fmt: skip
    return found


def _parameters() -> dict[str, dict[str, Any]]:
    """Return the numbers of the neuron with their sources."""
    from allostasis import library

    works = library.bibliography()
    return {
        name: {"value": p.value, "unit": p.unit, "kind": p.kind, "status": p.status, "citation": works[p.source].citation,
               "note": p.note}
        for name, p in library.parameter_set("neuron").items()
    }  # fmt: skip


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _table(path: Path, headings: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return f"{float(value):.8g}" if math.isfinite(value) else ""


def _print(firing: "NeuronFiring") -> None:
    from allostasis.report.figure_neuron import ARMS
    from allostasis.report.neuron_words import day_words, rate_words, signed

    rows = []
    for k, scene in enumerate(firing.run.scenes):
        rate = rate_words(firing.scenes.rate[k], firing.scenes.rate_error[k])
        rows.append(
            [
                ARMS[scene.name].name,
                day_words(scene.time_h),
                signed(scene.imbalance, 3),
                signed(scene.potential, 1),
                rate,
            ]
        )
    note = f"H: log ratio of excitation to inhibition over naive. Threshold: {signed(firing.neuron.threshold, 0)} mV."
    show_table(["Scene", "When", "H", "V [mV]", "rate [Hz] ± SE"], rows, note)
    critical = "at no H" if firing.critical is None else f"from H {signed(firing.critical, 3)} on"
    told = [f"Fires without noise {critical}."]
    if firing.multiple is not None:
        told.append(f"Rate x {firing.rate_multiple:g} from H {firing.multiple[0]:.3f} ± {firing.multiple[1]:.3f} on.")
    told.append(
        f"Seizure threshold of the platform: H {firing.seizure_threshold:.3f}, of a network, not of this neuron."
    )
    for line in (*told, *firing.run.notes):
        OUT.print(line, highlight=False, markup=False)
