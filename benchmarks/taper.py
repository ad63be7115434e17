"""The search of a taper: greedy against the time limit of the exact search, and for 200 virtual patients against one.

    .venv/bin/python benchmarks/taper.py
"""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from timing import save

from allostasis.clinic.taper import parse_strengths
from allostasis.clinic.taper.exact import programme, solve
from allostasis.clinic.taper.greedy import greedy
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.setting import Setting, search_verified, set_up
from allostasis.clinic.taper.surrogate import build_surrogate
from allostasis.study.taper_patients import taper_factors

ROOT = Path(__file__).parents[1]
LIMIT_S, PATIENTS = 60.0, 200
BARS = {
    "time limit of the exact search over the greedy one": (20, "at least"),
    "greedy search for 200 virtual patients over that for one": (50, "at most"),
}
ONE = Question(
    drug="diazepam", mg_per_day=40, times=("morning", "night"), use_days=730, cap=0.023,
    products=parse_strengths("10 mg, 5 mg, 2 mg (halves), liquid 1 mg/mL by 0.5 mL", "diazepam"),
)  # fmt: skip
MANY = Question(
    drug="lorazepam", mg_per_day=3, times=("morning", "noon", "night"), use_days=730, cap=0.2, preset="none",
    products=parse_strengths("1 mg (halves), 0.5 mg (halves)", "lorazepam"),
)  # fmt: skip


def timed(function: Callable[[], Any], repeats: int = 3) -> tuple[float, Any]:
    """Shortest wall-clock time [s] after a run that compiles, and the answer."""
    answer, times = function(), []
    for _ in range(repeats):
        start = time.perf_counter()
        answer = function()
        times.append(time.perf_counter() - start)
    return min(times), answer


def search(setting: Setting) -> Callable[[], Any]:
    rules = setting.question.rules
    return lambda: greedy(setting.real, setting.ladder, setting.start, setting.limits, rules)


def describe(name: str, seconds: float, course, setting: Setting) -> None:
    print(
        f"{name:34} {seconds:7.2f} s  {course.periods_to_zero:3d} weeks, {len(setting.ladder)} doses on the ladder, "
        f"{course.simulated} simulated, level {course.level:.4f}{'' if course.reached_zero else '; ' + course.stopped}",
        flush=True,
    )


def main() -> None:
    setting = set_up(ONE)
    one_s, course = timed(search(setting))
    describe("greedy, diazepam 40 mg/d", one_s, course, setting)
    verify_s, (_, _, verified) = timed(lambda: search_verified(setting), 1)
    print(f"{'with verification':34} {verify_s:7.2f} s  margin {verified.margin:.4f}")

    begun = time.perf_counter()
    rules, periods = ONE.rules, course.periods_to_zero
    linear = build_surrogate(setting.smooth, setting.real, setting.ladder, course.doses, periods, setting.limits, rules)
    made_s = time.perf_counter() - begun
    task = programme(linear, setting.ceiling, periods)
    bounds = {}
    for name, cap in (("cap", rules.cap), ("cap + error", rules.cap + linear.too_high)):
        bounds[name] = solve(task, cap, most=periods - 1, limit_s=LIMIT_S)
        found = bounds[name]
        said = f"a course of {found.least_periods} weeks" if found.rungs else f"none below {found.least_periods} weeks"
        print(f"{'exact, ' + name:34} {found.seconds:7.2f} s  {said}{'' if found.proven else ', not proven: time'}")
    print(f"{'linear model':34} {made_s:7.2f} s  error {linear.too_high:.4f} / {linear.too_low:.4f} in {linear.tested} courses")

    alone = set_up(MANY)
    alone_s, course = timed(search(alone))
    describe("greedy, lorazepam 3 mg/d", alone_s, course, alone)
    many = replace(MANY, virtual_patients=PATIENTS, seed=1)
    sample = set_up(many, taper_factors(many))
    many_s, robust = timed(search(sample), 1)
    describe(f"the same, {PATIENTS} patients", many_s, robust, sample)
    inside = float(np.mean(robust.peaks.max(axis=0)[1:] <= many.cap))
    print(f"{'':34} {inside:.1%} of them under the cap for the whole plan")

    ratios = {
        "time limit of the exact search over the greedy one": LIMIT_S / one_s,
        "greedy search for 200 virtual patients over that for one": many_s / alone_s,
    }
    print("\nratio" + " " * 55 + "measured  bar")
    for name, value in ratios.items():
        bar, direction = BARS[name]
        met = value >= bar if direction == "at least" else value <= bar
        print(f"  {name:58} {value:8.1f}  {direction} {bar:g}{'' if met else '   MISSED'}")
    times = {"greedy": one_s, "greedy, verified": verify_s, "linear model": made_s, "one": alone_s, "many": many_s}
    times |= {f"exact, {name}": found.seconds for name, found in bounds.items()}
    print(f"written to {save({'times_s': times, 'ratios': ratios, 'bars': BARS}, ROOT / 'out' / 'bench').relative_to(ROOT)}")


if __name__ == "__main__":
    main()
