"""A waterfall as an SVG file: totals at both ends, steps between them that hang where the last one ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from allostasis.drawing.chart import COLOURS, EDGE, LEFT, STYLE, WIDTH, Axis
from allostasis.drawing.svg import Scale, box, drawing, line, text

HEIGHT, FOOT, HEAD = 300, 30, 40
FILLED = 0.64
ROOM = 1.1
HEADROOM = 6


@dataclass(frozen=True)
class Step:
    """One bar: what it adds, in the unit of the axis, and its words above; a total stands on the ground."""

    name: str
    change: float | int
    words: str
    total: bool = False


def feet(steps: Sequence[Step]) -> list[tuple[float, float]]:
    """Where every bar begins and ends.

    >>> feet([Step("naive", 100, "", True), Step("target", -40, ""), Step("now", 60, "", True)])
    [(0.0, 100.0), (100.0, 60.0), (0.0, 60.0)]
    """
    level, found = 0.0, []
    for step in steps:
        begin = 0.0 if step.total else level
        level = begin + step.change
        found.append((begin, float(level)))
    return found


def waterfall(title: str, axis: str, steps: Sequence[Step], label: str) -> str:
    """Draw a waterfall as the text of an SVG file; steps take the colours in turn, totals are grey.

    >>> waterfall("", "%", [Step("naive", 100, "100", True), Step("now", 100, "100", True)], "a waterfall")[:5]
    '<svg '
    """
    spans = feet(steps)
    low, high = min(0.0, *(min(s) for s in spans)), max(max(s) for s in spans)
    scale = Axis(axis, low * ROOM, high * ROOM)
    y = Scale(scale.low, scale.high, HEIGHT - FOOT, HEAD)
    width = (WIDTH - LEFT - EDGE) / len(steps)
    body = [box(0, 0, WIDTH, HEIGHT, "paper"), text(LEFT, HEAD / 2, title, "start", "title")]
    for place, words in scale.ticks():
        body += [line((LEFT, y(place)), (WIDTH - EDGE, y(place)), "grid"), text(LEFT - 7, y(place) + 4, words, "end")]
    body.append(text(13, (HEIGHT + HEAD - FOOT) / 2, axis, "middle", turn=-90))
    colour = 0
    for k, (step, (begin, end)) in enumerate(zip(steps, spans, strict=True)):
        middle, half, top = LEFT + (k + 1 / 2) * width, FILLED * width / 2, max(begin, end)
        name = f"c{COLOURS - 1}" if step.total else f"c{colour % (COLOURS - 1)}"
        colour += not step.total
        body.append(box(middle - half, y(top), 2 * half, y(min(begin, end)) - y(top), f"{name} dot"))
        if k + 1 < len(steps):
            body.append(line((middle + half, y(end)), (middle + width - half, y(end)), "tick"))
        body += [text(middle, y(top) - HEADROOM, step.words, "middle"), text(middle, HEIGHT - 12, step.name, "middle")]
    body.append(line((LEFT, y(0)), (WIDTH - EDGE, y(0)), "tick"))
    return drawing(WIDTH, HEIGHT, label, body, STYLE.replace("\n", ""))
