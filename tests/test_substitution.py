"""Switch to another drug: real tablets in each step, the dose by the tables, the order of practice P12, what an error does."""

import doctest
import math
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from allostasis.clinic.equivalence import convert
from allostasis.clinic.taper import Baseline, maximum_daily, nice, parse_strengths
from allostasis.clinic.taper.chain import build_chain
from allostasis.clinic.taper.crossover import cross_over, join, most_steps, pace_name, spread
from allostasis.clinic.taper.history import Steady
from allostasis.clinic.taper.substitution import OVERNIGHT, Substitution, new_dose
from allostasis.clinic.taper.switch_regimen import switch_regimen
from allostasis.clinic.taper.switch_robust import NoRobustSwitch, RobustSwitch, robust_switch
from allostasis.clinic.taper.switch_run import SwitchRun, paces, run_switches
from allostasis.clinic.taper.switch_verdict import assess_switch, held_against
from allostasis.clinic.taper.switch_worth import affinities_apart, worth_draws
from allostasis.clinic.taper.verify import plan_imbalance
from allostasis.patient import Patient
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.report import switch_figure
from allostasis.simulation import parse_case

QID = ("morning", "noon", "evening", "night")
LORAZEPAM = parse_strengths("0.5, 1 mg", "lorazepam")
DIAZEPAM = parse_strengths("2, 5, 10 mg; halves of 2 mg", "diazepam")
THREE_DAYS, WEEKS = (3, 3, 3, 3), (7, 7, 7, 7)
P12 = Substitution("lorazepam", 4, QID, LORAZEPAM, "diazepam", DIAZEPAM, to_mg=40, step_days=THREE_DAYS)
USE_DAYS, DRAWS = 84, 13


@pytest.fixture(scope="module")
def run() -> SwitchRun:
    """Practice P12 overnight, in four 3-day steps and in four weekly steps, after 12 weeks of use: one simulation."""
    return run_switches(P12, use_days=USE_DAYS, ladder_days=(28,), draws=DRAWS, seed=3)


def of(run, name):
    return next(switch for switch in run.switches if switch.name == name)


# --- steps


@pytest.mark.parametrize("first", ["night", "morning"])
@pytest.mark.parametrize(
    ("drug", "mg", "times", "strengths", "to_times"),
    [
        ("lorazepam", 4, QID, "0.5, 1 mg", ()),
        ("alprazolam", 1.5, ("morning", "noon", "night"), "0.25, 0.5 mg", ("morning", "night")),
        ("clonazepam", 2, ("morning", "night"), "0.5 mg (halves), 2 mg", ("night",)),
        ("temazepam", 20, ("night",), "10 mg", ("night",)),
    ],
)
def test_each_step_is_made_of_tablets_and_ends_at_the_new_dose(drug, mg, times, strengths, to_times, first):
    question = Substitution(
        drug, mg, times, parse_strengths(strengths, drug), "diazepam", DIAZEPAM, to_times=to_times, first=first
    )
    found = cross_over(question)
    assert found.steps[-1].mg_per_day == {"diazepam": found.dose.mg}
    assert found.steps[0].start_day == 0
    assert sum(step.days for step in found.steps) == 14
    old = [Fraction(question.mg_per_day), *(step.mg_per_day.get(drug, Fraction(0)) for step in found.steps)]
    new = [Fraction(0), *(step.mg_per_day["diazepam"] for step in found.steps)]
    assert all(before > after for before, after in pairwise(old))
    assert all(before < after for before, after in pairwise(new))
    for step in found.steps:
        tablets = [item for intake in step.intakes for item in intake.items]
        for name in (drug, "diazepam"):
            total = sum((item.mg for item in tablets if item.product.drug == name), Fraction(0))
            assert total == step.mg_per_day.get(name, 0)
        held = new[-1] * step.mg_per_day.get(drug, 0) / question.mg_per_day
        assert step.mg_per_day["diazepam"] + held <= maximum_daily("diazepam").value


