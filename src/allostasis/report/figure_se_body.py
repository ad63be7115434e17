"""Figures of a study of status epilepticus: receptors, chloride, log imbalance, levels in brain, EEG power."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.report.figure_se import SeView, untreated
from allostasis.report.log_axis import curve, shown_unit, title
from allostasis.report.plot import HEADROOM, Panel, Section, axis
from allostasis.report.se_words import minutes
from allostasis.report.words import figure
from allostasis.study.se_dataset import before_port
from allostasis.study.se_outcome import OF_EEG, power_over_baseline
from allostasis.study.status_epilepticus import Course

HEIGHT = 240  # structural: height [px] of a panel
MOST_LIGANDS = 9  # structural: panels of levels in brain
SHORT = {
    "surface": ("GABA-A receptors", ""), "nmda": ("NMDA receptors", ""), "chloride": ("E_GABA", " mV"),
    "force": ("driving force", ""), "ampa": ("AMPA receptors", ""), "imbalance": ("H", ""),
}  # fmt: skip
"""Quantity -> how it is called in a sentence, and its unit."""
LEAST = 1e-3  # structural: a level below this share of the highest is not drawn
BEYOND = 1.25  # structural: logarithmic axis beyond the values
type Reader = Callable[[str, int | None], Float[np.ndarray, "patients minutes"]]


def _both(view: SeView, read: Callable[[Reader], np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """A quantity before treatment, and under each protocol."""
    before = read(lambda name, component=None: before_port(view.study, name, component))
    return before, [read(course.port) for course in view.study.courses]


def _panel(
    view: SeView, id: str, heading: str, read: Callable[[Reader], np.ndarray], *, log: bool = False, **y
) -> tuple[Panel, list[float]]:
    """Means of one quantity, before treatment and under each protocol; and the means at 0 and at each end."""
    before, after = _both(view, read)
    start = view.every(before.mean(axis=0))
    drawn = [np.concatenate([start[-1:], view.every(values.mean(axis=0))]) for values in after]
    treated = [curve(arm, view.after, mean) for arm, mean in zip(view.arms, drawn, strict=True)]
    traces = [untreated(view.before, start), *treated]
    everything = np.concatenate([start, *drawn])
    layout = view.layout(yaxis=axis(**_limits(float(everything.min()), float(everything.max()), log), **y))
    ends = [float(start[-1]), *(float(mean[-1]) for mean in drawn)]
    label = f"{heading}: {figure(ends[0])} at the first treatment; at the end {', '.join(figure(v) for v in ends[1:])}."
    return Panel(id, heading, label, {"data": traces, "layout": layout}, HEIGHT), ends


def _limits(low: float, high: float, log: bool) -> dict:
    """An axis with room beyond the values."""
    if not log:
        room = (high - low or 1.0) * (HEADROOM - 1)
        return {"range": [low - room, high + room]}
    low, high = low / BEYOND, high * BEYOND
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    shown = [v for v in (m * 10.0**p for p in powers for m in (1, 2, 5)) if low <= v <= high]  # structural: 1, 2, 5
    ends, words = [float(np.log10(low)), float(np.log10(high))], [f"{v:g}" for v in shown]
    return {"type": "log", "range": ends, "tickvals": shown, "ticktext": words}


def brain_section(view: SeView) -> Section:
    """What the seizure does to receptors and chloride, and the log imbalance."""
    weight = np.asarray(view.study.system.parameters["acute_balance"]["weight"], float)

    def surface(port: Reader) -> np.ndarray:
        return np.sum([w * port("surface", k) for k, w in enumerate(weight)], axis=0) / weight.sum()

    asked = {
        "surface": ("Surface GABA-A receptors, over naive", surface),
        "nmda": ("NMDA receptors, over naive", lambda port: port("nmda", None)),
        "chloride": ("Reversal potential of GABA-A, E_GABA [mV]", lambda port: port("e_gaba", None)),
        "force": ("Driving force of chloride, over naive", lambda port: port("driving_force", None)),
        "ampa": ("AMPA receptors, over naive", lambda port: port("ampa", None)),
        "imbalance": ("Log imbalance H", lambda port: port("log_imbalance", None)),
    }  # fmt: skip
    panels, ends = [], {}
    for key, (heading, read) in asked.items():
        drawn, ends[SHORT[key]] = _panel(view, f"plot-{key}", heading, read)
        panels.append(drawn)
    names = ["at the first treatment", *(f"{arm.name}, at the end" for arm in view.arms)]
    facts = []
    for k, name in enumerate(names):
        said = [f"{word} {figure(round(values[k], 3))}{unit}" for (word, unit), values in ends.items()]
        facts.append(f"{name[0].upper()}{name[1:]}: {', '.join(said)}.")
    lead = (
        "Why treatment works less the later it comes: a seizure takes receptors off the surface, puts NMDA receptors in and lets"
        " chloride rise. All of that moves the log of excitation over inhibition, H, up (0: naive brain); drugs move it down."
        " Lines are means over all treated, seizing or not; shaded is the time before treatment."
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
        traces, highest = [], []
        for arm, values in zip(view.arms, drawn, strict=True):
            if values is None or not values.max() > LEAST * top:
                continue
            y = np.concatenate([[0.0], view.every(values)]) * factor
            traces.append(curve(arm, view.after, y))
            peak = int(values.argmax())
            highest.append(f"{arm.name} {figure(values[peak] * factor)} at {minutes(peak + 1)}")
        facts.append(f"{name[0].upper()}{name[1:]}, highest median [{shown_unit(unit)}]: {'; '.join(highest)}.")
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

    drawn, _ = _panel(view, "plot-power", "", read, log=True, title=title("EEG power over baseline"))
    facts = []
    for arm, o, course in zip(view.arms, view.outcomes, view.study.courses, strict=True):
        own = [f"{figure(value)} times baseline over {h} h" for h, value in o.eeg.items()]
        last = float(power_over_baseline(course)[:, -1].mean())
        facts.append(f"{arm.name}: " + ", ".join([*own, f"{figure(last)} times at the end"]) + ".")
    row = library.parameter_set("eeg")["seizure_power"]
    lead = (
        "Power of the EEG over that of the naive brain: 1 is baseline. Mean over all treated; the table has it over 1 h and 6 h."
        f" A full seizure of a naive circuit has {row.value:g} times baseline, which is {row.kind}."
    )
    return Section("power", "EEG power", lead, [drawn], facts, wide=True)
