"""A run that stops, branches and goes on is the run that never stopped."""

import jax
import numpy as np
import pytest

from allostasis.clinic.simulate import readouts
from allostasis.model import Composition, Solver, integrate, prepare_run, records, select
from allostasis.model.compiling import count_compilations
from allostasis.patient import Patient
from allostasis.quantity import InputError, UnknownNameError
from allostasis.regimen import Dose, schedule
from allostasis.simulation.assemble import assemble

DAY = 48
"""Steps of half an hour."""


def doses(drug, mg, days, *, hours=(8.0, 20.0), start=0):
    return [Dose(drug, "oral", mg, "mg", 24.0 * day + hour) for day in range(start, start + days) for hour in hours]


@pytest.fixture(scope="module")
def chain():
    system = assemble([("lorazepam", "oral")], Patient(), adaptation="two_timescale", readouts=readouts())
    return system, system.composition.behind("imbalance")


def whole(system, composition, given, days, *, patients=1, parameters=None):
    """(amounts, columns, daily maxima [days, patients]) of one uninterrupted run."""
    inputs = schedule(given, 0.5, days * DAY, lag_h=system.lags)
    kept = records(composition.ports, {"imbalance": ("max",), "log_inhibition_gain": ("mean",)})
    found = integrate(
        composition, parameters or system.parameters, inputs.amounts, inputs.columns, kept, patients=patients
    )
    return inputs, kept, {record: values[1:] for record, values in found.items()}


def test_stopping_and_going_on_changes_nothing(chain):
    system, composition = chain
    inputs, kept, expected = whole(system, composition, doses("lorazepam", 1.0, 20), 31)
    run = prepare_run(composition, system.parameters, inputs.columns, kept)
    instant, pieces = run.start(), []
    for first, last in ((0, 3), (3, 17), (17, 31)):
        instant, series = run.advance(instant, inputs.amounts[first * DAY : last * DAY])
        pieces.append(series)
    assert instant.time == 31 * 24
    for record in kept:
        joined = np.concatenate([piece[record] for piece in pieces])
        np.testing.assert_allclose(joined, expected[record], rtol=1e-12, atol=1e-15)


def test_candidates_as_lanes_are_runs_of_their_own(chain):
    """One year of use carried on, then ten doses beside each other: each equals the run that takes it from the start."""
    system, composition = chain
    before = doses("lorazepam", 1.0, 28)
    inputs, kept, _ = whole(system, composition, before, 28)
    run = prepare_run(composition, system.parameters, inputs.columns, kept)
    today, _ = run.advance(run.start(), inputs.amounts)
    factors = np.linspace(0, 1, 10)
    wide = run.over(np.zeros(10, int))
    later = schedule(doses("lorazepam", 1.0, 10), 0.5, 10 * DAY, inputs.columns, lag_h=system.lags)
    _, series = wide.advance(select(today, np.zeros(10, int)), later.amounts, factors[None, :])
    for lane in (0, 4, 9):
        after = doses("lorazepam", factors[lane], 10, start=28) if factors[lane] else []
        _, _, expected = whole(system, composition, before + after, 38)
        for record in kept:
            np.testing.assert_allclose(series[record][:, lane], expected[record][28:, 0], rtol=1e-12, atol=1e-15)


def test_patients_times_candidates(chain):
    """Two hundred lanes of five patients: more than one chunk, and every lane keeps the numbers of its patient."""
    system, composition = chain
    clearance = np.linspace(0.6, 1.7, 5)
    exposure = dict(system.parameters["exposure"])
    exposure["lorazepam.CL"] = exposure["lorazepam.CL"] * clearance
    parameters = system.parameters | {"exposure": exposure}
    given = doses("lorazepam", 2.0, 14)
    inputs, kept, expected = whole(system, composition, given, 14, patients=5, parameters=parameters)
    run = prepare_run(composition, parameters, inputs.columns, kept, patients=5)
    who = np.tile(np.arange(5), 40)
    wide = run.over(who)
    _, series = wide.advance(wide.start(), inputs.amounts)
    for record in kept:
        np.testing.assert_allclose(series[record], expected[record][:, who], rtol=1e-10, atol=1e-13)


