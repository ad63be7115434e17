"""Small drawings as inline SVG: observed against predicted, and the course of one study."""

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

WIDTH, HEIGHT, SIDE, FRAME, EDGE = 190, 130, 460, 46, 14  # structural: sizes in pixels
LEFT, FOOT = 38, 16  # structural: room for the labels of a small panel
DOT, SMALL_DOT, BOUND = 2.2, 1.6, 2.0  # structural: radii, and the fold of the dashed lines
DEEPEST, DEEPEST_PANEL = 100.0, 30.0  # structural: how far below the data a prediction is still drawn
COLOURS = 8

type Point = tuple[float | int, float | int]


class _Scale(NamedTuple):
    """Maps low..high to pixels start..end."""

    low: float | int
    high: float | int
    start: float | int
    end: float | int

    def __call__(self, value: float | int) -> float:
        return self.start + (value - self.low) * (self.end - self.start) / ((self.high - self.low) or 1.0)


def _line(start: Point, end: Point, name: str) -> str:
    return f'<line class="{name}" x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"/>'


def _text(x: float | int, y: float | int, text: str, anchor: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{html.escape(text)}</text>'


def _dot(x: float | int, y: float | int, name: str, radius: float) -> str:
    return f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'


def _drawing(width: int, height: int, label: str, body: Sequence[str]) -> str:
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg {size} role="img" aria-label="{html.escape(label, quote=True)}">' + "".join(body) + "</svg>"


def scatter(series: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Draw (observed, predicted) [ng/mL] per drug, with lines at 1 and 2-fold."""
    observed = [o for points in series.values() for o, _ in points]
    predicted = [p for points in series.values() for _, p in points]
    low = math.floor(math.log10(max(min(observed + predicted), min(observed) / DEEPEST)))
    high = math.ceil(math.log10(max(observed + predicted)))
    end = SIDE - FRAME
    x, y = _Scale(low, high, FRAME, SIDE - EDGE), _Scale(low, high, end, EDGE)
    extent = SIDE - FRAME - EDGE
    body = [f'<rect class="frame" x="{FRAME}" y="{EDGE}" width="{extent}" height="{extent}"/>']
    for decade in range(low, high + 1):
        body += [_line((x(decade), EDGE), (x(decade), end), "grid")]
        body += [_line((FRAME, y(decade)), (SIDE - EDGE, y(decade)), "grid")]
        body += [_text(x(decade), end + 14, f"{10.0**decade:g}", "middle")]
        body += [_text(FRAME - 4, y(decade) + 4, f"{10.0**decade:g}", "end")]
    fold = math.log10(BOUND)
    body.append(_line((x(low), y(low)), (x(high), y(high)), "same"))
    body.append(_line((x(low), y(low + fold)), (x(high - fold), y(high)), "bound"))
    body.append(_line((x(low + fold), y(low)), (x(high), y(high - fold)), "bound"))
    for i, drug in enumerate(sorted(series)):
        colour, floor = f"c{i % COLOURS}", 10.0**low
        body += [_dot(x(math.log10(o)), y(math.log10(max(p, floor))), colour, DOT) for o, p in series[drug]]
        body += [_dot(FRAME + 12, 20 + 15 * i, colour, 4.0), _text(FRAME + 20, 24 + 15 * i, drug, "start")]
    body.append(_text(SIDE / 2, SIDE - 4, "observed, ng/mL (predicted upwards)", "middle"))
    return _drawing(SIDE, SIDE, "predicted against observed concentrations, lines at two-fold", body)


def profile(points: Sequence[Mapping[str, Any]], curve: tuple[np.ndarray, np.ndarray], label: str) -> str:
    """Draw measured points and the predicted course of one study, on a logarithmic axis of concentration."""
    observed, predicted = [p["observed"] for p in points], [p["predicted"] for p in points]
    low = max(min(observed + predicted), min(observed) / DEEPEST_PANEL) * 0.8
    high = max(observed + predicted) * 1.25
    times, last, bottom = curve[0], max(p["time_h"] for p in points), HEIGHT - FOOT
    x = _Scale(float(times[0]), last, LEFT, WIDTH - 6)
    y = _Scale(math.log10(low), math.log10(high), bottom, 6)
    shown = [(float(t), float(c)) for t, c in zip(times, curve[1], strict=True) if c > 0]
    path = " ".join(f"{x(t):.1f},{y(math.log10(min(max(c, low), high))):.1f}" for t, c in shown)
    body = [
        f'<rect class="frame" x="{LEFT}" y="6" width="{WIDTH - 6 - LEFT}" height="{bottom - 6}"/>',
        f'<polyline class="predicted" points="{path}"/>',
        *(_dot(x(p["time_h"]), y(math.log10(p["observed"])), "seen", SMALL_DOT) for p in points),
        _text(LEFT - 3, 14, f"{high:.2g}", "end"),
        _text(LEFT - 3, bottom, f"{low:.2g}", "end"),
        _text(LEFT, HEIGHT - 4, f"{float(times[0]):.3g}", "start"),
        _text(WIDTH - 6, HEIGHT - 4, f"{last:.3g} h", "end"),
    ]
    return _drawing(WIDTH, HEIGHT, label, body)
