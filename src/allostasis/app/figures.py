"""An output of figures: what `report` draws, drawn in the live page by the script of the plotly wheel. No widget library."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from htmltools import HTMLDependency, Tag, tags
from shiny.module import resolve_id
from shiny.render.renderer import Renderer

from allostasis.report.plot import Panel, Section
from allostasis.report.view import Arm


@dataclass(frozen=True)
class Board:
    """Figures that share their arms and, if their axes are alike, their zoom.

    Attributes:
        sections: groups of figures with heading and text.
        arms: lines that can be hidden everywhere by one button.
        linked: whether all figures have the same x axis and zoom together.
    """

    sections: Sequence[Section]
    arms: Sequence[Arm] = ()
    linked: bool = True


def plotly_script() -> HTMLDependency:
    """Return plotly.min.js as it lies in the plotly wheel, so that the page needs no other host; read beside the page."""
    from importlib.metadata import version

    return HTMLDependency(
        "plotly-of-the-wheel", version("plotly"), source={"package": "plotly", "subdir": "package_data"},
        script=cast(Any, {"src": "plotly.min.js", "async": "", "id": "plotly-script"}),
    )  # fmt: skip


def output_figures(id: str) -> Tag:
    """Place where the figures of a `render_figures` function appear."""
    return tags.div({"class": "figure-output", "id": resolve_id(id)}, plotly_script())


class render_figures(Renderer[Board]):
    """Decorator for a function that returns a `Board`, or None for no figures."""

    def auto_output_ui(self) -> Tag:
        """Return the place of the output."""
        return output_figures(self.output_id)

    async def transform(self, value: Board) -> Any:
        """Return what the script of the page draws."""
        return board_json(value)


def board_json(board: Board) -> dict[str, Any]:
    """Write a board as JSON values."""
    return {
        "linked": board.linked,
        "arms": [{"name": a.name, "index": a.index, "colour": a.colour, "dash": a.dash} for a in board.arms],
        "sections": [
            {
                "id": s.id, "heading": s.heading, "lead": s.lead, "note": s.note, "wide": s.wide, "facts": list(s.facts),
                "panels": [_panel_json(p) for p in s.panels],
            }
            for s in board.sections
        ],
    }  # fmt: skip


def _panel_json(panel: Panel) -> dict[str, Any]:
    return {"id": panel.id, "title": panel.title, "label": panel.label, "height": panel.height, "figure": panel.figure}
