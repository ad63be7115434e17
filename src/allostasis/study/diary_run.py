"""The chain of a person under a plan, with symptoms: many people side by side as lanes of one run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from allostasis.clinic.diary import WEEK_DAYS
from allostasis.clinic.simulate import readouts
from allostasis.clinic.taper.chain import Chain, whole_weeks
from allostasis.clinic.taper.day import STEP_H, STEPS, day_columns, day_vector, doses_of
from allostasis.clinic.taper.history import Steady
from allostasis.clinic.taper.plan import Plan
from allostasis.model import Composition, Record, Solver, prepare_run, records
from allostasis.patient import Patient
from allostasis.quantity import InputError
from allostasis.simulation.assemble import System, assemble
from allostasis.simulation.simulate import apply_factors, parameter_hash
from allostasis.study.diary_person import OF_THE_RUN, factors_of

KEPT = {"imbalance": ("max",), "symptom_cluster": ("max",)}
"""Series of a run, one value a day."""
LONGEST_DAYS = 1096
"""Longest use that is simulated [d]: three years, seven times the slowest recovery within two sd of the prior."""


@dataclass(frozen=True, eq=False)
class PersonRun:
    """One person's use and plan, ready to be run for any numbers of the person.

    Attributes:
        system: the chain with its symptoms.
        composition: the part of it that is run.
        history: what was taken up to the plan, the drug of the plan first.
        plan: what was taken since.
        today: day of the plan on which the run stops.
    """

    system: System
    composition: Composition
    history: tuple[Steady, ...]
    plan: Plan
    today: int

    def start(
        self,
        person: Float[np.ndarray, "people numbers"],
        *,
        factors: Mapping[str, Float[np.ndarray, " people"]] | None = None,
        chunk: int | None = None,
    ) -> tuple[Chain, dict[Record, Float[np.ndarray, "days people"]]]:
        """Bring people up to today.

        Args:
            person: size and recovery of each; further columns are not read, for they move no state.
            factors: further factors per person, such as the spread of their kinetics.
            chunk: lanes in one compiled call; the class that fits when left out.

        Returns:
            (the chain today, each series of the last week before the plan and of its days up to today).
        """
        own = factors_of(person[:, : len(OF_THE_RUN)], self.system.parameters)
        for name, factor in (factors or {}).items():
            own[name] = own.get(name, 1.0) * factor
        parameters, people = apply_factors(self.system.parameters, own)
        sites = sorted({(steady.drug, steady.route) for steady in self.history} | {(d, "oral") for d in self.plan.drugs})
        columns, one_day = day_columns(sites, self.system.lags)
        run = prepare_run(
            self.composition, parameters, columns, records(self.composition.ports, KEPT), patients=people,
            solver=Solver(STEP_H, STEPS), chunk=chunk,
        )  # fmt: skip
        chain = Chain(run, columns, one_day, run.start(), self.history, self.system.used, parameter_hash(self.system))
        past = self._days(chain)
        now, series = run.advance(chain.now, chain.amounts(past))
        kept = WEEK_DAYS + self.today
        return replace(chain, now=now), {record: values[-kept:] for record, values in series.items()}

    def _days(self, chain: Chain) -> Float[np.ndarray, "days columns"]:
        """Doses of each day from the first to yesterday; drug-free days in front fill up whole weeks."""
        used = max(min(steady.days, LONGEST_DAYS) for steady in self.history)
        length = whole_weeks(used + self.today)
        days = np.zeros((length, len(chain.columns)))
        for steady in self.history:
            first = length - self.today - min(steady.days, LONGEST_DAYS)
            days[first : length - self.today] += day_vector(doses_of(steady), chain.columns)
        if self.today:
            days[length - self.today :] = chain.plan_days(self.plan, max(self.today, self.plan.steps[-1].end_day))[: self.today]
        return days


def person_run(
    plan: Plan, history: Sequence[Steady], patient: Patient, today: int, *, model: Mapping[str, Any] | None = None
) -> PersonRun:
    """Compose the chain of a person.

    Args:
        plan: what is taken from day 0 on, as it was handed out.
        history: what was taken up to then, the drug of the plan first.
        patient: who.
        today: day of the plan on which a run stops; behind the end of the plan nothing of it is taken.
        model: variants of mechanisms, as `simulation.assemble` takes them.

    Raises:
        InputError: no history, or a day before the plan.
    """
    if not history or today < 0:
        value = f"{len(history)} drugs, day {today}"
        raise InputError("a person's run", value=value, expected="one drug or more, that of the plan first, and day 0 or later")
    sites = {(steady.drug, steady.route) for steady in history} | {(drug, "oral") for drug in plan.drugs}
    system = assemble(sorted(sites), patient, readouts=readouts(), **dict(model or {}))
    return PersonRun(system, system.composition.behind("imbalance", "symptom_cluster"), tuple(history), plan, today)
