"""Patients, doses, horizons and parameters are data: only structure compiles."""

import numpy as np
import pytest

from allostasis.model import Solver, integrate, records
from allostasis.model.compiling import count_compilations
from allostasis.patient import Patient
from allostasis.regimen import parse_regimen, schedule
from allostasis.simulation.assemble import assemble

WANTED = {"imbalance": ("mean", "max", "time_of_max"), "plasma": ("mean",)}


def run(system, text, days, *, patients=1, factor=None, **solver):
    solver = Solver(**({"steps_per_output": 48} | solver))
    steps = round(days * 24 / solver.step)
    doses = parse_regimen(text).doses(days * 24.0, 70.0)
    inputs = schedule(doses, solver.step, steps, lag_h=system.lags)
    parameters = system.parameters
    if factor is not None:
        exposure = parameters["exposure"]
        parameters = parameters | {"exposure": exposure | {"lorazepam.CL": exposure["lorazepam.CL"] * factor}}
    kept = records(system.composition.ports, WANTED)
    found = integrate(
        system.composition, parameters, inputs.amounts, inputs.columns, kept, patients=patients, solver=solver
    )
    return found[kept[0]]


@pytest.fixture(scope="module")
def system():
    return assemble([("lorazepam", "oral")], Patient())


def test_a_second_patient_other_doses_and_another_horizon_compile_nothing(system):
    with count_compilations() as first:
        one = run(system, "lorazepam 1 mg po bid for 20 d", 30)
    assert first, "the first run compiles, or the count is broken"
    with count_compilations() as compiled:
        heavier = assemble([("lorazepam", "oral")], Patient(95.0))
        other = run(heavier, "lorazepam 1 mg po bid for 20 d", 30)
        run(system, "lorazepam 2.5 mg po tid for 10 d, then taper by 0.5 mg every 3 d", 30)
        run(system, "lorazepam 2.5 mg po tid for 10 d", 200)
        run(system, "lorazepam 2.5 mg po tid for 10 d", 30, step=0.25, steps_per_output=48)
    assert compiled == []
    assert not np.allclose(one, other)


def test_population_sizes_of_one_class_share_a_program(system):
    regimen, spread = "lorazepam 1 mg po bid for 20 d", np.linspace(0.5, 2, 300)
    run(system, regimen, 30, patients=5, factor=spread[:5])
    run(system, regimen, 30, patients=130, factor=spread[:130])
    with count_compilations() as compiled:
        run(system, regimen, 30, patients=8, factor=spread[:8])
        run(system, regimen, 30, patients=3, factor=spread[:3])
        run(system, regimen, 30, patients=300, factor=spread)
    assert compiled == []


def test_the_count_counts():
    import jax
    import jax.numpy as jnp

    with count_compilations() as compiled:
        jax.jit(lambda x: x * 3.25)(jnp.ones(11)).block_until_ready()
    assert compiled
