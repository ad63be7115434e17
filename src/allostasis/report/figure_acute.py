"""The figures of the page about the acute clock: `python -m allostasis.report.figure_acute --out docs/images`."""

from collections.abc import Callable

import numpy as np

from allostasis.clinic.status_epilepticus import Protocol, Step
from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.drawing.chart import Axis, Panel, Series, chart
from allostasis.report.figure_command import command
from allostasis.study.after_status_epilepticus import MINUTE_H, follow
from allostasis.study.status_epilepticus import Course, Setting, Study, run_study
from allostasis.study.tolerant_seizure import tolerant_seizure

DELAY_MIN, HORIZON_MIN = 10, 110
SEVERITY = 0.8
"""Added to the typical severity: its standard deviation in man. The typical seizure ends by itself after 11 min."""
TREATED = Protocol("lorazepam 4 mg at 10 min", (Step("lorazepam", 4),))
UNTREATED = Protocol("untreated", (Step("lorazepam", 1e-9),))  # structural: a dose that does nothing, the same program
LENGTHS_H = (0.5, 1.0, 2.0, 4.0)
DAYS = 90


def _line(study: Study, course: Course, port: str, component: int | None = None) -> np.ndarray:
    """A port from onset on, of the first patient, once a minute."""
    before = next(v for r, v in study.before.items() if r.port == port and r.component == component)
    return np.concatenate([before[:, 0], course.port(port, component)[0]])


def seizure() -> str:
    """One severe human seizure, untreated and treated: activity, balance, receptors, excitation."""
    setting = Setting("human", DELAY_MIN, HORIZON_MIN, severity=SEVERITY, spread=False)
    study = run_study([UNTREATED, TREATED], setting)
    minutes = np.arange(1.0, DELAY_MIN + HORIZON_MIN + 1)
    rows = (
        ("seizure activity", (0.0, 1.0), "activity", None),
        ("log excitation over inhibition, H", (-0.6, 1.0), "log_imbalance", None),
        ("surface alpha1 receptors, over naive", (0.0, 1.2), "surface", 0),
        ("NMDA receptors, over naive", (0.9, 1.5), "nmda", None),
        ("driving force of chloride, over naive", (0.0, 1.2), "driving_force", None),
    )  # fmt: skip
    panels = []
    for number, (title, (low, high), port, component) in enumerate(rows):
        last = number == len(rows) - 1
        x = Axis("minutes from onset" if last else "", 0, DELAY_MIN + HORIZON_MIN, labels=None if last else ())
        lines = [
            Series(c.protocol.name, k, minutes, _line(study, c, port, component)) for k, c in enumerate(study.courses)
        ]
        panels.append(Panel(title, x, Axis("", low, high), lines, height=150))
    return chart(panels, "one severe human seizure, untreated and treated")


def handed() -> str:
    """The same status epilepticus with and without six months of lorazepam."""
    found = tolerant_seizure()
    both = found.naive.enrolled & found.tolerant.enrolled
    lines = []
    for k, (words, study) in enumerate((("no history", found.naive), ("lorazepam for 180 days, stopped for 3", found.tolerant))):
        course = study.courses[0]
        share = np.mean(course.activity[both[study.enrolled]] >= STOPPED, axis=0)
        lines.append(Series(words, k, course.minutes, share))
    x, y = Axis("minutes from the first dose of lorazepam (4 mg iv)", 0, 60), Axis("", 0, 1)
    return chart([Panel("share of the same patients still seizing", x, y, lines)], "status epilepticus with and without long use")


def aftermath() -> str:
    """Cell loss and spontaneous seizures in the months after seizures of four lengths."""
    minutes = np.arange(max(LENGTHS_H) / MINUTE_H)[:, None] * MINUTE_H
    activity = (minutes < np.array(LENGTHS_H)).astype(float)
    found, _ = follow(activity, np.ones_like(activity), np.ones_like(activity), DAYS)
    days = np.arange(1.0, DAYS + 1)
    panels = []
    for title, port, factor, high, last in (
        ("share of neurones lost", "cell_loss", 1.0, 0.4, False),
        ("spontaneous seizures a day", "spontaneous_seizure_rate", 24.0, 1.2, True),
    ):
        lines = [Series(f"{h:g} h of seizure", k, days, factor * found[port][:, k]) for k, h in enumerate(LENGTHS_H)]
        panels.append(
            Panel(title, Axis("day" if last else "", 0, DAYS, labels=None if last else ()), Axis("", 0, high), lines, height=200)
        )
    return chart(panels, "latent period and spontaneous seizures after status epilepticus")


FIGURES: dict[str, Callable[[], str]] = {"acute_seizure": seizure, "acute_handed": handed, "acute_aftermath": aftermath}


if __name__ == "__main__":
    command(FIGURES, __doc__)
