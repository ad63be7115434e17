"""The chain of one person, brought up to today: from the doses to the imbalance, with a sample of virtual patients beside."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.clinic.taper.day import STEP_H, STEPS, DayColumn, Taken, day_columns, day_vector, doses_of
from allostasis.clinic.taper.history import Steady
from allostasis.clinic.taper.plan import Plan
from allostasis.library.reach import closure
from allostasis.model import Continuation, Instant, Solver, prepare_run, records
from allostasis.patient import Patient
from allostasis.quantity import InputError, NotModelledError, Parameter
from allostasis.simulation.assemble import System, assemble
from allostasis.simulation.simulate import apply_factors, parameter_hash

WEEK = 7  # structural: days in a week, the block in which a run is compiled
KEPT = {"imbalance": ("max",), "log_inhibition_gain": ("mean",)}
"""Series of a run, one value a day."""
GROUP = 8  # structural: candidates side by side in one compiled call of one patient


def whole_weeks(days: int) -> int:
    """Days filled up to whole weeks, at least one, so that a run needs one compiled program only.

    >>> whole_weeks(90)
    91
    """
    return max(1, -(-days // WEEK)) * WEEK


@dataclass(frozen=True, eq=False)
class Chain:
    """A person today, and the run that goes on from here. What is taken on a day is a vector of mg per column.

    Attributes:
        run: one lane per patient; lane 0 is the typical patient, the others are the sample.
        columns: one per drug, route and time of day.
        one_day: amounts of a day with 1 mg in each column.
        now: the state today, at midnight.
        history: what was taken up to today; a plan takes the place of the first.
        used: library rows behind the numbers.
        parameter_hash: of every number that the run uses.
    """

    run: Continuation
    columns: tuple[DayColumn, ...]
    one_day: Float[np.ndarray, "steps columns"]
    now: Instant
    history: tuple[Steady, ...]
    used: Mapping[str, Parameter]
    parameter_hash: str

    @property
    def patients(self) -> int:
        """Lanes: the typical patient and the sample."""
        return self.run.lanes

    def day(self, doses: Iterable[Taken]) -> Float[np.ndarray, " columns"]:
        """Doses of one day as mg per column.

        Raises:
            UnknownNameError: a drug, route or time of day that the chain was not built for.
        """
        return day_vector(doses, self.columns)

    def goes_on(self, without: Iterable[str]) -> Float[np.ndarray, " columns"]:
        """One day of what was taken up to today, without the drugs of a plan."""
        tapered = set(without)
        return self.day(taken for steady in self.history if steady.drug not in tapered for taken in doses_of(steady))

    def plan_days(self, plan: Plan, days: int, route: str = "oral") -> Float[np.ndarray, "days columns"]:
        """Doses of a plan day by day, and of those drugs of the history that go on beside it.

        The plan takes the place of the first drug of the history and of every drug that it gives itself.

        Args:
            plan: the real tablets, at the times of day of its intakes.
            days: how many; behind the end of the plan nothing of it is taken.
            route: of the products.
        """
        result = np.tile(self.goes_on({self.history[0].drug, *plan.drugs}), (days, 1))
        for step in plan.steps:
            result[step.start_day : step.end_day] += self.day(
                (drug, route, intake.time_of_day, float(mg))
                for intake in step.intakes
                for drug in plan.drugs
                if (mg := intake.mg(drug))
            )
        return result

    def amounts(self, days: Float[np.ndarray, "days columns"]) -> Float[np.ndarray, "steps columns"]:
        """Amounts at each step from mg per column of each day."""
        return (days[:, None, :] * self.one_day[None]).reshape(-1, len(self.columns))


def build_chain(
    history: Sequence[Steady],
    patient: Patient,
    *,
    drugs: Iterable[str] = (),
    factors: Mapping[str, np.ndarray] | None = None,
    equivalence: Mapping[str, np.ndarray] | None = None,
    model: Mapping[str, Any] | None = None,
    cancel: threading.Event | None = None,
) -> Chain:
    """Compose the chain of a person and simulate what was taken up to today, once.

    Args:
        history: what was taken up to today, the drug that is to be tapered first.
        patient: who.
        drugs: further drugs that a plan gives by mouth.
        factors: "submodel.name" -> factor per virtual patient [patients], for a sample beside the typical patient.
        equivalence: drug -> factor per virtual patient [patients] on what its dose is worth; the affinity in vivo of the drug
            and of its metabolites is divided by it.
        model: variants of mechanisms, as `simulation.assemble` takes them.
        cancel: set it to stop this and every later simulation of the chain.

    Raises:
        InputError: no history, a drug twice, factors of different lengths or not above 0.
        NotModelledError: a tapered drug without a benzodiazepine site, or one whose night dose enters after midnight.
    """
    names = [steady.drug for steady in history]
    if not history or len(set(names)) != len(names):
        raise InputError("history of use", value=", ".join(names), expected="one or more drugs, each once")
    sites = {(steady.drug, steady.route) for steady in history} | {(drug, "oral") for drug in drugs}
    system = assemble(sorted(sites), patient, **dict(model or {}))
    for drug in [*names[:1], *drugs]:
        _ligands(system, drug)
    composition = system.composition.behind("imbalance")
    parameters, patients = _sampled(system, factors or {}, equivalence or {})
    columns, one_day = day_columns(sorted(sites), system.lags)
    kept = records(composition.ports, {name: how for name, how in KEPT.items() if name in composition.ports})
    run = prepare_run(
        composition, parameters, columns, kept, patients=patients, solver=Solver(STEP_H, STEPS),
        chunk=GROUP if patients <= GROUP else None, cancel=cancel,
    )  # fmt: skip
    length = whole_weeks(max(steady.days for steady in history))
    past = np.zeros((length, len(columns)))  # drug-free days before the first dose fill up a whole number of weeks
    for steady in history:
        past[length - steady.days :] += day_vector(doses_of(steady), columns)
    chain = Chain(run, columns, one_day, run.start(), tuple(history), system.used, parameter_hash(system))
    return replace(chain, now=run.advance(chain.now, chain.amounts(past))[0])


def _ligands(system: System, drug: str) -> list[str]:
    """Ligands of the benzodiazepine site that a drug brings along, itself and its metabolites."""
    found = [name for name in closure([drug]) if f"K.{name}" in system.parameters.get("receptor", {})]
    if not found:
        raise NotModelledError(f"a taper of {drug}, which has no benzodiazepine site in this model")
    return found


def _sampled(
    system: System, factors: Mapping[str, np.ndarray], equivalence: Mapping[str, np.ndarray]
) -> tuple[dict, int]:
    """Parameters over lanes, lane 0 the typical patient."""
    given = {name: np.asarray(f, float) for name, f in factors.items()}
    for drug, values in equivalence.items():
        worth = np.asarray(values, float)
        if worth.ndim != 1 or not np.all(np.isfinite(worth) & (worth > 0)):
            raise InputError(f"equivalence of {drug}", value=worth.tolist(), expected="one factor above 0 per virtual patient")
        for ligand in _ligands(system, library.canonical(drug, "drug")):
            given[f"receptor.K.{ligand}"] = given.get(f"receptor.K.{ligand}", 1.0) / worth
    return apply_factors(system.parameters, {name: np.concatenate([np.ones(1), f]) for name, f in given.items()})
