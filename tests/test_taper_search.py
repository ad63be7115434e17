"""The search of a taper: lowest dose under a cap, its verification by real tablets, and the bound in closed form."""

import math
from fractions import Fraction

import numpy as np
import pytest

from allostasis import library
from allostasis.adaptation import MinimalNeuroadaptation
from allostasis.clinic.taper import Intake, Item, Plan, Step, Tablet, ladder, limits
from allostasis.clinic.taper.chain import build_chain
from allostasis.clinic.taper.closed_form import shortest_taper
from allostasis.clinic.taper.forecast import forecast, judged, lane_forecast
from allostasis.clinic.taper.greedy import doses_so_far, greedy
from allostasis.clinic.taper.history import Steady, usual_times
from allostasis.clinic.taper.search_rules import SearchRules
from allostasis.clinic.taper.verify import verify
from allostasis.model import AbstractLinear, Composition, Port, Record, State, prepare_run, records
from allostasis.patient import Patient
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.regimen import InputColumn

BID = ("morning", "night")
LUMPED = {"adaptation": "two_timescale"}
"""Two states of adaptation: quick to compile, and its numbers stay when mechanisms are refined."""
DIAZEPAM = (Tablet("diazepam", 10), Tablet("diazepam", 5), Tablet("diazepam", 2, parts=2))
NO_LIMIT = limits("none", "diazepam")


@pytest.fixture(scope="module")
def person():
    """Diazepam 20 mg twice a day for two years."""
    return build_chain([Steady("diazepam", 40, BID, 730)], Patient(), model=LUMPED)


@pytest.fixture(scope="module")
def sample():
    """Half the dose for a year, with 15 virtual patients beside the typical one."""
    draw = np.random.default_rng(5)
    factors = {"exposure.diazepam.CL": np.exp(0.3 * draw.standard_normal(15))}
    worth = {"diazepam": np.exp(math.log(2) / 2 * draw.standard_normal(15))}
    return build_chain([Steady("diazepam", 20, BID, 365)], Patient(), factors=factors, equivalence=worth, model=LUMPED)


def plan_of(doses, products=DIAZEPAM, times=BID, days=7):
    """A plan with one tablet list per period; the last period is zero for 90 days."""
    from allostasis.clinic.taper import combine

    steps = [
        Step(k * days, days, {products[0].drug: mg}, combine(products, mg, times)) for k, mg in enumerate(doses) if mg
    ]
    return Plan("test", (*steps, Step(len(steps) * days, 90, {})))


# --- history and chain


def test_a_history_is_checked():
    with pytest.raises(InputError, match="duration of use"):
        Steady("diazepam", 10, BID, 3)
    with pytest.raises(InputError, match="20 years"):
        Steady("diazepam", 10, BID, 9000)
    with pytest.raises(InputError, match="daily dose"):
        Steady("diazepam", -1, BID, 30)
    with pytest.raises(UnknownNameError, match="time of day"):
        Steady("diazepam", 10, ("breakfast",), 30)
    with pytest.raises(InputError, match="each once"):
        Steady("diazepam", 10, ("night", "night"), 30)
    with pytest.raises(NotModelledError, match="doses a day"):
        usual_times(6)
    with pytest.raises(InputError, match="each once"):
        build_chain([Steady("diazepam", 10, BID, 30)] * 2, Patient())
    with pytest.raises(NotModelledError, match="no benzodiazepine site"):
        build_chain([Steady("fluvoxamine", 100, BID, 30)], Patient())


def test_the_past_is_that_of_a_run_from_the_first_dose(person):
    """Two years, brought up to today in weeks with idle days before: the steady state of a simulated case."""
    from allostasis.clinic import simulate
    from allostasis.simulation import parse_case

    regimen = "diazepam 20 mg po at 8:00, 22:00 for 733 d"
    arms = [{"name": "a", "regimen": regimen}]
    case = parse_case({"title": "t", "horizon": "733 d", "arm": arms, "model": LUMPED})
    expected = simulate(case).data["imbalance_max"].values[0, 0, -3:]
    plan = Plan("hold", (Step(0, 3, {"diazepam": 40}, plan_of([Fraction(40)]).steps[0].intakes), Step(3, 1, {})))
    found = verify(person, plan, SearchRules(tail_days=1)).daily[:3, 0]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_another_drug_goes_on_beside_the_plan():
    """Fluvoxamine inhibits the enzymes of diazepam: a taper under it starts from more drug, and it is not tapered."""
    other = Steady("fluvoxamine", 100, ("night",), 7)
    chain = build_chain([Steady("diazepam", 10, BID, 14), other], Patient(), model={"adaptation": "none"})
    going_on = chain.goes_on(["diazepam"])
    assert sum(going_on) == pytest.approx(100)
    days = chain.plan_days(plan_of([Fraction(8)]), 10)
    assert days[0].sum() == pytest.approx(108)
    assert days[8].sum() == pytest.approx(100)
    with pytest.raises(UnknownNameError, match="lorazepam"):
        chain.day([("lorazepam", "oral", "night", 1.0)])


