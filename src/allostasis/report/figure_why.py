"""Figure 5: why an arm does what it does. The gain of inhibition against the adaptation to it, one plot per arm."""

from collections.abc import Mapping

import numpy as np

from allostasis.report.facts import HALF, ArmFacts
from allostasis.report.figure_receptor import plateau_end
from allostasis.report.plot import Panel, Section, colour, line, panel
from allostasis.report.view import Arm, View
from allostasis.report.words import HOURS, moment, quoted, span, thresholds, when

THRESHOLD = "balance.seizure_threshold"
CHRONIC = (
    "Why: two clocks, the drug and the adaptation",
    "Solid: the gain of inhibition by the drug. Dashed: adaptation against it, loss of receptors and more excitation."
    " Their difference is the imbalance above. While the two move together it stays small; where the drug falls away"
    " first, the shaded gap opens. Both in seizure thresholds.",
)
ACUTE = (
    "Gain of inhibition and adaptation",
    "Solid: the gain of inhibition by the drug. Dashed: adaptation against it, which takes days. Their difference is the"
    " imbalance above. Both in seizure thresholds.",
)


def _curves(view: View, arm: Arm) -> tuple[np.ndarray, np.ndarray]:
    """Gain of inhibition and adaptation at the middle of each plotted interval, in seizure thresholds."""
    unit = view.result.used[THRESHOLD].value
    gain = view.series("log_inhibition_gain", "mean", arm) / unit
    ends = view.series("log_adaptation", "last", arm) / unit
    return gain, np.concatenate([ends[:1], (ends[1:] + ends[:-1]) / 2])


def _half_time(view: View, values: np.ndarray, start: int) -> float | int | None:
    """Time after interval `start` at which a curve has lost half of its value there [h]."""
    below = np.flatnonzero(values[start:] < HALF * values[start])
    if len(below) == 0 or values[start] <= 0:
        return None
    k = start + int(below[0])
    share = (values[k - 1] - HALF * values[start]) / (values[k - 1] - values[k])
    return (view.x[k - 1] + share * (view.x[k] - view.x[k - 1]) - view.x[start]) * HOURS[view.unit]


def _words(view: View, fact: ArmFacts, gain: np.ndarray, adaptation: np.ndarray) -> str:
    name, gap = quoted(fact.arm.name), float(np.max(adaptation - gain))
    end = plateau_end(view, fact.arm)
    if view.acute:
        return f"{name}: over these hours adaptation reaches {thresholds(float(adaptation.max()))} thresholds."
    text = f"{name}: "
    if end is not None:
        halves = [_half_time(view, curve, end) for curve in (gain, adaptation)]
        if None not in halves:
            drug, brain = (span(h, "day") for h in halves if h is not None)
            start = moment(view.starts[end] * HOURS[view.unit], "day")
            text += f"from {start} the gain of inhibition halves in {drug}, adaptation in {brain}; "
    if gap <= 0:
        return text + "adaptation never exceeds the gain of inhibition."
    return (
        text
        + f"adaptation exceeds the gain by up to {thresholds(fact.peak)} thresholds, {when(fact.peak_h, view.unit)}."
    )


def why_section(view: View, facts: Mapping[str, ArmFacts]) -> Section:
    """Build one plot per arm with its text."""
    curves = {name: _curves(view, fact.arm) for name, fact in facts.items()}
    top = max(float(np.max(c)) for pair in curves.values() for c in pair)
    bottom = min(0.0, *(float(np.min(c)) for pair in curves.values() for c in pair))
    panels: list[Panel] = []
    words = []
    for name, fact in facts.items():
        arm, (gain, adaptation) = fact.arm, curves[name]
        text = _words(view, fact, gain, adaptation)
        plain = {"meta": {}, "line": {"width": 0}, "hoverinfo": "skip", "hovertemplate": None}
        traces = [
            line(view, arm, gain) | plain,
            line(view, arm, np.maximum(gain, adaptation)) | plain | {"fill": "tonexty", "fillcolor": "@threshold/0.35"},
            line(view, arm, gain, name="gain of inhibition", hovertemplate="%{y:.2f}")
            | {"meta": {}, "line": {"color": colour(arm), "width": 2.2}},
            line(view, arm, adaptation, name="adaptation", hovertemplate="%{y:.2f}")
            | {"meta": {}, "line": {"color": "@ink", "width": 1.8, "dash": "5px,3px"}},
        ]
        panels.append(panel(view, f"plot-why-{arm.index}", name, text, traces, top=top, bottom=bottom))
        words.append(text)
    heading, lead = ACUTE if view.acute else CHRONIC
    return Section(id="why", heading=heading, lead=lead, panels=panels, facts=words)
