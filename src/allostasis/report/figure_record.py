"""A single-channel record as figures: pieces of the trace, dwell-time histograms with their exact density, the IPSC."""

from collections.abc import Sequence

import numpy as np

from allostasis.receptor.dwell import Density, Histogram, log_histogram
from allostasis.receptor.single_channel import ChannelRecord
from allostasis.report.log_axis import curve, log_axis, title
from allostasis.report.plot import Panel, axis, colour, frame
from allostasis.report.view import Arm

PIECE, OPENINGS = 5000.0, 12  # structural: longest first piece [ms], and openings that the second one should show
AROUND_BURST = 0.35  # structural: share of a burst that is shown before and after it
DENSITY_POINTS, FAINT = 160, 0.22  # structural: points of a density; opacity of the bars
TRACE, HISTOGRAM, SYNAPSE = 200, 280, 280  # structural: heights [px]
ROOTS = (1, 2, 5)  # structural: labels of a square-root axis in each decade


def stretch(record: ChannelRecord, begin: float | int, end: float | int) -> tuple[np.ndarray, np.ndarray]:
    """Steps of a record between two instants: time [ms] from `begin`, and 1 where open; the last value ends the stretch."""
    inside = (record.start > begin) & (record.start < end)
    first = record.sample(np.array([begin]))[0]
    states = np.concatenate([[first], record.is_open[inside]])
    times = np.concatenate([[begin], record.start[inside], [end]])
    return times - begin, np.append(states, states[-1])


def pieces(record: ChannelRecord, critical: float | int) -> list[tuple[float, float]]:
    """Choose what to show: the first seconds in which the channel is busy as usual, and the longest burst within them.

    Returns:
        (begin, end) of each piece [ms].
    """
    begins = record.start[1:][record.is_open[1:] == 1]
    length = min(PIECE, record.end - record.start[0])
    if not len(begins):
        return [(float(record.start[0]), float(record.start[0] + length))]
    begin = min(
        max(float(begins[0]) - length / 20, record.start[0]), record.end - length
    )  # structural: a little before
    end = begin + length
    ends = np.append(record.start, record.end)[1:][record.is_open == 1]
    opened, closed = begins[(begins >= begin) & (begins < end)], ends[(ends > begin) & (ends <= end)]
    if len(opened) < 2 or len(closed) < 2:
        return [(begin, end)]
    closed = closed[closed > opened[0]]
    count = min(len(opened), len(closed))
    opened, closed = opened[:count], closed[:count]
    cut = np.flatnonzero(opened[1:] - closed[:-1] > critical)
    heads, tails = np.append(0, cut + 1), np.append(cut, count - 1)
    longest = int(np.argmax(closed[tails] - opened[heads]))
    left, right = opened[heads[longest]], closed[min(tails[longest], heads[longest] + OPENINGS)]
    pad = AROUND_BURST * (right - left)
    return [(begin, end), (float(left - pad), float(right + pad))]


def trace_panel(
    arm: Arm, record: ChannelRecord, piece: tuple[float, float], amplitude: float | int, name: str, id: str
) -> Panel:
    """Draw the current of a piece of a record; openings go up if the current is outward."""
    time, opened = stretch(record, *piece)
    seconds = piece[1] - piece[0] > 1000  # structural: longer pieces are shown in s
    x = time / 1000 if seconds else time  # structural: ms to s
    steps = curve(
        arm, x, opened * amplitude, width=1.4, dash="solid", line={"shape": "hv", "color": colour(arm), "width": 1.4}
    )
    room = 0.25 * abs(amplitude)  # structural: space above and below
    low, high = sorted((0.0, amplitude))
    layout = frame(
        xaxis=axis(title=title(f"time [{'s' if seconds else 'ms'}]"), showgrid=False, ticks="outside", tickcolor="@axis",
                   showline=True, range=[0, float(x[-1])], fixedrange=False),
        yaxis=axis(title=title("current [pA]"), range=[low - room, high + room], showgrid=False, nticks=4), hovermode=False,
    )  # fmt: skip
    label = f"current of one channel, {int(np.sum(np.diff(opened[:-1]) > 0)) + int(opened[0])} openings"
    return Panel(id, name, label, {"data": [steps], "layout": layout}, TRACE)


