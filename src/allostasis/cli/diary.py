"""`allostasis diary`: weekly scores in; hold, slower, faster or as planned out, with the plan from today on."""

from pathlib import Path
from typing import TYPE_CHECKING

from allostasis.cli.console import OUT, progress, show_table
from allostasis.cli.folder import check_folder, staged, write_marker
from allostasis.quantity import InputError, magnitude

if TYPE_CHECKING:
    from allostasis.clinic.taper.plan import Plan
    from allostasis.clinic.taper.question import Question
    from allostasis.interop.plan_json import IssuedPlan
    from allostasis.study.diary_decision import Decision


def diary(
    plan: Path, scores: Path, *, scale: str, allow_gaps: bool, dose: str | None, use: str | None, strengths: str | None,
    cap: float | None, quantile: float | None, preset: str | None, always: float | None, age: str | None, weight: str,
    mcmc: int, seed: int, out: Path, overwrite: bool, library_folder: Path | None,
) -> None:  # fmt: skip
    """Read plan and diary, decide, write the folder, print the answer."""
    folder = check_folder(out, overwrite)
    if mcmc and mcmc < 4:
        raise InputError("steps of the Markov chains (--mcmc)", value=mcmc, expected="4 or more, or 0 for none")
    from allostasis.cli import compile_cache

    compile_cache.enable()
    from allostasis.interop.diary_csv import read_diary
    from allostasis.interop.plan_json import read_plan

    issued = read_plan(plan)
    written = read_diary(scores, issued.start, scale=scale, allow_gaps=allow_gaps)
    question = _question(
        issued.plan, dose, use, strengths, age, weight, cap=cap, quantile=quantile, preset=preset, always_mg=always
    )
    from allostasis.study.diary_decision import decide

    with progress("updating the person and solving the plan again"):
        decision = decide(issued.plan, written, question, simulated_steps=mcmc, seed=seed)
    with staged(folder, overwrite) as stage:
        _write(stage, decision, issued, scores, seed, library_folder)
    _print(decision, folder)


def _question(
    plan: "Plan", dose: str | None, use: str | None, strengths: str | None, age: str | None, weight: str, **more
) -> "Question":
    from allostasis.clinic.taper import parse_strengths
    from allostasis.patient import Patient
    from allostasis.study.diary_question import question_of

    person = Patient(
        magnitude(weight, "kg", what="weight"), age_y=None if age is None else magnitude(age, "years", what="age")
    )
    products = parse_strengths(strengths, plan.drugs[0]) if strengths and plan.drugs else None
    return question_of(
        plan, mg_per_day=None if dose is None else magnitude(dose, "mg", what="daily dose before the plan (--dose)"),
        use_days=None if use is None else round(magnitude(use, "d", what="duration of use (--for)")), products=products,
        patient=person, **more,
    )  # fmt: skip


def _write(
    stage: Path, decision: "Decision", issued: "IssuedPlan", scores: Path, seed: int, library_folder: Path | None
) -> None:
    from importlib.metadata import version

    from allostasis.interop.diary_report import diary_markdown, diary_svg, numbers_of, posterior_csv, weeks_csv
    from allostasis.interop.plan_files import write_plan

    changed = decision.rest is not None
    write_plan(
        decision.plan, stage, issued.start, plan_id=issued.plan_id, sequence=issued.sequence + changed,
        former=issued.plan if changed else None,
    )  # fmt: skip
    texts = {
        "diary.md": diary_markdown(decision, issued.start), "posterior.csv": posterior_csv(decision),
        "weeks.csv": weeks_csv(decision), "diary.svg": diary_svg(decision),
    }  # fmt: skip
    for name, text in texts.items():
        (stage / name).write_text(text, encoding="utf-8")
    write_marker(stage, {
        "command": "diary", "decision": decision.decision, "reason": decision.reason, "words": list(decision.words),
        "numbers": dict(numbers_of(decision)), "plan_id": issued.plan_id, "sequence": issued.sequence + changed,
        "diary": scores.name, "draws": decision.update.check, "seed": seed, "question": repr(decision.question),
        "library": str(library_folder or "packaged"), "version": f"allostasis {version('allostasis')}",
    })  # fmt: skip


def _print(decision: "Decision", folder: Path) -> None:
    from allostasis.interop.diary_report import numbers_of
    from allostasis.interop.plan_words import DISCLAIMER

    OUT.print(decision.decision.capitalize(), style="bold", highlight=False)
    for line in (decision.reason, *decision.words):
        OUT.print(line, highlight=False, markup=False, soft_wrap=True)
    OUT.print()
    show_table(["from today on", ""], [list(row) for row in numbers_of(decision)], DISCLAIMER)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)
