"""What the frame needs to know of a page."""

from collections.abc import Callable
from dataclasses import dataclass

from htmltools import Tag, TagList
from shiny import Inputs, Outputs, Session

from allostasis.app.work import Desk


@dataclass(frozen=True)
class Page:
    """One page of the frame; its ids live in a namespace of their own, as in a Shiny module.

    Attributes:
        name: word in the address and namespace of the ids.
        title: text of the link.
        ui: makes the content, called once for each visitor.
        server: connects it; gets the desk for long work as fourth argument.
    """

    name: str
    title: str
    ui: Callable[[], Tag | TagList]
    server: Callable[[Inputs, Outputs, Session, Desk], None]
