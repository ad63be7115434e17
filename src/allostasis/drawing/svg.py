"""Elements of an SVG drawing as text. Colours and widths come from the style sheet around it, by class."""

import html
from collections.abc import Iterable, Sequence
from typing import NamedTuple

type Number = float | int
type Point = tuple[Number, Number]


class Scale(NamedTuple):
    """Maps low..high to pixels start..end.

    >>> Scale(0, 10, 100, 200)(5)
    150.0
    """

    low: Number
    high: Number
    start: Number
    end: Number

    def __call__(self, value: Number) -> float:
        """Pixel of a value."""
        return self.start + (value - self.low) * (self.end - self.start) / ((self.high - self.low) or 1.0)


def line(start: Point, end: Point, name: str) -> str:
    """Straight line of a class."""
    return f'<line class="{name}" x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"/>'


def text(x: Number, y: Number, words: str, anchor: str, name: str = "", turn: Number | None = None) -> str:
    """Text, escaped; `anchor` is start, middle or end; `turn` rotates it [degrees]."""
    kind = f' class="{name}"' if name else ""
    turned = "" if turn is None else f' transform="rotate({turn:g} {x:.0f} {y:.0f})"'
    return f'<text{kind} x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"{turned}>{html.escape(words)}</text>'


def dot(x: Number, y: Number, name: str, radius: Number) -> str:
    """Filled circle of a class."""
    return f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'


def box(left: Number, top: Number, width: Number, height: Number, name: str) -> str:
    """Rectangle of a class."""
    return f'<rect class="{name}" x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}"/>'


def polyline(points: Iterable[Point], name: str) -> str:
    """Broken line of a class."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="{name}" points="{path}"/>'


def drawing(width: Number, height: Number, label: str, body: Sequence[str], style: str | None = None) -> str:
    """Wrap elements into an SVG element with a label for those who do not see it.

    Args:
        width: of the drawing [px].
        height: of the drawing [px].
        label: what is to be seen, in words.
        body: elements.
        style: style sheet of a file of its own; None inside a page that has one.
    """
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    kind = "" if style is None else 'xmlns="http://www.w3.org/2000/svg" '
    sheet = "" if style is None else f"<style>{style}</style>"
    return (
        f'<svg {kind}{size} role="img" aria-label="{html.escape(label, quote=True)}">'
        + sheet
        + "".join(body)
        + "</svg>"
    )
