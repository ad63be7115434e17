"""Figures of a study of status epilepticus: receptors, chloride, log imbalance, levels in brain, EEG power."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.drawing.chart import decade
from allostasis.report.figure_se import SeView, ribbon, untreated
from allostasis.report.log_axis import curve, shown_unit, title
from allostasis.report.plot import HEADROOM, Panel, Section, axis
from allostasis.report.words import figure
from allostasis.study.se_dataset import QUARTILES, before_port
from allostasis.study.se_outcome import OF_EEG, power_over_baseline
from allostasis.study.status_epilepticus import Course

HEIGHT = 240  # structural: height [px] of a panel
MOST_LIGANDS = 9  # structural: panels of levels in brain
LEAST = 1e-3  # structural: a level below this share of the highest is not drawn
BEYOND = 1.25  # structural: logarithmic axis beyond the values
type Reader = Callable[[str, int | None], Float[np.ndarray, "patients minutes"]]


def _both(view: SeView, read: Callable[[Reader], np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """A quantity before treatment, and under each protocol."""
    before = read(lambda name, component=None: before_port(view.study, name, component))
    return before, [read(course.port) for course in view.study.courses]


def _quartiles(view: SeView, values: np.ndarray) -> np.ndarray:
    """Quartiles over patients [3 x times], thinned."""
    found = np.quantile(values, QUARTILES, axis=0)
    return np.stack([view.every(row) for row in found])


def _panel(
    view: SeView, id: str, heading: str, words: str, read: Callable[[Reader], np.ndarray], *, log: bool = False, **y
) -> tuple[Panel, list[str]]:
    """One quantity: medians with quartiles, before treatment and under each protocol."""
    before, after = _both(view, read)
    start = _quartiles(view, before)
    traces, facts, seen = [untreated(view.before, start[1])], [], [start[1]]
    for arm, values in zip(view.arms, after, strict=True):
        q = np.concatenate([start[:, -1:], _quartiles(view, values)], axis=1)
        traces[:0] = ribbon(arm, view.after, q[0], q[2])
        traces.append(curve(arm, view.after, q[1]))
        seen += [q[0], q[2]]
        facts.append(f"{arm.name}: {figure(q[1, 0])} at the first treatment, {figure(q[1, -1])} at the end.")
    everything = np.concatenate(seen)
    low, high = float(everything.min()), float(everything.max())
    if log:
        low, high = low / BEYOND, high * BEYOND
        powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
        steps = [(m * 10.0**p) for p in powers for m in (1, 2, 5)]
        inside = [v for v in steps if low <= v <= high] or [low, high]
        limits = {"type": "log", "range": [float(np.log10(low)), float(np.log10(high))], "tickvals": inside,
                  "ticktext": [f"{v:g}" if v < 1e4 else decade(round(np.log10(v))) for v in inside]}  # fmt: skip
    else:
        room = (high - low or 1.0) * (HEADROOM - 1)
        limits = {"range": [low - room, high + room]}
    layout = view.layout(yaxis=axis(**limits, **y))
    return Panel(id, heading, f"{heading}. {words} {' '.join(facts)}", {"data": traces, "layout": layout}, HEIGHT), facts


def brain_section(view: SeView) -> Section:
    """What the seizure does to receptors and chloride, and the log imbalance."""
    weight = np.asarray(view.study.system.parameters["acute_balance"]["weight"], float)
    asked = {
        "surface": ("Surface GABA-A receptors, over naive", lambda port: sum(w * port("surface", k) for k, w in enumerate(weight)) / weight.sum()),
        "nmda": ("NMDA receptors, over naive", lambda port: port("nmda", None)),
        "chloride": ("Reversal potential of GABA-A, E_GABA [mV]", lambda port: port("e_gaba", None)),
        "force": ("Driving force of chloride, over naive", lambda port: port("driving_force", None)),
        "imbalance": ("Log imbalance H", lambda port: port("log_imbalance", None)),
        "activity": ("Seizure activity, 0 to 1", lambda port: port("activity", None)),
    }  # fmt: skip
    panels, facts = [], []
    for key, (heading, read) in asked.items():
        drawn, said = _panel(view, f"plot-{key}", heading, "Median of the treated individuals.", read)
        panels.append(drawn)
        facts += [f"{heading}: {line}" for line in said]
    lead = (
        "Why treatment works less the later it comes: a seizure takes receptors off the surface, puts NMDA receptors in and lets"
        " chloride rise. All of that moves the log of excitation over inhibition, H, up (0: naive brain); drugs move it down."
        " Lines are medians, bands quartiles of the treated individuals; the dotted line is the first treatment."
    )
    return Section("brain", "What the seizure does to the brain", lead, panels, facts)


def level_section(view: SeView) -> Section | None:
    """Unbound levels in brain of what was given, and of active metabolites."""
    port = view.study.system.composition.ports["unbound_brain"]
    panels, facts = [], []
    given = {step.drug for course in view.study.courses for step in course.protocol.steps}
    order = sorted(range(len(port.components)), key=lambda k: (port.components[k] not in given, port.components[k]))
    for k in order[:MOST_LIGANDS]:
        drawn = [_level(course, k) for course in view.study.courses]
        top = max((float(v.max()) for v in drawn if v is not None), default=0.0)
        if not top > 0:
            continue
        unit, factor = ("uM", 1e-3) if top >= 1e3 else (port.unit, 1.0)  # structural: nM
        name = port.components[k]
        traces = []
        for arm, values in zip(view.arms, drawn, strict=True):
            if values is None or not values.max() > LEAST * top:
                continue
            y = np.concatenate([[0.0], view.every(values)]) * factor
            traces.append(curve(arm, view.after, y))
            peak = int(values.argmax())
            facts.append(
                f"{name}, {arm.name}: highest {figure(values[peak] * factor)} {shown_unit(unit)}"
                f" at {view.study.courses[0].minutes[peak]:.0f} min."
            )
        layout = view.layout(yaxis=axis(range=[0, top * factor * HEADROOM]))
        kind = "" if name in given else ", metabolite"
        heading = f"{name[0].upper()}{name[1:]}{kind} [{shown_unit(unit)}]"
        panels.append(Panel(f"plot-level-{k}", heading, heading, {"data": traces, "layout": layout}, HEIGHT))
    if not panels:
        return None
    lead = "Unbound concentration in brain: the median of the individuals that got the drug."
    return Section("levels", "Levels in brain", lead, panels, facts)


def _level(course: Course, component: int) -> np.ndarray | None:
    """Median level of those who got it; None where nobody did."""
    level = course.port("unbound_brain", component)
    got = level.max(axis=1) > 0
    return np.median(level[got], axis=0) if got.any() else None


def power_section(view: SeView) -> Section:
    """EEG power over hours."""
    from allostasis.circuit.eeg import eeg_power

    def read(port: Reader) -> np.ndarray:
        return np.asarray(eeg_power(*(port(name, None) for name in OF_EEG)))

    drawn, _ = _panel(view, "plot-power", "", "EEG power.", read, log=True, title=title("EEG power over baseline"))
    facts = []
    for arm, o, course in zip(view.arms, view.outcomes, view.study.courses, strict=True):
        own = [f"{figure(value)} times baseline over {h} h" for h, value in o.eeg.items()]
        last = float(np.median(power_over_baseline(course)[:, -1]))
        facts.append(f"{arm.name}: " + ", ".join([*own, f"median {figure(last)} times baseline at the end"]) + ".")
    row = library.parameter_set("eeg")["seizure_power"]
    lead = (
        "Power of the EEG over that of the naive brain: 1 is baseline. Medians with quartiles; the table has the mean over 1 h and 6 h."
        f" A full seizure of a naive circuit has {row.value:g} times baseline, which is {row.kind}."
    )
    return Section("power", "EEG power", lead, [drawn], facts, wide=True)
