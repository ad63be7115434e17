"""Commands that only look: drugs, the composition of a case, a regimen, a comparison with measured data."""

from importlib.util import find_spec
from pathlib import Path

from rich.table import Table

from allostasis.cli.console import OUT, progress
from allostasis.cli.folder import MAKER, MARKER, check_folder, staged, write_json
from allostasis.quantity import InputError, NotModelledError, magnitude

DAY = 24.0
MOST_DAYS = 60


def list_drugs() -> None:
    """Print one row per substance of the library."""
    from allostasis import library

    table = Table("Name", "Kind", "Class", "Confidence", "Routes", header_style="bold")
    for name in library.drug_names():
        drug = library.drug(name)
        table.add_row(name, drug.kind, drug.drug_class, drug.confidence, ", ".join(drug.routes) or "(formed)")
    OUT.print(table)
    OUT.print("Confidence: A best, D placeholder; 'allostasis drug show NAME' says why.", highlight=False)


def show_drug(name: str, *, markdown: bool) -> None:
    """Print the model card of a substance."""
    from allostasis import library

    card = library.markdown_card(name)
    if markdown:
        print(card, end="")
        return
    from rich.markdown import Markdown

    OUT.print(Markdown(card))


def show_graph(path: Path) -> None:
    """Print how the submodels of a case are connected, as Mermaid."""
    from allostasis.clinic.simulate import readouts
    from allostasis.simulation import load_case
    from allostasis.simulation.simulate import arm_regimens, case_system

    case = load_case(path)
    print(case_system(case, arm_regimens(case), readouts()).composition.mermaid())


def show_regimen(text: str, *, days: int, weight: str) -> None:
    """Print the canonical text of a regimen and what its first days give."""
    from allostasis.regimen import parse_regimen

    if not 1 <= days <= MOST_DAYS:
        raise InputError("--days out of range", value=days, expected=f"1 to {MOST_DAYS}")
    regimen, kilograms = parse_regimen(text), magnitude(weight, "kg", what="body weight")
    OUT.print(str(regimen), highlight=False, markup=False, soft_wrap=True)
    doses = regimen.doses(days * DAY, kilograms)
    totals = regimen.daily_dose(days * DAY, kilograms)
    table = Table("Day", "Drug", "Doses", "Total", header_style="bold")
    for day in range(days):
        for drug, amounts in totals.items():
            if amounts[day] == 0:
                continue
            given = [d for d in doses if d.drug == drug and day <= d.time_h / DAY < day + 1]
            written = ", ".join(
                f"{_clock(d.time_h % DAY)} {d.amount:g} mg {d.route}" + _over(d.duration_h) for d in given
            )
            table.add_row(str(day), drug, written or "infusion goes on", f"{amounts[day]:.4g} mg")
    if table.row_count:
        OUT.print(table)
    else:
        OUT.print(f"No scheduled dose in the first {days} days.", highlight=False)
    if regimen.rules:
        OUT.print("Doses by a rule come on top; they depend on the run.", highlight=False)


def _clock(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _over(hours: float) -> str:
    return f" over {hours:.3g} h" if hours else ""


def validate(observed: Path, out: Path, *, overwrite: bool) -> None:
    """Compare with measured concentrations and write the comparison."""
    if find_spec("allostasis.validation.observed") is None:
        raise NotModelledError("comparison with measured data is not in this version", fix="update allostasis")
    folder = check_folder(out, overwrite)
    if not observed.is_dir():
        raise InputError(
            "no such folder", value=str(observed), expected="a folder with studies.csv and observations.csv"
        )
    from importlib.metadata import version

    from allostasis.cli import compile_cache
    from allostasis.cli.interrupt import interruptible
    from allostasis.validation.observed import validate as compare

    compile_cache.enable()
    with interruptible(), staged(folder) as stage:
        with progress("comparing") as advance:
            report = compare(observed, stage, advance)
        write_json(stage / MARKER, {"made_by": MAKER, "command": "validate", "version": version("allostasis")})
    OUT.print(report.text(), highlight=False, markup=False, soft_wrap=True)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)