# --- forecast


def test_the_imbalance_falls_with_the_dose_that_is_held(person):
    """The monotony that the galloping search uses, from today and from the middle of a taper."""
    found = forecast(person, "diazepam", BID)
    state = found.today()
    for mg in (40.0, 20.0, 6.0):
        state, _ = found.advance(state, mg, 21)
        doses = np.linspace(0, mg, 8)
        peaks = found.courses(state, doses[:, None], 28)[:, :, 0].max(axis=1)
        assert np.all(np.diff(peaks) < 0), peaks


def test_a_course_is_the_sum_of_its_periods(person):
    """Candidates side by side equal the same doses taken one after the other, with real tablets unevenly divided."""
    ways = {Fraction(7): (Intake("night", (Item(DIAZEPAM[1], Fraction(1)), Item(DIAZEPAM[2], Fraction(1)))),)}
    found = forecast(person, "diazepam", BID, ways)
    doses = np.array([[40.0, 30.0, 7.0], [20.0, 7.0, 0.0]])
    peaks = found.courses(found.today(), doses, 7).reshape(2, 3, 7, 1).max(axis=2)
    for course, own in zip(doses, peaks, strict=True):
        state = found.today()
        for mg, peak in zip(course, own, strict=True):
            state, alone = found.advance(state, mg, 7)
            np.testing.assert_allclose(peak, alone, rtol=1e-11)
    even = forecast(person, "diazepam", BID)
    assert even.courses(even.today(), doses, 7)[0, 14:, 0].max() != pytest.approx(peaks[0, 2, 0], rel=1e-6)


def test_what_is_held_against_the_cap():
    peaks = np.array([[9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]])
    assert judged(peaks, 0.9)[0] == 9.0
    assert judged(peaks, 0.5)[0] == 5.0
    assert judged(peaks[:, :1], 0.01)[0] == 9.0


# --- greedy


def test_every_dose_obeys_ladder_order_ceiling_and_cap(person):
    rungs = ladder(DIAZEPAM, 40, BID)
    ceiling, rules = limits("asam", "diazepam"), SearchRules(cap=0.08)
    found = greedy(forecast(person, "diazepam", BID), rungs, Fraction(40), ceiling, rules)
    assert found.reached_zero
    assert found.doses[-1] == 0
    assert set(found.doses) <= set(rungs)
    assert list(found.doses) == sorted(found.doses, reverse=True)
    daily = [mg for mg in found.doses for _ in range(7)]
    assert list(ceiling.breaches(daily, before_mg=40)) == []
    assert found.peaks.max() == pytest.approx(found.level)
    assert found.level <= rules.cap
    assert found.peaks.shape == (len(found.doses) + 1, 1)


def test_the_lowest_dose_is_the_lowest(person):
    """Against all doses of the ladder, one period at a time."""
    rungs, rules = tuple(Fraction(mg) for mg in range(0, 41, 2)), SearchRules(cap=0.08)
    made = forecast(person, "diazepam", BID)
    found = greedy(made, rungs, Fraction(40), NO_LIMIT, rules)
    state, before = made.today(), Fraction(40)
    for mg in found.doses[:8]:
        below = [rung for rung in rungs if rung <= before]
        peaks = made.courses(state, np.array(below, float)[:, None], 28)[:, :, 0].max(axis=1)
        assert mg == next(rung for rung, peak in zip(below, peaks, strict=True) if peak <= rules.cap)
        state, _ = made.advance(state, float(mg), 7)
        before = mg


def test_a_higher_cap_is_faster(person):
    rungs, made = ladder(DIAZEPAM, 40, BID), forecast(person, "diazepam", BID)
    rules = [SearchRules(cap=cap) for cap in (0.08, 0.15, 0.3)]
    weeks = [greedy(made, rungs, Fraction(40), NO_LIMIT, rule).periods_to_zero for rule in rules]
    assert weeks[0] > weeks[1] > weeks[2]


def test_a_cap_that_no_plan_keeps_says_where_it_ends(person):
    rungs, made = ladder([Tablet("diazepam", 10)], 40, BID), forecast(person, "diazepam", BID)
    found = greedy(made, rungs, Fraction(40), NO_LIMIT, SearchRules(cap=0.01, most_weeks=30))
    assert not found.reached_zero
    assert "left after 30 periods" in found.stopped
    assert found.doses[-1] >= 10


