"""The figures of the page about absence seizures: `python -m allostasis.report.figure_swd --out docs/images`."""

from collections.abc import Callable
from functools import cache

import numpy as np

from allostasis.circuit.thalamocortical import Levers
from allostasis.clinic.absence import AbsenceResult, Arm, compare_absence, paradox_arms
from allostasis.drawing.chart import Axis, Panel, Series, chart
from allostasis.report.figure_command import command

FACTORS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0)
SHOWN_LEVERS = ("reticular", "relay", "tonic_relay", "relay_gaba_b", "cortical", "t_type")
COLOURS = {"reference": 5, "suppresses": 2, "worsens": 0, "not told apart": 3}
NAMES, ROW, SECONDS = -1.25, 21, 8.0
"""Where names begin on the axis of shares; height of a row [px]; length of the records [s]."""


@cache
def _paradox() -> AbsenceResult:
    return compare_absence(paradox_arms())


def paradox() -> str:
    """Share of the time in spike-and-wave under drugs and variants."""
    result, series, notes = _paradox(), [], []
    count, found = len(result.arms), result.found
    for k, arm in enumerate(result.arms):
        place, verdict = count - k, result.verdict(k)
        series += [
            Series("", COLOURS[verdict], [found.low[k], found.high[k]], [place, place]),
            Series(verdict, COLOURS[verdict], [found.share[k]], [place], "dots"),
        ]
        notes.append((NAMES, place - 0.2, arm.name))
    x = Axis("share of the time in spike-and-wave", NAMES, 1, labels=tuple((v, f"{v:g}") for v in (0, 0.25, 0.5, 0.75, 1)))
    y = Axis("", 0.3, count + 0.7, labels=())
    reference = Series("no drug", 5, [found.share[0]] * 2, [0.3, count + 0.7], dash=True)
    panel = Panel("", x, y, [reference, *series], height=70 + ROW * count, notes=notes)
    return chart([panel], "benzodiazepines suppress spike-and-wave, enhancers of inhibition of relay cells worsen it")


def levers() -> str:
    """Share against the factor of each lever: the conflict between inhibition of reticular and of relay cells."""
    arms = [Arm(f"{name} {f}", Levers(**{name: f})) for name in SHOWN_LEVERS for f in FACTORS if f != 1]
    result = compare_absence(arms, seconds=60.0)
    by_name = {arm.name: result.found.share[k] for k, arm in enumerate(result.arms)}
    drawn = [
        Series(name.replace("_", " "), k, list(FACTORS), [by_name.get(f"{name} {f}", result.found.share[0]) for f in FACTORS])
        for k, name in enumerate(SHOWN_LEVERS)
    ]
    marks = tuple((f, f"{f:g}") for f in (0.7, 1, 1.5, 2, 3))
    x = Axis("factor on the lever", FACTORS[0], FACTORS[-1], log=True, labels=marks)
    panel = Panel("", x, Axis("share of the time in spike-and-wave", 0, 1), drawn, float(result.found.share[0]), 330)
    return chart([panel], "more inhibition of reticular cells suppresses, more inhibition of relay cells worsens")


def records() -> str:
    """Records of three conditions under the same noise."""
    result, panels = _paradox(), []
    names = ("no drug", "diazepam 100 nM", "ganaxolone 100 nM")
    time = result.run.time
    begin = time[-1] - SECONDS
    later = time >= begin
    for name in names:
        k = next(k for k, arm in enumerate(result.arms) if arm.name == name)
        last = name == names[-1]
        values = -result.run.pyramidal[later][:, k]
        trial = int(np.argsort(result.found.by_trial[k])[len(result.found.by_trial[k]) // 2])
        x = Axis("time [s]" if last else "", 0, SECONDS, labels=None if last else ())
        line = Series("", COLOURS[result.verdict(k)], time[later] - begin, values[:, trial])
        panels.append(Panel(name, x, Axis("mV", -5, 5), [line], height=150 if last else 118))
    return chart(panels, "records without drug, with diazepam, with ganaxolone")


FIGURES: dict[str, Callable[[], str]] = {"swd_paradox": paradox, "swd_levers": levers, "swd_records": records}
"""Figure by the name of its file."""


if __name__ == "__main__":
    command(FIGURES, __doc__)
