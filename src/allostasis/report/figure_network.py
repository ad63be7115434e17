"""The figures of the page about the network: `python -m allostasis.report.figure_network --out docs/images`."""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from allostasis import library
from allostasis.circuit import ClosedLoop, Condition, SeizureNetwork, network_trace, simulate_network
from allostasis.drawing.chart import Axis, Panel, Series, chart
from allostasis.report.figure_command import command
from allostasis.study.margin_compare import MarginComparison, compare_margin

SEED, TRIALS, HOURS = 1, 8, 24.0
BEFORE, SHOWN = 30.0, 240.0
"""Time before the seizure that is shown, and length of the window [s]."""
LATENCIES = (0.5, 2.0, 5.0, 10.0, 20.0)
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
DRUGS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
FOCI = {"onset zone of the library": 0.0, "stronger by 0.1": 0.1, "stronger by 0.2": 0.2}
LOST = 0.3
STATES = 500


def activity_figure(conditions: Mapping[str, Condition], trial: int, *, seed: int = SEED, hours: float | int = HOURS) -> str:
    """Activity of every node around the first seizure of the first network, the same stretch of all.

    Args:
        conditions: what to show, by name.
        trial: which trial of the seed.
        seed: of the random input.
        hours: how far to look for a seizure that reaches the other side; the first one if none does.
    """
    traces = {name: network_trace(one, hours=hours, seed=seed, trial=trial) for name, one in conditions.items()}
    first, network = next(iter(traces.values())), next(iter(conditions.values())).network
    start = _window(first.activity, first.time, network.right & network.cortical)
    chosen = (first.time >= start) & (first.time < start + SHOWN)
    order, panels = range(len(network.nodes)), []
    labels = tuple((len(order) - 0.7 - k, _label(network.nodes[k])) for k in order)
    for name, trace in traces.items():
        lines = [
            Series("", int(network.right[k]), trace.time[chosen] - start, raised + 0.85 * trace.activity[k, chosen])
            for k, raised in zip(order, reversed(order), strict=True)
        ]
        on = trace.pulse[chosen]
        lines += [Series("", 2, [t, t], [0.0, float(len(order))], dash=True) for t in (trace.time[chosen] - start)[on][:1]]
        last = name == list(traces)[-1]
        x = Axis("time [s]" if last else "", 0, SHOWN, labels=None if last else ())
        panels.append(Panel(name, x, Axis("", 0, len(order), labels=labels), lines, height=330 if last else 300))
    return chart(panels, "activity of 12 nodes around one seizure: " + ", ".join(traces))


def _label(node: str) -> str:
    structure, _, side = node.partition("_")
    return f"{structure[:4]}. {side[0].upper()}"


def _window(activity: np.ndarray, time: np.ndarray, other: np.ndarray) -> float:
    begins, ends = (library.parameter_set("network")[f"seizure.{k}"].value for k in ("begins", "ends"))
    over, quiet = (activity >= begins).any(axis=0), (activity < ends).all(axis=0)
    crossed = np.flatnonzero((activity[other] >= begins).any(axis=0))
    if not over.any():
        return 0.0
    if not len(crossed):
        onset = int(np.flatnonzero(over)[0])
    else:
        calm = np.flatnonzero(quiet[: crossed[0]])
        since = int(calm[-1]) if len(calm) else 0
        onset = since + int(np.flatnonzero(over[since:])[0])
    return max(0.0, float(time[onset]) - BEFORE)


def surgery_conditions() -> dict[str, Condition]:
    """The operations of the page, by name."""
    intact = SeizureNetwork.from_library()
    onset = [name for name, first in zip(intact.nodes, intact.onset, strict=True) if first]
    return {
        "intact": Condition(intact),
        "callosotomy": Condition(intact.callosotomy()),
        "onset zone removed": Condition(intact.resect(*onset)),
        "part of it removed": Condition(intact.resect(onset[0])),
        "wrong node removed": Condition(intact.resect("parietal_left")),
        "mirror nodes removed": Condition(intact.resect(*(name.replace("_left", "_right") for name in onset))),
    }


def activity() -> str:
    """One seizure in the intact network, and the same stretch after callosotomy."""
    shown = surgery_conditions()
    return activity_figure({name: shown[name] for name in ("intact", "callosotomy")}, 0)


