"""`allostasis combine`: drugs together, by the four criteria and by what the model computes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allostasis.cli.console import OUT, progress, show_table
from allostasis.cli.folder import check_folder, staged, write_marker
from allostasis.cli.options import Library, Out, Overwrite, lay

if TYPE_CHECKING:
    from allostasis.clinic.combination import Assessment
    from allostasis.clinic.combination.back import WayBack


def combine(
    drugs: Annotated[list[str], typer.Argument(metavar="DRUG DRUG ...", help="Two drugs or more.", show_default=False)],
    out: Out,
    dose: Annotated[
        list[str] | None,
        typer.Option(help='Dose of one of them, such as "midazolam 10 mg im"; repeat.', show_default="reference"),
    ] = None,
    setting: Annotated[str, typer.Option(help="acute (one load each, at its peak) or chronic (lasting, mean level).")] = "acute",
    stage: Annotated[str, typer.Option(help="Of a seizure: early (naive receptors) or late (after an hour).")] = "early",
    effect: Annotated[
        float | None, typer.Option(help="Fall of the log imbalance of the isobologram.", show_default="half of both")
    ] = None,
    added: Annotated[
        list[str] | None, typer.Option(help="A drug that was added and may go again; repeat in order.", show_default=False)
    ] = None,
    rate_before: Annotated[float | None, typer.Option(help="Seizures per month before.", show_default=False)] = None,
    rate_now: Annotated[float | None, typer.Option(help="Seizures per month now.", show_default=False)] = None,
    after: Annotated[str, typer.Option(help="How long ago the first was added.")] = "3 months",
    weight: Annotated[str, typer.Option(help="Body weight, 30 to 200 kg.")] = "70 kg",
    overwrite: Overwrite = False,
    library: Library = None,
) -> None:
    """Check a combination by four criteria, with isobologram, Bliss excess and Loewe index; and the way back to one drug."""
    from allostasis.quantity import InputError, magnitude

    folder = check_folder(out, overwrite)
    lay(library)
    asked = (added, rate_before, rate_now)
    if any(x is not None for x in asked) and not all(x is not None for x in asked):
        raise InputError("the way back", expected="--added, --rate-before and --rate-now together")
    from allostasis.clinic.combination import assess
    from allostasis.clinic.combination.back import way_back
    from allostasis.patient import Patient

    with progress("computing effects together"):
        person = Patient(magnitude(weight, "kg", what="weight"))
        found = assess(drugs, dose or (), setting=setting, stage=stage, effect=effect, patient=person)
    words: list[str] = []
    if added is not None and rate_before is not None and rate_now is not None:
        days = magnitude(after, "d", what="time since the drug was added (--after)")
        words = _back_words(found, way_back(found, added, rate_before=rate_before, rate_now=rate_now, days=days), after)
    with staged(folder, overwrite) as stage_folder:
        _write(stage_folder, found, words, library)
    _print(found, words, folder)


def _rows(found: "Assessment") -> list[list[str]]:
    scores = [(p.name, s) for p in found.pairs for s in p.scores]
    return [[name, s.criterion, "" if s.value is None else f"{s.value:g}", s.verdict, s.reason] for name, s in scores]


def _back_words(found: "Assessment", back: "WayBack", used: str) -> list[str]:
    from allostasis import library
    from allostasis.clinic.combination.back import TAPERED

    words = [f"The way back: {back.answer}: {back.reason}.", *(f"{step}." for step in back.steps)]
    regimens = {g.drug: g.regimen for g in found.drugs}
    for drug in back.order:
        if library.drug(drug).family in TAPERED:
            dose = regimens[drug].removeprefix(f"{drug} ").replace(" po", "", 1).partition(" for ")[0]
            words.append(f'Its plan: allostasis taper --drug {drug} --dose "{dose}" --for "{used}" --out taper')
    return words


def _write(stage: Path, found: "Assessment", back: list[str], library_folder: Path | None) -> None:
    import csv
    from importlib.metadata import version

    from allostasis.report.combination_page import combination_page, headline
    from allostasis.report.page import write_page

    made = {
        "Doses": "; ".join(g.regimen for g in found.drugs), "Setting": found.setting, "Stage": found.stage,
        "Library": str(library_folder or "packaged"), "Version": f"allostasis {version('allostasis')}",
    }  # fmt: skip
    write_page(combination_page(found, made), stage / "combination.html")
    with (stage / "combination.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["pair", "criterion", "score", "verdict", "reason"], *_rows(found)])
    with (stage / "isobologram.csv").open("w", newline="", encoding="utf-8") as file:
        curves = [(p, a, b) for p in found.pairs if p.curve is not None for a, b in p.curve]
        rows = [[p.name, f"{p.effect:.4g}", f"{a:.6g}", f"{b:.6g}"] for p, a, b in curves]
        csv.writer(file).writerows([["pair", "effect", "multiple_of_first", "multiple_of_second"], *rows])
    said = [headline(found), *back]
    write_marker(stage, {"command": "combine", "answer": said} | made)


def _print(found: "Assessment", back: list[str], folder: Path) -> None:
    from allostasis.clinic.combination.evidence import CAUTION
    from allostasis.report.combination_page import headline, seen_words

    OUT.print(headline(found), style="bold", highlight=False, markup=False)
    rows = [[f"{pair}: {name}", score or "-", verdict] for pair, name, score, verdict, _ in _rows(found)]
    show_table(["pair, criterion", "score", "verdict"], rows)
    for pair, name, _, _, reason in _rows(found):
        OUT.print(f"{pair}, {name}: {reason}.", highlight=False, markup=False, soft_wrap=True)
    for words in seen_words(found):
        OUT.print(words, highlight=False, markup=False, soft_wrap=True)
    for words in back:
        OUT.print(words, highlight=False, markup=False, soft_wrap=True)
    OUT.print(CAUTION, style="dim", highlight=False, markup=False, soft_wrap=True)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)
