"""The house keeps its own rules: lock, pages, Python finder, shapes, import order, no machine named."""

import os
import re
import subprocess
import sys
from pathlib import Path

import jaxtyping
import numpy as np
import pytest

from allostasis.model.exponential import propagator

ROOT = Path(__file__).parents[1]


def run(*command, **environment):
    """Run a command in the root of the project; environment adds to this process's."""
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )


def tracked_files() -> list[Path]:
    """Files under version control, or every file beside the build outputs where there is no git."""
    try:
        listed = run("git", "ls-files", "-z")
    except FileNotFoundError:
        listed = None
    if listed is not None and listed.returncode == 0 and listed.stdout:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        built = re.compile(r"\.git|\.venv|out|_build|__pycache__|\..*_cache|\.hypothesis")
        names = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        paths = [ROOT / name for name in names if not any(built.fullmatch(part) for part in name.parts)]
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_lock_names_no_address_and_hashes_everything(lock):
    text = lock.read_text()
    assert "://" not in text
    packages = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert len(packages) > 50
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


@pytest.mark.parametrize("command", ["make demo", "allostasis run"])
def test_readme_names_the_command(command):
    assert command in (ROOT / "README.md").read_text()


def test_every_make_target_that_a_page_names_exists():
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert targets >= {"demo", "test", "test-all", "lint", "docs", "serve", "bench", "clean", "help"}
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    # a command stands in backticks or alone on its line; "we make use of it" does neither
    command = re.compile(r"(?:^ *|`)make (?:[A-Z]+=\S+ )?([a-z][a-z-]*)(?=`|$)", re.MULTILINE)
    named = {(page.name, target) for page in pages for target in command.findall(page.read_text())}
    assert ("installation.md", "demo") in named
    assert {(page, target) for page, target in named if target not in targets} == set()


def test_ci_script_can_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert run("sh", "-n", ".ci/run").returncode == 0


def test_find_python_refuses_a_python_that_is_none():
    refusal = run("sh", "tools/find-python", PYTHON="/bin/false")
    assert refusal.returncode == 1
    assert refusal.stdout == ""
    assert refusal.stderr.startswith("PYTHON=/bin/false is not a CPython 3.12 to 3.14")
    assert refusal.stderr.count("\n") == 1


def test_find_python_takes_a_good_one_without_a_home():
    found = run("sh", "tools/find-python", PYTHON=sys.executable, HOME="")
    assert found.returncode == 0, found.stderr
    assert Path(found.stdout.strip()).exists()


def test_a_wrong_shape_raises():
    """Without the jaxtyping flag of pytest this matrix, which lacks the axis of lanes, would pass unseen."""
    matrix = np.array([[-1.0, 0.0], [1.0, 0.0]])
    assert propagator(matrix[None], 1.0).shape == (1, 2, 2)
    with pytest.raises(jaxtyping.TypeCheckError, match="lanes n n"):
        propagator(matrix, 1.0)


def test_imports_only_go_down():
    linter = Path(sys.executable).with_name("lint-imports")
    verdict = run(str(linter), "--no-cache")
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_no_file_names_a_machine():
    # spelled apart, or this file would find itself; in https://host/work/ it is no path of a machine
    place = re.compile("|".join(r"(?<![\w.~-])/" + name + "/" for name in ("work", "root")))
    found = []
    for path in tracked_files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture or other binary file
        found += [f"{path.relative_to(ROOT)}:{i}" for i, line in enumerate(lines, 1) if place.search(line)]
    assert found == []