def test_night_doses_are_replaced_first_and_the_other_end_where_asked():
    order = [[i.time_of_day for i in step.intakes if i.mg("diazepam")] for step in cross_over(P12).steps]
    assert order == [["night"], ["evening", "night"], ["noon", "evening", "night"], list(QID)]
    step = cross_over(replace(P12, first="morning")).steps[0]
    assert [float(i.mg("lorazepam")) for i in step.intakes] == [0, 1, 1, 1]
    assert [float(i.mg("diazepam")) for i in step.intakes] == [10, 0, 0, 0]


def test_the_sum_of_both_drugs_stays_within_the_label_where_rounding_up_would_leave_it():
    """Half of 38 mg is 19 mg, the next tablet 25 mg; with the other half that would be 44 mg, above the label's 40."""
    tablets = parse_strengths("38, 25, 15 mg", "diazepam")
    question = Substitution("lorazepam", 4, ("night",), LORAZEPAM, "diazepam", tablets, to_mg=38, step_days=(7, 7))
    steps = cross_over(question).steps
    assert [float(step.mg_per_day["diazepam"]) for step in steps] == [15, 38]
    allowed = cross_over(replace(question, allow_above_label=True)).steps
    assert [float(step.mg_per_day["diazepam"]) for step in allowed] == [25, 38]


def test_tablets_that_cannot_be_divided_allow_fewer_steps():
    whole = parse_strengths("1 mg", "lorazepam")
    question = Substitution("lorazepam", 3, ("morning", "noon", "night"), whole, "diazepam", DIAZEPAM)
    assert most_steps(question) == 3
    assert [step.days for step in cross_over(question).steps] == [5, 5, 4]
    with pytest.raises(InputError, match="3 or fewer"):
        cross_over(replace(question, step_days=THREE_DAYS))
    single = Substitution("lorazepam", 1, ("night",), whole, "diazepam", DIAZEPAM)
    assert cross_over(single).name == "overnight"
    assert paces(single) == (OVERNIGHT,)


def test_paces_are_ordered_and_the_question_has_its_own():
    names = [pace_name(pace) for pace in paces(P12, (28, 7))]
    assert names == ["overnight", "4 steps over 7 days", "4 steps over 12 days", "4 steps over 28 days", "8 steps over 28 days"]
    assert [sum(spread(days, 4)) for days in (3, 7, 14, 28)] == [3, 7, 14, 28]


# --- dose of the new drug


def test_the_dose_follows_the_tables_and_says_how_it_was_rounded():
    question = replace(P12, mg_per_day=3, to_mg=None, times=("morning", "noon", "night"), to_times=(), step_days=())
    tables = convert(3, "lorazepam", "diazepam")
    asked = float(new_dose(question).asked_mg)
    assert asked == pytest.approx(tables.mg, abs=1e-5)
    assert new_dose(question).mg == math.ceil(asked)
    assert "rounded up from 19.9 mg" in new_dose(question).text
    more = float(new_dose(replace(question, quantile=0.9)).asked_mg)
    assert more / asked == pytest.approx(math.exp(1.2815516 * tables.sd_ln), rel=1e-5)


def test_a_dose_is_rounded_down_where_up_is_too_far_and_refused_where_both_are():
    lorazepam = parse_strengths("0.5 mg (halves)", "lorazepam")
    question = Substitution("lorazepam", 2, ("night",), lorazepam, "diazepam", parse_strengths("12, 20 mg", "diazepam"))
    assert new_dose(question).mg == 12
    assert "rounded down from 13.3 mg" in new_dose(question).text
    at_label = replace(question, products=parse_strengths("2 mg", "lorazepam"), mg_per_day=6)
    at_label = replace(at_label, to_products=parse_strengths("38, 45 mg", "diazepam"))
    assert new_dose(at_label).mg == 38
    assert "leaves the label" in new_dose(at_label).text
    with pytest.raises(InputError, match="cannot be made"):
        replace(question, to_products=parse_strengths("10, 20 mg", "diazepam"))