def test_what_exceeds_the_cap_before_the_first_step_is_said():
    """A hypnotic once a night is gone by the evening: its troughs are above a small cap, whatever is done."""
    chain = build_chain([Steady("triazolam", 0.5, ("night",), 365)], Patient(), model=LUMPED)
    made = forecast(chain, "triazolam", ("night",))
    found = greedy(made, [Fraction(k, 8) for k in range(5)], Fraction(1, 2), NO_LIMIT, SearchRules(cap=0.01))
    assert found.doses == ()
    assert "even holding 0.5 mg/d exceeds" in found.stopped


def test_a_share_of_the_sample_stays_under_the_cap_for_the_whole_plan(sample):
    rungs, made = ladder(DIAZEPAM, 20, BID), forecast(sample, "diazepam", BID)
    rules = SearchRules(cap=0.15, quantile=0.8)
    found = greedy(made, rungs, Fraction(20), NO_LIMIT, rules)
    assert found.reached_zero
    highest = found.peaks.max(axis=0)
    assert 0.8 <= np.mean(highest[1:] <= rules.cap) < 1
    milder = greedy(made, rungs, Fraction(20), NO_LIMIT, SearchRules(cap=0.15, quantile=0.5))
    assert milder.periods_to_zero < found.periods_to_zero


def test_bad_input_of_a_search(person):
    made = forecast(person, "diazepam", BID)
    for cap in (0.0, -0.05, math.nan):
        with pytest.raises(InputError, match="cap of the imbalance"):
            SearchRules(cap=cap)
    for quantile in (0.0, 1.0, -0.5, 90):
        with pytest.raises(InputError, match="quantile"):
            SearchRules(quantile=quantile)
    with pytest.raises(InputError, match="days of a search"):
        SearchRules(period_days=14, look_ahead_days=7)
    with pytest.raises(InputError, match="longest plan"):
        SearchRules(most_weeks=0)
    rungs = [Fraction(0), Fraction(10), Fraction(30)]
    with pytest.raises(InputError, match=r"start dose .*30 mg/d"):
        greedy(made, rungs, Fraction(40), NO_LIMIT, SearchRules())
    with pytest.raises(InputError, match="rising doses from 0"):
        greedy(made, rungs[1:], Fraction(30), NO_LIMIT, SearchRules())


def test_doses_so_far_are_those_of_the_ceiling():
    assert doses_so_far(Fraction(20), [Fraction(15), Fraction(12)], 7) == [(math.inf, 20), (14.0, 15), (7.0, 12)]


# --- the closed form


class MeanDose(AbstractLinear):
    """The daily dose that would sustain the present exposure: one compartment, eliminated at ``rate`` [1/h]."""

    @property
    def name(self):
        return "exposure"

    @property
    def states(self):
        return (State("dose", "mg/d", "exposure as a daily dose", True),)

    @property
    def inputs(self):
        return ()

    @property
    def outputs(self):
        return (Port("equivalent_dose", "mg/d", "exposure as the diazepam dose that would sustain it"),)

    def matrix(self, prepared):
        return np.array([[-prepared["rate"]]])

    def sparsity(self):
        return ((True,),)

    def dose_vector(self, drug, route, prepared):
        return np.array([24 * prepared["rate"]])

    def readout(self, time, state, inputs, prepared):
        return {"equivalent_dose": state["dose"]}

    @classmethod
    def example(cls):
        raise NotImplementedError


HALF_LIFE = 48.0
"""Of diazepam and nordiazepam together [h]."""


@pytest.fixture(scope="module")
def two_states():
    """Forecast of the two-state model after 40 mg/d for two years, and the numbers of its closed form."""
    constants, rows = library.parameter_set("minimal_neuroadaptation"), library.parameter_set("adaptation")
    values = {"K": constants["K"].value, "hill": constants["hill"].value, "gain": constants["gain"].value}
    weights = {"w_fast": 0.55, "w_slow": 0.3}
    taus = {name: rows[name].to("h") if name in rows else days * 24 for name, days in
            (("tau_fast", 3), ("tau_slow_up", 14), ("tau_slow_down", 45))}  # fmt: skip
    composition = Composition(MeanDose(), MinimalNeuroadaptation())
    parameters = {"exposure": {"rate": math.log(2) / HALF_LIFE}, "minimal_neuroadaptation": values | weights | taus}
    kept = records(composition.ports, {"minimal_imbalance": ("max",)})
    columns = (InputColumn("diazepam", "oral", "infusion", 0.0, 1.0),)
    run = prepare_run(composition, parameters, columns, kept, chunk=8)
    one_day = np.full((48, 1), 1 / 24)
    now, _ = run.advance(run.start(), np.tile(one_day * 40, (728, 1)))
    made = lane_forecast(run, now, one_day, lambda mg: np.array([mg]), Record("minimal_imbalance", None, "max"))
    x = (40 / values["K"]) ** values["hill"]
    gain = math.log(1 + values["gain"] * x / (1 + x))
    return made, gain, weights | {"tau_down": taus["tau_slow_down"] / 24 / 7}


