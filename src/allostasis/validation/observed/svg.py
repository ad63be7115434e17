"""Small drawings as inline SVG: observed against predicted, and the course of one study."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from allostasis.drawing.svg import Scale, box, dot, drawing, line, polyline, text

WIDTH, HEIGHT, SIDE, FRAME, EDGE = 190, 130, 460, 46, 14  # structural: sizes in pixels
LEFT, FOOT = 38, 16  # structural: room for the labels of a small panel
DOT, SMALL_DOT, BOUND = 2.2, 1.6, 2.0  # structural: radii, and the fold of the dashed lines
DEEPEST, DEEPEST_PANEL = 100.0, 30.0  # structural: how far below the data a prediction is still drawn
COLOURS = 8


def scatter(series: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Draw (observed, predicted) [ng/mL] per drug, with lines at 1 and 2-fold."""
    observed = [o for points in series.values() for o, _ in points]
    predicted = [p for points in series.values() for _, p in points]
    low = math.floor(math.log10(max(min(observed + predicted), min(observed) / DEEPEST)))
    high = math.ceil(math.log10(max(observed + predicted)))
    end = SIDE - FRAME
    x, y = Scale(low, high, FRAME, SIDE - EDGE), Scale(low, high, end, EDGE)
    extent = SIDE - FRAME - EDGE
    body = [box(FRAME, EDGE, extent, extent, "frame")]
    for decade in range(low, high + 1):
        body += [line((x(decade), EDGE), (x(decade), end), "grid")]
        body += [line((FRAME, y(decade)), (SIDE - EDGE, y(decade)), "grid")]
        body += [text(x(decade), end + 14, f"{10.0**decade:g}", "middle")]
        body += [text(FRAME - 4, y(decade) + 4, f"{10.0**decade:g}", "end")]
    fold = math.log10(BOUND)
    body.append(line((x(low), y(low)), (x(high), y(high)), "same"))
    body.append(line((x(low), y(low + fold)), (x(high - fold), y(high)), "bound"))
    body.append(line((x(low + fold), y(low)), (x(high), y(high - fold)), "bound"))
    for i, drug in enumerate(sorted(series)):
        colour, floor = f"c{i % COLOURS}", 10.0**low
        body += [dot(x(math.log10(o)), y(math.log10(max(p, floor))), colour, DOT) for o, p in series[drug]]
        body += [dot(FRAME + 12, 20 + 15 * i, colour, 4.0), text(FRAME + 20, 24 + 15 * i, drug, "start")]
    body.append(text(SIDE / 2, SIDE - 4, "observed, ng/mL (predicted upwards)", "middle"))
    return drawing(SIDE, SIDE, "predicted against observed concentrations, lines at two-fold", body)


def profile(points: Sequence[Mapping[str, Any]], curve: tuple[np.ndarray, np.ndarray], label: str) -> str:
    """Draw measured points and the predicted course of one study, on a logarithmic axis of concentration."""
    observed, predicted = [p["observed"] for p in points], [p["predicted"] for p in points]
    low = max(min(observed + predicted), min(observed) / DEEPEST_PANEL) * 0.8
    high = max(observed + predicted) * 1.25
    times, last, bottom = curve[0], max(p["time_h"] for p in points), HEIGHT - FOOT
    x = Scale(float(times[0]), last, LEFT, WIDTH - 6)
    y = Scale(math.log10(low), math.log10(high), bottom, 6)
    shown = [(float(t), float(c)) for t, c in zip(times, curve[1], strict=True) if c > 0]
    path = [(x(t), y(math.log10(min(max(c, low), high)))) for t, c in shown]
    body = [
        box(LEFT, 6, WIDTH - 6 - LEFT, bottom - 6, "frame"),
        polyline(path, "predicted"),
        *(dot(x(p["time_h"]), y(math.log10(p["observed"])), "seen", SMALL_DOT) for p in points),
        text(LEFT - 3, 14, f"{high:.2g}", "end"),
        text(LEFT - 3, bottom, f"{low:.2g}", "end"),
        text(LEFT, HEIGHT - 4, f"{float(times[0]):.3g}", "start"),
        text(WIDTH - 6, HEIGHT - 4, f"{last:.3g} h", "end"),
    ]
    return drawing(WIDTH, HEIGHT, label, body)
