"""Formulas as a graph of shared nodes: built by arithmetic, folded where constant, printed as infix text of SBML level 3."""

import math
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple


class Node:
    """One operation of a `Graph` on its operands. Compared by identity: a graph holds equal operations once."""

    __slots__ = ("operands", "operation")

    def __init__(self, operation: str, operands: tuple):
        self.operation, self.operands = operation, operands


Formula = Node | float | bool | str
"""A node, a number, a condition that is known, or the name of a quantity."""

STRENGTH = {
    "+": 3, "-": 3, "*": 4, "/": 4, "<": 2, "<=": 2, ">": 2, ">=": 2, "==": 2, "!=": 2, "&&": 1, "||": 1, "negate": 3, "!": 5,
}  # fmt: skip
"""Operators that are not written as a function, and how tightly they bind."""
ATOM = 9
FOLD: dict[str, Callable] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "&&": lambda a, b: a and b, "||": lambda a, b: a or b,
    "!": lambda a: not a, "negate": lambda a: -a, "pow": math.pow, "max": max, "min": min, "abs": abs, "exp": math.exp,
    "ln": math.log, "sqrt": math.sqrt, "tanh": math.tanh, "sin": math.sin, "cos": math.cos, "floor": math.floor,
    "ceil": math.ceil, "piecewise": lambda a, condition, b: a if condition else b,
}  # fmt: skip
"""Every operation, with the function that folds it when all its operands are known."""


class Graph:
    """Formulas that share what they have in common.

    >>> graph = Graph()
    >>> graph.apply("+", graph.apply("*", 0.0, "x"), graph.apply("*", 2.0, 3.0))
    6.0
    >>> graph.apply("exp", "x") is graph.apply("exp", "x")
    True
    """

    def __init__(self):
        self._known: dict[tuple, Node] = {}

    def apply(self, operation: str, *operands: Formula) -> Formula:
        """One operation: constants folded, neutral elements dropped, an equal operation taken instead of a new one."""
        if all(isinstance(o, float | bool) for o in operands):
            try:
                value = FOLD[operation](*operands)
                return value if isinstance(value, bool) else float(value)
            except (ZeroDivisionError, ValueError, OverflowError):
                pass  # left to the simulator, as 1/0 in the model is
        simple = self._simple(operation, operands)
        if simple is not None:
            return simple
        label = (operation, *((type(o), o) for o in operands))
        return self._known.setdefault(label, Node(operation, operands))

    def _simple(self, operation: str, operands: tuple) -> Formula | None:
        """What an operation with a neutral operand comes to, or None."""
        first, last = operands[0], operands[-1]
        result: Formula | None = None
        match operation:
            case "piecewise" if isinstance(operands[1], bool):
                result = first if operands[1] else last
            case "+" | "-" if _is(last, 0.0):
                result = first
            case "+" if _is(first, 0.0):
                result = last
            case "-" if _is(first, 0.0):
                result = self.apply("negate", last)
            case "*" if _is(first, 0.0) or _is(last, 0.0):
                result = 0.0
            case "/" if _is(first, 0.0):
                result = 0.0
            case "*" if _is(first, 1.0):
                result = last
            case "*" | "/" | "pow" if _is(last, 1.0):
                result = first
            case "negate" if isinstance(first, Node) and first.operation == "negate":
                result = first.operands[0]
        return result


def _is(operand: Formula, value: float) -> bool:
    return isinstance(operand, float) and operand == value


def number(value: float) -> str:
    """A number as text that reads back exactly.

    >>> number(0.1), number(-3.0)
    ('0.1', '(-3.0)')
    """
    if not math.isfinite(value):
        return {math.inf: "INF", -math.inf: "(-INF)"}.get(value, "NaN")
    return f"({float(value)!r})" if math.copysign(1, value) < 0 else repr(float(value))


class Printed(NamedTuple):
    """Texts of the formulas asked for; ``fixed`` and ``shared`` define the names in them, each in the order of need."""

    texts: list[str]
    fixed: dict[str, str]
    shared: dict[str, str]


def print_formulas(formulas: Iterable[Formula], constants: Collection[str] = ()) -> Printed:
    """Write formulas as text.

    An operation that is used several times becomes one of ``shared``. The largest parts that depend on ``constants`` alone become
    ``fixed``, to be computed once and not at every instant.

    >>> graph = Graph()
    >>> twice, part = graph.apply("exp", "x"), graph.apply("/", "a", 3.0)
    >>> print_formulas([graph.apply("+", twice, graph.apply("*", twice, part))], ["a"])
    Printed(texts=['shared_0 + shared_0 * fixed_0'], fixed={'fixed_0': 'a / 3.0'}, shared={'shared_0': 'exp(x)'})
    """
    roots = list(formulas)
    order, users = _operands_first(roots)
    constant: set[Node] = set()
    for node in order:
        if all(
            o in constant if isinstance(o, Node) else not isinstance(o, str) or o in constants for o in node.operands
        ):
            constant.add(node)
    result = Printed([], {}, {})
    text: dict[Node, tuple[str, int]] = {}

    def inside(operand: Formula, strength: int) -> str:
        body, own = text[operand] if isinstance(operand, Node) else (_leaf(operand), ATOM)
        return body if own > strength else f"({body})"

    for node in order:
        written, fixed = _write(node, inside), node in constant
        if len(users[node]) > 1 or (fixed and not constant.issuperset(users[node])):
            kind, names = ("fixed", result.fixed) if fixed else ("shared", result.shared)
            name = f"{kind}_{len(names)}"
            names[name] = written[0]
            written = name, ATOM
        text[node] = written
    result.texts.extend(inside(root, 0) for root in roots)
    return result


def _leaf(operand: Formula) -> str:
    if isinstance(operand, bool):
        return "true" if operand else "false"
    return number(operand) if isinstance(operand, float) else str(operand)


def _write(node: Node, inside: Callable[[Formula, int], str]) -> tuple[str, int]:
    operation, operands = node.operation, node.operands
    strength = STRENGTH.get(operation, ATOM)
    if strength == ATOM:
        return f"{operation}({', '.join(inside(o, 0) for o in operands)})", ATOM
    if len(operands) == 1:
        sign = "-" if operation == "negate" else operation
        return f"{sign}{inside(operands[0], strength + 1)}", strength
    left = strength - 1 if operation in "+-*/" else strength  # a - b - c and a / b / c need no brackets on the left
    right = strength - 1 if operation in "+*" else strength
    return f"{inside(operands[0], left)} {operation} {inside(operands[1], right)}", strength


def _operands_first(roots: list[Formula]) -> tuple[list[Node], dict[Node, list]]:
    """Nodes with operands before their users, and the users of each; None stands for a formula that was asked for."""
    order: list[Node] = []
    users: dict[Node, list] = {}
    stack: list[tuple[Formula, Node | None, bool]] = [(root, None, False) for root in reversed(roots)]
    while stack:
        node, user, finished = stack.pop()
        if not isinstance(node, Node):
            continue
        if finished:
            order.append(node)
            continue
        users.setdefault(node, []).append(user)
        if len(users[node]) == 1:
            stack.append((node, None, True))
            stack.extend((operand, node, False) for operand in reversed(node.operands))
    return order, users
