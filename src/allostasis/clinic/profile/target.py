"""A wanted profile: bounds on axes, written "anxiolysis>=0.5, sedation<=0.1"."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float

from allostasis.clinic.profile.axes import AXES, axis_name
from allostasis.quantity import InputError

_GOAL = re.compile(r"\s*([A-Za-z][A-Za-z _-]*?)\s*(>=|<=)\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*(%?)\s*")
_EXAMPLE = "'anxiolysis>=0.5,sedation<=0.1'"


@dataclass(frozen=True, slots=True)
class Target:
    """Smallest and largest wanted effect on every axis in the order of `AXES`; -inf and inf where nothing is asked."""

    lowest: Float[np.ndarray, " axis"]
    highest: Float[np.ndarray, " axis"]

    def margins(self, effects: Float[np.ndarray, "*lanes axis"]) -> Float[np.ndarray, "*lanes axis"]:
        """How far each effect lies outside its bounds; below 0 inside."""
        return np.maximum(self.lowest - effects, effects - self.highest)

    def worst(self, effects: Float[np.ndarray, "*lanes axis"]) -> Float[np.ndarray, "*lanes"]:
        """The largest of the margins."""
        return np.asarray(self.margins(effects).max(axis=-1))

    @property
    def asked(self) -> np.ndarray:
        """True for the axes with a bound."""
        return np.isfinite(self.lowest) | np.isfinite(self.highest)

    def table(self, effects: Float[np.ndarray, " axis"]) -> pd.DataFrame:
        """One row a bound: axis, relation, bound, effect, violation (0 where the bound holds)."""
        rows = []
        for axis, relation, bound in self.bounds:
            effect = float(effects[AXES.index(axis)])
            outside = bound - effect if relation == ">=" else effect - bound
            rows.append((axis, relation, bound, effect, max(0.0, outside)))
        return pd.DataFrame(rows, columns=["axis", "relation", "bound", "effect", "violation"])

    @property
    def bounds(self) -> list[tuple[str, str, float]]:
        """Every bound as axis, relation and number."""
        ends = [((axis, ">=", float(low)), (axis, "<=", float(high)))
                for axis, low, high in zip(AXES, self.lowest, self.highest, strict=True)]  # fmt: skip
        return [bound for pair in ends for bound in pair if np.isfinite(bound[-1])]

    def __str__(self) -> str:
        return ", ".join(f"{axis}{relation}{bound:g}" for axis, relation, bound in self.bounds)


def parse_target(text: str) -> Target:
    """Read bounds separated by commas; an effect runs from -1 to 1.

    Raises:
        InputError: no bound, a part that is none, a bound outside -1 to 1, or a smallest effect above the largest.
        UnknownNameError: no such axis.

    >>> str(parse_target("Anxiolysis >= 50 %, sedation<=0.1"))
    'sedation<=0.1, anxiolysis>=0.5'
    """
    lowest, highest = np.full(len(AXES), -np.inf), np.full(len(AXES), np.inf)
    for part in text.split(","):
        match = _GOAL.fullmatch(part)
        if match is None:
            raise InputError("not a bound on an axis", value=part.strip() or text, expected="AXIS>=NUMBER or AXIS<=NUMBER",
                             fix=f"write {_EXAMPLE}")  # fmt: skip
        axis = axis_name(match[1])
        _, relation, number, percent = match.groups()
        bound = float(number) / (100 if percent else 1)  # structural: percent
        if abs(bound) > 1:
            raise InputError(f"bound on {axis} out of range", value=number + percent, expected="an effect from -1 to 1")
        k = AXES.index(axis)
        if relation == ">=":
            lowest[k] = max(lowest[k], bound)
        else:
            highest[k] = min(highest[k], bound)
        if lowest[k] > highest[k]:
            raise InputError(f"bounds on {axis} exclude each other", value=text, expected=f"{axis} from a smaller to a larger")
    return Target(lowest, highest)
