"""Coupled nodes and the seizure margin: properties of the equations, surgery, closed loop, bisection, refusals."""

import json
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

from allostasis import library
from allostasis.circuit import ClosedLoop, Condition, SeizureNetwork, network_trace, simulate_network
from allostasis.cli.app import app
from allostasis.quantity import InputError, UnknownNameError
from allostasis.study.margin_compare import compare_margin
from allostasis.study.margin_states import chronic_imbalance, random_states, with_naive
from allostasis.study.seizure_margin import Stimulus, critical_loss, margin_of, sustains

HOURS, TRIALS = 8, 4
LEVELS = (-0.2, -0.1, -0.05, 0.0, 0.05)


@pytest.fixture(scope="module")
def intact() -> SeizureNetwork:
    return SeizureNetwork.from_library()


@pytest.fixture(scope="module")
def conditions(intact) -> dict[str, Condition]:
    loop = ClosedLoop.from_library()
    return {
        "intact": Condition(intact),
        "callosotomy": Condition(intact.callosotomy()),
        "resected": Condition(intact.resect("hippocampus_left", "amygdala_left")),
        "partly": Condition(intact.resect("hippocampus_left")),
        "wrong": Condition(intact.resect("parietal_left")),
        "drug": Condition(intact, drug=0.2),
        "strong": Condition(intact.worsened(0.2), drug=0.2),
        "unreached": Condition(intact.with_response(0.0), drug=0.2),
        "sham": Condition(intact, loop=loop.sham),
        "loop": Condition(intact, loop=loop),
        "late": Condition(intact, loop=replace(loop, latency=10.0)),
        **{f"H {h}": Condition(intact, h) for h in LEVELS},
    }


@pytest.fixture(scope="module")
def counts(conditions):
    found = simulate_network(list(conditions.values()), hours=HOURS, trials=TRIALS, seed=1)
    return {
        name: {key: value[..., k, :].sum(axis=-1) for key, value in vars(found).items() if key != "hours"}
        for k, name in enumerate(conditions)
    }


def silent(network: SeizureNetwork) -> SeizureNetwork:
    return replace(network, coupling={name: 0 * matrix for name, matrix in network.coupling.items()})


def test_the_network_is_what_the_library_says(intact):
    rows = library.parameter_set("network")
    left = intact.index("frontal_left")
    assert intact.coupling["callosal"][left, intact.index("frontal_right")] == rows["coupling.callosal.frontal"].value
    assert intact.coupling["within"][left, intact.index("frontal_right")] == 0
    assert np.array_equal(intact.total, intact.total.T)
    sides = [name.rpartition("_")[2] for name in intact.nodes]
    crossing = np.not_equal.outer(sides, sides)
    assert not (intact.coupling["within"] * crossing).any()
    assert not (intact.coupling["callosal"] * ~crossing).any()


def test_uncoupled_nodes_are_independent(intact):
    """Neither the severity of the others nor their removal reaches a node without coupling; with coupling it does."""
    alone = silent(intact)
    others = np.arange(12) != intact.index("hippocampus_left")
    worse = replace(alone, severity=alone.severity + 0.3 * others)
    node = intact.index("hippocampus_left")
    runs = [network_trace(Condition(n), hours=0.5, seed=3).activity for n in (alone, worse)]
    assert np.array_equal(runs[0][node], runs[1][node])
    assert runs[1][others].max() > 0.5
    pair = intact, replace(intact, severity=worse.severity)
    coupled = [network_trace(Condition(n), hours=0.5, seed=3).activity[node] for n in pair]
    assert not np.allclose(coupled[0], coupled[1])


def test_resection_is_zero_coupling(intact):
    """The nodes that stay run as if the removed one had been disconnected; the removed one is silent."""
    gone = intact.index("temporal_left")
    kept = np.arange(12) != gone
    mask = np.outer(kept, kept)
    cut = replace(intact, coupling={name: matrix * mask for name, matrix in intact.coupling.items()})
    removed = network_trace(Condition(intact.worsened(0.1).resect("temporal_left")), hours=1, seed=2).activity
    disconnected = network_trace(Condition(cut.worsened(0.1)), hours=1, seed=2).activity
    assert removed[kept].max() > 0.5
    np.testing.assert_allclose(removed[kept], disconnected[kept], rtol=1e-9, atol=1e-12)
    assert removed[gone].max() == 0


def test_callosotomy_stops_the_spread_and_leaves_focal_seizures(counts):
    assert counts["intact"]["bilateral"] >= 4
    assert counts["callosotomy"]["bilateral"] == 0
    assert counts["callosotomy"]["seizures"] >= counts["intact"]["seizures"]
    assert counts["intact"]["drop"] <= counts["intact"]["bilateral"]
    assert counts["intact"]["delay"] > 0


