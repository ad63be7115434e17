"""Sizes of interventions that are known by a rate only: solved for, not measured. Writes the set `intervention_sizes`.

1. How a seizure rate follows the imbalance: half of the patients halve their rate at the lowest imbalance under clobazam
   20 mg a day, the convention of `clinic.seizure_frequency`.
2. How much a diary varies by itself: the placebo arm of the trial of cenobamate.
3. Each therapy: the fall of the log imbalance with which the trial gives the rate, natural variation (or the control arm) taken
   off; then the size of its lever with which the balance falls by that much.

    python -m allostasis.study.intervention_calibration [--write]
"""

import argparse
import math
from collections.abc import Callable
from typing import NamedTuple

from scipy.optimize import brentq

from allostasis import library
from allostasis.clinic.interventions.diary_trial import DiaryTrial, share_improved
from allostasis.clinic.interventions.levers import at_ports, log_imbalance_change
from allostasis.clinic.interventions.therapy import CALIBRATED, Therapy, therapies, therapy
from allostasis.clinic.seizure_frequency import RESPONSE
from allostasis.clinic.simulate import simulate
from allostasis.library.loader import DATA
from allostasis.simulation import parse_case

PLACEBO = "cenobamate"
"""Whose control arm sets the noise of the diary."""
REFERENCE = "clobazam 20 mg po daily for 30 d"
MOST = 3.0
"""Largest fall of the log imbalance that is searched."""
TOLERANCE = 1e-6
COARSE = 1e-4
"""Of a change that steps with counts."""
SAME_AS = {"adenosine_kinase_lowering": "ketogenic_diet", "vns": "transcutaneous_vns", "npy_aav": "npy_y2_aav"}
"""Therapy without a rate of its own -> the one whose fall it takes, times `same_as` of the set `interventions`."""


class Size(NamedTuple):
    """One number: key, value, unit, source, note, and calibrated or assumed."""

    key: str
    value: float
    unit: str
    source: str
    note: str
    status: str = "calibrated"


def rate_sensitivity() -> float:
    """Median sensitivity of the log seizure rate to the log imbalance [1 per unit]."""
    case = parse_case({
        "title": "reference", "horizon": "30 d", "output": {"every": "1 d"}, "arm": [{"name": "a", "regimen": REFERENCE}],
    })  # fmt: skip
    course = simulate(case, wanted={"imbalance": ("mean",)}).data["imbalance_mean"].values[0, 0]
    return RESPONSE / (-float(course.min()) * library.parameter_set("circuit")["seizure_threshold"].value)


def period_variance(sensitivity: float) -> float:
    """Variance of a patient's rate between periods with which the placebo arm comes out."""
    wanted = float(therapy(PLACEBO).control) / 100
    return _root(
        lambda v: share_improved(DiaryTrial.from_library(period_variance=v, sensitivity=sensitivity)) - wanted, 0.01, 2.0
    )


def _root(function: Callable[[float], float], low: float, high: float, tolerance: float = TOLERANCE) -> float:
    return float(brentq(function, low, high, xtol=tolerance))  # pyright: ignore[reportArgumentType]


def fall_of(one: Therapy, trial: DiaryTrial) -> tuple[float, float]:
    """Fall of the log imbalance that gives the measured effect, and the shift of the log rate of its control arm."""
    effect, control = float(one.effect) / 100, float(one.control) / 100 if one.control else None
    if one.measure == "typical_change":
        return -math.log(1 + effect) / trial.sensitivity, 0.0
    if one.measure == "responder_50":
        gain = effect - (share_improved(trial) if control is None else control)
        return _root(lambda f: share_improved(trial, f) - share_improved(trial) - gain, 0.0, MOST), 0.0
    shift = 0.0
    if control is not None:
        shift = _root(lambda s: share_improved(trial, left=1 + control, shift=s) - 1 / 2, -1.0, 1.0)
    return _root(lambda f: share_improved(trial, f, left=1 + effect, shift=shift) - 1 / 2, 0.0, MOST), shift


def median_change(trial: DiaryTrial, fall: float, shift: float) -> float:
    """Median relative change of the rate in a trial, of those with a change between -99 and +200 %."""
    return _root(lambda c: share_improved(trial, fall, left=1 + c, shift=shift) - 1 / 2, -0.99, 2.0, COARSE)


