"""`allostasis receptor record`: an exact record of one channel, beside the exact numbers of its scheme."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allostasis.cli.console import OUT, show_table
from allostasis.cli.folder import check_folder, staged, write_marker
from allostasis.quantity import InputError, magnitude

if TYPE_CHECKING:
    from allostasis.receptor.gating import Kinetics
    from allostasis.report.record_page import RecordView

LONGEST = 3600.0
COLDEST, WARMEST = 0.0, 45.0


def record(
    *, gaba: str, seconds: float, seed: int, scheme: str, modulator: str | None, occupancy: float, strength: float | None,
    celsius: float, critical: str | None, potential: str, out: Path, overwrite: bool,
) -> None:  # fmt: skip
    """Simulate, write the folder, print estimates beside exact numbers."""
    folder = check_folder(out, overwrite)
    level = magnitude(gaba, "uM", what="GABA concentration")
    _check(level, seconds, seed, celsius, modulator, occupancy, strength)
    volts = magnitude(potential, "mV", what="membrane potential")
    from allostasis import library
    from allostasis.cli import compile_cache
    from allostasis.receptor.gating import kinetics
    from allostasis.receptor.modulator import Modulator
    from allostasis.receptor.record_summary import record_summary
    from allostasis.receptor.scheme import SCHEMES
    from allostasis.receptor.single_channel import record as simulate
    from allostasis.receptor.waveform import ambient
    from allostasis.report.record_page import BARE, RecordView

    if scheme not in SCHEMES:
        from allostasis.quantity import UnknownNameError

        raise UnknownNameError("scheme", scheme, SCHEMES)
    compile_cache.enable()
    numbers = library.parameter_set("receptor_gating")
    ends = (
        numbers["burst.critical_time"].value
        if critical is None
        else magnitude(critical, "ms", what="critical shut time")
    )
    acting = None if modulator is None else Modulator(modulator, occupancy, strength)
    model = kinetics(SCHEMES[scheme], modulators=[acting] if acting else [], celsius=celsius)
    bare = kinetics(SCHEMES[scheme], celsius=celsius) if acting else None
    patch = simulate(model, ambient(level, 1000.0 * seconds), seed)
    estimates = record_summary(patch, model, level, ends)
    without = {} if bare is None else {k: e.exact for k, e in record_summary(patch, bare, level, ends).items()}
    channel, synapse = _currents([model] if bare is None else [model, bare], celsius, volts, numbers)
    name = BARE if modulator is None else f"{modulator}, occupancy {occupancy:g}"
    view = RecordView(name, patch, model, bare, level, ends, channel, estimates, without, tuple(synapse))
    made = {
        "Scheme": scheme, "GABA": f"{level:g} uM", "Length": f"{seconds:g} s", "Seed": str(seed),
        "Modulator": f"{name}, factor {acting.factor:.4g} on {acting.step}" if acting else "none",
        "Temperature": f"{celsius:g} °C", "Burst criterion": f"{ends:g} ms", "Membrane potential": f"{volts:g} mV",
    }  # fmt: skip
    with staged(folder, overwrite) as stage:
        _write(stage, view, made)
    _print(view)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _check(level: float, seconds: float, seed: int, celsius: float, modulator, occupancy: float, strength) -> None:
    if level <= 0:
        raise InputError("GABA for a record", value=f"{level:g} uM", expected="above 0 uM", fix='write --gaba "2 uM"')
    if not 0 < seconds <= LONGEST:
        raise InputError("--seconds out of range", value=seconds, expected=f"above 0, up to {LONGEST:g}")
    if seed < 0:
        raise InputError("--seed", value=seed, expected="0 or more")
    if not COLDEST <= celsius <= WARMEST:
        raise InputError("--celsius out of range", value=celsius, expected=f"{COLDEST:g} to {WARMEST:g}")
    if modulator is None and (occupancy != 1 or strength is not None):
        raise InputError("--occupancy and --strength go with --modulator", fix="write --modulator benzodiazepine")


def _currents(models: list["Kinetics"], celsius: float, volts: float, numbers: Mapping) -> tuple[float, list]:
    """Current of one open channel [pA], and time [ms] with IPSC [pA] of each model."""
    import numpy as np

    from allostasis import library
    from allostasis.receptor.chloride import chloride_parameters
    from allostasis.receptor.current import current, ghk_gaba, phasic_current
    from allostasis.receptor.macroscopic import synaptic_response

    ions = chloride_parameters()
    reversal = float(ghk_gaba(
        ions["chloride_rest"], ions["chloride_outside"], ions["bicarbonate_inside"], ions["bicarbonate_outside"],
        ions["bicarbonate_permeability"], celsius,
    ))  # fmt: skip
    conductance = numbers["conductance"].to("pS")
    channels = library.parameter_set("receptor_chloride")["channels_synaptic"].value
    peak, decay = numbers["synapse.peak"].to("uM"), numbers["synapse.decay"].to("ms")
    traces = []
    for model in models:
        out = synaptic_response(model, peak, decay)
        traces.append((out.time, np.asarray(phasic_current(out, channels, conductance, volts, reversal))[:, 0]))
    return float(current(1, conductance, 1.0, volts, reversal)), traces


def _write(stage: Path, view: "RecordView", made: dict[str, str]) -> None:
    from importlib.metadata import version

    import numpy as np

    from allostasis.report.page import write_page
    from allostasis.report.record_page import record_page

    made = made | {"Version": f"allostasis {version('allostasis')}"}
    title = f"One channel in {view.gaba_uM:g} \N{MICRO SIGN}M GABA"
    write_page(
        record_page(view, title, f"{view.name.capitalize()}, {made['Temperature']}", made), stage / "record.html"
    )
    patch = view.record
    lengths = np.diff(np.append(patch.start, patch.end))
    with (stage / "record.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["start_ms", "duration_ms", "open", "complete"])
        last = len(lengths) - 1
        rows.writerows(
            [f"{begin:.6f}", f"{length:.6f}", int(opened), int(0 < k < last)]
            for k, (begin, length, opened) in enumerate(zip(patch.start, lengths, patch.is_open, strict=True))
        )
    with (stage / "summary.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(_records(view)[0]))
        writer.writeheader()
        writer.writerows(_records(view))
    with (stage / "ipsc.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["curve", "time_ms", "current_pA"])
        for name, (time, current) in zip((view.name, "without modulator"), view.synapse, strict=False):
            rows.writerows([name, f"{t:.4f}", f"{i:.6g}"] for t, i in zip(time, current, strict=True))
    write_marker(stage, {"command": "receptor record", "estimates": _records(view), **made})


def _records(view: "RecordView") -> list[dict[str, Any]]:
    from allostasis.report.record_page import UNITS

    return [
        {"quantity": k, "unit": UNITS[k] or "1", "value": e.value, "standard_error": e.error, "exact": e.exact,
         "exact_without_modulator": view.without.get(k)}
        for k, e in view.estimates.items()
    ]  # fmt: skip


def _print(view: "RecordView") -> None:
    from allostasis.report.record_page import UNITS, with_error
    from allostasis.report.words import figure

    headings = ["", "record ± SE", "exact"] + (["without"] if view.bare is not None else [])
    rows = []
    for name, e in view.estimates.items():
        unit = f" [{UNITS[name]}]" if UNITS[name] else ""
        row = [name + unit, with_error(e), figure(e.exact)]
        rows.append(row + ([figure(view.without[name])] if view.bare is not None else []))
    opened = int(view.record.is_open[1:].sum())
    show_table(headings, rows, f"{view.name}; {opened} openings; a shut time above {view.critical:g} ms ends a burst")