def test_only_the_onset_zone_is_worth_removing(counts):
    assert counts["resected"]["seizures"] == 0
    assert 0 < counts["partly"]["seizures"] < counts["intact"]["seizures"] / 2
    assert counts["wrong"]["seizures"] == pytest.approx(counts["intact"]["seizures"], rel=0.1)


def test_seizures_begin_in_the_onset_zone(counts, intact):
    assert counts["intact"]["onsets"][intact.onset].sum() > 0
    assert counts["intact"]["onsets"][~intact.onset].sum() == 0


def test_a_strong_focus_resists_the_drug(counts):
    assert counts["drug"]["seizures"] == 0
    assert counts["strong"]["seizures"] > counts["intact"]["seizures"] / 2
    assert counts["unreached"]["seizures"] > 0


def test_severity_and_drug_cancel_in_an_isolated_focus(intact):
    """H and severity enter as a sum: with the same change of both everywhere nothing changes. Resistance by severity is that."""
    shifted = replace(intact, severity=intact.severity + 0.2)
    runs = [network_trace(one, hours=1, seed=1).activity for one in (Condition(intact), Condition(shifted, drug=0.2))]
    np.testing.assert_allclose(runs[0], runs[1], atol=1e-9)


def test_more_inhibition_never_raises_the_rate(counts):
    rates = [counts[f"H {h}"]["seizures"] for h in LEVELS]
    ictal = [counts[f"H {h}"]["ictal"] for h in LEVELS]
    assert rates == sorted(rates)
    assert ictal == sorted(ictal)
    assert rates[-1] > rates[0]


@pytest.mark.parametrize("seed", [1, 2])
def test_without_the_exit_activity_is_monotone_in_inhibition(intact, seed):
    """Cooperative system: under the same input, less inhibition never lowers any node at any instant."""
    free = replace(intact, numbers=dict(intact.numbers) | {"exit": 0.0})
    runs = [network_trace(Condition(free, h), hours=0.5, seed=seed).activity for h in (-0.1, 0.0, 0.1)]
    for lower, higher in pairwise(runs):
        assert (higher - lower).min() > -1e-9


def test_the_course_does_not_hang_on_the_step(intact):
    """Without noise, from a focus that ignites by itself; the end of a seizure is a switch, so times are compared, not values."""
    quiet = replace(intact.worsened(0.5), numbers=dict(intact.numbers) | {"input.sd": 0.0})
    traces = [network_trace(Condition(quiet), hours=0.1, step=step) for step in (0.5, 0.125)]
    times = [trace.time[np.argmax(trace.activity >= 0.5, axis=1)] for trace in traces]
    reached = [(trace.activity >= 0.5).any(axis=1) for trace in traces]
    assert np.array_equal(*reached)
    assert reached[0].sum() >= 3
    assert np.abs(times[0] - times[1])[reached[0]].max() <= 1.0


def test_trace_and_counts_are_the_same_run(intact):
    trace = network_trace(Condition(intact), hours=HOURS, seed=1, trial=2)
    found = simulate_network([Condition(intact)], hours=HOURS, trials=TRIALS, seed=1)
    running, begun, lengths = False, 0.0, []
    for time, activity in zip(trace.time, trace.activity.T, strict=True):
        if not running and (activity >= 0.5).any():
            running, begun = True, time
        elif running and (activity < 0.2).all():
            running = False
            lengths.append(time - begun)
    assert found.events[0, 2] == len(lengths)
    assert found.seizures[0, 2] == sum(length >= 10 for length in lengths)
    assert found.duration[0, 2] == pytest.approx(sum(length for length in lengths if length >= 10))


def test_a_trial_does_not_hang_on_its_neighbours(intact):
    few, many = (simulate_network([Condition(intact)], hours=2, trials=n, seed=5) for n in (2, 4))
    assert np.array_equal(few.seizures[0], many.seizures[0, :2])


def test_the_loop_cuts_seizures_short_and_a_late_one_does_not(counts):
    assert counts["sham"]["seizures"] == counts["intact"]["seizures"]
    assert counts["loop"]["seizures"] < counts["sham"]["seizures"] / 2
    assert counts["loop"]["cut_short"] + (counts["loop"]["unconfirmed"] > counts["sham"]["unconfirmed"]) > 0
    assert counts["loop"]["seizures"] <= counts["late"]["seizures"]
    assert counts["intact"]["detections"] == 0
    assert counts["sham"]["unconfirmed"] <= counts["sham"]["detections"]


