"""The acute clock: six hours of status epilepticus against diffrax at equal accuracy, and a thousand patients against one.

Equal accuracy: of a ladder of tolerances, diffrax gets the loosest with which its activity, minute by minute, is as near to
diffrax at rtol 1e-9 as that of the production integrator at 3 s. Equations and breaks (end of the cause, dose) are the same.

Run: python benchmarks/acute.py
"""

import itertools
from functools import cache

import diffrax
import jax
import jax.numpy as jnp
import numpy as np
from timing import best, in_turn

from allostasis.model import records
from allostasis.model.continuation import prepare_run
from allostasis.model.reference import derivative
from allostasis.regimen.schedule import InputColumn
from allostasis.simulation.acute import STEPS_PER_MINUTE, assemble_acute, solver
from allostasis.study.status_epilepticus import KEPT

PREPARATION, DRUG, ROUTE, MG = "human", "lorazepam", "iv", 4.0
TRIGGER_H, DOSE_H, HOURS = 5 / 60, 0.5, 6
SEVERITY = 0.3
"""Added to the severity of the preparation, so that the seizure goes on for hours."""
LADDER = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
MANY = 1_000


@cache
def system():
    return assemble_acute([(DRUG, ROUTE)], PREPARATION, severity=SEVERITY, trigger_end_h=TRIGGER_H)


class Production:
    """The multirate integrator at 3 s, keeping what a study keeps, once a minute."""

    def __init__(self, patients: int):
        own, self.patients = system(), patients
        self.numbers = {name: dict(values) for name, values in own.parameters.items()}
        severity = self.numbers["seizure"]["severity"]
        if patients > 1:
            self.numbers["seizure"]["severity"] = severity + np.random.default_rng(1).normal(0, 0.1, patients)
        self.columns = [InputColumn(DRUG, ROUTE, "bolus", 0.0, 0.0)]
        self.amounts = np.zeros((HOURS * 60 * STEPS_PER_MINUTE, 1))
        self.amounts[round(DOSE_H * 60 * STEPS_PER_MINUTE)] = MG
        self.kept = records(own.composition.ports, KEPT)

    def run(self) -> np.ndarray:
        run = prepare_run(
            system().composition, self.numbers, self.columns, self.kept, patients=self.patients, solver=solver()
        )
        _, series = run.advance(run.start(), self.amounts)
        return next(values for record, values in series.items() if record.port == "activity")


class Diffrax:
    """Tsit5 from break to break, saving the state once a minute; nothing else is kept."""

    def __init__(self):
        own = system()
        composition, linear = own.composition, own.composition.linear
        prepared = composition.prepare(own.parameters)
        matrix = np.asarray(linear.matrix(prepared[linear.name]), float)
        dose = MG * np.asarray(linear.dose_vector(DRUG, ROUTE, prepared[linear.name]), float)
        zero = np.zeros(len(dose))
        edges = (0.0, TRIGGER_H, DOSE_H, float(HOURS))

        def field(t, state, numbers):
            return derivative(composition, matrix, t, state[0], state[1], zero, numbers)

        def solve(numbers, rtol, atol):
            y = {k: jnp.asarray(v, float) for k, v in composition.initial(numbers).items()}
            state, activity = (jnp.zeros(len(dose)), y), []
            for low, high in itertools.pairwise(edges):
                if low == DOSE_H:
                    state = (state[0] + dose, state[1])
                times = np.arange(round(low * 60) + 1, round(high * 60) + 1) / 60
                solution = diffrax.diffeqsolve(
                    diffrax.ODETerm(field), diffrax.Tsit5(), low, high, 1 / 3600, state, args=numbers,
                    saveat=diffrax.SaveAt(ts=np.minimum(times, high)), max_steps=None,
                    stepsize_controller=diffrax.PIDController(rtol=rtol, atol=atol),
                )  # fmt: skip
                state = jax.tree.map(lambda leaf: leaf[-1], solution.ys)
                activity.append(solution.ys[1]["seizure.activity"])
            return jnp.concatenate(activity)

        self.solve, self.prepared = jax.jit(solve), prepared

    def run(self, rtol: float) -> np.ndarray:
        return np.asarray(self.solve(self.prepared, rtol, rtol / 100))


def ratios(repeats: int = 5) -> tuple[dict[str, float], dict[str, float]]:
    """(ratios, what they rest on: seconds, errors and the tolerance of equal accuracy)."""
    one, many, other = Production(1), Production(MANY), Diffrax()
    true = other.run(1e-9)
    error = float(np.abs(one.run()[:, 0] - true).max())
    errors = {rtol: float(np.abs(other.run(rtol) - true).max()) for rtol in LADDER}
    equal = next(rtol for rtol in LADDER if errors[rtol] <= error)
    many.run()
    times = in_turn({"one": one.run, "diffrax": lambda: other.run(equal), "many": many.run}, repeats)
    loosest = best(lambda: other.run(LADDER[0]), repeats)
    found = {
        "6 h of status epilepticus, one patient, against diffrax": times["diffrax"] / times["one"],
        "6 h of status epilepticus, per patient of 1,000, against diffrax": times["diffrax"] * MANY / times["many"],
        "1,000 patients x 6 h, against one patient": times["many"] / times["one"],
    }
    rests = {f"{name} [s]": value for name, value in times.items()}
    rests |= {"error of activity, production": error, "rtol of equal accuracy": equal}
    rests["error of activity, diffrax"] = errors[equal]
    return found, rests | {"diffrax at rtol 1e-2 [s]": loosest, "its error": errors[LADDER[0]]}


if __name__ == "__main__":
    for part in ratios():
        for name, value in part.items():
            print(f"{name:70} {value:10.3g}")