@pytest.mark.parametrize("cap", [0.08, 0.05, 0.03])
def test_the_search_does_not_beat_the_closed_form_and_is_near_it(two_states, cap):
    made, gain, adaptation = two_states
    least = shortest_taper(gain, cap, **adaptation)
    found = greedy(made, [Fraction(k) for k in range(41)], Fraction(40), NO_LIMIT, SearchRules(cap=cap))
    eliminated = 5 * HALF_LIFE / 24 / 7
    assert found.reached_zero
    assert least - eliminated <= found.periods_to_zero <= least + 4.5
    assert found.level <= cap


def test_the_closed_form_at_its_edges():
    adaptation = {"w_fast": 0.55, "w_slow": 0.3, "tau_down": 45.0}
    assert shortest_taper(0.05, 0.05, **adaptation) == 0.0
    assert shortest_taper(0.4, 0.02, **adaptation) > shortest_taper(0.4, 0.03, **adaptation)
    numeric = two_state_time(0.4, 0.03, **adaptation)
    assert shortest_taper(0.4, 0.03, **adaptation) == pytest.approx(numeric, rel=1e-3)
    with pytest.raises(InputError, match="less than 1"):
        shortest_taper(0.4, 0.03, w_fast=0.7, w_slow=0.4, tau_down=45)
    with pytest.raises(InputError, match="positive"):
        shortest_taper(0.4, 0.0, **adaptation)


def two_state_time(gain, cap, *, w_fast, w_slow, tau_down, step=0.001):
    """Time on the boundary by small steps: the gain that the cap leaves, until none is needed."""
    a, time = w_slow * gain, 0.0
    while a > cap:
        s = (a - cap) / (1 - w_fast)
        a += step * (w_slow * s - a) / tau_down
        time += step
    return time


# --- verification


def test_a_verification_says_what_each_step_does(person):
    plan = plan_of([Fraction(x) for x in (30, 20, 10, 5)])
    found = verify(person, plan, SearchRules(cap=0.2))
    assert [step.start_day for step in found.steps] == [0, 7, 14, 21, 28]
    assert found.daily.shape == (28 + 90, 1)
    assert found.level == pytest.approx(max(step.level for step in found.steps))
    assert found.typical == found.level
    assert found.daily[found.day, 0] == found.level
    assert found.margin == pytest.approx(0.2 - found.level)
    assert found.within == (found.level <= 0.2)
    with pytest.raises(UnknownNameError, match="lorazepam"):
        verify(person, plan_of([Fraction(1)], (Tablet("lorazepam", 1),), ("night",)), SearchRules())


def test_stopping_at_once_is_worse_than_any_taper(person):
    rules = SearchRules()
    stop = verify(person, Plan("stop", (Step(0, 90, {}),)), rules)
    taper = verify(person, plan_of([Fraction(x) for x in range(36, 0, -2)]), rules)
    assert stop.level > 2 * taper.level
    assert 3 < stop.day < 20
    assert not stop.within


def test_the_search_and_its_real_tablets_agree(person):
    """With the ladder divided as the tablets are, the verified peak is that of the search."""
    from allostasis.clinic.taper import combine

    rungs = ladder(DIAZEPAM, 40, BID)
    made = forecast(person, "diazepam", BID, {mg: combine(DIAZEPAM, mg, BID) for mg in rungs})
    rules = SearchRules(cap=0.1)
    found = greedy(made, rungs, Fraction(40), limits("asam", "diazepam"), rules)
    checked = verify(person, plan_of(found.doses), rules)
    assert checked.level == pytest.approx(found.level, abs=1e-9)
    assert checked.within


def test_a_quantile_of_the_sample_is_verified(sample):
    plan = plan_of([Fraction(x) for x in (15, 10, 5)])
    low, high = (verify(sample, plan, SearchRules(quantile=q)) for q in (0.2, 0.9))
    assert low.level < high.level
    assert low.typical == high.typical
    assert np.mean(high.daily.max(axis=0)[1:] <= high.level) >= 0.9
