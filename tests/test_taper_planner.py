"""The planner: a verified plan, a reasoned "not found" or a proven "no"; the exact search behind it; plans side by side."""

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from allostasis.clinic.taper import Liquid, Plan, Step, Tablet, asam, limits, linear, parse_strengths
from allostasis.clinic.taper.ceiling import Ceiling, ceiling
from allostasis.clinic.taper.chain import build_chain
from allostasis.clinic.taper.compare import compare
from allostasis.clinic.taper.exact import doses, programme, solve
from allostasis.clinic.taper.greedy import doses_so_far, greedy
from allostasis.clinic.taper.history import Steady
from allostasis.clinic.taper.outcome import Found, Infeasible, NotFound
from allostasis.clinic.taper.planner import plan_taper
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.search_rules import SearchRules
from allostasis.clinic.taper.setting import search_verified, set_up
from allostasis.clinic.taper.surrogate import Surrogate, build_surrogate, random_courses, rows_of
from allostasis.patient import Patient
from allostasis.quantity import InputError, UnknownNameError
from allostasis.study.taper_patients import plan_robust_taper, taper_factors

BID = ("morning", "night")
TABLETS = parse_strengths("2 mg (halves), 5 mg", "diazepam")


def question(**change):
    usual = {"drug": "diazepam", "mg_per_day": 10, "times": BID, "use_days": 180, "products": TABLETS, "cap": 0.1}
    usual |= {"model": {"adaptation": "two_timescale"}}
    return Question(**(usual | change))


@pytest.fixture(scope="module")
def setting():
    return set_up(question())


# --- questions


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"cap": -0.05}, InputError, "cap of the imbalance"),
        ({"quantile": 1.0}, InputError, "quantile"),
        ({"quantile": 0}, InputError, "quantile"),
        ({"preset": "asom"}, UnknownNameError, "did you mean 'asam'"),
        ({"use_days": 2}, InputError, "duration of use"),
        ({"times": ("teatime",)}, UnknownNameError, "time of day"),
        ({"mg_per_day": Fraction(1, 3)}, InputError, "cannot be made"),
        ({"mg_per_day": 0}, InputError, "above 0"),
        ({"mg_per_day": 500}, InputError, "largest daily dose"),
        ({"products": (Tablet("lorazepam", 1),)}, InputError, "products of another drug"),
        ({"products": (Tablet("lorazepam", 1), Tablet("diazepam", 5))}, InputError, "more than one drug"),
        ({"products": ()}, InputError, "no products"),
        ({"drug": "diazepan"}, UnknownNameError, "diazepam"),
        ({"exact": "perhaps"}, UnknownNameError, "exact search"),
        ({"virtual_patients": -1}, InputError, "whole numbers"),
        ({"most_weeks": 0}, InputError, "longest plan"),
        ({"period_days": 0}, InputError, "days of a search"),
    ],
)
def test_a_bad_question_is_refused(change, error, message):
    with pytest.raises(error, match=message):
        question(**change)


def test_factors_must_fit_the_question():
    with pytest.raises(InputError, match="factors of virtual patients"):
        plan_taper(question(), factors={"exposure.diazepam.CL": np.ones(3)})
    with pytest.raises(UnknownNameError, match="parameter"):
        plan_taper(question(virtual_patients=2), factors={"exposure.lorazepam.CL": np.ones(2)})


# --- outcomes


def test_a_plan_is_found_verified_and_keeps_every_rule():
    found = plan_taper(question())
    assert isinstance(found, Found)
    assert found.verified.within
    assert found.verified.level <= 0.1
    daily = [found.plan.mg_on(day, "diazepam") for day in range(found.plan.days_to_zero + 1)]
    assert daily == sorted(daily, reverse=True)
    assert daily[-1] == 0
    assert list(limits("asam", "diazepam").breaches(daily, before_mg=10)) == []
    assert found.weeks == found.course.periods_to_zero
    assert found.plan.made_with["cap"] == "0.1 seizure thresholds"
    assert any("not a dose for a person" in note for note in found.plan.notes)
    assert found.bound is None


def test_the_exact_search_bounds_a_plan_that_was_found():
    found = plan_taper(question(exact="always", exact_limit_s=20))
    assert isinstance(found, Found)
    assert found.bound is not None
    assert found.bound.proven
    assert found.bound.weeks <= found.weeks
    assert found.weeks - found.bound.weeks <= 4
    assert found.bound.cap == pytest.approx(0.1 + found.bound.error)
    assert "no plan is shorter than" in found.bound.text


