"""The doses of protocols on the time grid of the acute clock."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from allostasis.clinic.status_epilepticus.protocol import Protocol, Step
from allostasis.model import Solver
from allostasis.regimen.schedule import InputColumn
from allostasis.simulation.acute import UNTREATED

COLUMNS = 8
"""Least number of dose columns: studies with fewer doses share one program."""


class Event(NamedTuple):
    """One time of one step: where its dose enters.

    Attributes:
        protocol: index of the protocol.
        step: index of the step in it.
        time: index of the time of the step.
        at_min: from the first treatment on [min].
    """

    protocol: int
    step: int
    time: int
    at_min: float


def events_of(protocols: Sequence[Protocol]) -> list[Event]:
    """Every time of every step of every protocol."""
    return [
        Event(p, i, t, at)
        for p, protocol in enumerate(protocols)
        for i, step in enumerate(protocol.steps)
        for t, at in enumerate(step.times_min())
    ]


def columns_of(protocols: Sequence[Protocol], events: Sequence[Event], sites: Iterable[tuple[str, str]]) -> list[InputColumn]:
    """One input column an event; columns of no dose fill up to `COLUMNS`."""
    drug, route = min(sites, default=UNTREATED[0])
    columns = [_column(protocols[e.protocol].steps[e.step]) for e in events]
    return columns + [InputColumn(drug, route, "bolus", 0.0, 0.0)] * (COLUMNS - len(columns))


def _column(step: Step) -> InputColumn:
    return InputColumn(step.drug, step.route, *(("infusion", 0.0, 1.0) if step.over_min else ("bolus", 0.0, 0.0)))


def unit_doses(
    protocols: Sequence[Protocol], events: Sequence[Event], minutes: int, solver: Solver
) -> Float[np.ndarray, "steps events"]:
    """One mg of each event on the grid of the solver: mg at a step, or mg/h over the steps of an infusion."""
    amounts = np.zeros((minutes * solver.steps_per_output, max(len(events), COLUMNS)))
    for number, event in enumerate(events):
        step = protocols[event.protocol].steps[event.step]
        first = grid(event.at_min, solver)
        if step.over_min:
            last = first + max(1, grid(step.over_min, solver))
            amounts[first:last, number] = 1 / ((last - first) * solver.step)
        else:
            amounts[first, number] = 1.0
    return amounts


def grid(minute: float, solver: Solver) -> int:
    """Step of the solver at a minute; its outputs are minutes.

    >>> grid(2.0, Solver(3 / 3600, 20))
    40
    """
    return round(minute * solver.steps_per_output)