def test_bad_input_is_refused_by_name():
    with pytest.raises(InputError, match="to itself"):
        replace(P12, to="Ativan", to_products=LORAZEPAM)
    with pytest.raises(NotModelledError, match="no table of equivalent doses"):
        replace(P12, to="phenobarbital", to_products=parse_strengths("15, 30 mg", "phenobarbital"), to_mg=None)
    with pytest.raises(InputError, match=r"above the largest daily dose of the label.*40 mg"):
        replace(P12, to_mg=60)
    with pytest.raises(InputError, match=r"above the largest daily dose of the label.*40 mg"):
        replace(P12, mg_per_day=8, to_mg=None)
    with pytest.raises(InputError, match="the nearest that can be made"):
        replace(P12, to_mg=12.5)
    with pytest.raises(InputError, match="the nearest that can be made"):
        replace(P12, mg_per_day=3.7)
    with pytest.raises(InputError, match="products of another drug"):
        replace(P12, to_products=LORAZEPAM)
    with pytest.raises(UnknownNameError, match="end of the day"):
        replace(P12, first="noon")
    with pytest.raises(InputError, match="days of the steps"):
        replace(P12, step_days=(3, 0))
    with pytest.raises(InputError, match="quantile"):
        replace(P12, quantile=1.0)
    with pytest.raises(InputError, match="daily dose of diazepam"):
        replace(P12, to_mg=0)
    above = replace(P12, to_mg=60, allow_above_label=True)
    assert any("above the largest daily dose" in note for note in cross_over(above).notes)


def test_bad_settings_of_a_run_are_refused_before_anything_is_simulated():
    with pytest.raises(InputError, match="days of use"):
        run_switches(P12, use_days=3)
    with pytest.raises(InputError, match="worths"):
        run_switches(P12, use_days=84, errors=(0.5, -1))
    with pytest.raises(InputError, match="cap"):
        assess_switch(P12, use_days=84, cap=0)
    oxazepam = parse_strengths("10, 15 mg", "oxazepam")
    back = Substitution("diazepam", 10, ("night",), DIAZEPAM, "oxazepam", oxazepam, to_mg=30, step_days=OVERNIGHT)
    with pytest.raises(NotModelledError, match="no active substance of its own"):
        run_switches(back, use_days=84, ladder_days=())
    phenobarbital = parse_strengths("15, 30, 60 mg", "phenobarbital")
    with pytest.raises(NotModelledError, match="no benzodiazepine site"):
        run_switches(replace(P12, to="phenobarbital", to_products=phenobarbital, to_mg=120), use_days=84)


# --- joined to a taper


def test_a_switch_is_joined_to_a_taper():
    switch = cross_over(P12)
    taper = nice(Baseline(DIAZEPAM, 40, ("morning", "night")))
    plan = join(switch.steps, taper, made_with=switch.made_with, notes=switch.notes)
    assert plan.drugs == ("lorazepam", "diazepam")
    assert plan.days_to_zero == 12 + taper.days_to_zero
    assert [plan.mg_on(day, "diazepam") for day in (0, 11, 12)] == [10, 40, taper.mg_on(0, "diazepam")]
    assert "night doses first" in plan.made_with["switch"]
    assert plan.notes.count(switch.notes[0]) == 1
    with pytest.raises(InputError, match="begins above"):
        join(switch.steps, nice(Baseline(DIAZEPAM, 60, QID, hold_days=7, allow_above_label=True)))
    with pytest.raises(InputError, match="another drug"):
        join(switch.steps, nice(Baseline(LORAZEPAM, 2, ("night",), hold_days=7)))
    with pytest.raises(InputError, match="does not end in one drug"):
        join(switch.steps[:2], taper)


def test_a_joined_plan_is_what_was_simulated(run):
    """The stepped chain of the taper planner gives the same days as the run of the switch."""
    hold = nice(Baseline(DIAZEPAM, 40, QID, hold_days=28))
    plan = join(of(run, "4 steps over 12 days").crossover.steps, hold)
    chain = build_chain([Steady("lorazepam", 4, QID, USE_DAYS)], Patient(), drugs=["diazepam"])
    days = 12 + 28
    np.testing.assert_allclose(
        plan_imbalance(chain, plan, days)[:, 0], of(run, "4 steps over 12 days").daily[:days, 1], atol=1e-9
    )


# --- simulation


def test_the_regimen_has_every_tablet_of_the_steps():
    steps = cross_over(P12).steps
    regimen = switch_regimen(P12.before, steps, 10, 20)
    daily = regimen.daily_dose(30 * 24)
    lorazepam = [4.0] * 10 + [3.0] * 3 + [2.0] * 3 + [1.0] * 3 + [0.0] * 11
    diazepam = [0.0] * 10 + [10.0] * 3 + [20.0] * 3 + [30.0] * 3 + [40.0] * 11
    np.testing.assert_array_equal(daily["lorazepam"], lorazepam)
    np.testing.assert_array_equal(daily["diazepam"], diazepam)


