"""A file that a visitor opens on a page: held to a size, read as TOML. Only its text counts, never its name."""

from pathlib import Path
from typing import Any

from htmltools import Tag, tags
from shiny import ui

from allostasis.app.outside import read_table
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
