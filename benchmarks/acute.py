"""The acute clock: six hours of status epilepticus against diffrax at equal accuracy, and a thousand patients against one.

Equal accuracy: an ignition or an end takes seconds, so an error there is one of time. Of a ladder of tolerances diffrax gets the
loosest with which (a) every crossing of half the activity is as near in time to diffrax at rtol 1e-9 as that of the production
integrator, and (b) the activity elsewhere, more than a minute from any crossing, is as near in the root mean square. Equations
and breaks (end of the cause, dose) are the same. The production integrator takes steps of 15 s with substeps of 3 s for the
activity; numbers are prepared beforehand in both, and what that takes is said.

Run: python benchmarks/acute.py
"""

import itertools
from functools import cache

import diffrax
import jax
import jax.numpy as jnp
import numpy as np
from timing import in_turn

from allostasis.model import records
from allostasis.model.continuation import Continuation, prepare_run
from allostasis.model.reference import derivative
from allostasis.regimen.schedule import InputColumn
from allostasis.simulation.acute import assemble_acute, solver
from allostasis.study.status_epilepticus import KEPT

PREPARATION, DRUG, ROUTE, MG = "human", "lorazepam", "iv", 4.0
TRIGGER_H, DOSE_H, HOURS = 5 / 60, 0.5, 6
SEVERITY = 1.0
"""Added to the severity of the preparation, so that the seizure goes on until it is treated, and comes back within hours."""
LADDER = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
MANY = 1_000
FINE_S = 15
"""Distance of the samples from which errors are read [s]; timed runs keep one a minute."""
HALF, AWAY_MIN = 0.5, 1.0
"""Activity whose crossing is a transition; how far "elsewhere" is from one [min]."""


@cache
def system():
    return assemble_acute([(DRUG, ROUTE)], PREPARATION, severity=SEVERITY, trigger_end_h=TRIGGER_H)