def share_of(one: Therapy) -> float:
    """Share of patients in whom an all-or-none therapy works, those who do well without it taken off."""
    effect = float(one.effect) / 100
    control = float(one.control) / 100 if one.control else library.parameter_set("interventions")["freedom.control"].value
    return (effect - control) / (1 - control)


def size_of(one: Therapy, fall: float) -> float | None:
    """Size of a therapy's calibrated lever with which the log imbalance falls by so much; None where it has none."""
    for move in one.moves:
        if move.origin == CALIBRATED:
            species = "rat" if move.lever == "npy_y2" else "human"
            if move.operation == "add":
                return -fall
            low, high = (1e-3, 1.0) if _change(move.lever, 0.9, species) < 0 else (1.0, 1e3)
            return _root(lambda x, m=move, s=species: _change(m.lever, x, s) + fall, low, high)
    return None


def _change(name: str, size: float, species: str) -> float:
    return log_imbalance_change(at_ports({name: ("multiply", size)}, species=species))


def calibrate() -> tuple[Size, ...]:
    """Every calibrated number, from the rates in the table of interventions."""
    sensitivity = rate_sensitivity()
    trial = DiaryTrial.from_library(sensitivity=sensitivity, period_variance=period_variance(sensitivity))
    found = [
        Size("rate_sensitivity", sensitivity, "1", "ALLOSTASIS",
             "Median slope of the log seizure rate over the log imbalance: ln 2 over the largest fall under " + REFERENCE + "."),
        Size("diary.period_variance", trial.period_variance, "1", "CHUNG20",
             f"Variance of a patient's rate between periods, relative, so that {therapy(PLACEBO).control} % respond on placebo."),
    ]  # fmt: skip
    natural = 100 * share_improved(trial)
    for one in therapies():
        if one.measure == "all_or_none":
            off = f"control {one.control} %" if one.control else "no control arm, none taken off"
            note = f"Share of patients in whom it works: {one.effect} %, {off}."
            found.append(Size(f"{one.name}.share", share_of(one), "1", one.source, note))
        elif one.calibrated:
            found += _one(one, trial, natural)
    for name, other in SAME_AS.items():
        times = library.parameter_set("interventions")[f"same_as.{name}"].value
        fall = times * {size.key: size.value for size in found}[f"{other}.fall"]
        note = f"{times:g} times that of {other}: no rate of its own."
        found.append(Size(f"{name}.fall", fall, "1", "ALLOSTASIS", "Fall of the log imbalance. " + note, "assumed"))
        size = size_of(therapy(name), fall)
        assert size is not None
        found.append(Size(f"{name}.size", size, "1", "ALLOSTASIS", "Size of its lever. " + note, "assumed"))
    return tuple(found)


def _one(one: Therapy, trial: DiaryTrial, natural: float) -> list[Size]:
    fall, shift = fall_of(one, trial)
    off = {
        "responder_50": f"control {one.control} % taken off" if one.control else f"natural variation {natural:.1f} % taken off",
        "median_change": f"control arm {one.control} %, set by a shift of its own",
        "typical_change": "animals or slices, no control arm",
    }[one.measure]
    note = f"So that the trial gives {one.effect} % ({one.measure}); {off}."
    found = [Size(f"{one.name}.fall", fall, "1", one.source, "Fall of the log imbalance. " + note)]
    if shift:
        note_of_shift = "Change of the log rate of everyone in the trial."
        found.append(Size(f"{one.name}.placebo_shift", shift, "1", one.source, note_of_shift))
    if (size := size_of(one, fall)) is not None:
        found.append(Size(f"{one.name}.size", size, "1", one.source, "Size of its lever. " + note))
    return found


def as_toml(sizes: tuple[Size, ...]) -> str:
    """The text of the set `intervention_sizes`."""
    head = "# Written by study.intervention_calibration: sizes with which a trial gives its rate. Not measured.\n"
    blocks = [
        f'[{s.key}]\nvalue = {s.value:.6g}\nunit = "{s.unit}"\nsource = "{s.source}"\nkind = "{s.status}"\n'
        f'status = "{s.status}"\nnote = "{s.note}"\n'
        for s in sizes
    ]
    return head + 'set = "intervention_sizes"\nversion = 1\n\n' + "\n".join(blocks)


def main() -> None:
    """Print the sizes, or write them into the library."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="write the set of the library in place of printing it")
    text = as_toml(calibrate())
    if parser.parse_args().write:
        (DATA / "intervention_sizes.toml").write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
