"""`allostasis taper`: a plan that real tablets can make, verified, with everything that is handed out."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from allostasis.cli.console import OUT, progress, show_table
from allostasis.cli.folder import check_folder, staged, write_marker
from allostasis.quantity import InputError

if TYPE_CHECKING:
    from allostasis.study.taper_study import TaperStudy
    from allostasis.study.taper_switch import Switch


def taper(
    *, drug: str, dose: str, use: str, strengths: str | None, cap: float, quantile: float, preset: str, always: float | None,
    period: int, weeks: int, patients: int, seed: int, exact: str, exact_limit: float, start: str | None,
    age: str | None, weight: str, above_label: bool, switch: str | None, switch_strengths: str | None, compare: bool, out: Path,
    overwrite: bool, library_folder: Path | None,
) -> bool:  # fmt: skip
    """Answer the question, write the folder, print the plan; True if there is a plan within the cap."""
    folder = check_folder(out, overwrite)
    first_day = _date(start)
    from allostasis.cli import compile_cache

    compile_cache.enable()
    from allostasis.clinic.taper.asking import read_question

    question = read_question(
        drug, dose, use, strengths, weight=weight, age=age, use_called="duration of use (--for)", cap=cap, quantile=quantile,
        preset=preset, always_mg=always, period_days=period, most_weeks=weeks, virtual_patients=patients, seed=seed, exact=exact,
        exact_limit_s=exact_limit, allow_above_label=above_label,
    )  # fmt: skip
    to = _switch(switch, switch_strengths)
    from allostasis.study.taper_study import study_taper
    from allostasis.study.taper_switch import study_switch

    with progress("searching a plan and verifying it"):
        study = study_taper(question, compared=compare) if to is None else study_switch(question, to, compared=compare)
    with staged(folder, overwrite) as stage:
        _write(stage, study, first_day, library_folder)
    return _print(study, first_day, folder)


def _date(text: str | None) -> date:
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("start of the plan", value=text, expected="a date such as 2026-12-01") from None


def _switch(drug: str | None, strengths: str | None) -> "Switch | None":
    if drug is None:
        if strengths:
            raise InputError("--switch-strengths without --switch", value=strengths, fix="write --switch diazepam too")
        return None
    from allostasis.study.taper_switch import read_switch

    return read_switch(drug, strengths)


def _write(stage: Path, study: "TaperStudy", start: date, library_folder: Path | None) -> None:
    from allostasis.clinic.taper.asking import plan_id
    from allostasis.report.page import write_page
    from allostasis.report.taper_page import answer, daily_table, headline, how_made, taper_page

    question = study.outcome.question
    made = how_made(question, str(library_folder or "packaged"))
    write_page(taper_page(study, start, made), stage / "taper.html")
    if study.plan is not None:
        from allostasis.interop.plan_files import write_plan

        write_plan(study.plan, stage, start, plan_id=plan_id(question))
    if study.comparison is not None:
        study.comparison.table.to_csv(stage / "comparison.csv", index=False)
        daily_table(study.comparison).to_csv(stage / "daily.csv")
    said = [headline(study.outcome), *answer(study.outcome)]
    write_marker(stage, {"command": "taper", "answer": said, "question": repr(question)} | made)


def _print(study: "TaperStudy", start: date, folder: Path) -> bool:
    from allostasis.clinic.taper.outcome import Found
    from allostasis.report.taper_page import CAUTION, answer, headline
    from allostasis.report.words import probability

    OUT.print(headline(study.outcome), style="bold", highlight=False, markup=False)
    for line in answer(study.outcome):
        OUT.print(line, highlight=False, markup=False)
    found = isinstance(study.outcome, Found)
    if study.plan is not None:
        from allostasis.interop.plan_table import plan_text

        OUT.print()
        OUT.print(plan_text(study.plan, start).rstrip(), highlight=False, markup=False, soft_wrap=True)
    if study.comparison is not None:
        sampled = study.outcome.question.virtual_patients > 0
        rows = []
        for r in study.comparison.table.to_dict("records"):
            band = [f"{r['peak_low']:.3f}-{r['peak_high']:.3f}"] if sampled else []
            row = [str(r["plan"]), f"{r['weeks']:g}", f"{r['peak_imbalance']:.3f}", *band]
            rows.append([*row, str(r["days_above_cap"]), probability(r["seizure_probability"])])
        headings = ["plan", "weeks", "peak", *(["sample"] if sampled else []), "days over cap", "P(seizure)"]
        OUT.print()
        show_table(headings, rows, CAUTION)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)
    return found
