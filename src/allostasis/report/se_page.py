"""The page of a study of status epilepticus."""

from collections.abc import Mapping
from typing import Any

from allostasis.clinic.status_epilepticus.question import Question
from allostasis.report.figure_se import SeView, seizing_section, timeline_section
from allostasis.report.figure_se_body import brain_section, level_section, power_section
from allostasis.report.page import Page, Row, Table
from allostasis.report.plot import Section
from allostasis.report.se_words import (
    CAUTION,
    LIMITS,
    amount,
    calibrated,
    details,
    given,
    headline,
    hours,
    interval,
    minutes,
    share,
    sources,
)
from allostasis.study.se_outcome import Outcome
from allostasis.study.status_epilepticus import Study


def se_page(question: Question, study: Study, found: tuple[Outcome, ...], made: Mapping[str, Any]) -> Page:
    """Build the page; ``made`` is what `se_question.record` returns."""
    view = SeView(study, found)
    sections = [timeline_section(view), seizing_section(view), brain_section(view), level_section(view), power_section(view)]
    shown = [s for s in sections if s is not None]
    basis, works = "How far each part can be trusted.", "Works behind the protocols and the numbers."
    shown.append(Section("basis", "What is calibrated, what is predicted", basis, [], calibrated(study), wide=True))
    shown.append(Section("sources", "Sources", works, [], sources(question, study), wide=True))
    return Page(
        title=question.title, kind="status epilepticus", question=_asked(question), headline=headline(question, found),
        details=details(question, study, found), table=_table(question, view), sections=shown, limits=LIMITS, caution=CAUTION,
        arms=view.arms, made=_made(question, made), numbers="summary.csv, steps.csv, courses.csv and results.zarr",
    )  # fmt: skip


def _asked(question: Question) -> str:
    who = "man" if question.preparation == "human" else "rat"
    if question.preparation == "human":
        who = f"a person of {float(question.person.weight_kg):g} kg"
        if question.person.age_y is not None:
            who += f" and {float(question.person.age_y):g} years"
    severe = f", severity {question.severity:+g}" if question.severity else ""
    when = f"Status epilepticus in {who}; first treatment {question.delay_min} min after onset{severe}."
    return f"{question.description.strip()} {when}".strip()


def _table(question: Question, view: SeView) -> Table:
    unit = amount(question)
    columns = [
        ("Protocol", ""), ("Endpoint met", "95 % interval"), ("Median time to stop", ""), ("Recurred", "of those who stopped"),
        ("Seizing at the end", ""), *((f"EEG {h} h", "power over baseline") for h in hours(question)),
    ]  # fmt: skip
    rows = []
    for arm, o in zip(view.arms, view.outcomes, strict=True):
        met = (f"{100 * o.probability:.0f} %", f"{o.met} of {o.counted}; {interval(o)}") if o.counted else ("nobody counts", "")
        eeg = [(f"{power:.2f}", "") for power in o.eeg.values()]
        cells = [
            met, (minutes(o.median_stop_min), ""), (share(o.recurred, o.stopped), f"{o.recurred} of {o.stopped}"),
            (share(o.seizing, o.patients), f"{o.seizing} of {o.patients}"), *eeg,
        ]  # fmt: skip
        rows.append(Row(o.name, cells, arm, f"{given(o)} {unit}" if o.mg else "nothing given"))
    note = (
        f"All protocols run in the same virtual individuals. Below each name: {unit} given, mean over all treated, also those who"
        " needed no later step. EEG: integral of power over the first hours of treatment, over that of the naive brain."
    )
    return Table("Protocols side by side", columns, rows, note)


def _made(question: Question, made: Mapping[str, Any]) -> dict[str, str]:
    off = ", ".join(question.model.without) or "none"
    return {
        "Preparation": question.preparation, "Delay to treatment": question.delay, "Horizon": question.horizon,
        "Severity": f"{question.severity:g}, added to that of the preparation", "Individuals": str(question.individuals),
        "Seed": str(question.seed), "Mechanisms off": off,
        "Affinity of benzodiazepines": question.model.affinity.replace("_", " "),
        "Step of the simulation": "3 s", "Hash of the parameters": str(made["parameter_hash"]),
        "Versions": ", ".join(f"{name} {v}" for name, v in made["versions"].items()),
    }  # fmt: skip
