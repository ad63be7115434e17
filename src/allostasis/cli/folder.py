"""The output folder: it appears whole or not at all, and takes the place of nothing but a former output."""

import json
import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from allostasis.quantity import InputError

MARKER = "run.json"
"""The file by which a folder is known as an output of this program; its "files" are what the run wrote."""
MAKER = "allostasis"
WRITTEN = (
    "report.html", "results.zarr", "summary.parquet", "summary.csv", "validation.html", "groups.csv", "drugs.csv",
    "studies.csv", "skipped.csv", "points.csv",
)  # fmt: skip
"""What runs wrote before run.json had "files"."""
OF_THE_SYSTEM = (".DS_Store", "Thumbs.db", "desktop.ini")
STALE = 3600.0
"""Age [s] from which a temporary folder is a leftover, whoever made it."""
SHOWN = 5


def written_in(folder: Path) -> set[str] | None:
    """Return the names that a former run wrote into a folder; None where it is no output of this program."""
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(marker, dict) or marker.get("made_by") != MAKER:
        return None
    files = marker.get("files", WRITTEN)
    return {MARKER, *OF_THE_SYSTEM, *(map(str, files) if isinstance(files, list | tuple) else ())}


def check_folder(folder: Path, overwrite: bool) -> Path:
    """Refuse a folder that a run may not write, before any work is done.

    Returns:
        the absolute path, with links resolved.

    Raises:
        InputError: a file stands there, or a folder with other content, or a former output without `overwrite`, or
            one with files that the former run did not write.
    """
    path = folder.resolve()
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise InputError("--out is no folder", value=str(folder), expected="a folder that is new or empty")
    if path.is_dir() and any(path.iterdir()):
        _check_content(path, folder, overwrite)
    home = next(parent for parent in path.parents if parent.exists())
    if not home.is_dir() or not os.access(home, os.W_OK | os.X_OK):
        raise InputError("--out cannot be made", value=str(folder), expected="a place where you may write")
    return path


def _check_content(path: Path, named: Path, overwrite: bool) -> None:
    written = written_in(path)
    if written is None:
        raise InputError(
            "--out is not empty and no former output of allostasis",
            value=str(named),
            expected="a folder that is new or empty, or a former output",
            fix="choose another folder",
        )
    if not overwrite:
        raise InputError("--out holds a former output", value=str(named), fix="add --overwrite to replace it")
    foreign = sorted(entry.name for entry in path.iterdir() if entry.name not in written)
    if foreign:
        more = f" and {len(foreign) - SHOWN} more" if len(foreign) > SHOWN else ""
        raise InputError(
            f"--out {named} holds what the former run did not write",
            value=", ".join(foreign[:SHOWN]) + more,
            expected="nothing but that run's files, for --overwrite removes all",
            fix="move it elsewhere, or choose another folder",
        )


@contextmanager
def staged(folder: Path, overwrite: bool = False) -> Iterator[Path]:
    """Give a temporary sibling to write into, and rename it to `folder` at the end.

    Whatever goes wrong before the end, an interruption too, leaves `folder` as it was. What killed runs into the same
    folder left behind is removed first.

    Raises:
        InputError: at the end, `folder` is no longer one that may be written; see `check_folder`.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(folder)
    stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}.{_host()}-{os.getpid()}.", suffix=".part", dir=folder.parent))
    try:
        yield stage
        _open_to_umask(stage)
        check_folder(folder, overwrite)
        _replace(stage, folder, overwrite)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _replace(stage: Path, folder: Path, overwrite: bool) -> None:
    """Rename `stage` to `folder`; a former output is moved aside first and comes back if that fails.

    Without `overwrite`, a folder that another run filled since the last check makes the rename fail, as no rename
    replaces a full folder; with it, the content is checked again once nobody else can find it.
    """
    if not overwrite or not folder.exists() or not any(folder.iterdir()):
        try:
            if sys.platform == "win32" and folder.exists():
                folder.rmdir()
            stage.rename(folder)
        except OSError:
            check_folder(folder, overwrite)
            raise
        return
    aside = stage.with_suffix(".old")
    folder.rename(aside)
    try:
        if any(aside.iterdir()):
            _check_content(aside, folder, overwrite)
        stage.rename(folder)
    except BaseException:
        aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _remove_leftovers(folder: Path) -> None:
    """Remove the temporary folders of runs into `folder` that are over: their process is gone, or they are old."""
    pattern = re.compile(rf"\.{re.escape(folder.name)}\.([^.]*)-(\d+)\.[^.]+\.part")
    for path in folder.parent.iterdir():
        match = pattern.fullmatch(path.name)
        if match is None or path.is_symlink() or not path.is_dir():
            continue
        gone = match[1] == _host() and not _is_running(int(match[2]))
        if gone or time.time() - path.stat().st_mtime > STALE:
            shutil.rmtree(path, ignore_errors=True)


def _host() -> str:
    """Name this machine, without dots: others may share the disk, and their processes cannot be seen from here."""
    return platform.node().split(".")[0]


def _is_running(process: int) -> bool:
    if sys.platform == "win32":
        return True  # there, os.kill would end it
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _open_to_umask(stage: Path) -> None:
    """Give the folder the permissions of any new folder; a temporary one is closed to others."""
    mask = os.umask(0)
    os.umask(mask)
    stage.chmod(0o777 & ~mask)


def write_marker(stage: Path, content: Mapping[str, Any]) -> None:
    """Write `run.json`, as the last file of an output, in JSON that people can read; text stays text."""
    content = {"made_by": MAKER, **content, "files": sorted({MARKER, *(path.name for path in stage.iterdir())})}
    (stage / MARKER).write_text(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