def test_order_of_the_practice(run):
    """Overnight is worst, weekly steps best; where both share their first night, which decides at x1, they tie."""
    half, one = 0, 1
    overnight, days, weeks = (of(run, name).peak for name in ("overnight", "4 steps over 12 days", "4 steps over 28 days"))
    assert overnight[half] > days[half] > weeks[half]
    assert overnight[one] > days[one] >= weeks[one] > run.before_imbalance
    assert overnight[half] > 1.5 * overnight[one]
    assert weeks[half] < overnight[half] / 2
    assert 1 <= of(run, "overnight").peak_day[one] < 3


def test_the_peak_falls_and_the_sedation_rises_with_what_the_dose_is_worth(run):
    order = np.argsort(run.worth)
    for switch in run.switches:
        assert np.all(np.diff(switch.peak[order]) <= 1e-12)
        assert np.all(np.diff(switch.sedation[order]) >= -1e-12)
    np.testing.assert_allclose(run.drive / run.worth, run.drive[1], rtol=0.01)
    at_two = [of(run, name).sedation[2] for name in ("overnight", "4 steps over 28 days")]
    assert at_two[0] > at_two[1] > run.before_sedation


def test_finer_steps_are_milder_in_the_same_time(run):
    assert np.all(of(run, "8 steps over 28 days").peak[:2] < of(run, "4 steps over 28 days").peak[:2])


def test_slower_switches_overlap_longer(run):
    overlap = [switch.overlap_days for switch in run.switches]
    assert overlap == sorted(overlap)
    assert overlap[0] <= 3
    assert overlap[-1] >= 19


def test_a_dose_worth_half_acts_as_half_the_dose(run):
    """What `worth` means: kinetics are linear and occupancy depends on C/K alone. Also that lane by lane nothing else differs."""
    half = replace(P12, to_mg=20, step_days=OVERNIGHT)
    other = run_switches(half, use_days=USE_DAYS, ladder_days=(28,), draws=DRAWS, seed=3)
    one, two = 1, 2
    np.testing.assert_allclose(of(other, "overnight").daily[:, two], of(run, "overnight").daily[:, one], atol=1e-9)
    np.testing.assert_allclose(of(other, "overnight").daily[:, one], of(run, "overnight").daily[:, 0], atol=1e-9)


CAPSULES = parse_strengths("10, 20 mg", "temazepam")
FORMED = Substitution("temazepam", 20, ("night",), CAPSULES, "diazepam", DIAZEPAM, step_days=(7, 7))


def test_what_the_new_drug_forms_of_the_old_one_is_not_in_doubt():
    """Diazepam forms temazepam: only diazepam and nordiazepam are in doubt."""
    regimen = str(switch_regimen(FORMED.before, cross_over(FORMED).steps, 14, 14))
    case = parse_case({"title": "t", "horizon": "28 d", "arm": [{"name": "a", "regimen": regimen}]})
    own, shared = affinities_apart(case, "temazepam", "diazepam")
    assert own == ("receptor.K.diazepam", "receptor.K.nordiazepam")
    assert shared == ("temazepam", "oxazepam")


@pytest.mark.slow
def test_a_drug_that_the_new_one_forms_has_no_overlap_of_its_own():
    found = run_switches(FORMED, use_days=28, ladder_days=(), draws=DRAWS)
    assert [switch.overlap_days for switch in found.switches] == [None, None]
    assert found.drive[0] > found.drive[1] / 2
    assert "left out of the error: temazepam, oxazepam" in held_against(found, 1.0).verdict


def test_draws_are_those_of_the_tables(run):
    tables = convert(4, "lorazepam", "diazepam")
    many = np.log(worth_draws("lorazepam", "diazepam", 4000, seed=1))
    assert many.mean() == pytest.approx(0, abs=4 * tables.sd_ln / math.sqrt(4000))
    assert many.std() == pytest.approx(tables.sd_ln, rel=0.05)
    two = np.log(worth_draws("lorazepam", "alprazolam", 4000, seed=1))
    assert two.std() == pytest.approx(convert(1, "lorazepam", "alprazolam").sd_ln, rel=0.05)
    assert run.fixed == 3
    np.testing.assert_array_equal(run.worth[3:], worth_draws("lorazepam", "diazepam", DRAWS, 3))


