"""`--check`: how exact is this run? Halve the step, and compare with the adaptive reference, for every headline."""

from dataclasses import dataclass, replace

import numpy as np

from allostasis.quantity import NotModelledError
from allostasis.simulation.case import Case
from allostasis.simulation.plan import plan_arm
from allostasis.simulation.result import Result
from allostasis.simulation.simulate import arm_regimens, case_system, simulate


@dataclass(frozen=True)
class Headline:
    """One headline of one arm: its value, with half the step, and by the reference; errors in the same unit.

    ``reference`` is None where the reference integrator cannot follow (dosing rules, resets, steady states).
    """

    arm: str
    quantity: str
    unit: str
    value: float
    half_step: float
    reference: float | None

    @property
    def step_error(self) -> float:
        """Value minus the value with half the step."""
        return self.value - self.half_step

    @property
    def reference_error(self) -> float | None:
        """Value minus the reference."""
        return None if self.reference is None else self.value - self.reference


def _peak(times: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    index = int(np.argmax(values))
    return float(values[index]), float(times[index])


def _headlines(result: Result, arm: str, ligand: str | None) -> tuple[float, ...]:
    """(peak imbalance, its time [h], lowest imbalance, highest unbound brain concentration of the ligand, if any [nM])."""
    data = result.data.sel(arm=arm).isel(patient=0)
    peak, _ = _peak(data["time"].values, data["imbalance_max"].values)
    when = data["imbalance_time_of_max"].values[int(np.argmax(data["imbalance_max"].values))]
    brain = () if ligand is None else (float(data["unbound_brain_max"].sel(ligand=ligand).max()),)
    return peak, float(when), float(data["imbalance_min"].min()), *brain


def _strongest(result: Result, arm: str) -> str | None:
    """Ligand with the highest unbound brain concentration in an arm, None where nothing reaches the brain."""
    if "unbound_brain_max" not in result.data:
        return None
    highest = result.data["unbound_brain_max"].sel(arm=arm).isel(patient=0).max("time")
    return str(highest["ligand"].values[int(np.argmax(highest.values))])


def half_step(case: Case) -> Case:
    """The same case with half the macro step and the same output interval.

    >>> from allostasis.simulation import parse_case
    >>> case = parse_case({"title": "t", "horizon": "7 d", "arm": [{"name": "a", "regimen": "lorazepam 1 mg po bid for 3 d"}]})
    >>> half_step(case).step_h
    0.25
    """
    minutes = case.step_h * 60 / 2
    return case.model_copy(update={"solver": case.solver.model_copy(update={"step": f"{minutes:.12g} min"})})


def check(case: Case, result: Result, readouts: tuple = ()) -> list[Headline]:
    """Step error of each headline of each arm: peak imbalance, its time, lowest imbalance, highest brain concentration.

    Args:
        case: the case of ``result``.
        result: a run of one patient.
        readouts: the readouts of the run, needed where a dosing rule watches one of their ports.

    Raises:
        NotModelledError: a population (check one patient instead).
    """
    from allostasis.model.reference import Input, reference

    if result.data.sizes["patient"] > 1:
        raise NotModelledError("--check of a population", fix="check the same case with one patient")
    finer = simulate(half_step(case), readouts=readouts, threads=1)
    regimens = arm_regimens(case)
    system = case_system(case, regimens)
    headlines = []
    for arm, regimen in regimens.items():
        ligand = _strongest(result, arm)
        value, fine = _headlines(result, arm, ligand), _headlines(finer, arm, ligand)
        exact: tuple[float, ...] | None = None
        plan = plan_arm(case, arm, regimen, 1)
        if not regimen.rules and plan.is_plain:
            doses = [
                Input(
                    d.drug, d.route, d.time_h + d.lag_h + system.lags.get((d.drug, d.route), 0.0), d.amount * d.fraction,
                    d.duration_h,
                )
                for d in plan.doses()
            ]  # fmt: skip
            longest = min(24.0, case.horizon_h / 64)
            path = reference(system.composition, system.parameters, doses, case.horizon_h, samples=48, longest=longest)
            imbalance = np.append(0.0, path.ports["imbalance"])
            peak, when = _peak(np.append(0.0, path.time), imbalance)
            exact = peak, when, float(imbalance.min())
            if ligand is not None:
                index = system.composition.ports["unbound_brain"].components.index(ligand)
                exact += (float(path.ports["unbound_brain"][index].max()),)
        names = (
            ("peak imbalance", "seizure thresholds"),
            ("time of the peak", "h"),
            ("lowest imbalance", "seizure thresholds"),
            (f"highest unbound {ligand} in brain", "nM"),
        )[: len(value)]
        headlines += [
            Headline(arm, name, unit, value[i], fine[i], None if exact is None else exact[i])
            for i, (name, unit) in enumerate(names)
        ]
    return headlines


def with_checks(case: Case, result: Result, readouts: tuple = ()) -> Result:
    """The result with its checks attached, one dict per headline."""
    rows = [
        {
            "arm": h.arm, "quantity": h.quantity, "unit": h.unit, "value": h.value, "half_step": h.half_step,
            "reference": h.reference, "step_error": h.step_error, "reference_error": h.reference_error,
        }
        for h in check(case, result, readouts)
    ]  # fmt: skip
    return replace(result, checks={"headlines": rows})
