"""Small drawings as inline SVG: observed against predicted, and the course of one study."""

import html
import math

import numpy as np
import pandas as pd

WIDTH, HEIGHT, SIDE, FRAME = 190, 130, 460, 34  # structural: sizes in pixels
DOT, SMALL_DOT, BOUND = 2.2, 1.6, 2.0  # structural: radii, and the fold of the dashed lines


def _log(value: float) -> float:
    return math.log10(value)


class _Scale:
    """Maps low..high, both above 0 where the scale is logarithmic, to pixels."""

    def __init__(self, low: float, high: float, start: float, end: float, logarithmic: bool):
        self.map = _log if logarithmic else float
        self.low, self.start = self.map(low), start
        self.slope = (end - start) / ((self.map(high) - self.low) or 1.0)

    def __call__(self, value: float) -> float:
        return self.start + (self.map(value) - self.low) * self.slope


def _line(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
    return f'<line class="{name}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{html.escape(text)}</text>'


def _frame(width: float, height: float, label: str, body: list[str]) -> str:
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    return f'<svg {size} role="img" aria-label="{html.escape(label, quote=True)}">' + "".join(body) + "</svg>"


def scatter(points: pd.DataFrame, studies: pd.DataFrame) -> str:
    """Predicted against observed concentrations of the used points [ng/mL], with lines at 1 and 2-fold."""
    used = points[points["use"] == "used"].merge(studies[["study_id", "drug"]], on="study_id")
    values = np.concatenate([used["observed"].to_numpy(float), used["predicted"].to_numpy(float)])
    floor = (
        float(used["observed"].min()) / 100
    )  # structural: a prediction far below is drawn on the lower edge
    low, high = 10 ** math.floor(_log(max(values.min(), floor))), 10 ** math.ceil(_log(values.max()))
    x, y = _Scale(low, high, FRAME, SIDE - 8, True), _Scale(low, high, SIDE - FRAME, 8, True)
    body = [f'<rect class="frame" x="{FRAME}" y="8" width="{SIDE - FRAME - 8}" height="{SIDE - FRAME - 8}"/>']
    for decade in range(round(_log(low)), round(_log(high)) + 1):
        value = 10.0**decade
        body += [
            _line(x(value), 8, x(value), SIDE - FRAME, "grid"),
            _line(FRAME, y(value), SIDE - 8, y(value), "grid"),
        ]
        body += [
            _text(x(value), SIDE - FRAME + 14, f"{value:g}", "middle"),
            _text(FRAME - 4, y(value) + 4, f"{value:g}", "end"),
        ]
    body.append(_line(x(low), y(low), x(high), y(high), "same"))
    body.append(_line(x(low), y(low * BOUND), x(high / BOUND), y(high), "bound"))
    body.append(_line(x(low * BOUND), y(low), x(high), y(high / BOUND), "bound"))
    drugs = sorted(used["drug"].unique())
    for row in used.itertuples():
        colour = drugs.index(row.drug) % 8
        body.append(
            f'<circle class="c{colour}" cx="{x(row.observed):.1f}" cy="{y(max(row.predicted, low)):.1f}" r="{DOT}"/>'
        )
    for i, drug in enumerate(drugs):
        body += [
            f'<circle class="c{i % 8}" cx="{FRAME + 12}" cy="{20 + 15 * i}" r="4"/>',
            _text(FRAME + 20, 24 + 15 * i, drug, "start"),
        ]
    body.append(_text(SIDE / 2, SIDE - 4, "observed, ng/mL (predicted upwards)", "middle"))
    return _frame(SIDE, SIDE, "predicted against observed concentrations with lines at two-fold", body)


def profile(points: pd.DataFrame, curve: tuple[np.ndarray, np.ndarray], label: str) -> str:
    """Measured points and the predicted course of one study, on a logarithmic axis of concentration."""
    used = points[points["use"] == "used"]
    observed = used["observed"].to_numpy(float)
    times, predicted = curve
    low = max(min(observed.min(), used["predicted"].min()), observed.min() / 30) * 0.8
    high = max(observed.max(), used["predicted"].max()) * 1.25
    left, bottom = 30, HEIGHT - 16
    x = _Scale(
        min(float(times[0]), float(used["time_h"].min())), float(used["time_h"].max()), left, WIDTH - 6, False
    )
    y = _Scale(low, high, bottom, 6, True)
    path = " ".join(
        f"{x(t):.1f},{y(min(max(c, low), high)):.1f}" for t, c in zip(times, predicted, strict=True) if c > 0
    )
    body = [
        f'<rect class="frame" x="{left}" y="6" width="{WIDTH - 6 - left}" height="{bottom - 6}"/>',
        f'<polyline class="predicted" points="{path}"/>',
        *(
            f'<circle class="seen" cx="{x(t):.1f}" cy="{y(c):.1f}" r="{SMALL_DOT}"/>'
            for t, c in zip(used["time_h"], observed, strict=True)
        ),
        _text(left - 3, 14, f"{high:.3g}", "end"),
        _text(left - 3, bottom, f"{low:.3g}", "end"),
        _text(left, HEIGHT - 4, f"{float(times[0]):.3g}", "start"),
        _text(WIDTH - 6, HEIGHT - 4, f"{float(used['time_h'].max()):.3g} h", "end"),
    ]
    return _frame(WIDTH, HEIGHT, label, body)