def dwell_panel(
    arm: Arm, bare: Arm | None, times: np.ndarray, density: Density, reference: Density | None, name: str, id: str
) -> Panel | None:
    """Draw a Sigworth-Sine histogram with the exact density over it, and that without modulator; None without dwells."""
    if not len(times):
        return None
    per_decade = 10 if len(times) > 200 else 5  # structural: bins a decade that so many dwells can fill
    bars = log_histogram(times, per_decade)
    low, high = float(bars.edges[0]), float(bars.edges[-1])
    grid = np.geomspace(low, high, DENSITY_POINTS)
    heights = [np.append(bars.root, 0), *(_expected(d, grid, bars, per_decade) for d in (density, reference) if d)]
    step = curve(arm, bars.edges, heights[0], name="record", width=1.0, dash="solid") | {
        "line": {"shape": "hv", "width": 1, "color": colour(arm)}, "fill": "tozeroy", "fillcolor": colour(arm, FAINT),
        "hoverinfo": "skip",
    }  # fmt: skip
    drawn = [step, curve(arm, grid, heights[1], name="exact", width=2.4, dash="solid", hoverinfo="skip")]
    if reference is not None and bare is not None:
        drawn.append(curve(bare, grid, heights[2], name=bare.name, width=1.8, dash="6px,3px", hoverinfo="skip"))
    top = max(float(h.max()) for h in heights)
    layout = frame(
        xaxis=log_axis(f"{name.lower()} [ms]", low, high, showgrid=False),
        yaxis=axis(title=title("count (square-root scale)"), range=[0, top * 1.08], **_root_ticks(top)), hovermode=False,
    )  # fmt: skip
    label = f"histogram of {len(times)} {name.lower()}s, logarithmic bins, square-root ordinate, with the exact density"
    return Panel(id, f"{name}s", label, {"data": drawn, "layout": layout}, HISTOGRAM)


def _expected(density: Density, grid: np.ndarray, bars: Histogram, per_decade: int) -> np.ndarray:
    """Square root of the count that a density predicts for a bin at each time: N (ln 10 / bins a decade) t f(t)."""
    width = np.log(10.0) / per_decade
    return np.sqrt(np.maximum(bars.counts.sum() * width * grid * density.pdf(grid), 0))


def _root_ticks(top: float | int) -> dict:
    """Label a square-root axis with counts."""
    counts = [0, *(root * 10**power for power in range(7) for root in ROOTS)]
    kept = [c for c in counts if np.sqrt(c) <= top]
    spaced = [kept[0]]
    for count in kept[1:]:
        if np.sqrt(count) - np.sqrt(spaced[-1]) >= top / 8:  # structural: labels that do not touch
            spaced.append(count)
    return {"tickvals": [float(np.sqrt(c)) for c in spaced], "ticktext": [str(c) for c in spaced]}


def synapse_panels(
    arms: Sequence[Arm], times: Sequence[np.ndarray], currents: Sequence[np.ndarray], shown: float | int
) -> list[Panel]:
    """Draw the IPSCs as they are and scaled to one peak, up to a time [ms]."""
    absolute, scaled = [], []
    for arm, time, current in zip(arms, times, currents, strict=True):
        cut = time <= shown
        absolute.append(curve(arm, time[cut], current[cut]))
        peak = current[int(np.argmax(np.abs(current)))]
        scaled.append(curve(arm, time[cut], current[cut] / peak))
    x = axis(
        title=title("time [ms]"), showgrid=False, ticks="outside", tickcolor="@axis", showline=True, range=[0, shown],
        fixedrange=False, unifiedhovertitle={"text": "%{x:.1f} ms"},
    )  # fmt: skip
    names = ", ".join(arm.name for arm in arms)
    return [
        Panel("plot-ipsc", "Synaptic current", f"synaptic current: {names}",
              {"data": absolute, "layout": frame(xaxis=x, yaxis=axis(title=title("current [pA]")))}, SYNAPSE),
        Panel("plot-ipsc-scaled", "Scaled to one peak", f"synaptic current over its peak: {names}",
              {"data": scaled, "layout": frame(xaxis=dict(x), yaxis=axis(title=title("share of the peak")))}, SYNAPSE),
    ]  # fmt: skip
