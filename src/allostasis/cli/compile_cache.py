"""Compiled programs kept between runs: the second run of a case starts a second or more earlier."""

import hashlib
import os
import platform
import sys
from pathlib import Path

LARGEST = 300_000_000
"""Size [bytes] above which the oldest programs are dropped."""
VARIABLE = "JAX_COMPILATION_CACHE_DIR"


def enable() -> Path | None:
    """Keep compiled programs in the user's cache folder; quietly do without where that is not possible.

    A folder that the user set by `JAX_COMPILATION_CACHE_DIR` is respected.

    Returns:
        the folder, or None.
    """
    import jax

    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE])
    folder = _user_cache() / "allostasis" / f"compiled-{_processor()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            return None
        _trim(folder)
    except OSError:
        return None
    jax.config.update("jax_compilation_cache_dir", str(folder))
    return folder


def _user_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _processor() -> str:
    """Name the type of processor: programs of one must not run on another that shares the disk."""
    described = f"{platform.machine()} {platform.processor()}"
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    wanted = ("model name", "flags", "Features", "CPU part")
    described += " ".join(sorted({line for line in lines if line.startswith(wanted)}))
    return hashlib.sha256(described.encode()).hexdigest()[:12]


def _trim(folder: Path) -> None:
    """Drop the programs that were written longest ago until the rest fits."""
    files = []
    for entry in os.scandir(folder):
        if entry.is_file():
            status = entry.stat()
            files.append((status.st_mtime, status.st_size, entry.path))
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= LARGEST:
            break
        Path(path).unlink(missing_ok=True)
        total -= size
