"""What a regimen gives: expansion, tapers, clock times, rules, and limits."""

import dataclasses
import itertools

import numpy as np
import pytest

from allostasis.quantity.errors import InputError
from allostasis.regimen.course import Course
from allostasis.regimen.dose import Dose
from allostasis.regimen.grammar import parse
from allostasis.regimen.regimen import Regimen
from allostasis.regimen.rule import DosingRule
from allostasis.regimen.statement import Infusion, Repeated, Single
from allostasis.regimen.taper import Taper

RULE = DosingRule("flumazenil", "iv", 0.2, "occupancy", "a1", "above", 0.5, 1 / 60, 5)


def levels(text, days, drug="diazepam"):
    """Daily doses as (dose, number of days) in turn [mg]."""
    daily = parse(text).daily_dose(days * 24)[drug].round(9)
    edges = [0, *(np.flatnonzero(np.diff(daily)) + 1), len(daily)]
    return [(float(daily[a]), int(b - a)) for a, b in itertools.pairwise(edges)]


def test_percent_of_start_to_a_floor():
    text = "diazepam 20 mg po daily for 7 d, then taper 10 % of start every 14 d to 2 mg, then stop"
    expected = [(20.0, 7), *((20.0 - 2 * k, 14) for k in range(1, 10)), (0.0, 3)]
    assert levels(text, 7 + 9 * 14 + 3) == expected


def test_a_floor_between_two_levels_is_held_for_one_step():
    text = "diazepam 4 mg po daily for 7 d, then taper 25 % of start every 7 d to {} mg"
    assert levels(text.format(1.5), 42) == [(4.0, 7), (3.0, 7), (2.0, 7), (1.5, 7), (0.0, 14)]
    assert levels(text.replace("to", "until below").format(1.5), 42) == [
        (4.0, 7),
        (3.0, 7),
        (2.0, 7),
        (0.0, 21),
    ]


def test_fixed_steps_end_at_nothing():
    assert levels("diazepam 5 mg po bid for 7 d, then taper by 4 mg every 7 d", 30) == [
        (10.0, 7), (6.0, 7), (2.0, 7), (0.0, 9),
    ]  # fmt: skip


def test_percent_of_current_ends_below_a_share_of_the_start():
    found = levels("diazepam 10 mg po daily for 7 d, then taper 50 % of current every 7 d", 50)
    assert found == [(10.0, 7), (5.0, 7), (2.5, 7), (1.25, 7), (0.625, 7), (0.0, 15)]


def test_a_taper_after_a_taper_and_a_plateau():
    text = (
        "diazepam 20 mg po daily for 7 d, then taper by 5 mg every 7 d to 10 mg, "
        "then taper 50 % of start every 7 d to 5 mg, then 5 mg for 7 d, then stop"
    )
    assert levels(text, 42) == [(20.0, 7), (15.0, 7), (10.0, 7), (5.0, 14), (0.0, 7)]


def test_a_taper_shrinks_every_dose_of_the_day_and_keeps_the_rhythm():
    regimen = parse(
        "diazepam 5 mg + 15 mg po at 8:00, 22:00 for 2 d, then taper 10 % of start every 1 d to 18 mg"
    )
    assert [(d.time_h, d.amount) for d in regimen.doses(100)[-2:]] == [(56.0, 4.5), (70.0, 13.5)]
    weekly = parse("diazepam 10 mg po every 48 h for 4 d, then taper 50 % of start every 3 d to 2.5 mg")
    assert [(d.time_h, d.amount) for d in weekly.doses(500)] == [(0, 10), (48, 10), (96, 5), (144, 5)]


def test_the_dose_at_the_end_belongs_to_what_follows():
    doses = parse("lorazepam 1 mg po tid for 2 d, then diazepam 5 mg po daily for 1 d").doses(1000)
    assert [d.drug for d in doses] == ["lorazepam"] * 6 + ["diazepam"]
    assert [d.time_h for d in doses] == [0, 8, 16, 24, 32, 40, 48]


def test_every_8_h_from_a_broken_number_gives_no_extra_dose():
    for hours in (0.1, 0.3, 1 / 3, 0.7):
        repeated = Repeated("lorazepam", "oral", (1.0,), "mg", hours, duration_h=30 * hours)
        assert len(Regimen((Course((repeated,)),)).doses(1000)) == 30


def test_alternating_doses():
    doses = parse("clonazepam 0.5 mg and 1 mg po alternating daily for 5 d").doses(1000)
    assert [d.amount for d in doses] == [0.5, 1, 0.5, 1, 0.5]


def test_clock_times_begin_at_the_first_one_after_the_start():
    doses = parse("diazepam 5 mg + 10 mg po at 8:00, 22:00 from 10 h for 1 d").doses(1000)
    assert [(d.time_h, d.amount) for d in doses] == [(22.0, 10.0), (32.0, 5.0)]


def test_equal_times_keep_the_order_of_the_statements():
    doses = parse("midazolam 5 mg iv at 1 h; diazepam 5 mg iv at 0 h; lorazepam 1 mg iv at 1 h").doses(10)
    assert [d.drug for d in doses] == ["diazepam", "midazolam", "lorazepam"]


