"""Diaries: reading and refusing them, the person behind them, and the plan solved again from today."""

import csv
import io
import itertools
import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

from allostasis import library
from allostasis.cli import main
from allostasis.cli.app import app
from allostasis.clinic.diary import Diary, Entry, points, weekly
from allostasis.clinic.symptoms import CLUSTERS
from allostasis.clinic.taper import Plan, Step, Tablet, limits, linear, parse_strengths
from allostasis.clinic.taper.carrying_out import Baseline
from allostasis.clinic.taper.forecast import IMBALANCE
from allostasis.clinic.taper.planner import plan_taper
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.setting import set_up
from allostasis.clinic.taper.verify import plan_imbalance
from allostasis.interop.diary_csv import read_diary
from allostasis.interop.diary_report import diary_markdown, diary_svg, posterior_csv, weeks_csv
from allostasis.interop.plan_json import plan_json
from allostasis.patient import Patient
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.simulation.simulate import apply_factors
from allostasis.study.chains import sample_chains
from allostasis.study.diary_decision import DECISIONS, decide
from allostasis.study.diary_outlook import outlook
from allostasis.study.diary_person import NUMBERS, factors_of, in_words, prior_sd
from allostasis.study.diary_question import other_numbers, question_of
from allostasis.study.diary_rules import accepted, next_reduction, rule_values, worsened
from allostasis.study.diary_run import person_run
from allostasis.study.diary_score import TOTAL, anchored_drives, observations, weekly_scores
from allostasis.study.diary_search import carry, doses_before, joined, rest_of, shifted
from allostasis.study.diary_table import person_table
from allostasis.study.diary_update import predictor, table_predictor, update
from allostasis.study.importance import weighted_draws
from allostasis.study.laplace import maximum_a_posteriori, normal_draws

START = date(2027, 1, 4)
LUMPED = {"adaptation": "two_timescale"}
"""Two states of adaptation: quick to compile."""
TABLETS = parse_strengths("2 mg (halves), 5 mg", "diazepam")
SLOW, QUICK = [0.4, 0.7, 0.0, 0.0], [-0.4, -0.7, 0.0, 0.0]
ALARM = library.parameter_set("diary")["decision.alarm"].value


def diary_of(scores, **more):
    return Diary(tuple(Entry(6 + 7 * k, score) for k, score in enumerate(scores)), **more)


@pytest.fixture(scope="module")
def plan():
    """A plan that lies close under its cap for the typical person."""
    asked = Question("diazepam", 20, ("morning", "night"), 180, TABLETS, cap=0.1, model=LUMPED, exact="never")
    return plan_taper(asked, suggest=False).plan


@pytest.fixture(scope="module")
def question(plan):
    return question_of(plan, model=LUMPED)


@pytest.fixture(scope="module")
def run(plan, question):
    return person_run(plan, question.history, question.patient, plan.days_to_zero + 90, model=LUMPED)


@pytest.fixture(scope="module")
def table(run):
    return person_table(run)


def written(table, person, weeks, sd, seed):
    """A diary that a person with these numbers would write."""
    seen = observations(diary_of([0.0] * weeks))
    exact = table_predictor(table, seen)(np.array([person]))[0]
    noise = sd * np.random.default_rng(seed).standard_normal(weeks)
    return diary_of(np.clip(exact + noise, 0, 100).tolist())


# --- reading a diary


def write(tmp_path, text):
    path = tmp_path / "diary.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_diary_by_days_and_by_dates_is_the_same(tmp_path):
    days = read_diary(write(tmp_path, "day,score,note\n6,14,\n13,22.5,\"bad sleep, noise\"\n20,,forgotten\n27,17,\n"), START)
    dates = read_diary(write(tmp_path, "date,score\n2027-01-10,14\n2027-01-17,22.5\n2027-01-24,\n2027-01-31,17\n"), START)
    assert [e.day for e in days.entries] == [e.day for e in dates.entries] == [6, 13, 20, 27]
    assert [e.score for e in days.entries] == [e.score for e in dates.entries] == [14, 22.5, None, 17]
    assert days.entries[1].note == "bad sleep, noise"
    assert days.missing == ("no score on day 20",)
    assert days.today == 28


