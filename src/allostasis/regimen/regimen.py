"""The regimen: everything that is given to one patient in one arm. Times in h, amounts in mg."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from allostasis.quantity.errors import InputError
from allostasis.regimen.course import Course, Statement, check_count
from allostasis.regimen.dose import Dose, finite
from allostasis.regimen.event import Event
from allostasis.regimen.period import Period, periods_of
from allostasis.regimen.rule import DosingRule
from allostasis.regimen.statement import HOURS_PER_DAY


@dataclass(frozen=True)
class Regimen:
    """Courses that run side by side, and dosing rules that the simulation evaluates.

    Args:
        courses: each a sequence of statements; () for no drug.
        rules: conditional doses.
        events: records of an event table, in its order, in place of courses and rules (docs/events.md).

    Raises:
        InputError: events beside courses or rules.

    >>> from allostasis.regimen.grammar import parse
    >>> regimen = parse("lorazepam 1 mg po bid for 2 d, then stop")
    >>> [(dose.time_h, dose.amount) for dose in regimen.doses(100.0)]
    [(0.0, 1.0), (12.0, 1.0), (24.0, 1.0), (36.0, 1.0)]
    >>> print(regimen)
    lorazepam 1 mg oral bid for 2 d, then stop

    """

    courses: tuple[Course, ...] = ()
    rules: tuple[DosingRule, ...] = ()
    events: tuple[Event, ...] = ()

    def __post_init__(self):
        if self.events and (self.courses or self.rules):
            raise InputError(
                "records of an event table beside other statements", expected="one of the two",
                fix="write all doses as records, or all as statements",
            )  # fmt: skip
        for before, event in zip(self.events, self.events[1:], strict=False):
            if event.time_h < before.time_h:
                raise InputError(
                    "records of an event table are not in order of time", value=f"{event.time_h:g} h",
                    expected=f"{before.time_h:g} h or later", fix="sort the records; time goes on at a reset",
                )  # fmt: skip

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements in the order in which they were written."""
        return tuple(s for course in self.courses for s in course.statements)

    def doses(self, horizon_h: float | int, weight_kg: float | int | None = None) -> tuple[Dose, ...]:
        """Expand into doses in mg, sorted by time; equal times keep the order of the statements.

        Doses at or after the horizon are not given; rules add doses only in a simulation.

        Args:
            horizon_h: end of the simulation [h].
            weight_kg: body weight [kg], needed where a dose is per kg.

        Raises:
            InputError: more than 200,000 doses, a bad horizon, or no weight for a dose per kg.

        """
        horizon = finite(horizon_h, "horizon [h]", above=0.0)
        doses = sorted(self._expanded(horizon), key=lambda dose: dose.time_h)
        return tuple(dose.scaled(weight_kg) for dose in doses)

    def periods(self, horizon_h: float | int, weight_kg: float | int | None = None) -> tuple[Period, ...]:
        """Split a run at the resets of its events; one period without any. Doses in mg, as in `doses`."""
        horizon = finite(horizon_h, "horizon [h]", above=0.0)
        if not self.events:
            return (Period(0.0, horizon, self.doses(horizon, weight_kg)),)
        check_count(sum(event.more + 1 for event in self.events))
        return periods_of(self.events, horizon)

    def _expanded(self, horizon: float) -> list[Dose]:
        if self.events:
            return [dose for period in self.periods(horizon) for dose in period.doses]
        check_count(sum(course.count(horizon) for course in self.courses))
        return [dose for course in self.courses for dose in course.doses(horizon)]

    def drugs(self) -> tuple[str, ...]:
        """Names of all drugs, rules included, in the order in which they first appear."""
        named = [s.drug for s in (*self.statements, *self.rules, *self.events) if hasattr(s, "drug")]  # type: ignore[union-attr]
        return tuple(dict.fromkeys(drug for drug in named if drug))

    def sites(self, horizon_h: float | int) -> set[tuple[str, str]]:
        """(drug, route) of all that is given before the horizon [h], by rules and before time 0 too."""
        horizon = finite(horizon_h, "horizon [h]", above=0.0)
        given = {(dose.drug, dose.route) for dose in self._expanded(horizon)}
        given |= {(e.drug, e.route) for e in self.events if e.steady and e.time_h < horizon}
        return given | {(rule.drug, rule.route) for rule in self.rules}

    def end_of_dosing_h(self, horizon_h: float | int) -> float:
        """Return the end of the last scheduled dose within the horizon [h], 0 without one."""
        horizon = finite(horizon_h, "horizon [h]", above=0.0)
        return min(horizon, max((dose.end_h for dose in self._expanded(horizon)), default=0.0))

    def daily_dose(
        self, horizon_h: float | int, weight_kg: float | int | None = None
    ) -> dict[str, np.ndarray]:
        """Return the amount given in each 24-h day, per drug [mg]; the horizon may cut the last day."""
        days = math.ceil(finite(horizon_h, "horizon [h]", above=0.0) / HOURS_PER_DAY - 1e-12)
        given = {drug: np.zeros(days) for drug in self.drugs()}
        edges = np.arange(days + 1) * HOURS_PER_DAY
        for dose in self.doses(horizon_h, weight_kg):
            first = int(dose.time_h // HOURS_PER_DAY)
            if dose.duration_h == 0:
                given[dose.drug][first] += dose.amount
                continue
            last = min(days, int(dose.end_h // HOURS_PER_DAY) + 1)
            inside = np.clip(edges[first : last + 1], dose.time_h, min(dose.end_h, float(horizon_h)))
            given[dose.drug][first:last] += dose.rate * np.diff(inside)
        return given

    def rules_in_mg(self, weight_kg: float | int | None = None) -> tuple[DosingRule, ...]:
        """Return the dosing rules in mg, scaled by body weight [kg] where they are per kg."""
        return tuple(rule.in_mg(weight_kg) for rule in self.rules)

    @classmethod
    def from_toml(cls, tables: list[Any]) -> "Regimen":
        """Build a regimen from a list of TOML tables; see `regimen.toml_table`."""
        from allostasis.regimen.toml_table import from_toml

        return from_toml(tables)

    def to_toml(self) -> list[dict[str, Any]]:
        """Return the regimen as a list of TOML tables that `from_toml` reads back to an equal regimen."""
        from allostasis.regimen.toml_print import to_toml

        return to_toml(self)

    def __str__(self) -> str:
        from allostasis.regimen.printer import print_regimen

        return print_regimen(self)
