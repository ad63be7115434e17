"""`allostasis circuit swd` and `circuit preset`: absence seizures under drugs and variants; standard tests of drugs."""

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from allostasis.cli.circuit import circuits
from allostasis.cli.options import Library, Out, Overwrite, lay

if TYPE_CHECKING:
    from allostasis.clinic.absence import AbsenceResult, Arm


@circuits.command()
def swd(
    out: Out,
    drug: Annotated[
        list[str] | None, typer.Option(help="A drug; may be given again. Without any arm: the absence paradox.")
    ] = None,
    level: Annotated[list[str] | None, typer.Option(help='Unbound level of each drug, such as "100 nM"; "-" for none.')] = None,
    lever: Annotated[list[str] | None, typer.Option(help='A lever, such as "reticular=1.2"; all together are one arm.')] = None,
    variant: Annotated[list[str] | None, typer.Option(help='A variant in cells, such as "GABRD.T291I@relay".')] = None,
    region: Annotated[
        str | None, typer.Option(help="Where drugs act: brain or thalamus.", show_default="brain; both for the paradox")
    ] = None,
    state: Annotated[str, typer.Option(help="Operating point: epileptic or published.")] = "epileptic",
    seconds: Annotated[float, typer.Option(help="Length of each trial [s].")] = 100.0,
    trials: Annotated[int, typer.Option(help="Independent trials of noise.")] = 8,
    seed: Annotated[int, typer.Option(help="Seed of the noise; the same seed gives the same discharges.")] = 1,
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Spike-and-wave in a thalamocortical model: which drugs, levers and variants suppress it and which worsen it."""
    lay(library)
    work(
        out, drugs=drug or [], levels=level or [], levers=lever or [], variants=variant or [], region=region, state=state,
        seconds=seconds, trials=trials, seed=seed, overwrite=overwrite,
    )  # fmt: skip


@circuits.command()
def preset(
    name: Annotated[str, typer.Argument(metavar="PRESET", help="MES, 6HZ, PTZ or GAERS.", show_default=False)],
    drug: Annotated[list[str], typer.Option(help="A drug; may be given again.")],
    region: Annotated[str, typer.Option(help="For GAERS: brain or thalamus.")] = "brain",
    library: Library = None,
) -> None:
    """Level and rat dose of drugs that protect in a standard test: maximal electroshock, 6 Hz, pentylenetetrazol, GAERS."""
    lay(library)
    show_preset(name, drug, region)


def make_arms(
    drugs: list[str], levels: list[str], levers: list[str], variants: list[str], region: str | None
) -> tuple["Arm", ...]:
    """Read the arms of a command line; the paradox where there is none.

    Raises:
        InputError: more levels than drugs, or a variant without cells.
    """
    from allostasis.circuit.thalamocortical import read_levers
    from allostasis.clinic.absence import Arm, drug_arm, paradox_arms, variant_arms
    from allostasis.quantity import InputError

    if len(levels) > len(drugs):
        fix = "give --drug NAME --level LEVEL in pairs"
        raise InputError("more levels than drugs", value=", ".join(levels), expected="one level for each drug", fix=fix)
    found: list[Arm] = []
    for k, name in enumerate(drugs):
        given = levels[k] if k < len(levels) else "-"
        found.append(drug_arm(name, None if given.strip() == "-" else given, region=region or "brain", group="drugs"))
    if levers:
        found.append(Arm(", ".join(levers), read_levers(levers), "levers"))
    for text in variants:
        name, sign, cells = (part.strip() for part in text.partition("@"))
        if not sign:
            raise InputError("a variant without cells", value=text, expected="VARIANT@CELLS", fix=f"write '{name}@relay'")
        found += variant_arms(name, cells, group="variants")
    return tuple(found) or paradox_arms(region)


def work(
    out: Path, *, drugs: list[str], levels: list[str], levers: list[str], variants: list[str], region: str | None, state: str,
    seconds: float, trials: int, seed: int, overwrite: bool,
) -> None:  # fmt: skip
    """Simulate, write the folder, print the arms."""
    from allostasis.cli import compile_cache
    from allostasis.cli.console import OUT, progress, show_table
    from allostasis.cli.folder import check_folder, staged

    folder = check_folder(out, overwrite)
    compile_cache.enable()
    from allostasis.clinic.absence import compare_absence
    from allostasis.report.absence_words import percent

    arms = make_arms(drugs, levels, levers, variants, region)
    with progress("simulating the thalamus and cortex"):
        result = compare_absence(arms, state=state, seconds=seconds, trials=trials, seed=seed)
    made = {
        "Model": "thalamocortical population model (Suffczynski, Kalitzin, Lopes da Silva 2004), ModelDB 111880",
        "Operating point": state, "Drugs act in": region or ("brain" if drugs else "thalamus, and brain where said"),
        "Trials": f"{trials} of {seconds:g} s", "Seed": str(seed),
        "Step": f"{1000 * result.run.step:g} ms, exponential predictor-corrector",
    }  # fmt: skip
    with staged(folder, overwrite) as stage:
        _write(stage, result, made)
    found = result.found
    rows = [
        [arm.name, percent(found.share[k]), f"{percent(found.low[k])} to {percent(found.high[k])}", result.verdict(k)]
        for k, arm in enumerate(result.arms)
    ]
    note = "Share of the time in spike-and-wave; 95 % interval over trials; verdict against no drug under the same noise."
    show_table(["Arm", "share", "interval", "verdict"], rows, note)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _write(stage: Path, result: "AbsenceResult", made: dict[str, str]) -> None:
    from importlib.metadata import version

    from allostasis import library
    from allostasis.cli.folder import write_marker
    from allostasis.report.absence_page import absence_page
    from allostasis.report.page import write_page

    made = made | {"Version": f"allostasis {version('allostasis')}"}
    write_page(absence_page(result, made), stage / "swd.html")
    records = arm_records(result)
    with (stage / "swd.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(records[0]))
        writer.writeheader()
        writer.writerows(records)
    works = library.bibliography()
    rows = {
        name: {"value": p.value, "unit": p.unit, "kind": p.kind, "status": p.status, "citation": works[p.source].citation,
               "note": p.note}
        for name, p in library.parameter_set("thalamocortical").items() if not name.startswith("human.")
    }  # fmt: skip
    notes = {arm.name: list(arm.notes) for arm in result.arms if arm.notes}
    write_marker(stage, {"command": "circuit swd", "arms": records, "notes": notes, **made, "parameters": rows})


def arm_records(result: "AbsenceResult") -> list[dict[str, Any]]:
    """Return one record an arm: its levers and what was found."""
    found, records = result.found, []
    for k, arm in enumerate(result.arms):
        numbers = {
            "share": found.share[k], "share_low": found.low[k], "share_high": found.high[k],
            "discharges_per_minute": found.per_minute[k], "mean_length_s": found.length[k], "frequency_Hz": found.frequency[k],
        }  # fmt: skip
        shown = {name: None if math.isnan(value) else round(float(value), 6) for name, value in numbers.items()}
        levers = {f"lever_{name}": round(value, 6) for name, value in vars(arm.levers).items()}
        records.append({"arm": arm.name, "group": arm.group, "verdict": result.verdict(k), **shown, **levers})
    return records


def show_preset(name: str, drugs: list[str], region: str) -> None:
    """Print what protects."""
    from allostasis.cli import compile_cache
    from allostasis.cli.console import OUT, show_table

    compile_cache.enable()
    from allostasis import library
    from allostasis.clinic.stimulus_presets import LABEL, PRESETS, half_protection, preset_key

    key = preset_key(name)
    said = library.set_words("stimulus_presets")[PRESETS[key]]
    results = [half_protection(key, drug, region=region) for drug in drugs]
    rows = [
        [r.drug, "no level up to 1 mM" if r.level is None else f"{r.level:.3g} nM",
         "none" if r.dose is None else f"{r.dose:.3g} mg/kg {r.route}"]
        for r in results
    ]  # fmt: skip
    show_table(["Drug", "protective unbound level", "rat dose"], rows, LABEL)
    OUT.print(f"{said['title']}: {said['stimulus']}. Endpoint: {said['endpoint']}.", highlight=False, markup=False)
    for r in results:
        for note in r.notes[1:]:
            OUT.print(f"{r.drug}: {note}", highlight=False, markup=False)
