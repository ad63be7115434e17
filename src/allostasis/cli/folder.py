"""The output folder: it appears whole or not at all, and takes the place of nothing but a former output."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from allostasis.quantity import InputError

MARKER = "run.json"
"""The file by which a folder is known as an output of this program."""
MAKER = "allostasis"


def is_output(folder: Path) -> bool:
    """Tell whether a folder was written by this program."""
    try:
        written = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(written, dict) and written.get("made_by") == MAKER


def check_folder(folder: Path, overwrite: bool) -> Path:
    """Refuse a folder that a run may not write, before any work is done.

    Returns:
        the absolute path.

    Raises:
        InputError: a file stands there, or a folder with other content, or a former output without `overwrite`.
    """
    path = folder.absolute()
    if path.exists() and not path.is_dir():
        raise InputError("--out is a file", value=str(folder), expected="a folder that is new or empty")
    if path.is_dir() and any(path.iterdir()):
        if not is_output(path):
            raise InputError(
                "--out is not empty and no former output of allostasis",
                value=str(folder),
                expected="a folder that is new or empty, or a former output",
                fix="choose another folder",
            )
        if not overwrite:
            raise InputError("--out holds a former output", value=str(folder), fix="add --overwrite to replace it")
    home = next(parent for parent in path.parents if parent.exists())
    if not home.is_dir() or not os.access(home, os.W_OK | os.X_OK):
        raise InputError("--out cannot be made", value=str(folder), expected="a place where you may write")
    return path


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Give a temporary sibling to write into, and rename it to `folder` at the end.

    Whatever goes wrong before the end, an interruption too, leaves `folder` as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    try:
        yield stage
        _open_to_umask(stage)
        _replace(stage, folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _replace(stage: Path, folder: Path) -> None:
    """Rename `stage` to `folder`; a former output is moved aside first and comes back if that fails."""
    if not folder.exists():
        stage.rename(folder)
        return
    aside = stage.with_suffix(".old")
    folder.rename(aside)
    try:
        stage.rename(folder)
    except BaseException:
        aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _open_to_umask(stage: Path) -> None:
    """Give the folder the permissions of any new folder; a temporary one is closed to others."""
    mask = os.umask(0)
    os.umask(mask)
    stage.chmod(0o777 & ~mask)


def write_json(path: Path, content: dict) -> None:
    """Write a JSON file that people can read; text stays text."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