# --- verdict


def test_an_overnight_switch_that_crosses_the_cap_is_warned_of(run):
    peak = of(run, "overnight").peak
    found = held_against(run, 0.99 * peak[1])
    assert found.warning.startswith("Warning: an overnight switch to diazepam crosses the cap")
    assert "worth x0.5" in found.warning
    assert "worth x1" in found.warning
    assert "at x1 4 steps over 12 days does not" in found.warning
    assert found.warning in found.verdict
    between = held_against(run, (peak[0] + peak[1]) / 2).warning
    assert "worth x0.5" in between
    assert "worth x1" not in between
    none = held_against(run, 1.01 * peak[0])
    assert none.warning == ""
    assert "Warning" not in none.verdict


def test_the_fastest_robust_switch(run):
    overnight, days, weeks, fine = (switch.peak[0] for switch in run.switches)
    assert robust_switch(run, 1.01 * overnight).switch.name == "overnight"
    assert robust_switch(run, 1.01 * days).switch.name == "4 steps over 12 days"
    found = robust_switch(run, 1.01 * weeks)
    assert isinstance(found, RobustSwitch)
    assert (found.switch.name, found.peak) == ("4 steps over 28 days", weeks)
    none = robust_switch(run, 0.99 * fine)
    assert isinstance(none, NoRobustSwitch)
    assert none.bound == fine
    assert none.nearest.name == "8 steps over 28 days"
    assert f"{fine:.3f}" in none.reason
    assert none.reason.lower() in held_against(run, 0.99 * fine).verdict.lower()


def test_a_quantile_of_the_tables_asks_for_less_than_a_twofold_error(run):
    drawn = np.sort(of(run, "4 steps over 28 days").peak[run.fixed :])
    found = robust_switch(run, drawn[-1], quantile=0.9)
    assert isinstance(found, RobustSwitch)
    assert found.peak <= drawn[-1] < of(run, found.switch.name).peak[0]
    with pytest.raises(InputError, match="quantile over the tables"):
        robust_switch(run, 0.1, quantile=1)
    with pytest.raises(InputError, match="cap"):
        robust_switch(run, -0.1)


def test_the_table_has_a_row_for_each_pace(run):
    table = held_against(run, 0.05).table
    assert list(table["switch"]) == [switch.name for switch in run.switches]
    assert list(table["days"]) == [0, 12, 28, 28]
    assert table["peak_x0.5"].iloc[0] == of(run, "overnight").peak[0]
    assert np.all(table["peak_median"] <= table["peak_high"])
    assert table["share_above_cap"].between(0, 1).all()


def test_the_table_and_the_figure_of_the_page(run):
    lines = switch_figure.table(run).splitlines()
    assert len(lines) == 2 + len(run.switches)
    assert lines[2].startswith(f"| overnight | {of(run, 'overnight').peak[0]:.3f} |")
    assert {line.count("|") for line in lines} == {len(switch_figure.HEADINGS) + 1}
    drawing = switch_figure.figure(run)
    assert drawing.count("<polyline") == 2 * len(switch_figure.SHOWN)
    assert switch_figure.practice() == P12


def test_a_cap_below_the_imbalance_between_doses_is_said(run):
    assert "Between doses" not in held_against(run, 0.01).verdict
    between = replace(run, before_imbalance=0.02)
    assert held_against(replace(run, before_imbalance=of(run, "overnight").peak[:3].max()), 0.01).warning == ""
    assert "before anything is switched" in robust_switch(between, 0.01).reason
    assert "Between doses of lorazepam" in held_against(between, 0.01).verdict


@pytest.mark.parametrize(
    "name", ["substitution", "crossover", "switch_doses", "switch_regimen", "switch_run", "switch_worth", "switch_verdict"]
)
def test_examples_in_docstrings(name):
    module = sys.modules[f"allostasis.clinic.taper.{name}"]
    assert doctest.testmod(module).failed == 0
