"""What an arm gives to its patients: the periods between resets, and how an adherence changes the doses. Times in h."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from allostasis.quantity import NotModelledError
from allostasis.regimen import Dose, Regimen
from allostasis.regimen.adherence import Taken
from allostasis.regimen.period import Period
from allostasis.simulation.case import Case


@dataclass(frozen=True)
class Plan:
    """Periods of one arm.

    Attributes:
        arm: name of the arm.
        each: one entry that holds for all patients, or one entry a patient.
        taken: what the adherence made of the doses, per patient; () without one.
    """

    arm: str
    each: tuple[tuple[Period, ...], ...]
    taken: tuple[Taken, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether all patients have the same doses, in one period that begins empty."""
        return len(self.each) == 1 and len(self.each[0]) == 1 and not self.each[0][0].history

    def doses(self, patient: int = 0) -> tuple[Dose, ...]:
        """Doses of a patient, sorted by time."""
        periods = self.each[patient if len(self.each) > 1 else 0]
        return tuple(dose for period in periods for dose in period.doses)

    def last_dose_h(self, horizon_h: float | int) -> float:
        """End of the last scheduled administration to any patient [h]."""
        ends = (dose.end_h for p in range(len(self.each)) for dose in self.doses(p))
        return min(float(horizon_h), max(ends, default=0.0))

    def notes(self) -> tuple[str, ...]:
        """What a reader must know about the doses of this arm."""
        notes = []
        if len(self.taken) == 1:
            notes.append(f"Arm {self.arm!r} with adherence: {self.taken[0]}.")
        elif self.taken:
            missed = [taken.missed for taken in self.taken]
            scheduled = self.taken[0].scheduled
            notes.append(
                f"Arm {self.arm!r} with adherence, each patient differently: {np.mean(missed):.4g} of {scheduled} doses missed"
                f" on average ({min(missed)} to {max(missed)}); doses shown are means over the patients."
            )
        if any(period.history for period in self.each[0]):
            notes.append(
                f"Arm {self.arm!r} begins at a steady state: its implied doses were simulated before, until the slowest state of"
                " the chain had settled to 1e-6, adaptation included."
            )
        if len(self.each[0]) > 1:
            begins = ", ".join(f"{period.start_h:g} h" for period in self.each[0][1:])
            notes.append(
                f"Arm {self.arm!r} is reset at {begins}: the whole chain, adaptation included, begins anew there."
            )
        return tuple(notes)


def plan_arm(case: Case, arm: str, regimen: Regimen, patients: int) -> Plan:
    """Lay out the doses of one arm.

    Raises:
        NotModelledError: an adherence, or alcohol withdrawal, on an arm with resets or steady states.
    """
    periods = regimen.periods(case.horizon_h, case.weight_kg)
    if case.model.alcohol and (len(periods) != 1 or any(period.history for period in periods)):
        raise NotModelledError(
            f"alcohol withdrawal in arm {arm!r}, whose events have resets or steady states",
            expected="doses from the last drink on, which is at time 0",
            fix="leave out alcohol under [model], or write the doses without SS and resets",
        )
    adherence = case.adherence_of(arm)
    if adherence is None:
        return Plan(arm, (periods,))
    whole, *others = periods
    if others or whole.history:
        raise NotModelledError(
            f"adherence of arm {arm!r}, whose events have resets or steady states",
            expected="doses only",
            fix="leave out [arm.adherence], or write the doses without SS and resets",
        )
    taken = tuple(adherence.apply(whole.doses, patient) for patient in range(patients))
    return Plan(arm, tuple((replace(whole, doses=each.doses),) for each in taken), taken)


def doses_per_interval(plan: Plan, case: Case, outputs: int) -> dict[str, Float[np.ndarray, " times"]]:
    """mg of each drug given in each output interval, mean over the patients; row 0 is time 0 and stays empty.

    An infusion counts in each interval by the time that it runs there; what lies past the horizon is not given.
    """
    every = case.step_h * case.steps_per_output
    edges = np.arange(outputs + 1) * every
    given: dict[str, np.ndarray] = {}
    for patient in range(len(plan.each)):
        _add(given, plan.doses(patient), edges, every)
    return {drug: row / len(plan.each) for drug, row in given.items()}


def _add(given: dict[str, np.ndarray], doses: Sequence[Dose], edges: np.ndarray, every: float) -> None:
    for dose in doses:
        row = given.setdefault(dose.drug, np.zeros(len(edges)))
        index = int((dose.time_h + 1e-9) // every) + 1
        if index >= len(edges):
            continue
        if dose.duration_h == 0:
            row[index] += dose.amount
        else:
            covered = np.clip(edges, dose.time_h, dose.time_h + dose.duration_h)
            row[1:] += dose.amount / dose.duration_h * np.diff(covered)
