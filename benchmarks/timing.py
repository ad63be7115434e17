"""Shortest of several runs: the machine may be shared, and noise only ever adds."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path


def best(function: Callable[[], object], repeats: int) -> float:
    """Shortest wall-clock time [s]."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def in_turn(functions: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Shortest time of each, taken in turn, so that a slow moment of the machine hits all of them."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(repeats):
        for name, function in functions.items():
            times[name].append(best(function, 1))
    return {name: min(values) for name, values in times.items()}


def child(*command: str, **environment: str) -> tuple[float, str]:
    """Wall-clock time [s] and output of a process of its own."""
    start = time.perf_counter()
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return time.perf_counter() - start, done.stdout


def save(results: dict, folder: Path) -> Path:
    """Write the results as JSON, with the time in the name."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / time.strftime("%Y%m%d-%H%M%S.json")
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return path
