"""One patient-year by the production integrator, by diffrax and by libroadrunner, and the peak imbalance that each finds."""

import itertools
from collections.abc import Mapping

import numpy as np
from question import HORIZON, peak, question

from allostasis.clinic import simulate
from allostasis.interop import dose_per_mg, sbml_id, sbml_text
from allostasis.model import integrate, records
from allostasis.model.inputs import Solver
from allostasis.model.reference import Input, reference
from allostasis.simulation.simulate import apply_factors, default_wanted
from allostasis.study import sample_factors

LONGEST = 24.0
"""Longest interval between two stops of diffrax [h]."""
DENSE = 24
"""Points between two stops where a peak is looked for."""


class Production:
    """The production integrator on given patients; ``wanted`` is what it keeps: by default what a run keeps by default."""

    def __init__(self, patients: int, *, dtype: str = "float64", wanted: Mapping | None = None):
        q = question()
        self.factors = sample_factors(q.case, patients, seed=1) if patients > 1 else {}
        self.parameters, self.patients = apply_factors(q.system.parameters, self.factors)
        wanted = wanted or default_wanted(self.factors) | {"effect": ("mean",)}
        self.records = records(q.system.composition.ports, wanted)
        self.solver = Solver(q.case.step_h, q.case.steps_per_output, dtype)

    def run(self) -> Mapping:
        q = question()
        return integrate(
            q.system.composition, self.parameters, q.inputs.amounts, q.inputs.columns, self.records,
            patients=self.patients, solver=self.solver,
        )  # fmt: skip

    def peak(self) -> tuple[float, float]:
        found = {(r.port, r.statistic): v[:, 0] for r, v in self.run().items() if r.component is None}
        return peak(found["imbalance", "time_of_max"], found["imbalance", "max"])


def production_end_to_end(patients: int) -> None:
    """From the case to the labelled result with its summary quantities."""
    q = question()
    simulate(q.case, factors=sample_factors(q.case, patients, seed=1))


class Diffrax:
    """The adaptive reference integrator (Tsit5) over the same equations, stopping at every dose."""

    def __init__(self, rtol: float, atol: float):
        self.tolerance = {"rtol": rtol, "atol": atol}

    def run(self, samples: int = 1):
        q = question()
        return reference(
            q.system.composition,
            q.system.parameters,
            [Input(d.drug, d.route, d.time_h, d.amount) for d in q.doses],
            HORIZON,
            samples=samples,
            longest=LONGEST,
            **self.tolerance,
        )

    def peak(self) -> tuple[float, float]:
        trajectory = self.run(DENSE)
        return peak(trajectory.time, trajectory.ports["imbalance"])


class Roadrunner:
    """libroadrunner on the SBML that the platform prints, a host loop over doses, CVODE."""

    def __init__(self, rtol: float, atol: float):
        import roadrunner

        q = question()
        composition, parameters = q.system.composition, q.system.parameters
        self.engine = roadrunner.RoadRunner(sbml_text(composition, parameters))
        self.engine.integrator.relative_tolerance = rtol
        self.engine.integrator.absolute_tolerance = atol
        self.engine.timeCourseSelections = ["time", sbml_id("imbalance")]
        kinds = {(d.drug, d.route) for d in q.doses}
        self.per_mg = {kind: dose_per_mg(composition, parameters, *kind) for kind in kinds}

    def run(self, samples: int = 1) -> np.ndarray:
        self.engine.resetAll()
        doses = question().doses
        edges = sorted({0.0, HORIZON, *(d.time_h for d in doses)})
        waiting, rows = list(doses), []
        for start, stop in itertools.pairwise(edges):
            while waiting and waiting[0].time_h == start:
                dose = waiting.pop(0)
                for name, value in self.per_mg[dose.drug, dose.route].items():
                    self.engine[name] += value * dose.amount
            points = max(samples, round((stop - start) / LONGEST * samples)) + 1
            rows.append(np.array(self.engine.simulate(start, stop, points)))
        return np.concatenate(rows)

    def peak(self) -> tuple[float, float]:
        rows = self.run(DENSE)
        return peak(rows[:, 0], rows[:, 1])
