"""A file that a visitor opens on a page: held to a size, read as TOML. Only its text counts, never its name."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from htmltools import Tag, TagList, tags
from shiny import Inputs, reactive, render, req, ui

from allostasis.app.outside import read_table
from allostasis.app.run import Run
from allostasis.app.steady import steady
from allostasis.app.words import line, refusal
from allostasis.quantity import InputError

MOST_BYTES = 200_000
"""Largest file that a page opens."""


def file_field(id: str, label: str) -> Tag:
    """Return the field; a file above `MOST_BYTES` is not sent: its size becomes the input ``id + "_large"``."""
    made = ui.input_file(id, label, accept=[".toml"], button_label="Choose", placeholder="no file")
    return tags.div({"data-most": str(MOST_BYTES)}, made)


def too_large(size: int) -> InputError:
    """Return the refusal of a file that is too large.

    >>> str(too_large(300_000))
    "the file is too large: '300000 bytes'. Expected at most 200000 bytes. Fix: choose the file that was meant, or shorten it"
    """
    return InputError(
        "the file is too large", value=f"{size} bytes", expected=f"at most {MOST_BYTES} bytes",
        fix="choose the file that was meant, or shorten it",
    )  # fmt: skip


def read_toml(path: Path, example: str) -> dict[str, Any]:
    """Read an uploaded file.

    Args:
        path: where it lies.
        example: a line as it may stand in such a file, for the message.

    Raises:
        InputError: it is too large or not TOML.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise too_large(size)
    return read_table("the file", path.read_bytes(), "TOML", expected=f"lines such as: {example}")


def connect_open[Question, Answer](
    input: Inputs,
    run: Run[Question, Answer],
    *,
    example: str,
    lay_out: Callable[[dict[str, Any]], Question | None],
    kept: Callable[[], Sequence[str]],
) -> None:
    """Connect the field "open" and, below it, the output "opened". A file that is refused leaves the form as it was.

    Args:
        input: of the page.
        run: what is started.
        example: a line as it may stand in such a file.
        lay_out: puts the table of a file into the form and returns what is run then, or None. Raises InputError: it is refused.
        kept: what the file held that the form does not show.
    """
    trouble: reactive.Value[InputError | None] = reactive.value(None)

    @reactive.effect
    @reactive.event(input.open)
    def _() -> None:
        trouble.set(None)
        try:
            question = lay_out(read_toml(Path(req(input.open())[0]["datapath"]), example))
        except InputError as error:
            trouble.set(error)
            return
        if question is not None:
            run.start(question)

    @reactive.effect
    @reactive.event(input.open_large)
    def _() -> None:
        trouble.set(too_large(input.open_large()))

    def made() -> TagList:
        error, beside = trouble(), kept()
        return TagList(
            refusal(error) if error else None,
            line(f"Kept from the file: {'; '.join(beside)}.") if beside else None,
        )

    told = steady(made)

    @render.ui
    def opened() -> TagList:
        return told()
