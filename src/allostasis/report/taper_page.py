"""The page of a taper: the plan with its tablets, and how it compares."""

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd

from allostasis import __version__
from allostasis.clinic.taper import Question, strengths_text
from allostasis.clinic.taper.compare import Comparison
from allostasis.clinic.taper.outcome import Found, Infeasible, NotFound, Outcome
from allostasis.clinic.taper.plan import Step
from allostasis.report.figure_taper import EDGE, dose_panel, imbalance_panel
from allostasis.report.page import Page, Row, Table, lines
from allostasis.report.plot import Section
from allostasis.report.words import probability
from allostasis.study.taper_study import OWN, TaperStudy

CAUTION = "A model for research and teaching: it compares courses and gives no dose for a person."
SWITCHED = ("switch:", "no robust switch:")
"""How the notes of a plan begin that say what became of a switch."""
LIMITS = (
    "The imbalance is a model's number in units of the median seizure threshold; nobody has measured it in a person.",
    "Sizes and speeds of adaptation are assumed or rest on few courses of withdrawal; people differ more than the band shows.",
    "Occupancy in man is low, so the dose-occupancy curve of a benzodiazepine is nearly straight: the slow tail of a plan comes"
    " from adaptation, not from a hyperbola of occupancy.",
    "Abrupt reductions of a benzodiazepine can cause seizures and death. A taper belongs to a person and a clinician who"
    " knows them.",
)


def taper_page(study: TaperStudy, start: date, made: Mapping[str, str]) -> Page:
    """Build the page; ``made`` says how it was made."""
    question = study.outcome.question
    arms = {arm.name: arm for arm in lines(tuple(study.plans))}
    asked = (
        f"{question.drug} {float(question.mg_per_day):g} mg a day ({', '.join(question.times)}) for {question.use_days} days;"
        f" cap {question.cap:g} of a seizure threshold, ceiling {question.preset}."
    )
    low, high = EDGE
    band = f" A band covers {high - low} % of the virtual patients." if question.virtual_patients else ""
    sections = []
    if study.plan is not None:
        sections.append(Section(
            "plan", "The plan, step by step", "What is taken each day of a step. Every step adds up to its dose, exactly.", [],
            [step_words(step, start) for step in study.plan.steps], wide=True,
        ))  # fmt: skip
    if study.comparison is not None:
        sections.append(Section(
            "imbalance", "Imbalance under each plan",
            f"Highest imbalance of each day: below 0 sedated, 1 the median seizure threshold.{band}",
            [imbalance_panel(study, arms, float(question.cap))], _left_out(study), wide=True,
        ))  # fmt: skip
        doses = [dose_panel(study, arms)]
        sections.append(Section("dose", "Dose of each plan", "Daily dose from the same tablets.", doses, [], wide=True))
    notes = () if study.plan is None else study.plan.notes
    return Page(
        title=f"Taper of {question.drug} from {float(question.mg_per_day):g} mg a day", kind="taper", question=asked,
        headline=headline(study.outcome), details=[*answer(study.outcome), *notes], table=_table(study, arms), sections=sections,
        caution=CAUTION, arms=tuple(arms.values()), limits=LIMITS, made=made, numbers="comparison.csv, daily.csv and plan.csv",
    )  # fmt: skip


def how_made(question: Question, library: str = "packaged") -> dict[str, str]:
    """How a page was made, as name and value."""
    return {
        "Tablets": strengths_text(question.products), "Quantile": f"{question.quantile:g} of the virtual patients",
        "Virtual patients": str(question.virtual_patients), "Seed": str(question.seed),
        "Step of the simulation": "30 min", "Library": library, "Version": f"allostasis {__version__}",
    }  # fmt: skip


def daily_table(comparison: Comparison) -> pd.DataFrame:
    """Highest imbalance of each day of the typical person, a column a plan [seizure thresholds]."""
    return pd.DataFrame({name: values[:, 0] for name, values in comparison.daily.items()}).rename_axis("day")


def headline(outcome: Outcome) -> str:
    """The answer in one sentence."""
    if isinstance(outcome, Found):
        seen = outcome.verified
        return (
            f"Zero after {outcome.weeks:g} weeks; the highest imbalance is {seen.level:.3f} of a seizure threshold, on day"
            f" {seen.day + 1}, under the cap of {outcome.question.cap:g}."
        )
    if isinstance(outcome, Infeasible):
        return f"Proven: {outcome.reason}."
    return f"{outcome.reason[0].upper()}{outcome.reason[1:]}."


def answer(outcome: Outcome) -> list[str]:
    """What else is known: bounds, and what would help."""
    plan = None if isinstance(outcome, Infeasible) else outcome.plan
    switched = () if plan is None else [note for note in plan.notes if note.startswith(SWITCHED)]
    found = [f"{note[0].upper()}{note[1:]}." for note in switched]
    if outcome.bound is not None and not isinstance(outcome, NotFound):
        found.append(f"Exact search: {outcome.bound.text}.")
    if isinstance(outcome, NotFound | Infeasible):
        found += [f"What would help: {a.text} ({a.weeks:g} weeks)." for a in outcome.additions]
        if not outcome.additions:
            found.append("None of the additions that were tried makes a plan possible.")
    return found


def step_words(step: Step, start: date) -> str:
    """One step in words: dates, dose, tablets at each time of day."""
    first = start + timedelta(days=step.start_day)
    last = first + timedelta(days=step.days - 1)
    span = f"{first:%d %b %Y} to {last:%d %b %Y}"
    if not step.intakes:
        return f"From {first:%d %b %Y}: no dose."
    dose = ", ".join(f"{float(mg):g} mg {drug}" for drug, mg in step.mg_per_day.items())
    taken = "; ".join(f"{i.time_of_day} {' + '.join(item.text for item in i.items)}" for i in step.intakes)
    return f"{span}: {dose} a day: {taken}" + (f" ({step.note})." if step.note else ".")


def _left_out(study: TaperStudy) -> list[str]:
    return [f"Left out, {name}: {why}" for name, why in study.left_out.items()]


def _table(study: TaperStudy, arms) -> Table:
    columns = [
        ("Plan", ""), ("Weeks to zero", ""), ("Steps", ""), ("Highest imbalance", "typical person; sample"), ("Day of it", ""),
        ("Days above the cap", "typical person"), ("Seizure probability", "modelled, for ranking"), ("Total", "mg"),
    ]  # fmt: skip
    rows = []
    if study.comparison is not None:
        for row in study.comparison.table.to_dict("records"):
            band = "" if row["peak_low"] == row["peak_high"] else f"{row['peak_low']:.3f} to {row['peak_high']:.3f}"
            cells = [
                (f"{row['weeks']:g}", ""), (str(row["steps"]), ""), (f"{row['peak_imbalance']:.3f}", band),
                (str(row["peak_day"] + 1), ""), (str(row["days_above_cap"]), ""), (probability(row["seizure_probability"]), ""),
                (str(row["total_mg"]), ""),
            ]  # fmt: skip
            name = str(row["plan"])
            rows.append(Row(name, cells, arms[name], "answers the question" if name == OWN else ""))
    own = " Only the first obeys cap and ceiling." if study.plan is not None else ""
    note = f"All plans are simulated from today in the same person, with the same tablets of the drug.{own}"
    return Table("Plans side by side", columns, rows, note)