def test_a_ceiling_that_no_tablet_keeps_is_a_proven_no():
    """Halves of 5 mg: from 2.5 mg the ceiling allows no fall that the tablets can make."""
    found = plan_taper(question(products=(Tablet("diazepam", 5, 2),)))
    assert isinstance(found, Infeasible)
    assert found.bound is None
    assert "the products make none between" in found.reason
    assert found.additions[0].text == "add 2 mg tablets, also split in halves"
    liquid = next(addition for addition in found.additions if "liquid" in addition.text)
    again = plan_taper(question(products=(Tablet("diazepam", 5, 2), Liquid("diazepam", 1))))
    assert isinstance(again, Found)
    assert again.weeks == liquid.weeks


def test_a_cap_that_the_tablets_break_is_a_proven_no():
    asked = question(products=(Tablet("diazepam", 5),), preset="none", cap=0.02, most_weeks=26)
    found = plan_taper(asked, suggest=False)
    assert isinstance(found, Infeasible)
    assert found.bound is not None
    assert found.bound.proven
    assert found.bound.weeks > 26
    assert found.bound.error >= 0
    assert found.additions == ()


@pytest.mark.slow
def test_what_would_help_against_a_cap():
    asked = question(products=(Tablet("diazepam", 5),), preset="none", cap=0.02, most_weeks=26)
    found = plan_taper(asked)
    assert isinstance(found, Infeasible)
    assert found.additions
    assert "raise the cap to" in found.additions[-1].text
    cap = float(found.additions[-1].text.split()[-1])
    assert isinstance(plan_taper(replace(asked, cap=1.01 * cap)), Found)
    assert isinstance(plan_taper(replace(asked, cap=0.7 * cap), suggest=False), NotFound | Infeasible)


def test_what_is_not_proven_is_not_called_infeasible():
    asked = question(products=(Tablet("diazepam", 5),), preset="none", cap=0.02, most_weeks=26, exact="never")
    found = plan_taper(asked, suggest=False)
    assert isinstance(found, NotFound)
    assert found.bound is None
    assert found.additions == ()
    assert "left after 26 periods" in found.reason


@pytest.mark.slow
def test_imbalance_between_doses_is_said():
    asked = question(
        drug="triazolam", mg_per_day=Fraction(1, 2), times=("night",), products=(Tablet("triazolam", 0.25, 2),), cap=0.01,
        preset="none", exact="never",
    )  # fmt: skip
    found = plan_taper(asked, suggest=False)
    assert isinstance(found, NotFound)
    assert "between doses" in found.reason


# --- verification tightens the search


@pytest.mark.parametrize(("cap", "mended"), [(0.15, True), (0.1, False)])
def test_tablets_that_exceed_the_cap_tighten_the_search(cap, mended):
    """Searched with doses divided evenly, carried out with tablets that cannot be: the plan says that it was searched again.

    Where that does not help, the plan that exceeds is handed back as one that exceeds, never as one within the cap.
    """
    tablets = (Tablet("diazepam", 2), Tablet("diazepam", 5))
    asked = question(products=tablets, times=("morning", "noon", "night"), preset="none", cap=cap, most_weeks=30)
    evenly = set_up(asked)
    evenly = replace(evenly, real=evenly.smooth)
    loose = greedy(evenly.smooth, evenly.ladder, evenly.start, evenly.limits, asked.rules)
    assert loose.level <= cap
    _, plan, verified = search_verified(evenly)
    assert plan is not None
    assert verified is not None
    assert any("exceeded the cap" in note for note in plan.notes)
    assert verified.within == mended
    assert any("found none" in note for note in plan.notes) != mended


# --- ceiling and exact search


def test_the_ceiling_on_the_ladder_is_that_of_the_limits():
    ladder = [Fraction(k, 2) for k in range(21)]
    draw = np.random.default_rng(1)
    for preset, period in itertools.product(("asam", "nice", "none"), (5, 7, 14, 21)):
        own = limits(preset, "diazepam")
        table = ceiling(own, ladder, period)
        for _ in range(20):
            rungs = sorted(draw.integers(0, 21, draw.integers(0, 6)).tolist(), reverse=True)
            taken = [ladder[rung] for rung in rungs]
            lowest = own.lowest_next(doses_so_far(ladder[-1], taken, period))
            assert ladder[table.lowest_next(rungs, 20)] == next(mg for mg in ladder if mg >= lowest)