class Production:
    """The production integrator, keeping what a study keeps, once a minute (or every `FINE_S` seconds)."""

    def __init__(self, patients: int, *, long_steps: bool = True, dtype: str = "float64", fine: bool = False):
        own, self.patients = system(), patients
        self.numbers = {name: dict(values) for name, values in own.parameters.items()}
        severity = self.numbers["seizure"]["severity"]
        if patients > 1:
            self.numbers["seizure"]["severity"] = severity + np.random.default_rng(1).normal(0, 0.1, patients)
        self.solver = solver(long_steps=long_steps, dtype=dtype)
        per_minute = self.solver.steps_per_output
        if fine:
            self.solver = self.solver._replace(steps_per_output=round(FINE_S / 3600 / self.solver.step))
        self.columns = [InputColumn(DRUG, ROUTE, "bolus", 0.0, 0.0)]
        self.amounts = np.zeros((HOURS * 60 * per_minute, 1))
        self.amounts[round(DOSE_H * 60 * per_minute)] = MG
        self.kept = records(own.composition.ports, KEPT)
        self.prepared = self.prepare()

    def prepare(self) -> Continuation:
        return prepare_run(
            system().composition, self.numbers, self.columns, self.kept, patients=self.patients, solver=self.solver
        )

    def run(self) -> np.ndarray:
        _, series = self.prepared.advance(self.prepared.start(), self.amounts)
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

        def solve(numbers, rtol, atol, per_minute):
            y = {k: jnp.asarray(v, float) for k, v in composition.initial(numbers).items()}
            state, activity = (jnp.zeros(len(dose)), y), []
            for low, high in itertools.pairwise(edges):
                if low == DOSE_H:
                    state = (state[0] + dose, state[1])
                times = np.arange(round(low * 60) * per_minute + 1, round(high * 60) * per_minute + 1) / (60 * per_minute)
                solution = diffrax.diffeqsolve(
                    diffrax.ODETerm(field), diffrax.Tsit5(), low, high, 1 / 3600, state, args=numbers,
                    saveat=diffrax.SaveAt(ts=np.minimum(times, high)), max_steps=None,
                    stepsize_controller=diffrax.PIDController(rtol=rtol, atol=atol),
                )  # fmt: skip
                state = jax.tree.map(lambda leaf: leaf[-1], solution.ys)
                activity.append(solution.ys[1]["seizure.activity"])
            return jnp.concatenate(activity)

        self.solve, self.prepared = jax.jit(solve, static_argnums=3), prepared

    def run(self, rtol: float, *, fine: bool = False) -> np.ndarray:
        return np.asarray(self.solve(self.prepared, rtol, rtol / 100, 60 // FINE_S if fine else 1))


def crossings(activity: np.ndarray) -> np.ndarray:
    """Times at which half the activity is crossed [s], on the line between the logits of two samples."""
    logit = np.log(np.clip(activity, 1e-12, 1) / np.clip(1 - activity, 1e-12, 1))
    first = np.flatnonzero(np.diff(activity > HALF))
    return FINE_S * (1 + first + logit[first] / (logit[first] - logit[first + 1]))


def errors(activity: np.ndarray, true: np.ndarray) -> tuple[float, float]:
    """(largest shift of a crossing [s], root mean square of the activity elsewhere); infinite if a crossing is missing."""
    own, right = crossings(activity), crossings(true)
    times = FINE_S * np.arange(1, len(true) + 1)
    elsewhere = np.all(np.abs(times[:, None] - right) > AWAY_MIN * 60, axis=1)
    shift = float(np.abs(own - right).max(initial=0.0)) if len(own) == len(right) else np.inf
    return shift, float(np.sqrt(np.mean((activity - true)[elsewhere] ** 2)))


def ratios(repeats: int = 5) -> tuple[dict[str, float], dict[str, float]]:
    """(ratios, what they rest on: seconds, errors and the tolerance of equal accuracy)."""
    other = Diffrax()
    true = other.run(1e-9, fine=True)
    error = errors(Production(1, fine=True).run()[:, 0], true)
    short = errors(Production(1, long_steps=False, fine=True).run()[:, 0], true)
    ladder = {rtol: errors(other.run(rtol, fine=True), true) for rtol in LADDER}
    equal = next((r for r in LADDER if all(x <= y for x, y in zip(ladder[r], error, strict=True))), LADDER[-1])
    one, many, single = Production(1), Production(MANY), Production(MANY, dtype="float32")
    before = Production(1, long_steps=False)
    apart = float(np.mean((single.run()[-1] > HALF) != (many.run()[-1] > HALF)))
    before.run()
    other.run(equal)
    times = in_turn(
        {"one patient": one.run, "one patient, steps of 3 s": before.run, "diffrax": lambda: other.run(equal),
         "1,000 patients": many.run, "1,000 patients, float32": single.run, "preparing one patient": one.prepare,
         "diffrax at rtol 1e-2": lambda: other.run(LADDER[0])}, repeats,
    )  # fmt: skip
    found = {
        "6 h of status epilepticus, one patient, against diffrax": times["diffrax"] / times["one patient"],
        "6 h of status epilepticus, per patient of 1,000, against diffrax": times["diffrax"] * MANY / times["1,000 patients"],
        "1,000 patients x 6 h, against one patient": times["1,000 patients"] / times["one patient"],
    }
    rests = {f"{name} [s]": value for name, value in times.items()}
    rests |= {"transitions": float(len(crossings(true))), "rtol of equal accuracy": equal}
    named = {"production": error, "production, steps of 3 s": short, "diffrax": ladder[equal], "diffrax, rtol 1e-2": ladder[1e-2]}
    for name, (shift, rms) in named.items():
        rests |= {f"largest shift of a transition, {name} [s]": shift, f"rms of activity elsewhere, {name}": rms}
    return found, rests | {"1,000 patients, float32: on another side at the end": apart}


if __name__ == "__main__":
    for part in ratios():
        for name, value in part.items():
            print(f"{name:70} {value:10.3g}")