def test_open_ended_dosing_runs_to_the_horizon():
    assert len(parse("lorazepam 1 mg po tid").doses(48)) == 6
    (infusion,) = parse("midazolam 2 mg/h iv").doses(48)
    assert (infusion.amount, infusion.duration_h) == (96.0, 48.0)
    cut = parse("midazolam 2 mg/h iv for 4 h").doses(3)
    assert [(d.amount, d.duration_h) for d in cut] == [(6.0, 3.0)]


def test_an_open_statement_ends_where_the_next_begins():
    doses = parse("midazolam 2 mg/h iv, then midazolam 1 mg/h iv from 4 h for 2 h").doses(24)
    assert [(d.time_h, d.amount) for d in doses] == [(0.0, 8.0), (4.0, 2.0)]


def test_weights():
    regimen = parse("diazepam 0.2 mg/kg iv at 0 min")
    assert regimen.doses(1, weight_kg=70)[0] == Dose("diazepam", "iv", 14.0, "mg", 0.0)
    with pytest.raises(InputError, match="needs a body weight"):
        regimen.doses(1)
    with pytest.raises(InputError, match="body weight"):
        regimen.doses(1, weight_kg=-70)


def test_daily_dose_of_an_infusion_over_midnight():
    daily = parse("midazolam 12 mg iv over 12 h at 18 h").daily_dose(48)["midazolam"]
    assert daily.tolist() == [6.0, 6.0]


def test_end_of_dosing():
    assert parse("lorazepam 1 mg po bid for 2 d, then stop").end_of_dosing_h(1000) == 36.0
    assert parse("midazolam 2 mg/h iv").end_of_dosing_h(10) == 10.0
    assert parse("none").end_of_dosing_h(10) == 0.0


def test_drugs_include_those_of_rules():
    regimen = parse(
        "diazepam 5 mg iv; flumazenil 0.2 mg iv if occupancy a1 above 0.5, at most every 1 h, at most 2 doses"
    )
    assert regimen.drugs() == ("diazepam", "flumazenil")
    assert regimen.daily_dose(24)["flumazenil"].tolist() == [0.0]


@pytest.mark.parametrize("horizon", [0, -1, float("nan"), float("inf")])
def test_refused_horizons(horizon):
    with pytest.raises(InputError, match="horizon"):
        parse("lorazepam 1 mg po tid").doses(horizon)


def test_bombs_are_refused_before_they_go_off():
    with pytest.raises(InputError, match="too many doses"):
        parse("lorazepam 1 mg po every 1e-9 s").doses(1e6)
    with pytest.raises(InputError, match="too many doses"):
        parse("; ".join(["lorazepam 1 mg po every 1 min"] * 20)).doses(24 * 30)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 0.0}, {"amount": -1.0}, {"amount": float("inf")}, {"unit": "ml"}, {"time_h": -1.0},
        {"time_h": float("nan")}, {"duration_h": -1.0},
    ],
)  # fmt: skip
def test_refused_doses(change):
    with pytest.raises(InputError):
        dataclasses.replace(Dose("diazepam", "iv", 5.0, "mg", 0.0), **change)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Single("diazepam", "iv", -5.0, "mg"),
        lambda: Infusion("diazepam", "iv", 5.0, "mg", 0.0, 0.0),
        lambda: Repeated("diazepam", "iv", (), "mg", 24.0),
        lambda: Repeated("diazepam", "iv", (5.0,), "mg", 0.0),
        lambda: Repeated("diazepam", "iv", (5.0,), "mg", 24.0, (25.0,)),
        lambda: Repeated("diazepam", "iv", (5.0,), "mg", 24.0, (8.12345,)),
        lambda: Repeated("diazepam", "iv", (5.0,), "mg", 12.0, (8.0,)),
        lambda: Taper("percent", 10.0, "%", 24.0, 5.0, "%"),
        lambda: Taper("fixed", 10.0, "%", 24.0, 5.0, "%"),
        lambda: Course(()),
    ],
)
def test_refused_statements(make):
    with pytest.raises(InputError):
        make()


@pytest.mark.parametrize(
    "change",
    [
        {"amount_mg": 0.0}, {"relation": "equals"}, {"threshold": float("nan")}, {"refractory_h": 0.0},
        {"maximum_doses": 0}, {"start_h": -1.0}, {"stop_h": 0.0}, {"maximum_doses": 10**9},
    ],
)  # fmt: skip
def test_refused_rules(change):
    with pytest.raises(InputError):
        dataclasses.replace(RULE, **change)


def test_a_rule_per_kg():
    rule = dataclasses.replace(RULE, per_kg=True)
    regimen = Regimen((), (rule,))
    assert regimen.rules_in_mg(70)[0] == dataclasses.replace(RULE, amount_mg=0.2 * 70)
    with pytest.raises(InputError, match="needs a body weight"):
        regimen.rules_in_mg()
    assert RULE.in_mg() is RULE