def test_scales_are_turned_into_points(tmp_path):
    text = "day,score,scale\n6,20,CIWA-B\n13,20,\n20,30,PWC 20\n"
    assert [e.score for e in read_diary(write(tmp_path, text), START, scale="bwsq").entries] == [25, 50, 50]
    assert points(80, "ciwa-b") == 100
    with pytest.raises(UnknownNameError, match="ciwa_b"):
        points(3, "ciwa")
    with pytest.raises(InputError, match="out of the range of the scale ciwa_b"):
        points(81, "ciwa_b")


def test_clusters_take_the_place_of_the_total(tmp_path):
    text = "day," + ",".join(CLUSTERS) + "\n6,40,20,10,0\n"
    diary = read_diary(write(tmp_path, text), START)
    assert diary.entries[0].total == pytest.approx(0.41 * 40 + 0.32 * 20 + 0.09 * 10)
    seen = observations(diary)
    assert seen.value.tolist() == [40, 20, 10, 0]
    assert seen.cluster == (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("# only a remark\n\n", "is empty"),
        ("day,score\n", "has no rows"),
        ("day,score\n6,\n13,\n", "without any score"),
        ("day,score,mood\n6,1,2\n", r"line 1: column of a diary: 'mood'.*one of: date, day"),
        ("score\n5\n", "line 1: a diary needs either day or date"),
        ("day,date,score\n6,2027-01-10,5\n", "needs either day or date"),
        ("day\n6\n", "line 1: a diary without scores"),
        ("day,score,day\n6,1,6\n", "a column twice"),
        ("day,score,psychological\n6,1,1\n", "some clusters have a column"),
        ("day,psychological,physiological,neurological,perceptual\n6,1,1,,1\n", "line 2: some clusters have a score"),
        ("day,score\n6,ten\n", r"line 2: score is not a number: 'ten'"),
        ("day,score\n6,nan\n", "line 2: score is not a number"),
        ("day,score\n6,14\n13,140\n", r"line 3: score out of the range of the scale 0-100: 140.0\. Expected 0 to 100"),
        ("day,score\n6,-2\n", "line 2: score out of the range"),
        ("day,score,scale\n6,81,ciwa-b\n", "line 2: score out of the range of the scale ciwa_b"),
        ("day,score,scale\n6,8,hamilton\n", "line 2: unknown scale of a diary: 'hamilton'"),
        ("day,score\n6,14,3\n", "line 2 has 3 cells: '6,14,3'.*2, one per column.*decimal point"),
        ("day,score\n6.5,14\n", "line 2: day of a score: '6.5'"),
        ("day,score\n,14\n", "line 2: day is not a number"),
        ("day,score\n-1,14\n6,12\n", "line 2: a score before the plan: 'day -1'"),
        ("date,score\n2027-01-03,14\n", "line 2: a score before the plan: '2027-01-03'. Expected 2027-01-04"),
        ("date,score\n10.01.2027,14\n", r"line 2: date of a score: '10.01.2027'. Expected year-month-day. Fix: write it as 2027"),
        ("day,score\n13,14\n6,12\n", "line 2: weeks of the diary are missing|line 3: the days of a diary do not rise"),
        ("day,score\n6,14\n6,12\n", "line 3: the days of a diary do not rise: 'day 6 behind day 6'"),
        ("day,score\n6,14\n9,12\n", "line 3: two scores within one week"),
        ("day,score\n6,14\n27,12\n", "line 3: weeks of the diary are missing: 'nothing for days 7 to 20'.*empty score"),
        ("day,score\n20,12\n", "line 2: weeks of the diary are missing: 'nothing for days 0 to 13'"),
    ],
)
def test_a_bad_diary_is_refused_with_its_line(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read_diary(write(tmp_path, text), START)


def test_no_file_and_no_text(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_diary(tmp_path / "none.csv", START)
    (tmp_path / "bad.csv").write_bytes(b"day,score\n6,\xff\n")
    with pytest.raises(InputError, match="cannot be read"):
        read_diary(tmp_path / "bad.csv", START)


def test_a_gap_is_allowed_on_demand_and_left_out(tmp_path, table):
    path = write(tmp_path, "day,score\n6,14\n27,12\n")
    diary = read_diary(path, START, allow_gaps=True)
    assert diary.missing == ("no row for days 7 to 20",)
    seen = observations(diary)
    assert seen.value.tolist() == [14, 12]
    assert seen.days == (6, 27)
    empty = Diary((Entry(6, 14.0), Entry(13, None), Entry(20, None), Entry(27, 12.0)))
    same = table_predictor(table, observations(empty))(np.zeros((1, 4)))
    assert table_predictor(table, seen)(np.zeros((1, 4))).tolist() == same.tolist()


def test_a_week_is_the_mean_of_its_days():
    daily = np.arange(28.0).reshape(14, 2)
    assert weekly(daily, [6, 13]).tolist() == [[6, 7], [20, 21]]


# --- the most probable numbers, against closed forms


def line(seed=0, rows=12):
    """y = A u + noise, with a normal prior: everything is known."""
    rng = np.random.default_rng(seed)
    matrix, prior, sd = rng.standard_normal((rows, 3)), np.array([0.5, 1.0, 2.0]), np.full(rows, 0.7)
    observed = matrix @ (prior * rng.standard_normal(3)) + sd * rng.standard_normal(rows)
    covariance = np.linalg.inv(matrix.T @ matrix / 0.7**2 + np.diag(prior**-2.0))
    mean = covariance @ matrix.T @ observed / 0.7**2
    return (lambda u: u @ matrix.T), observed, sd, prior, mean, covariance


def test_laplace_is_exact_on_a_line():
    predict, observed, sd, prior, mean, covariance = line()
    found = maximum_a_posteriori(predict, observed, sd, prior)
    assert found.converged
    assert found.mode == pytest.approx(mean, abs=1e-9)
    assert found.covariance == pytest.approx(covariance, abs=1e-9)
    draws = found.draws(256)
    assert found.effective(draws, predict(draws)) == pytest.approx(1)


def test_a_bent_function_is_climbed():
    def predict(u):
        return np.exp(2 * u[:, :1]) + np.array([[0.0, 1.0, 2.0]])

    truth = predict(np.array([[0.8]]))[0]
    found = maximum_a_posteriori(predict, truth, np.full(3, 0.05), np.array([1.0]))
    assert found.converged
    assert found.mode == pytest.approx([0.8], abs=0.01)
    assert found.misfit < 0.1


@pytest.mark.parametrize("seed", range(3))
def test_chains_and_weights_agree_with_laplace_on_a_line(seed):
    predict, observed, sd, prior, mean, covariance = line(seed)
    found = maximum_a_posteriori(predict, observed, sd, prior)
    wide = np.sqrt(np.diag(covariance))
    chains = sample_chains(found, predict, steps=200, seed=seed)
    assert chains.accepted > 0.2
    assert chains.r_hat.max() < 1.1
    assert np.abs(chains.mean - mean).max() < 0.15 * wide.max()
    assert chains.sd == pytest.approx(wide, rel=0.12)
    weighted = weighted_draws(found, predict, seed=seed)
    assert weighted.effective > 500
    assert weighted.draws.mean(axis=0) == pytest.approx(mean, abs=0.1 * wide.max())
    assert weighted.draws.std(axis=0) == pytest.approx(wide, rel=0.1)


def test_chains_and_weights_find_a_posterior_that_is_not_normal():
    """A function flat below 0 and steep above: Laplace is wrong, a fine grid is right."""

    def predict(u):
        return 20 * np.maximum(u, 0.0)

    observed, sd, prior = np.array([2.0]), np.array([6.0]), np.array([1.0])
    grid = np.linspace(-6, 6, 20001)
    density = np.exp(-(((predict(grid) - 2) / 6) ** 2) / 2 - grid**2 / 2)
    density /= density.sum()
    mean = float(density @ grid)
    spread = float(np.sqrt(density @ (grid - mean) ** 2))
    found = maximum_a_posteriori(predict, observed, sd, prior)
    assert found.effective(found.draws(512), predict(found.draws(512))) < 0.5
    for draws in (weighted_draws(found, predict).draws, sample_chains(found, predict, steps=2000).draws):
        assert draws.mean() == pytest.approx(mean, abs=0.06)
        assert draws.std() == pytest.approx(spread, rel=0.06)


def test_what_cannot_be_fitted_is_refused():
    with pytest.raises(InputError, match="observations"):
        maximum_a_posteriori(lambda u: u, np.zeros(0), np.zeros(0), np.ones(1))
    predict, observed, sd, prior, *_ = line()
    found = maximum_a_posteriori(predict, observed, sd, prior)
    with pytest.raises(InputError, match="power of 2"):
        weighted_draws(found, predict, proposals=1000)
    with pytest.raises(InputError, match="chains and steps"):
        sample_chains(found, predict, steps=2)


# --- the person


@pytest.mark.parametrize("model", [LUMPED, {"adaptation": "mechanisms"}])
def test_shares_stay_between_0_and_1(model, plan):
    system = person_run(plan, question_of(plan).history, Patient(), 7, model=model).system
    extreme = np.array([[size, speed, 0.0, 0.0] for size in (-6.0, 0.0, 6.0) for speed in (-3.0, 3.0)])
    factors = factors_of(extreme, system.parameters)
    changed, _ = apply_factors(system.parameters, factors)
    if model == LUMPED:
        share = changed["adaptation"]["w_fast"] + changed["adaptation"]["w_slow"]
    else:
        share = changed["adapted_circuit"]["adapting_share"]
        naive = system.parameters["adapted_circuit"]
        assert changed["adapted_circuit"]["nmda_weight"] / share == pytest.approx(
            np.full(6, naive["nmda_weight"] / naive["adapting_share"])
        )
    assert np.all((share > 0) & (share < 1))
    assert np.all(np.diff(share[::2]) > 0)
    assert {name: f[2:4] for name, f in factors.items() if name.endswith("share")} == {
        name: pytest.approx(np.ones(2)) for name in factors if name.endswith("share")
    }


def test_a_chain_that_does_not_adapt_is_refused(plan, question):
    still = person_run(plan, question.history, Patient(), 7, model={"adaptation": "none"})
    with pytest.raises(NotModelledError, match="does not adapt"):
        still.start(np.zeros((1, 4)))


def test_the_typical_person_is_the_one_in_the_library():
    assert in_words(np.zeros(4)) == {"size": 1, "recovery": 1, "sensitivity": 1, "background": pytest.approx(3)}
    assert prior_sd().shape == (len(NUMBERS),)


def test_sensitivity_without_a_simulation_is_that_of_one_with_it(run):
    """Clusters read with anchors lowered by s are those that the chain gives with its anchors divided by s."""
    week = replace(run, today=28)
    person = np.array([[0.3, 0.4, 0.6, 0.0], [-0.2, 0.1, -0.5, 0.3]])
    _, plain = week.start(person)
    _, simulated = week.start(person, factors={"withdrawal.half": np.exp(-person[:, 2])})
    rows = observations(diary_of([0.0] * 4)).rows(7)
    read = weekly_scores(anchored_drives(plain)[:, rows], person)
    direct = weekly_scores(anchored_drives(simulated)[:, rows], person * np.array([[1, 1, 0, 1]]))
    assert read == pytest.approx(direct, abs=1e-6)
    assert read[0, :, 0].max() > 5
    assert read[0, :, 0].max() > read[1, :, 0].max()


def test_the_past_is_that_of_the_planner(plan, question, run):
    """The typical person brought up to today and on is the chain that the plan was verified in."""
    typical = set_up(replace(question, quantile=0.9)).chain
    whole = plan_imbalance(typical, plan, plan.days_to_zero)[:, 0]
    _, series = replace(run, today=plan.days_to_zero).start(np.zeros((2, 4)))
    assert series[IMBALANCE][7:, 0] == pytest.approx(whole, abs=1e-9)


def test_the_table_is_the_simulation(run, table):
    person = np.vstack([normal_draws(np.zeros(4), np.diag(prior_sd() ** 2), 16, seed=3)[:7], np.zeros((1, 4))])
    person = np.clip(person, -2.5 * prior_sd()[None], 2.5 * prior_sd()[None])
    seen = observations(diary_of([0.0] * 20))
    read, simulated = table_predictor(table, seen)(person), predictor(replace(run, today=140), seen)(person)
    assert np.abs(read - simulated).max() < 1.0  # points of 100, where a score errs by 6
    _, series = run.start(person)
    assert np.abs(table.read_imbalance(person) - series[IMBALANCE].T).max() < 0.005
    corner = np.array([[table.axes[0][3], table.axes[1][5], 0.0, 0.0]])
    assert table.read_imbalance(corner)[0] == pytest.approx(table.imbalance[3, 5], abs=1e-12)


def test_a_diary_moves_the_numbers_the_right_way(run, table):
    slow, quick = (update(run, written(table, p, 20, 2.0, 1), table) for p in (SLOW, QUICK))
    assert slow.drawn[:, 0].mean() > quick.drawn[:, 0].mean() + 0.1
    assert slow.drawn[:, 1].mean() > quick.drawn[:, 1].mean() + 0.3
    for found in (slow, quick):
        assert found.table_error < 1.0
        assert np.all(found.posterior.standard_error < prior_sd() * 1.001)
        assert "importance weights" in found.check


def test_more_weeks_say_more(run, table):
    spread = [update(run, written(table, SLOW, n, 3.0, 2), table).drawn[:, :2].std(axis=0).sum() for n in (3, 10, 24)]
    assert spread[0] > spread[1] > spread[2]


def test_chains_by_simulation_agree_with_the_table(run, table):
    diary = written(table, SLOW, 6, 3.0, 3)
    by_table, by_run = update(run, diary, table), update(run, diary, table, simulated_steps=8)
    assert "Markov chains by simulation" in by_run.check
    sd = by_table.drawn.std(axis=0)
    assert np.all(np.abs(by_run.drawn.mean(axis=0) - by_table.drawn.mean(axis=0)) < 0.3 * sd)


def test_a_run_must_reach_the_last_score(run, table):
    with pytest.raises(InputError, match="stops before the diary"):
        update(replace(run, today=10), diary_of([5.0, 5.0]), table)


@pytest.mark.slow
def test_the_truth_lies_in_its_interval_with_all_mechanisms():
    """A person who recovers at half the speed and adapts more, by the nine mechanisms, over six seeds of noise."""
    asked = Question("diazepam", 20, ("morning", "night"), 730, TABLETS, exact="never")
    plan = plan_taper(asked, suggest=False).plan
    run = person_run(plan, asked.history, Patient(), 140)
    table, truth, sd = person_table(run), np.array([[0.25, np.log(2), 0.0, 0.0]]), 6.0
    seen = observations(diary_of([0.0] * 20))
    exact = predictor(run, seen)(truth)[0]
    inside = []
    for seed in range(6):
        noise = sd * np.random.default_rng(seed).standard_normal(20)
        found = update(run, diary_of(np.clip(exact + noise, 0, 100).tolist()), table)
        low, high = np.quantile(found.drawn, [0.05, 0.95], axis=0)
        inside.append((low <= truth[0]) & (truth[0] <= high))
    assert np.all(np.sum(inside, axis=0) >= 4), np.array(inside)


# --- the question behind a plan


def test_a_plan_gives_back_its_question(plan, question):
    assert (question.drug, question.mg_per_day, question.use_days) == ("diazepam", 20, 180)
    assert question.times == ("morning", "night")
    assert set(question.products) == set(TABLETS)
    assert (question.cap, question.preset, question.period_days, question.virtual_patients) == (0.1, "asam", 7, 0)
    assert question.quantile == 0.5
    assert other_numbers(plan, question) == ""
    assert "other numbers" in other_numbers(plan, replace(question, patient=Patient(50)))
    robust = replace(plan, made_with=dict(plan.made_with) | {"patients": "20 virtual, seed 3", "quantile": "0.8"})
    again = question_of(robust, cap=0.2, preset="nice")
    assert (again.virtual_patients, again.seed, again.quantile, again.cap, again.preset) == (20, 3, 0.8, 0.2, "nice")


def test_a_plan_that_does_not_say_enough_is_refused(plan):
    silent = replace(plan, made_with={"ceiling": "none"})
    with pytest.raises(InputError, match=r"does not say what was taken before it.*how long it was taken"):
        question_of(silent)
    told = question_of(silent, mg_per_day=20, use_days=90)
    assert (told.preset, told.cap, set(told.products)) == ("asam", 0.05, set(plan.products))
    with pytest.raises(InputError, match="without the ceiling"):
        question_of(plan, preset="none")
    two = Plan("two", (
        Step(0, 7, {"diazepam": 5}, Baseline(TABLETS, 5, ("night",)).intakes(Fraction(5))),
        Step(7, 7, {"lorazepam": 1}, Baseline((Tablet("lorazepam", 1),), 1, ("night",)).intakes(Fraction(1))),
        Step(14, 7, {}),
    ))  # fmt: skip
    with pytest.raises(NotModelledError, match=r"does not give one drug.*lorazepam"):
        question_of(two)


# --- a search from the middle of a plan


def test_the_ceiling_remembers_what_was_before_today():
    asam = limits("asam", "diazepam")
    carried = carry(asam, [(float("inf"), Fraction(20)), (5, Fraction(16))])
    assert carried.lowest_next([(float("inf"), Fraction(16))]) == 15
    assert carried.lowest_next([(float("inf"), Fraction(16)), (7, Fraction(15))]) == 15  # 20 ended 12 days ago
    assert carried.lowest_next([(float("inf"), Fraction(16)), (14, Fraction(15)), (7, Fraction(15))]) < 15
    assert carry(limits("none", "diazepam"), [(float("inf"), Fraction(20))]).lowest_next([(float("inf"), 20)]) == 0


def test_steps_are_cut_shifted_and_joined(plan):
    day = plan.steps[2].start_day + 3
    rest = Plan("rest", shifted(rest_of(plan, day), -day))
    same = replace(plan, steps=joined(plan, day, rest))
    assert [same.mg_on(d, "diazepam") for d in range(300)] == [plan.mg_on(d, "diazepam") for d in range(300)]
    assert same.steps[:2] == plan.steps[:2]
    assert len(same.steps) == len(plan.steps)
    held = Plan("rest", (Step(0, 14, rest.steps[0].mg_per_day, rest.steps[0].intakes), *shifted(rest.steps, 14)))
    later = replace(plan, steps=joined(plan, day, held, note="hold"))
    assert later.days_to_zero == plan.days_to_zero + 14
    assert later.steps[2].note == "hold"


def test_doses_before_today(plan, question):
    begun = doses_before(plan, question, 20)
    assert begun[0] == (float("inf"), 20)
    assert begun[1:] == [(20 - s.start_day, s.mg_per_day["diazepam"]) for s in plan.steps if s.start_day < 20]


# --- decisions


def ceiling_is_kept(decision):
    """No day from today on falls faster than the guideline, across today too."""
    plan, question = decision.plan, decision.question
    daily = [plan.mg_on(day, question.drug) for day in range(plan.days_to_zero + 1)]
    assert all(a >= b for a, b in itertools.pairwise(daily))
    breaches = limits(question.preset, question.drug).breaches(daily, before_mg=question.mg_per_day)
    return [b for b in breaches if b.day >= decision.today] == []


@pytest.fixture(scope="module", params=[0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
def slowed(request, plan, question, table):
    """The answer to a slow person's diary of ten weeks."""
    return decide(plan, written(table, SLOW, 10, 3.0, request.param), question)


def test_the_slow_person_is_held_or_slowed(plan, question, table, slowed):
    found = slowed
    assert found.decision in ("hold", "slower")
    assert found.above["after"] > found.above["before"]
    old, new = found.weeks_to_zero()
    assert new > old
    assert ceiling_is_kept(found)
    assert found.plan.steps[:5] == plan.steps[:5]
    assert found.peaks["new plan, after"]["median"] <= question.cap
    assert found.peaks["old plan, after"]["median"] > question.cap * 1.1
    assert found.plan.made_with["history"] == plan.made_with["history"]
    assert found.plan.made_with["diary"].startswith(found.decision)
    assert any(note.startswith("diary: ") for note in found.plan.notes)
    again = decide(found.plan, written(table, SLOW, 11, 3.0, 0), question_of(found.plan, model=LUMPED))
    assert again.decision in DECISIONS
    assert sum(note.startswith("diary: ") for note in again.plan.notes) == 1


@pytest.mark.parametrize("person", [QUICK, [0.0] * 4])
def test_others_go_on_as_planned_or_faster(plan, question, table, person):
    found = decide(plan, written(table, person, 10, 3.0, 1), question)
    assert found.decision in ("as planned", "faster")
    assert found.rest is None or found.weeks_to_zero()[1] < found.weeks_to_zero()[0]
    assert found.decision != "as planned" or found.plan == plan
    assert ceiling_is_kept(found)


@pytest.fixture(scope="module")
def cautious():
    """Two reductions a year: far slower than a quick person needs, and it says nothing of its question."""
    start = Baseline(TABLETS, 20, ("morning", "night"), limits=limits("asam", "diazepam"))
    plan = linear(start, period_days=28, step_mg=1)
    return plan, question_of(plan, mg_per_day=20, use_days=180, cap=0.3, model=LUMPED)


def test_a_quick_person_under_a_cautious_plan_goes_faster_within_the_guideline(cautious):
    plan, question = cautious
    found = decide(plan, diary_of([3.0, 2.0, 4.0, 3.0, 2.0, 3.0]), question)
    assert found.decision == "faster", found.reason
    old, new = found.weeks_to_zero()
    assert new <= old - rule_values()["gain"]
    assert ceiling_is_kept(found)
    assert np.mean(found.rest.peaks <= question.cap) >= 0.9
    first = found.next_reduction()[1]
    assert first >= found.today


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ([3.0, 2.0, 4.0], "needs 4 weeks with a score"),
        ([3.0, 2.0, 4.0, 3.0, 2.0, 30.0], "needs a last score of 25 or less"),
        ([0.0, 40.0, 0.0, 40.0, 0.0, 40.0, 0.0], "does not describe this diary"),
    ],
)
def test_what_stands_against_a_faster_plan(cautious, scores, words):
    plan, question = cautious
    found = decide(plan, diary_of(scores), question)
    assert found.decision == "as planned"
    assert words in found.reason
    assert found.plan is plan


def test_an_alarm_holds_and_names_the_limit(cautious):
    plan, question = cautious
    found = decide(plan, diary_of([5.0, 5.0, 5.0, ALARM]), question)
    assert found.decision == "hold"
    assert "alarm line" in found.reason
    assert "needs a clinician now" in found.words[0]
    first = found.next_reduction()[1]
    assert first >= found.today + rule_values()["hold"]
    assert ceiling_is_kept(found)
    below = decide(plan, diary_of([5.0, 5.0, 5.0, ALARM - 0.1]), question)
    assert not any("clinician now" in word for word in below.words)


def test_behind_zero_there_is_nothing_to_hold(plan, question):
    weeks = plan.days_to_zero // 7 + 2
    found = decide(plan, diary_of([4.0] * (weeks - 1) + [90.0]), question)
    assert found.decision == "as planned"
    assert "zero already" in found.reason
    assert "needs a clinician now" in found.words[0]


def test_where_no_plan_keeps_the_cap_the_old_one_is_postponed(plan, question):
    found = decide(plan, diary_of([20.0, 35.0, 45.0, 50.0, 50.0, 50.0]), replace(question, cap=0.005))
    assert found.decision == "hold"
    assert "postponed" in found.reason
    assert not found.rest.searched
    assert found.plan.days_to_zero == plan.days_to_zero + found.rest.hold_days
    assert ceiling_is_kept(found)


def test_missing_weeks_are_named(plan, question):
    diary = Diary((Entry(6, 5.0), Entry(13, None), Entry(34, 6.0)), allow_gaps=True)
    words = decide(plan, diary, question).words
    assert any("no score on day 13" in word for word in words)
    assert any("no row for days 14 to 27" in word for word in words)


def test_a_score_behind_the_plan_is_refused(plan, question):
    end = plan.steps[-1].end_day
    with pytest.raises(InputError, match=f"line 9: a score behind the end of the plan.*before day {end}"):
        decide(plan, Diary((Entry(end, 5.0, where="line 9"),), allow_gaps=True), question)


def test_a_robust_plan_bears_the_spread_of_kinetics(plan, run, table):
    robust = replace(plan, made_with=dict(plan.made_with) | {"patients": "20 virtual, seed 3", "quantile": "0.9"})
    asked = question_of(robust, model=LUMPED)
    found = update(run, written(table, [0.0] * 4, 6, 3.0, 4), table)
    alone, spread = outlook(replace(asked, virtual_patients=0), run, table, found), outlook(asked, run, table, found)
    assert "exposure.diazepam.CL" in spread.factors
    assert not any(name.startswith("adaptation.tau") for name in spread.factors)
    assert alone.factors == {}
    assert spread.posterior_peaks.shape == (64,)
    assert np.std(spread.posterior_peaks) > 0
    chosen = spread.spread_out(31)
    assert len(set(chosen)) == 31
    assert np.all(np.diff(spread.posterior_peaks[chosen]) >= 0)


def test_rules_of_evidence(question):
    assert worsened(0.5, 2) == pytest.approx(2 / 3)
    assert accepted(question, 0.3) == 0.5
    assert accepted(replace(question, quantile=0.9), 0.05) == pytest.approx(0.1)
    assert accepted(replace(question, quantile=0.9), 0.95) == 0.5


def test_next_reduction(plan):
    starts = [s.start_day for s in plan.steps]
    assert next_reduction(plan, starts[2]) == starts[2]
    assert next_reduction(plan, starts[2] + 1) == starts[3]
    assert next_reduction(plan, plan.days_to_zero + 1) is None


# --- what is handed out


def test_the_forms_agree(plan, slowed):
    found = slowed
    rows = list(csv.DictReader(io.StringIO(weeks_csv(found))))
    assert [float(r["score"]) for r in rows[:10]] == pytest.approx([e.total for e in found.update.diary.observed], rel=1e-5)
    assert rows[10]["score"] == ""
    assert float(rows[3]["new_mg_per_day"]) == float(plan.mg_on(27, "diazepam"))
    assert all(float(r["after_low"]) <= float(r["after_median"]) <= float(r["after_high"]) for r in rows)
    numbers = list(csv.DictReader(io.StringIO(posterior_csv(found))))
    assert [r["number"] for r in numbers] == list(NUMBERS)
    assert float(numbers[1]["before_median"]) == pytest.approx(1)
    assert float(numbers[1]["after_median"]) == pytest.approx(np.exp(np.median(found.update.drawn[:, 1])), rel=1e-3)
    text = diary_markdown(found, START)
    assert text.startswith(f"# {found.decision.capitalize()}\n")
    assert found.reason in text
    assert "does not decide for a person" in text
    drawn = ElementTree.fromstring(diary_svg(found))
    assert drawn.tag.endswith("svg")
    assert found.decision in drawn.attrib["aria-label"]


def test_observed_totals_are_marked():
    assert observations(diary_of([3.0])).cluster == (TOTAL,)


# --- the command


@pytest.fixture(scope="module")
def files(tmp_path_factory, plan):
    folder = tmp_path_factory.mktemp("diary")
    (folder / "plan.json").write_text(plan_json(plan, START, plan_id="p"), encoding="utf-8")
    (folder / "diary.csv").write_text("day,score\n6,14\n13,12\n", encoding="utf-8")
    (folder / "bad.csv").write_text("day,score\n6,14\n13,120\n", encoding="utf-8")
    (folder / "no.json").write_text("{}", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plan.json", "bad.csv"], "bad.csv, line 3: score out of the range"),
        (["no.json", "diary.csv"], "this is no plan"),
        (["none.json", "diary.csv"], "the plan cannot be read"),
        (["plan.json", "none.csv"], "the diary cannot be read"),
        (["plan.json", "diary.csv", "--scale", "ham"], "unknown scale of a diary"),
        (["plan.json", "diary.csv", "--preset", "none"], "without the ceiling"),
        (["plan.json", "diary.csv", "--preset", "asom"], "preset of limits"),
        (["plan.json", "diary.csv", "--cap", "-1"], "cap of the imbalance"),
        (["plan.json", "diary.csv", "--mcmc", "2"], "steps of the Markov chains"),
        (["plan.json", "diary.csv", "--for", "2 mg"], "duration of use"),
        (["plan.json", "diary.csv", "--strengths", "7 mg"], "cannot be made"),
    ],
)
def test_bad_input_leaves_nothing(files, tmp_path, arguments, message, capsys):
    names = [str(files / a) if a.endswith((".csv", ".json")) else a for a in arguments]
    with pytest.raises(SystemExit) as stopped:
        main(["diary", *names, "--out", str(tmp_path / "out")])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_command_explains_itself():
    assert "solve the plan again" in CliRunner().invoke(app, ["diary", "--help"], terminal_width=200).output


@pytest.mark.slow
def test_the_command_writes_plan_diary_and_marker(files, tmp_path):
    pytest.importorskip("typst")
    out = tmp_path / "out"
    (tmp_path / "worse.csv").write_text("day,score\n6,20\n13,30\n20,40\n27,60\n", encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["diary", str(files / "plan.json"), str(tmp_path / "worse.csv"), "--out", str(out)])
    assert stopped.value.code == 0
    marker = json.loads((out / "run.json").read_text())
    assert marker["decision"] == "hold"
    assert set(marker["files"]) >= {"plan.json", "plan.ics", "plan.pdf", "diary.md", "diary.svg", "posterior.csv", "weeks.csv"}
    assert json.loads((out / "plan.json").read_text())["sequence"] == 1
