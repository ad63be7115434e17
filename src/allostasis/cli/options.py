"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer


def folder_path(text: str | Path) -> Path:
    """Read the path of a folder; an empty one would stand for the folder that one works in."""
    if not str(text).strip():
        raise typer.BadParameter("no folder is named. Expected a path, or '.' for this folder.")
    return Path(text)


Out = Annotated[
    Path,
    typer.Option(
        "--out", help="Folder to write; it appears whole or not at all.", show_default=False, parser=folder_path,
        metavar="DIR",
    ),
]  # fmt: skip
Library = Annotated[
    Path | None,
    typer.Option(
        "--library", help="Folder of your own drugs (drugs/NAME.toml), laid over the library.", parser=folder_path,
        metavar="DIR",
    ),
]  # fmt: skip
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a former output of allostasis in --out.")]


def lay(folder: Path | None) -> None:
    """Lay the user's library over the packaged one; its files are checked at once."""
    if folder is not None:
        from allostasis import library

        library.use_directory(folder)
