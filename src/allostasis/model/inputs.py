"""What goes into a run: columns of doses inside a step, dosing rules, and numerical settings."""

from typing import NamedTuple, Protocol, runtime_checkable

from allostasis.model.rule_arrays import RuleNumbers, RuleStructure
from allostasis.quantity.errors import InputError

COLUMN_CLASSES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


@runtime_checkable
class InputColumn(Protocol):
    """One kind of input inside a step (see `regimen.schedule`): a bolus at a fraction, or an infusion between two."""

    @property
    def drug(self) -> str: ...
    @property
    def route(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def fraction_from(self) -> float | int: ...
    @property
    def fraction_to(self) -> float | int: ...


class Rule(NamedTuple):
    """A dosing rule bound to the composition: structure, numbers, and where its dose enters."""

    structure: RuleStructure
    numbers: RuleNumbers
    drug: str
    route: str


class Fast(NamedTuple):
    """A submodel with one state that moves faster than a step, and scalar inputs that do not.

    Attributes:
        submodel: its name.
        substeps: how many of them in a step.
    """

    submodel: str
    substeps: int


class Solver(NamedTuple):
    """Numerical settings.

    Attributes:
        step: macro step [h].
        steps_per_output: steps in one output interval.
        dtype: "float64", or "float32" for large populations.
        threads: Python threads over chunks of patients.
        fast: a submodel that takes substeps of its own, or None.
    """

    step: float = 0.5
    steps_per_output: int = 48
    dtype: str = "float64"
    threads: int = 2
    fast: Fast | None = None


def column_class(n: int) -> int:
    """Padded number of dose columns, at least 1, so that only a few programs exist.

    Raises:
        InputError: more distinct dose times inside a step than the largest class holds.
    """
    for size in COLUMN_CLASSES:
        if n <= size:
            return size
    raise InputError(
        f"{n} distinct dose times within a step",
        expected=f"at most {COLUMN_CLASSES[-1]}",
        fix="give doses at fewer distinct times of the step, for example on whole half hours",
    )