def test_a_dose_scaled_per_lane_while_an_enzyme_is_inhibited():
    """Clearances that vary: the responses have substeps, and only the column of the tapered drug is scaled."""
    system = assemble([("triazolam", "oral"), ("fluvoxamine", "oral")], Patient(), adaptation="none")
    assert system.composition.linear.varies
    composition = system.composition.behind("imbalance")
    other = doses("fluvoxamine", 50.0, 6)
    inputs, kept, _ = whole(system, composition, [*doses("triazolam", 1.0, 6), *other], 6)
    run = prepare_run(composition, system.parameters, inputs.columns, kept).over(np.zeros(3, int))
    factors = np.array([0.0, 0.25, 0.5])
    scale = np.stack([factors if c.drug == "triazolam" else np.ones(3) for c in inputs.columns])
    _, series = run.advance(run.start(), inputs.amounts, scale)
    for lane, factor in enumerate(factors):
        own = doses("triazolam", factor, 6) if factor else []
        _, _, expected = whole(system, composition, [*own, *other], 6)
        for record in kept:
            np.testing.assert_allclose(series[record][:, lane], expected[record][:, 0], rtol=1e-12, atol=1e-15)


def test_instants_are_values(chain):
    """Advancing twice from the same instant gives the same, and the instant is as it was."""
    system, composition = chain
    inputs, kept, _ = whole(system, composition, doses("lorazepam", 1.0, 7), 7)
    run = prepare_run(composition, system.parameters, inputs.columns, kept)
    start = run.start()
    kept_copy = jax.tree.map(np.copy, start.carry)
    once, _ = run.advance(start, inputs.amounts)
    again, _ = run.advance(start, inputs.amounts)
    assert jax.tree.all(jax.tree.map(np.array_equal, once.carry, again.carry))
    assert jax.tree.all(jax.tree.map(np.array_equal, start.carry, kept_copy))


def test_new_doses_and_candidates_of_one_class_compile_nothing(chain):
    system, composition = chain
    inputs, kept, _ = whole(system, composition, doses("lorazepam", 1.0, 7), 7)
    run = prepare_run(composition, system.parameters, inputs.columns, kept).over(np.zeros(6, int))
    run.advance(run.start(), inputs.amounts)
    with count_compilations() as compiled:
        other = run.over(np.zeros(4, int))
        instant, _ = other.advance(other.start(), inputs.amounts, np.full((1, 4), 0.3))
        other.advance(instant, np.concatenate([inputs.amounts] * 3), np.full((1, 4), 0.1))
    assert compiled == []


def test_only_what_the_port_needs_is_kept(chain):
    system, composition = chain
    names = {s.name for s in composition.submodels}
    assert "effects" in {s.name for s in system.composition.submodels}
    assert "effects" not in names
    assert {"exposure", "receptor", "adaptation", "balance"} <= names
    assert isinstance(composition, Composition)
    with pytest.raises(UnknownNameError, match="imbalanse"):
        system.composition.behind("imbalanse")


def test_refusals(chain):
    system, composition = chain
    inputs, kept, _ = whole(system, composition, doses("lorazepam", 1.0, 2), 2)
    with pytest.raises(InputError, match="number of patients"):
        prepare_run(composition, system.parameters, inputs.columns, kept, patients=0)
    run = prepare_run(composition, system.parameters, inputs.columns, kept, solver=Solver())
    with pytest.raises(InputError, match="multiple of 48"):
        run.advance(run.start(), inputs.amounts[:-1])
    with pytest.raises(InputError, match="finite"):
        run.advance(run.start(), inputs.amounts, np.full((1, 1), np.nan))
