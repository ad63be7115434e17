"""Reference lines of a figure: a broken line across it, with its name beside it."""

STAGGER = 0.085  # structural: share of the height between the names of vertical lines


def reference(
    value: float | int, text: str, colour: str = "@muted", *, row: int = 0, side: str = "right"
) -> tuple[dict, dict]:
    """Draw a dashed vertical line with its name on one side of it; `row` staggers the names."""
    shape = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": value, "x1": value, "layer": "below",
             "line": {"color": colour, "width": 1.5, "dash": "dash"}}  # fmt: skip
    left = side == "left"
    note = {"x": value, "yref": "paper", "y": 1 - STAGGER * row, "xanchor": "right" if left else "left", "yanchor": "top",
            "xshift": -3 if left else 3}  # fmt: skip
    return shape, named(text, colour) | note


def level(
    value: float | int, text: str, colour: str = "@muted", *, below: bool = False, start: bool = False
) -> tuple[dict, dict]:
    """Draw a dashed horizontal line with its name above or below it, at its end or its start."""
    shape = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value, "layer": "below",
             "line": {"color": colour, "width": 1.5, "dash": "dash"}}  # fmt: skip
    note = {"y": value, "xref": "paper", "x": 0 if start else 1, "xanchor": "left" if start else "right",
            "yanchor": "top" if below else "bottom"}  # fmt: skip
    return shape, named(text, colour) | note


def named(text: str, colour: str) -> dict:
    """Style of a name in a figure, without its place."""
    font = {"size": 12, "color": colour}
    return {"showarrow": False, "text": text, "font": font, "bgcolor": "@card/0.7", "borderpad": 1}
