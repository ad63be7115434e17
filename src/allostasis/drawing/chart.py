"""Charts as SVG files: panels with linear or logarithmic axes, lines, steps, dots, one legend for all."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from allostasis.drawing.svg import Number, Point, Scale, box, dot, drawing, line, polyline, text

COLOURS = 6
"""Colours of the style sheet; further lines repeat them with a dash."""
WIDTH, GAP, EDGE = 720, 8, 14
LEFT, RIGHT, FOOT, BARE, HEAD = 54, 24, 44, 12, 26
CHARACTER, ENTRY, ROW = 6.3, 50, 20
TICK, TICKS, MOST_DECADES = 5, 6, 9
RADIUS = 4.0
STYLE = """
.paper{fill:#fff}.grid{stroke:#e9ebe9}.tick{stroke:#b9c0c4}.rule{stroke:#5a646d;stroke-dasharray:4 4}
text{font:12px Inter,system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:#5a646d}
.title{fill:#1c2329;font-weight:600;font-size:13px}
polyline,.key{fill:none;stroke-width:2}.thin{stroke-width:1.2}.dash{stroke-dasharray:6 3}.bars{fill-opacity:.16;stroke-width:1}
.c0{stroke:#b8460e}.c1{stroke:#0a63a8}.c2{stroke:#087a55}.c3{stroke:#9a3f86}.c4{stroke:#806000}.c5{stroke:#4b5661}
.c0.dot,.c0.bars{fill:#b8460e}.c1.dot,.c1.bars{fill:#0a63a8}.c2.dot,.c2.bars{fill:#087a55}
.c3.dot,.c3.bars{fill:#9a3f86}.c4.dot,.c4.bars{fill:#806000}.c5.dot,.c5.bars{fill:#4b5661}.dot{stroke:none}
@media(prefers-color-scheme:dark){
.paper{fill:#1a2126}.tick{stroke:#56636c}.grid{stroke:#283137}.rule{stroke:#a3afb7}text{fill:#a3afb7}.title{fill:#e8ecee}
.c0{stroke:#ff9a66}.c1{stroke:#6cb8ff}.c2{stroke:#4fd0a0}.c3{stroke:#e59bd6}.c4{stroke:#e3c04a}.c5{stroke:#c2ccd3}
.c0.dot,.c0.bars{fill:#ff9a66}.c1.dot,.c1.bars{fill:#6cb8ff}.c2.dot,.c2.bars{fill:#4fd0a0}
.c3.dot,.c3.bars{fill:#e59bd6}.c4.dot,.c4.bars{fill:#e3c04a}.c5.dot,.c5.bars{fill:#c2ccd3}}
"""


@dataclass(frozen=True)
class Axis:
    """An axis: its title with the unit, its ends, logarithmic or not, and (value, words) where labels are not the usual ones."""

    title: str
    low: float | int
    high: float | int
    log: bool = False
    labels: Sequence[tuple[float | int, str]] | None = None

    def place(self, value: float | int) -> float:
        """Position of a value in the coordinate that is linear on paper; cut off at the ends."""
        inside = min(max(value, self.low), self.high)
        return math.log10(inside) if self.log else float(inside)

    def ticks(self) -> list[tuple[float, str]]:
        """Places and words of the labels.

        >>> [words for _, words in Axis("x", 0, 1).ticks()], [words for _, words in Axis("x", 0.1, 200, log=True).ticks()]
        (['0', '0.2', '0.4', '0.6', '0.8', '1'], ['0.1', '1', '10', '100'])
        """
        if self.labels is not None:
            return [(self.place(value), words) for value, words in self.labels]
        if self.log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            every = 1 + (last - first) // MOST_DECADES
            return [(float(p), decade(p)) for p in range(first, last + 1, every)]
        step = nice((self.high - self.low) / TICKS)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [(k * step, f"{k * step:.6g}".replace("-", "\N{MINUS SIGN}")) for k in range(first, last + 1)]


@dataclass(frozen=True, eq=False)
class Series:
    """A line of a panel.

    Attributes:
        name: entry in the legend; lines of the same name share one.
        colour: number of the colour; from the seventh on they repeat with a dash.
        x, y: values; what is not finite is left out.
        kind: "line", "step" (the value holds until the next x), "bars" (a filled step), or "dots".
        dash: a broken line.
    """

    name: str
    colour: int
    x: Sequence[float] | np.ndarray
    y: Sequence[float] | np.ndarray
    kind: str = "line"
    dash: bool = False

    @property
    def classes(self) -> str:
        """Classes of the style sheet."""
        broken = " dash" if self.dash or self.colour >= COLOURS else ""
        return f"c{self.colour % COLOURS}{broken}" + {"dots": " dot", "bars": " bars", "step": " thin"}.get(
            self.kind, ""
        )


@dataclass(frozen=True)
class Panel:
    """One plot; `level` draws a broken horizontal line."""

    title: str
    x: Axis
    y: Axis
    series: Sequence[Series]
    level: float | int | None = None
    height: int = 260
    notes: Sequence[tuple[float | int, float | int, str]] = field(default=())


def chart(panels: Sequence[Panel], label: str, columns: int = 1, legend: bool = True) -> str:
    """Draw panels in rows of `columns`, with one legend above, as the text of an SVG file.

    >>> line = Series("a line", 0, [1, 10], [0.0, 1.0])
    >>> chart([Panel("", Axis("x [nM]", 1, 10, log=True), Axis("y", 0, 1), [line])], "a line")[:5]
    '<svg '
    """
    names: dict[str, Series] = {}
    for panel in panels:
        for series in panel.series:
            if series.name and (series.name not in names or names[series.name].kind == "bars"):
                names[series.name] = series
    body, top = _legend(list(names.values())) if legend and len(names) > 1 else ([], EDGE)
    width = (WIDTH - GAP * (columns - 1)) / columns
    for row in range(0, len(panels), columns):
        shown = panels[row : row + columns]
        for k, panel in enumerate(shown):
            body += _panel(panel, k * (width + GAP), top, width)
        top += max(panel.height for panel in shown)
    return drawing(
        WIDTH, top + EDGE / 2, label, [box(0, 0, WIDTH, top + EDGE / 2, "paper"), *body], STYLE.replace("\n", "")
    )


def _legend(entries: list[Series]) -> tuple[list[str], float]:
    """Entries in a row, broken where it is full; and where the panels begin."""
    body, x, y = [], float(LEFT), float(EDGE + 6)
    for entry in entries:
        need = ENTRY + CHARACTER * len(entry.name)
        if x + need > WIDTH and x > LEFT:
            x, y = float(LEFT), y + ROW
        key = line((x, y - 4), (x + 22, y - 4), f"key {entry.classes}")
        if entry.kind == "dots":
            key = dot(x + 11, y - 4, entry.classes, RADIUS)
        body += [key, text(x + 28, y, entry.name, "start")]
        x += need
    return body, y + 10


def _panel(panel: Panel, left: Number, top: Number, width: Number) -> list[str]:
    head = HEAD if panel.title else EDGE
    foot = FOOT if panel.x.title or panel.x.ticks() else BARE
    x0, x1, y0, y1 = left + LEFT, left + width - RIGHT, top + panel.height - foot, top + head
    x = Scale(panel.x.place(panel.x.low), panel.x.place(panel.x.high), x0, x1)
    y = Scale(panel.y.place(panel.y.low), panel.y.place(panel.y.high), y0, y1)
    body = [text(x0, top + HEAD - 9, panel.title, "start", "title")] if panel.title else []
    for place, words in panel.y.ticks():
        body += [line((x0, y(place)), (x1, y(place)), "grid"), text(x0 - 7, y(place) + 4, words, "end")]
    for place, words in panel.x.ticks():
        body += [line((x(place), y0), (x(place), y0 + TICK), "tick"), text(x(place), y0 + 18, words, "middle")]
    body.append(line((x0, y0), (x1, y0), "tick"))
    body.append(text((x0 + x1) / 2, y0 + 36, panel.x.title, "middle"))
    body.append(text(left + 13, (y0 + y1) / 2, panel.y.title, "middle", turn=-90))
    if panel.level is not None:
        body.append(line((x0, y(panel.y.place(panel.level))), (x1, y(panel.y.place(panel.level))), "rule"))
    for series in panel.series:
        points = [
            (x(panel.x.place(a)), y(panel.y.place(b)))
            for a, b in zip(series.x, series.y, strict=True) if math.isfinite(a) and math.isfinite(b)
        ]  # fmt: skip
        body += _drawn(series, points, y0)
    return body + [text(x(panel.x.place(a)), y(panel.y.place(b)), words, "start") for a, b, words in panel.notes]


def _drawn(series: Series, points: list[Point], floor: Number) -> list[str]:
    if series.kind == "dots":
        return [dot(px, py, series.classes, RADIUS) for px, py in points]
    if series.kind == "line":
        return [polyline(points, series.classes)]
    stairs = [points[0]]
    for before, after in pairwise(points):
        stairs += [(after[0], before[1]), after]
    if series.kind == "bars":
        stairs = [(points[0][0], floor), *stairs, (points[-1][0], floor)]
    return [polyline(stairs, series.classes)]


def nice(step: float | int) -> float:
    """Round a step up to 1, 2 or 5 times a power of ten.

    >>> nice(0.17), nice(3)
    (0.2, 5.0)
    """
    power = 10.0 ** math.floor(math.log10(step))
    return next(float(f"{k * power:.12g}") for k in (1, 2, 5, 10) if k * power >= step * (1 - 1e-9))


_RAISED = str.maketrans("-0123456789", "\N{SUPERSCRIPT MINUS}⁰¹²³⁴⁵⁶⁷⁸⁹")


def decade(power: int) -> str:
    """Write a power of ten, as a number where that is short.

    >>> decade(-2), decade(3), decade(7)
    ('0.01', '1000', '10⁷')
    """
    return f"{10.0**power:.10g}" if -3 <= power < 5 else "10" + str(power).translate(_RAISED)
