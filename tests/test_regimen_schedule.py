"""Doses on the grid: mass, snapping, the last instant, speed."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allostasis.quantity.errors import InputError
from allostasis.regimen.dose import Dose
from allostasis.regimen.schedule import InputColumn, merge_columns, schedule

steady = settings(deadline=None, derandomize=True)


def bolus(time_h, amount=1.0, drug="lorazepam", route="oral"):
    return Dose(drug, route, amount, "mg", time_h)


doses = st.builds(
    Dose,
    st.sampled_from(["lorazepam", "diazepam"]),
    st.sampled_from(["oral", "iv"]),
    st.floats(1e-6, 1e4),
    st.just("mg"),
    st.floats(0, 20),
    st.one_of(st.just(0.0), st.floats(1e-9, 20)),
)


@steady
@given(st.lists(doses, max_size=20), st.sampled_from([3 / 3600, 0.1, 0.5, 1.0, 7.3]))
def test_mass_is_conserved(given_doses, step):
    inputs = schedule(given_doses, step, int(60 / step))
    given_mg = sum(dose.amount for dose in given_doses)
    assert sum(inputs.delivered().values()) == pytest.approx(given_mg, rel=1e-9)
    assert len(set(inputs.columns)) == len(inputs.columns)
    assert list(inputs.columns) == sorted(inputs.columns)
    assert (inputs.amounts >= 0).all()
    for column in inputs.columns:
        if column.kind == "bolus":
            assert 0 <= column.fraction_from == column.fraction_to < 1
        else:
            assert 0 <= column.fraction_from < column.fraction_to <= 1


@steady
@given(st.integers(0, 100_000), st.floats(-9e-10, 9e-10), st.sampled_from([3 / 3600, 0.1, 0.3, 0.5]))
def test_a_dose_on_the_grid_begins_its_step(k, jitter, step):
    inputs = schedule([bolus(max(0.0, k * step + jitter))], step, k + 2)
    assert inputs.columns == (InputColumn("lorazepam", "oral", "bolus", 0.0, 0.0),)
    assert np.flatnonzero(inputs.amounts[:, 0]).tolist() == [k]


@steady
@given(st.floats(0, 30), st.floats(0.01, 30), st.sampled_from([0.1, 0.5, 1.0]))
def test_an_infusion_covers_its_time(start, length, step):
    inputs = schedule([Dose("midazolam", "iv", 12.0, "mg", start, length)], step, int(70 / step))
    first = min(
        k * step + c.fraction_from * step
        for j, c in enumerate(inputs.columns)
        for k in np.flatnonzero(inputs.amounts[:, j])
    )
    last = max(
        k * step + c.fraction_to * step
        for j, c in enumerate(inputs.columns)
        for k in np.flatnonzero(inputs.amounts[:, j])
    )
    assert first == pytest.approx(start, abs=1.1e-6 * step)
    assert last == pytest.approx(start + length, abs=1.1e-6 * step)


def test_the_last_instant():
    inputs = schedule([bolus(1.0), bolus(1.99), bolus(2.0), bolus(3.0)], 0.5, 4)
    assert sum(inputs.delivered().values()) == 2.0
    cut = schedule([Dose("midazolam", "iv", 10.0, "mg", 1.0, 2.0)], 0.5, 4)
    assert cut.delivered() == {("midazolam", "iv"): pytest.approx(5.0)}
    assert schedule([bolus(1.9)], 0.5, 4, lag_h={("lorazepam", "oral"): 0.1}).delivered() == {}


def test_overlapping_infusions_add_their_rates():
    infusion = Dose("midazolam", "iv", 2.0, "mg", 0.0, 2.0)
    inputs = schedule([infusion, infusion, bolus(0.0), bolus(0.0)], 1.0, 2)
    assert inputs.amounts[
        :, inputs.columns.index(InputColumn("midazolam", "iv", "infusion", 0.0, 1.0))
    ].tolist() == [2, 2]
    assert inputs.amounts[
        :, inputs.columns.index(InputColumn("lorazepam", "oral", "bolus", 0.0, 0.0))
    ].tolist() == [2, 0]


def test_lag_shifts_one_route_only():
    inputs = schedule([bolus(0.0), bolus(0.0, route="iv")], 0.5, 4, lag_h={("lorazepam", "oral"): 0.6})
    assert [(c.route, round(c.fraction_from, 6)) for c in inputs.columns] == [("iv", 0.0), ("oral", 0.2)]
    assert np.argwhere(inputs.amounts).tolist() == [[0, 0], [1, 1]]


def test_a_shared_layout():
    one, two = schedule([bolus(0.0)], 1.0, 2), schedule([bolus(0.5, drug="diazepam")], 1.0, 2)
    layout = merge_columns(one, two)
    again = schedule([bolus(0.0)], 1.0, 2, layout)
    assert again.columns == layout
    assert again.amounts.shape == (2, 2)
    with pytest.raises(InputError, match="no column in the given layout"):
        schedule([bolus(0.25)], 1.0, 2, layout)


def test_nothing_is_a_schedule_too():
    inputs = schedule([], 0.5, 3)
    assert inputs.columns == ()
    assert inputs.amounts.shape == (3, 0)


@pytest.mark.parametrize(
    ("step", "steps", "match"),
    [(0.0, 3, "step"), (float("nan"), 3, "step"), (-1.0, 3, "step"), (1.0, 0, "number of steps")],
)
def test_refused_grids(step, steps, match):
    with pytest.raises(InputError, match=match):
        schedule([bolus(0.0)], step, steps)


def test_a_dose_per_kg_is_refused():
    with pytest.raises(InputError, match="must be in mg"):
        schedule([Dose("diazepam", "iv", 0.2, "mg/kg", 0.0)], 0.5, 3)


def test_a_year_of_tid_is_fast():
    year = [bolus(8.0 * k) for k in range(1095)]
    seconds = []
    for _ in range(5):
        begin = time.perf_counter()
        inputs = schedule(year, 0.5, 17520, lag_h={("lorazepam", "oral"): 0.2})
        seconds.append(time.perf_counter() - begin)
    assert inputs.delivered() == {("lorazepam", "oral"): 1095.0}
    assert len(inputs.columns) == 1
    assert min(seconds) < 0.020
