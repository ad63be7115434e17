"""Tolerance by effect, told apart by its cause."""

import pytest

from allostasis.clinic.tolerance import tolerance
from allostasis.quantity import InputError
from allostasis.simulation import parse_case


def case(horizon, arms, **tables):
    arm = [{"name": name, "regimen": regimen} for name, regimen in arms.items()]
    return parse_case({"title": "t", "horizon": horizon, "arm": arm} | tables)


@pytest.fixture(scope="module")
def table():
    arms = {"lorazepam": "lorazepam 1 mg po tid for 90 d", "carbamazepine": "carbamazepine 200 mg po tid for 90 d"}
    return {str(arm): part.set_index("day") for arm, part in tolerance(case("90 d", arms)).groupby("arm")}


def test_a_benzodiazepine_loses_effect_at_a_flat_level(table):
    course = table["lorazepam"]
    assert course["pharmacokinetic"].loc[10:].abs().max() < 0.02
    sedation, anticonvulsant = course["pharmacodynamic_sedation"], course["pharmacodynamic_anticonvulsant"]
    assert sedation[3] < sedation[7] < sedation[14]
    assert sedation[14] > 0.5
    assert 0.25 < anticonvulsant[90] < 0.6
    assert anticonvulsant[90] > anticonvulsant[30]
    assert course["pharmacodynamic_anxiolysis"][90] < 0.25
    assert course["pharmacodynamic_amnesia"][90] < 0.35
    assert course["dependence"].is_monotonic_increasing


def test_an_autoinducer_loses_its_level_and_nothing_else(table):
    course = table["carbamazepine"]
    assert course["pharmacokinetic"][60] > 0.15
    assert course["pharmacodynamic_sedation"].isna().all()
    assert course["dependence"].abs().max() < 1e-9


def test_intervals_that_do_not_divide_a_day_are_refused():
    one = case("10 d", {"a": "lorazepam 1 mg po tid for 10 d"}, output={"every": "5 h"})
    with pytest.raises(InputError, match="part of it"):
        tolerance(one)