def surgery() -> str:
    """Focal and bilateral seizures after each operation."""
    conditions = surgery_conditions()
    found = simulate_network(list(conditions.values()), hours=HOURS, trials=TRIALS, seed=SEED)
    rate, both = found.per_day(), found.per_day("bilateral")
    place = np.arange(len(conditions)) + 0.5
    x = Axis("", 0, len(conditions), labels=tuple(zip(place, _wrapped(conditions), strict=True)))
    lines = []
    for k, (name, values) in enumerate((("focal", rate - both), ("bilateral", both))):
        at = place + 0.2 * (k - 0.5) * 2
        for middle, value in zip(at, values, strict=True):
            lines.append(Series(name, k, [middle - 0.16, middle + 0.16], [value, value], "bars"))
    return chart(
        [Panel("Seizures per day", x, Axis("", 0, 20), lines, height=300)],
        "callosotomy leaves focal seizures; removing the onset zone leaves none",
    )


def _wrapped(conditions: Mapping[str, Condition]) -> list[str]:
    return [name.replace(" removed", " out") for name in conditions]


def drug() -> str:
    """Seizures under a drug, for onset zones of three strengths, and for one that has lost part of the target."""
    intact, lines = SeizureNetwork.from_library(), []
    networks = {name: intact.worsened(by) for name, by in FOCI.items()}
    networks[f"library, {LOST:g} of the drug arrives"] = intact.with_response(LOST)
    conditions = [Condition(network, drug=level) for network in networks.values() for level in DRUGS]
    found = simulate_network(conditions, hours=HOURS / 2, trials=TRIALS // 2, seed=SEED)
    rate = found.per_day().reshape(len(networks), len(DRUGS))
    for k, name in enumerate(networks):
        lines += [Series(name, k, DRUGS, rate[k]), Series("", k, DRUGS, rate[k], "dots")]
    x, y = Axis("drug effect: fall of H [log units]", 0, DRUGS[-1]), Axis("seizures per day", 0, 280)
    return chart([Panel("", x, y, lines, height=300)], "a stronger onset zone needs more drug than there is")


def loop() -> str:
    """Closed loop: what is left of seizures against latency, and false detections against the threshold."""
    network, base = SeizureNetwork.from_library(), ClosedLoop.from_library()
    late = [ClosedLoop.from_library(latency=value) for value in LATENCIES]
    keen = [ClosedLoop.from_library(detection=value) for value in THRESHOLDS]
    loops = [*late, *keen, *(one.sham for one in keen), base.sham]
    found = simulate_network([Condition(network, loop=one) for one in loops], hours=HOURS, trials=TRIALS // 2, seed=SEED)
    n, m = len(late), len(keen)
    rate, untouched = found.per_day(), found.per_day()[-1]
    false = found.per_day("unconfirmed")[n + m : n + 2 * m]
    x, z = Axis("latency [s]", 0, LATENCIES[-1]), Axis("detection threshold", 0, THRESHOLDS[-1])
    panels = [
        Panel("Seizures per day; broken: sham", x, Axis("", 0, 20), _dotted("seizures", 0, LATENCIES, rate[:n]), untouched),
        Panel(
            "Per day, by threshold", z, Axis("", 0.1, 1000, log=True),
            _dotted("seizures", 0, THRESHOLDS, np.maximum(rate[n : n + m], 0.1))
            + _dotted("false detections", 1, THRESHOLDS, np.maximum(false, 0.1)),
        ),
    ]  # fmt: skip
    return chart(panels, "a late pulse stops fewer seizures; a keen detector fires at nothing", 2)


def _dotted(name: str, colour: int, x, y) -> list[Series]:
    return [Series(name, colour, x, y), Series("", colour, x, y, "dots")]


def margin_figure(found: MarginComparison) -> str:
    """Margin of the acute circuit against the algebra, state by state."""
    h, panels = found.margin[found.found], []
    low, high = (float(f(h)) for f in (np.min, np.max))
    for name, title in (("chronic", "h of the chronic clock"), ("whole", "same algebra, all synapses adapt")):
        x = getattr(found, name)[found.found]
        axis = Axis(title, float(np.floor(min(0, x.min()))), float(np.ceil(x.max())))
        words = f"Spearman {found.rank_correlation(name):.3f}"
        upright = Axis("margin h", float(np.floor(low)), float(np.ceil(high)))
        panels.append(Panel(words, axis, upright, [Series("", 0, x, h, "dots")], 1.0))
    return chart(panels, "margin of the acute circuit against the algebraic imbalance, one dot a state", 2, legend=False)


@cache
def _compared() -> MarginComparison:
    return compare_margin(STATES, SEED)


def margin() -> str:
    """Margin against the algebraic imbalance over 500 random states."""
    return margin_figure(_compared())


FIGURES: dict[str, Callable[[], str]] = {
    "network_activity": activity, "network_surgery": surgery, "network_drug": drug, "network_loop": loop,
    "network_margin": margin,
}  # fmt: skip
"""Figure by the name of its file."""


if __name__ == "__main__":
    command(FIGURES, __doc__)
