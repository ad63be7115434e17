"""An equation carries no number of its own: numbers live in the library, with unit and source.

In the rooms of science a literal other than 0, 1 and 2 is refused, unless its statement carries a comment
that begins with `structural:` and says why the number belongs to the form of the equation. A comment speaks
for the one simple statement that it stands in (or the head of a compound one), never for a whole function.
"""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

import allostasis

ROOMS = ("exposure", "receptor", "drug_targets", "adaptation", "circuit", "clinic")
ALLOWED = (0, 1, 2)
SOURCE = Path(allostasis.__file__).parent
REASON = re.compile(r"#\s*structural:\s*\S+")


def bare_numbers(code: str, path: str = "code") -> list[str]:
    """Report every literal number that needs a reason and has none, as `path:line: literal`."""
    comments = tokenize.generate_tokens(io.StringIO(code).readline)
    excused = {t.start[0] for t in comments if t.type == tokenize.COMMENT and REASON.match(t.string)}
    found = []

    def visit(node: ast.AST, span: range) -> None:
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            span = range(node.lineno, max(end, node.lineno) + 1)
        number = isinstance(node, ast.Constant) and type(node.value) in (int, float, complex)
        if number and node.value not in ALLOWED and excused.isdisjoint(span):
            found.append(f"{path}:{node.lineno}: {node.value!r}")
        for child in ast.iter_child_nodes(node):
            visit(child, span)

    visit(ast.parse(code), range(0))
    return found


def files() -> list[Path]:
    return sorted(path for room in ROOMS for path in (SOURCE / room).rglob("*.py"))


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_bare_number(path):
    assert bare_numbers(path.read_text(encoding="utf-8"), str(path.relative_to(SOURCE))) == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("y = 3.7 * x", [1]),
        ("y = x\ny = -0.55 * x", [2]),
        ("def f(x, tau=72.0):\n    return x / tau", [1]),
        ("y = x[3]", [1]),
        ("y = 1e-9", [1]),
        ("y = 0.5 * x  # because it fits", [1]),
        ("y = 0.5 * x  # structural:", [1]),
        ("y = '# structural: no comment' + str(5)", [1]),
        ("def f(x):  # structural: not for the body\n    return 4 * x", [2]),
        ("y = 1  # structural: not for the next line\ny = 4", [2]),
        ("if x:  # structural: not for the branches\n    y = 4\nelse:\n    y = 5", [2, 4]),
    ],
)
def test_a_bare_number_is_found(code, lines):
    assert [int(fault.split(":")[1]) for fault in bare_numbers(code)] == lines


@pytest.mark.parametrize(
    "code",
    [
        "y = 1 / (1 + 2 * x) - 0",
        "y = 1.0 + 2.0 * x ** -1",
        "flag = True",
        'def f():\n    """Return 3.5 of 7."""',
        "y = 0.5 * x  # structural: half of a symmetric window",
        "y = (\n    4 * x\n)  # structural: said at the end of the statement",
    ],
)
def test_structure_and_words_are_allowed(code):
    assert bare_numbers(code) == []


def test_the_rooms_are_found():
    assert {path.relative_to(SOURCE).parts[0] for path in files()} == set(ROOMS)