def small(seed, periods=5, rungs=5):
    """A stand-in with made-up numbers: 2 rows a period, higher doses lower the present and raise the future."""
    draw = np.random.default_rng(seed)
    period = np.repeat(np.arange(periods + 1), 2)
    response = np.zeros((periods + 1, 2 * (periods + 1)))
    for t, row in itertools.product(range(periods), range(2 * (periods + 1))):
        if period[row] == t:
            response[t, row] = -draw.uniform(0.05, 0.2)
        elif period[row] > t:
            response[t, row] = draw.uniform(0.0, 0.06)
    worth = np.r_[0, np.cumsum(draw.uniform(0.5, 1.5, rungs - 1))]
    uneven = np.r_[0, draw.uniform(0, 0.02, rungs - 1)]
    base = draw.uniform(0.05, 0.2, 2 * (periods + 1)) + 0.15 * np.exp(-period / 2)
    return Surrogate(np.arange(rungs) * 1.0, worth, uneven, np.zeros(periods + 1), base, response, period)


@pytest.mark.parametrize("seed", range(6))
def test_the_exact_search_equals_trying_all_courses(seed):
    stand_in, limit = small(seed), Ceiling(np.array([0, 0, 1, 1, 2]), 2)
    task = programme(stand_in, limit, 5)
    every = [c for c in itertools.product(range(5), repeat=5) if list(c) == sorted(c, reverse=True)]
    allowed = [c for c in every if all(c[t] >= limit.lowest_next(c[:t], 4) for t in range(5))]
    rows = stand_in.rows(np.array([[*map(float, c), 0.0] for c in allowed]))
    levels, lengths = rows.max(axis=1), np.array([sum(rung > 0 for rung in c) for c in allowed])
    for cap in np.quantile(levels, [0.02, 0.2, 0.6]):
        best = lengths[levels <= cap].min()
        found = solve(task, float(cap), most=5, limit_s=20, improve_s=5)
        assert found.proven
        assert found.least_periods == best
        chosen = allowed.index(found.rungs)
        assert levels[chosen] <= cap + 1e-6
        alike = (levels <= cap) & (lengths == best)
        assert rows[chosen].sum() == pytest.approx(rows[alike].sum(axis=1).min(), abs=1e-3)
    nothing = solve(task, float(levels.min()) - 0.001, most=5, limit_s=20)
    assert (nothing.rungs, nothing.least_periods, nothing.proven) == ((), 6, True)


def test_a_course_of_rungs_as_doses():
    ladder = [Fraction(0), Fraction(1), Fraction(5)]
    assert doses((2, 1, 1, 0, 0), ladder) == (5, 1, 1, 0)


def test_random_courses_obey_order_and_ceiling():
    rungs, limit = np.arange(11.0), Ceiling(np.array([0, 0, 1, 2, 3, 4, 5, 5, 6, 7, 8]), 2)
    courses = random_courses(rungs, np.linspace(10, 0, 12), 10, limit, 40, seed=3)
    for course in courses.astype(int).tolist():
        assert course == sorted(course, reverse=True)
        assert all(course[t] >= limit.lowest_next(course[:t], 10) for t in range(12))
    assert np.unique(courses, axis=0).shape[0] >= 15


def test_the_stand_in_is_near_the_full_simulation(setting):
    """On its path to rounding, on random courses to a tenth of the cap; more drug now is less imbalance now."""
    rules = setting.question.rules
    course = greedy(setting.real, setting.ladder, setting.start, setting.limits, rules)
    periods = course.periods_to_zero + 2
    made = build_surrogate(setting.smooth, setting.smooth, setting.ladder, course.doses, periods, setting.limits, rules)
    assert made.tested == 49
    assert 0 <= made.too_high < 0.02
    assert 0 <= made.too_low < 0.02
    padded = np.zeros((1, made.period[-1] + 1))
    padded[0, : len(course.doses)] = [float(mg) for mg in course.doses]
    days, _ = rows_of(rules, periods)
    full = setting.smooth.courses(setting.smooth.today(), padded, rules.period_days)[:, days, 0]
    np.testing.assert_allclose(made.rows(padded), full, atol=1e-10)
    last_day = [np.flatnonzero(made.period == t)[-1] for t in range(periods)]
    assert np.all(np.diag(made.response[:periods, last_day]) < 0)
    assert np.all(np.diff(made.worth) > 0)


# --- plans side by side


