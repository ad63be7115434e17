"""Score of one criterion with its reason."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """How far a pair meets one criterion.

    Attributes:
        criterion: its name.
        value: 1 met, 0.5 in part, 0 not met; None where nothing is known.
        reason: why, in words.
    """

    criterion: str
    value: float | None
    reason: str

    @property
    def verdict(self) -> str:
        """In words."""
        return {None: "not known", 1.0: "met", 0.0: "not met"}.get(self.value, "in part")


def graded(criterion: str, size: float | int, equal: float | int, large: float | int, reason: str) -> Score:
    """1 up to `equal`, 0 from `large` on, 0.5 between.

    >>> graded("x", 0.1, 0.05, 0.15, "").verdict
    'in part'
    """
    value = 1.0 if size <= equal else 0.0 if size >= large else 1 / 2
    return Score(criterion, value, reason)
