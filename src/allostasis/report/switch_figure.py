"""Practice of a switch: lorazepam 4 mg/day to diazepam 40 mg/day at several paces, as tables and a figure.

`python -m allostasis.report.switch_figure --out docs/images` prints the tables and writes `switch_paces.svg`.
"""

import argparse
from functools import cache
from pathlib import Path

import numpy as np

from allostasis.clinic.taper import parse_strengths
from allostasis.clinic.taper.search_rules import CAP
from allostasis.clinic.taper.substitution import Substitution
from allostasis.clinic.taper.switch_run import LADDER_DAYS, SwitchRun, run_switches
from allostasis.clinic.taper.switch_verdict import held_against
from allostasis.drawing.chart import Axis, Panel, Series, chart

FOLDER = Path("docs/images")
NAME = "switch_paces"
USE_DAYS = 180
TIMES = ("morning", "noon", "evening", "night")
THREE_DAY_STEPS = (3, 3, 3, 3)
SHOWN = ("overnight", "4 steps over 12 days", "4 steps over 28 days")
SHOWN_DAYS, TICK = 36, 0.1
WORTHS = {1.0: "the new dose is worth what the chain assumes", 0.5: "the new dose is worth half of that"}
HEADINGS = {
    "switch": "switch", "peak_x0.5": "x0.5", "peak_x1": "x1", "peak_x2": "x2", "peak_day_x1": "day at x1",
    "peak_high": "quantile 0.9 of the tables", "sedation_x1": "sedation x1", "sedation_x2": "sedation x2",
    "overlap_days": "overlap [d]",
}  # fmt: skip


def practice(first: str = "night", to_mg: int | None = 40) -> Substitution:
    """The question of the practice: 1 mg of lorazepam four times a day, one tablet of diazepam 10 mg for each.

    Args:
        first: end of the day that is replaced first.
        to_mg: daily dose of diazepam [mg/d]; None for the published tables.
    """
    lorazepam = parse_strengths("0.5, 1 mg", "lorazepam")
    diazepam = parse_strengths("2, 5, 10 mg; halves of 2 mg", "diazepam")
    return Substitution(
        "lorazepam", 4, TIMES, lorazepam, "diazepam", diazepam, to_mg=to_mg, step_days=THREE_DAY_STEPS, first=first
    )


@cache
def practice_run(first: str = "night", to_mg: int | None = 40) -> SwitchRun:
    """The simulation of the practice."""
    return run_switches(practice(first, to_mg), use_days=USE_DAYS, ladder_days=LADDER_DAYS)


def table(run: SwitchRun) -> str:
    """The table of paces in Markdown."""
    found = held_against(run, CAP).table
    lines = ["| " + " | ".join(HEADINGS.values()) + " |", "|" + "---|" * len(HEADINGS)]
    for _, row in found.iterrows():
        cells = [f"{row[key]:.3f}" if key.startswith(("peak_x", "peak_h", "sed")) else str(row[key]) for key in HEADINGS]
        cells[list(HEADINGS).index("peak_day_x1")] = f"{row['peak_day_x1']:.1f}"
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def figure(run: SwitchRun) -> str:
    """Highest imbalance of each day at three paces, for two worths of the new dose."""
    courses = [switch for switch in run.switches if switch.name in SHOWN]
    lanes = {words: int(np.flatnonzero(run.worth[: run.fixed] == worth)[0]) for worth, words in WORTHS.items()}
    days = np.arange(float(SHOWN_DAYS))
    shown = np.stack([course.daily[:SHOWN_DAYS, list(lanes.values())] for course in courses])
    low, high = (float(TICK * edge) for edge in (np.floor(shown.min() / TICK), np.ceil(shown.max() / TICK)))
    panels = []
    for words, lane in lanes.items():
        series = [Series(course.name, k, days, course.daily[:SHOWN_DAYS, lane]) for k, course in enumerate(courses)]
        x, y = Axis("days since the switch began", 0, SHOWN_DAYS - 1), Axis("highest imbalance of the day", low, high)
        panels.append(Panel(words, x, y, series, CAP))
    return chart(panels, "the imbalance is highest after an overnight switch, more so where the new dose is worth half")


def write_figure(folder: str | Path) -> Path:
    """Write the figure as an SVG file."""
    path = Path(folder) / f"{NAME}.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(figure(practice_run()) + "\n", encoding="utf-8")
    return path


def main() -> None:
    """Print the tables and write the figure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write the figure into")
    options = parser.parse_args()
    for first, to_mg in (("night", 40), ("morning", 40), ("night", None)):
        run = practice_run(first, to_mg)
        before = f"imbalance {run.before_imbalance:.3f}, sedation {run.before_sedation:.3f}"
        print(f"{run.switches[0].crossover.dose.text}; {first} doses first; before the switch: {before}\n")
        print(table(run) + "\n\n" + held_against(run, CAP).verdict + "\n")
    print(write_figure(options.out))


if __name__ == "__main__":
    main()