def test_plans_side_by_side(setting):
    stop = Plan("stop", (Step(0, 90, {}),))
    slow, fast = (linear(setting.baseline, step_mg=1, period_days=days) for days in (21, 7))
    rules = SearchRules(cap=0.1)
    found = compare(setting.chain, {"stop": stop, "fast": fast, "slow": slow, "asam": asam(setting.baseline)}, rules)
    table = found.table.set_index("plan")
    assert list(table["weeks"][:2]) == [0, fast.days_to_zero / 7]
    assert table["peak_imbalance"]["stop"] > table["peak_imbalance"]["fast"] > table["peak_imbalance"]["slow"]
    assert table["seizure_probability"]["stop"] >= table["seizure_probability"]["slow"] >= 0
    assert table["days_above_cap"]["stop"] > 0
    assert table["total_mg"]["stop"] == "none"
    assert table["total_mg"]["fast"] == f"diazepam {sum(float(s.days * s.mg_per_day.get('diazepam', 0)) for s in fast.steps):g}"
    assert len({len(days) for days in found.daily.values()}) == 1
    assert np.all(table["peak_low"] == table["peak_high"])
    with pytest.raises(InputError, match="no plans"):
        compare(setting.chain, {})


@pytest.mark.slow
def test_a_switch_is_compared_in_a_chain_that_has_both_drugs():
    chain = build_chain([Steady("lorazepam", 4, BID, 60)], Patient(), drugs=["diazepam"], model={"adaptation": "two_timescale"})
    tablets = Tablet("diazepam", 10)
    from allostasis.clinic.taper import combine

    steps = (Step(0, 14, {"diazepam": 40}, combine((tablets,), 40, BID)), Step(14, 30, {}))
    found = compare(chain, {"overnight": Plan("overnight", steps), "stop": Plan("stop", (Step(0, 30, {}),))})
    table = found.table.set_index("plan")
    assert table["total_mg"]["overnight"] == "diazepam 560"
    early = {name: days[:10, 0].max() for name, days in found.daily.items()}
    assert early["overnight"] < early["stop"]


# --- virtual patients


def test_virtual_patients_of_a_question_are_the_same_for_the_same_seed():
    asked = question(virtual_patients=4, seed=3)
    first, again = taper_factors(asked), taper_factors(asked)
    assert "exposure.diazepam.CL" in first
    for name, values in first.items():
        np.testing.assert_array_equal(values, again[name])
    with pytest.raises(InputError, match="number of patients"):
        taper_factors(question())


def test_a_plan_for_virtual_patients_is_slower_and_says_so():
    asked = question(virtual_patients=3, seed=3, cap=0.15, quantile=0.7)
    found = plan_robust_taper(asked, suggest=False)
    assert isinstance(found, Found)
    assert found.verified.daily.shape[1] == 4
    assert np.mean(found.verified.daily.max(axis=0)[1:] <= 0.15) >= 0.7
    assert found.plan.made_with["patients"] == "3 virtual, seed 3"
    alone = plan_taper(question(cap=0.15))
    assert isinstance(alone, Found)
    assert alone.weeks <= found.weeks


@pytest.mark.slow
def test_the_equivalence_of_a_drug_is_drawn_with_its_patients():
    """Diazepam is the reference, so its worth is certain; that of lorazepam is a distribution."""
    sure = set_up(question(virtual_patients=3)).chain.run.numbers.prepared["receptor"]
    products = (Tablet("lorazepam", 1, 2),)
    asked = question(drug="lorazepam", mg_per_day=3, products=products, virtual_patients=3, preset="none", cap=0.5)
    unsure = set_up(asked).chain.run.numbers.prepared["receptor"]
    assert any(np.ptp(leaf) > 0 for leaf in _arrays(unsure) if leaf.shape == (4,))
    assert all(np.ptp(leaf) == 0 for leaf in _arrays(sure) if leaf.shape == (4,))


def _arrays(tree):
    import jax

    return [np.asarray(leaf) for leaf in jax.tree.leaves(tree)]


@pytest.mark.slow
def test_forty_milligrams_with_the_exact_search():
    tablets = parse_strengths("2 mg (halves), 5 mg, 10 mg", "diazepam")
    found = plan_taper(question(mg_per_day=40, use_days=730, products=tablets, cap=0.05, exact="always", model={}))
    assert isinstance(found, Found)
    assert found.bound is not None
    assert found.bound.weeks <= found.weeks <= found.bound.weeks + 8
