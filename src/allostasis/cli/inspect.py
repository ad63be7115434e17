"""Commands that only look: drugs, the composition of a case, a regimen, a comparison with measured data."""

import re
from importlib.util import find_spec
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from allostasis.cli.console import OUT, progress
from allostasis.cli.folder import check_folder, staged, write_marker
from allostasis.quantity import InputError, NotModelledError, magnitude

DAY = 24.0
MOST_DAYS = 60


FAMILY_HEADINGS = {
    "benzodiazepine": "Benzodiazepines", "z-drug": "Z-drugs", "barbiturate": "Barbiturates",
    "neurosteroid": "Neurosteroids", "anaesthetic": "Anaesthetics", "antiseizure": "Antiseizure medicines",
    "other": "Others",
}  # fmt: skip
LIST_NOTES = (
    "Conf., the confidence: A best, D placeholder. Run: 'effect', from the dose to its effects; 'acute',",
    "effects on the acute clock only, beside the receptor; 'level', concentrations only.",
    "Routes as in a regimen: po by mouth, iv vein, im muscle,",
    "in nose, pr rectum, sl under the tongue, sc under the skin, inh inhaled; (formed), a metabolite without a product.",
    "'allostasis drug show NAME' says why, and where each number comes from.",
)


def list_drugs() -> None:
    """Print one row per substance of the library, by family."""
    from allostasis import library
    from allostasis.library.drug import FAMILIES
    from allostasis.library.reach import extent
    from allostasis.regimen.words import ROUTES

    found = [library.drug(name) for name in library.drug_names()]
    words = {route: min((w for w, r in ROUTES.items() if r == route), key=len) for route in ROUTES.values()}
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", show_edge=False, padding=0)
    longest = max(len(word) for drug in found for word in short_class(drug.drug_class).split())
    for heading in ("Name", "Class", "Conf.", "Run", "Routes"):
        table.add_column(
            heading, no_wrap=heading in ("Name", "Run"), overflow="fold", width=longest if heading == "Class" else None
        )
    for family in FAMILIES:
        members = [drug for drug in found if drug.family == family]
        if members:
            table.add_row(Text(FAMILY_HEADINGS[family], style="bold"))
        for drug in members:
            routes = " ".join(words.get(route, route) for route in drug.routes) or "(formed)"
            cells = (drug.name, short_class(drug.drug_class), drug.confidence, extent(drug), routes)
            table.add_row(*(Text(cell) for cell in cells))
        if members:
            table.add_section()
    OUT.print(table)
    OUT.print(" ".join(LIST_NOTES), highlight=False)


def short_class(drug_class: str) -> str:
    """Shorten the class of a drug to its chemistry, and what it does unless that is to enhance.

    >>> short_class("positive allosteric modulator of the GABA-A receptor (1,4-benzodiazepine), 3-hydroxy")
    '1,4-benzodiazepine'
    >>> short_class("antagonist at the benzodiazepine site of the GABA-A receptor (imidazobenzodiazepine)")
    'antagonist, imidazobenzodiazepine'
    """
    found = re.search(r"\(([^()]+)\)", drug_class)
    if found is None:
        return drug_class
    action = re.split(r" (?:at|of) ", drug_class[: found.start()])[0]
    action = action.replace("positive allosteric modulator", "").strip()
    return f"{action}, {found[1]}" if action else found[1]


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
    from allostasis.patient import Patient
    from allostasis.regimen import parse_regimen

    if not 1 <= days <= MOST_DAYS:
        raise InputError("--days out of range", value=days, expected=f"1 to {MOST_DAYS}")
    kilograms = Patient(magnitude(weight, "kg", what="body weight")).weight_kg
    regimen = parse_regimen(text)
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


def validate(observed: Path, out: Path, *, overwrite: bool, library_folder: Path | None) -> None:
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
    with interruptible(), staged(folder, overwrite) as stage:
        with progress("comparing") as advance:
            report = compare(observed, stage, advance)
        made = {"command": "validate", "version": version("allostasis"), "library": str(library_folder or "packaged")}
        write_marker(stage, made)
    OUT.print(report.text(), highlight=False, markup=False, soft_wrap=True)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)
