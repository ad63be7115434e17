"""Formulas as a graph of shared nodes: built by arithmetic, folded where constant, printed in the infix language of SBML level 3."""

import math
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple


class Node(NamedTuple):
    """An operation on numbers (``float``), conditions (``bool``), names (``str``) and other nodes. Equal nodes are one."""

    operation: str
    operands: tuple


Formula = Node | float | bool | str

INFIX = {"+": 3, "-": 3, "*": 4, "/": 4, "<": 2, "<=": 2, ">": 2, ">=": 2, "==": 2, "!=": 2, "&&": 1, "||": 1}
"""Binary operators and how tightly they bind."""
FOLD: dict[str, Callable] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "&&": lambda a, b: a and b, "||": lambda a, b: a or b,
    "!": lambda a: not a, "negate": lambda a: -a, "pow": math.pow, "max": max, "min": min, "abs": abs, "exp": math.exp,
    "ln": math.log, "sqrt": math.sqrt, "tanh": math.tanh, "sin": math.sin, "cos": math.cos, "floor": math.floor,
    "ceil": math.ceil, "piecewise": lambda a, condition, b: a if condition else b,
}  # fmt: skip


def apply(operation: str, *operands: Formula) -> Formula:
    """One operation, with constants folded and neutral elements dropped.

    >>> apply("+", apply("*", 0.0, "x"), apply("*", 2.0, 3.0))
    6.0
    """
    if operation != "/" or operands[1] != 0:
        if all(isinstance(o, float | bool) for o in operands):
            value = FOLD[operation](*operands)
            return value if isinstance(value, bool) else float(value)
    simple = _simplify(operation, operands)
    return Node(operation, operands) if simple is None else simple


def _is(operand: Formula, number: float) -> bool:
    return isinstance(operand, float) and operand == number


def _simplify(operation: str, operands: tuple) -> Formula | None:
    left, right = operands[0], operands[-1]
    if operation == "+" and (_is(left, 0.0) or _is(right, 0.0)):
        return right if _is(left, 0.0) else left
    if operation == "-" and _is(right, 0.0):
        return left
    if operation == "-" and _is(left, 0.0):
        return apply("negate", right)
    if operation == "*" and (_is(left, 0.0) or _is(right, 0.0)):
        return 0.0
    if operation == "*" and (_is(left, 1.0) or _is(right, 1.0)):
        return right if _is(left, 1.0) else left
    if operation in ("/", "pow") and _is(right, 1.0):
        return left
    if operation == "/" and _is(left, 0.0):
        return 0.0
    if operation == "piecewise" and isinstance(operands[1], bool):
        return left if operands[1] else right
    if operation == "negate" and isinstance(left, Node) and left.operation == "negate":
        return left.operands[0]
    return None


def number(value: float) -> str:
    """A number as text that reads back exactly.

    >>> number(0.1), number(-3.0)
    ('0.1', '(-3.0)')
    """
    if not math.isfinite(value):
        return {math.inf: "INF", -math.inf: "(-INF)"}.get(value, "NaN")
    return repr(float(value)) if value >= 0 and math.copysign(1, value) > 0 else f"({float(value)!r})"


class Printer:
    """Prints formulas; a node used more than once gets a name and one definition, before its first use.

    >>> printer, shared = Printer(), apply("exp", "x")
    >>> printer.print_all([apply("+", shared, apply("*", shared, "y"))])
    ['shared_0 + shared_0 * y']
    >>> printer.definitions
    {'shared_0': 'exp(x)'}
    """

    def __init__(self, prefix: str = "shared_"):
        self.prefix = prefix
        self.definitions: dict[str, str] = {}
        self._names: dict[int, str] = {}

    def print_all(self, formulas: Iterable[Formula]) -> list[str]:
        """Text of each formula. Call it once: sharing is counted over all of them together."""
        unique = _interner()
        roots = [unique(f) for f in formulas]
        order, uses = _visit(roots)
        text: dict[int, tuple[str, int]] = {}

        def wrapped(operand, outer: int) -> str:
            body, strength = text[id(operand)] if isinstance(operand, Node) else (_leaf(operand), 9)
            return body if strength > outer else f"({body})"

        for node in order:
            body, strength = _write(node, wrapped)
            if uses[id(node)] > 1:
                name = f"{self.prefix}{len(self.definitions)}"
                self.definitions[name] = body
                body, strength = name, 9
            text[id(node)] = body, strength
        return [wrapped(root, 0) for root in roots]


def _leaf(operand: Formula) -> str:
    if isinstance(operand, bool):
        return "true" if operand else "false"
    return number(operand) if isinstance(operand, float) else str(operand)


def _write(node: Node, wrapped: Callable) -> tuple[str, int]:
    if node.operation in INFIX:
        strength = INFIX[node.operation]
        left, right = node.operands
        inner = strength - 1 if node.operation in ("+", "-", "*", "/", "&&", "||") else strength
        tight = inner if node.operation in ("+", "*") else strength
        return f"{wrapped(left, inner)} {node.operation} {wrapped(right, tight)}", strength
    if node.operation == "negate":
        return f"-{wrapped(node.operands[0], 4)}", 3
    if node.operation == "!":
        return f"!{wrapped(node.operands[0], 5)}", 5
    return f"{node.operation}({', '.join(wrapped(o, 0) for o in node.operands)})", 9


def _interner() -> Callable[[Formula], Formula]:
    """Replace equal nodes by one object, without walking deep graphs recursively more than once."""
    known: dict[tuple, Node] = {}

    @cache
    def by_identity(key: int, holder: "_Held") -> Formula:
        node = holder.formula
        if not isinstance(node, Node):
            return node
        operands = tuple(by_identity(id(o), _Held(o)) for o in node.operands)
        label = (node.operation, *(id(o) if isinstance(o, Node) else (type(o), o) for o in operands))
        return known.setdefault(label, Node(node.operation, operands))

    return lambda formula: by_identity(id(formula), _Held(formula))


class _Held:
    """Keeps a formula alive and hashes by its identity, so that hashing never walks the graph."""

    def __init__(self, formula: Formula):
        self.formula = formula

    def __hash__(self) -> int:
        return id(self.formula)

    def __eq__(self, other) -> bool:
        return self.formula is other.formula


def _visit(roots: list) -> tuple[list[Node], dict[int, int]]:
    """Nodes in an order where operands come first, and how often each is used."""
    order: list[Node] = []
    uses: dict[int, int] = {}
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        node, finished = stack.pop()
        if not isinstance(node, Node):
            continue
        if finished:
            order.append(node)
            continue
        uses[id(node)] = uses.get(id(node), 0) + 1
        if uses[id(node)] == 1:
            stack.append((node, True))
            stack.extend((operand, False) for operand in reversed(node.operands))
    return order, uses
