"""Doses on a fixed-step grid: input columns and amounts per step for an exact linear propagator.

Within step k, which covers [k, k + 1) x step_h, an input is a bolus at a fraction f of the step (0 <= f < 1)
or a constant-rate infusion from fraction a to fraction b (0 <= a < b <= 1). Fractions are multiples of 1e-6.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from allostasis.quantity.errors import InputError
from allostasis.regimen.dose import SAME_INSTANT_H, Dose, finite

#: Fractions of a step are rounded to one part in this number.
TICKS = 1_000_000
#: Instants are counted up to this step, so that ticks fit into 64 bits.
FARTHEST_STEP = 1e12


class InputColumn(NamedTuple):
    """One way in which drug may enter within a step; sorts by drug, route, kind and fractions.

    `kind` is "bolus" (`fraction_from` = `fraction_to`) or "infusion" (from < to), fractions of the step.
    """

    drug: str
    route: str
    kind: str
    fraction_from: float
    fraction_to: float


@dataclass(frozen=True, eq=False)
class StepInputs:
    """Inputs of a whole run on its grid.

    Args:
        columns: unique and sorted, unless the caller fixed them.
        amounts: shape (n_steps, n_columns): mg for a bolus column, mg/h for an infusion column.
        step_h: step of the grid [h].

    """

    columns: tuple[InputColumn, ...]
    amounts: np.ndarray
    step_h: float

    def delivered(self) -> dict[tuple[str, str], float]:
        """Total amount that enters within the run, per (drug, route) [mg]."""
        total: dict[tuple[str, str], float] = {}
        for column, mass in zip(self.columns, self.amounts.sum(axis=0), strict=True):
            hours = (
                (column.fraction_to - column.fraction_from) * self.step_h
                if column.kind == "infusion"
                else 1.0
            )
            key = (column.drug, column.route)
            total[key] = total.get(key, 0.0) + float(mass) * hours
        return total


def schedule(
    doses: Iterable[Dose],
    step_h: float | int,
    n_steps: int,
    columns: Sequence[InputColumn] | None = None,
    *,
    lag_h: Mapping[tuple[str, str], float | int] | None = None,
) -> StepInputs:
    """Bin doses in mg on a grid of `n_steps` steps of `step_h` [h].

    A dose within 1e-9 h of k x step_h belongs to step k at fraction 0. Doses at or after the horizon are
    dropped, an infusion that crosses it is cut. Inputs to one column in one step add up. Mass is conserved to
    rounding: the rate of an infusion is its amount over its rounded length; one that rounds to no length is a
    bolus.

    Args:
        doses: in mg, in any order (`Regimen.doses`).
        step_h: step of the grid [h], above 0.
        n_steps: number of steps, at least 1.
        columns: fixed columns, so that several arms share one layout (`merge_columns`); None derives them.
        lag_h: absorption lag per (drug, route) [h], added to the time of every dose before it is binned.

    Raises:
        InputError: a dose is still per kg, a number is out of range, or a dose has no column in `columns`.

    >>> inputs = schedule([Dose("midazolam", "iv", 5.0, "mg", 1.0)], 0.5, 4)
    >>> inputs.columns[0].kind, inputs.amounts.ravel().tolist()
    ('bolus', [0.0, 0.0, 5.0, 0.0])

    """
    step = finite(step_h, "step [h]", above=0.0)
    count = int(finite(n_steps, "number of steps", at_least=1))
    doses = list(doses)
    for dose in doses:
        if dose.unit != "mg":
            value, fix = f"{dose.amount:g} {dose.unit}", "expand with regimen.doses(horizon_h, weight_kg=70)"
            raise InputError("a dose on the grid must be in mg", value=value, expected="mg", fix=fix)
    sources, source = _index((dose.drug, dose.route) for dose in doses)
    lags = np.array([finite((lag_h or {}).get(key, 0.0), "lag [h]", at_least=0.0) for key in sources])
    time = np.array([dose.time_h + dose.lag_h for dose in doses], dtype=float) + (lags[source] if doses else 0.0)
    length = np.array([dose.duration_h for dose in doses], dtype=float)
    amount = np.array([dose.amount * dose.fraction for dose in doses], dtype=float)
    begin, end = _ticks(time, step), _ticks(time + length, step)
    bolus = begin == end
    entries = [
        _boluses(begin[bolus], amount[bolus], source[bolus], count),
        _infusions(begin[~bolus], end[~bolus], amount[~bolus], source[~bolus], count=count, step=step),
    ]
    step_index, start_tick, end_tick, value, owner = (
        np.concatenate(part) for part in zip(*entries, strict=True)
    )
    keys, column_of = np.unique(np.stack([owner, start_tick, end_tick]), axis=1, return_inverse=True)
    found = [_column(sources[o], a, b) for o, a, b in keys.T.tolist()]
    layout = tuple(sorted(found)) if columns is None else tuple(columns)
    place = {column: index for index, column in enumerate(layout)}
    missing = [column for column in found if column not in place]
    if missing:
        raise InputError(
            "a dose has no column in the given layout",
            value=tuple(missing[0]),
            expected="a column of the layout",
            fix="build the layout with merge_columns over every arm",
        )
    amounts = np.zeros((count, len(layout)))
    target = np.array([place[column] for column in found], dtype=np.int64)
    if len(value):
        np.add.at(amounts, (step_index, target[column_of.ravel()]), value)
    return StepInputs(layout, amounts, step)


def merge_columns(*inputs: StepInputs) -> tuple[InputColumn, ...]:
    """Return the sorted union of the columns of several runs."""
    return tuple(sorted({column for one in inputs for column in one.columns}))


def _index(keys: Iterable[tuple[str, str]]) -> tuple[list[tuple[str, str]], np.ndarray]:
    """Distinct keys in order of appearance, and the position of each given key among them."""
    place: dict[tuple[str, str], int] = {}
    index = [place.setdefault(key, len(place)) for key in keys]
    return list(place), np.array(index, dtype=np.int64)


def _ticks(time: np.ndarray, step: float) -> np.ndarray:
    """Count times [h] in whole ticks of a step, snapped to grid points."""
    steps = np.minimum(time / step, FARTHEST_STEP)
    grid = np.rint(steps)
    snapped = np.abs(steps - grid) * step <= SAME_INSTANT_H
    return np.rint(np.where(snapped, grid, steps) * TICKS).astype(np.int64)


def _boluses(at: np.ndarray, amount: np.ndarray, owner: np.ndarray, count: int) -> tuple[np.ndarray, ...]:
    inside = at < count * TICKS
    step, tick = np.divmod(at[inside], TICKS)
    return step, tick, tick, amount[inside], owner[inside]


def _infusions(
    begin: np.ndarray, end: np.ndarray, mass: np.ndarray, owner: np.ndarray, *, count: int, step: float
) -> tuple[np.ndarray, ...]:
    """Split each infusion into the pieces that fall into each step; ticks past the horizon are cut."""
    rate = mass / ((end - begin) / TICKS * step)
    end = np.minimum(end, count * TICKS)
    inside = begin < end
    begin, end, rate, owner = begin[inside], end[inside], rate[inside], owner[inside]
    first, last = begin // TICKS, (end - 1) // TICKS
    pieces = last - first + 1
    which = np.repeat(np.arange(len(begin)), pieces)
    index = first[which] + np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    start = np.maximum(begin[which] - index * TICKS, 0)
    stop = np.minimum(end[which] - index * TICKS, TICKS)
    return index, start, stop, rate[which], owner[which]


def _column(source: tuple[str, str], start: int, stop: int) -> InputColumn:
    kind = "bolus" if start == stop else "infusion"
    return InputColumn(*source, kind, start / TICKS, stop / TICKS)