def test_the_pulse_follows_its_detection(intact):
    loop = ClosedLoop.from_library(latency=2.0, duration=3.0, refractory=4.0)
    trace = network_trace(Condition(intact.worsened(0.3), loop=loop), hours=1, seed=1)
    onset = intact.onset
    fired = np.flatnonzero(np.diff(np.r_[0, trace.pulse.astype(int)]) == 1)
    assert len(fired) > 3
    lengths = np.flatnonzero(np.diff(np.r_[trace.pulse.astype(int), 0]) == -1) + 1 - fired
    assert set(lengths[:-1].tolist()) == {6}
    assert np.diff(trace.time[fired]).min() >= 2 + 3 + 4
    for k in fired:  # the pulse of step k began 2 s after the detection at the end of step k - 1 - 4
        assert trace.activity[onset, k - 5].max() >= loop.detection


@pytest.mark.parametrize(
    "wrong",
    [
        lambda n: n.resect("temporal_lefft"), lambda n: n.cut("commissural"), lambda n: n.callosotomy(1.2),
        lambda n: n.with_response(2.0), lambda n: Condition(n, drug=-0.1), lambda n: Condition(n, imbalance=float("nan")),
        lambda n: ClosedLoop.from_library(latency=-1), lambda n: ClosedLoop.from_library(detection=0),
        lambda n: simulate_network([], hours=1), lambda n: simulate_network([Condition(n)], hours=0),
        lambda n: simulate_network([Condition(n)], hours=1, step=5.0),
        lambda n: simulate_network([Condition(n)], hours=1, trials=0),
        lambda n: network_trace(Condition(n), hours=500), lambda n: random_states(0, 1), lambda n: compare_margin(2),
        lambda n: Stimulus(50, 40), lambda n: margin_of(np.zeros(1), -0.1),
    ],
)  # fmt: skip
def test_refusals(intact, wrong):
    with pytest.raises(InputError):
        wrong(intact)


def test_an_unknown_node_gets_the_nearest(intact):
    with pytest.raises(UnknownNameError, match="did you mean 'temporal_left'"):
        intact.resect("temporal_lefft")


def test_margin_of_the_naive_circuit_is_zero_and_the_verdict_changes_once():
    """The bracket of every state closes on its own threshold: silent below, lasting above, so that bisection means something."""
    stimulus, states = Stimulus.from_library(), with_naive(random_states(7, 2))
    critical = critical_loss(states, stimulus)
    assert 0 < critical[-1] < 1
    for offset, lasts in ((-0.3, False), (-0.01, False), (0.01, True), (0.3, True)):
        assert (sustains(states, critical + offset, stimulus) == lasts).all()
    h = margin_of(critical, critical[-1])
    assert h[-1] == 0
    assert np.isfinite(h).all()


def test_with_nothing_moving_the_margin_is_the_algebra():
    """Static circuit: s* follows from H at the start alone, so the comparison would be trivial."""
    states = random_states(7, 3)
    *losses, naive = critical_loss(with_naive(states), Stimulus.from_library(moving=False))
    h = chronic_imbalance(states, adapting_share=1) * library.parameter_set("circuit")["seizure_threshold"].value
    linear = library.parameter_set("seizure")["acute_balance.ampa_share"].value
    share = np.log(linear * states.ampa + (1 - linear) * states.nmda)
    power = linear * np.log(states.ampa) + (1 - linear) * np.log(states.nmda)
    np.testing.assert_allclose(np.array(losses) - naive, -(h - power + share), atol=0.01)


@pytest.mark.slow
def test_rank_correlation_of_margin_and_imbalance():
    found = compare_margin(40, 1)
    assert found.found.all()
    assert found.rank_correlation("whole") > 0.98
    assert 0.6 < found.rank_correlation("chronic") < found.rank_correlation("whole")


def test_commands(tmp_path):
    run = CliRunner()
    out = tmp_path / "net"
    asked = ["circuit", "network", "--callosotomy", "--closed-loop", "--hours", "2", "--trials", "2", "--out"]
    done = run.invoke(app, [*asked, str(out)])
    assert done.exit_code == 0, done.output
    marker = json.loads((out / "run.json").read_text())
    assert [c["network"] for c in marker["conditions"]] == ["intact", "sham loop", "closed loop"]
    assert set(marker["files"]) == {"activity.svg", "run.json", "seizures.csv"}
    ElementTree.parse(out / "activity.svg")
    out = tmp_path / "margin"
    done = run.invoke(app, ["circuit", "margin", "--states", "7", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert json.loads((out / "run.json").read_text())["states_inside_bracket"] == 7
    bad = run.invoke(app, ["circuit", "network", "--resect", "frontal_lefft", "--out", str(tmp_path / "bad")])
    assert isinstance(bad.exception, UnknownNameError)
    assert not (tmp_path / "bad").exists()
