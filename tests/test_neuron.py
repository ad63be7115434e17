"""One neuron: closed forms, its four scenes, firing under noise, thresholds, the command and its page."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from allostasis import library
from allostasis.circuit.conductance_noise import ConductanceNoise, heun_step, trial_keys
from allostasis.circuit.firing import BLOCK, simulate_firing
from allostasis.circuit.hyperexcitability import conductances_of, critical_imbalance, rate_curve, rate_imbalance
from allostasis.circuit.membrane import Membrane, steady_potential
from allostasis.circuit.scenes import Conductances, conductances_at, simulated_scene, textbook_scenes
from allostasis.circuit.spiking import SpikingNeuron, adapted_rate, steady_rate
from allostasis.circuit.voltage_trace import voltage_trace
from allostasis.cli import compile_cache, main
from allostasis.clinic.neuron_firing import critical_at_chloride, fire_neuron
from allostasis.clinic.neuron_scenes import NeuronRun, chloride_of, gaba_reversal, simulate_neuron
from allostasis.quantity import InputError
from allostasis.report import neuron_figures
from allostasis.report.figure_command import write_figures

ROOT = Path(__file__).parents[1]
NEURON, NOISE, QUIET = SpikingNeuron.from_library(), ConductanceNoise.from_library(), ConductanceNoise.none()
LEAKY = replace(NEURON, adaptation_jump=0.0)
AT = np.array([10.0, 7.0, 6.0]), np.array([4.0, 6.0, 8.0])  # silent, textbook without drug, faster
TEXTBOOK = {"naive": -60.4, "acute": -64.7, "adapted": -58.3, "removed": -53.3}


# the membrane and its scenes


def test_the_textbook_scenes_have_the_potentials_of_the_exercise():
    scenes = textbook_scenes()
    assert [scene.name for scene in scenes] == list(TEXTBOOK)
    for scene in scenes:
        assert scene.potential == pytest.approx(TEXTBOOK[scene.name], abs=0.1)
    assert [scene.name for scene in scenes if scene.potential > NEURON.threshold] == ["removed"]
    assert scenes[3].imbalance == pytest.approx(np.log((6 / 7) / (4 / 10)))


@settings(max_examples=50)
@given(st.floats(0, 100), st.floats(0, 100))
def test_the_potential_lies_between_the_reversal_potentials_and_carries_no_current(inhibition, excitation):
    m = Membrane(10, -70, -75, 0)
    v = float(steady_potential(m, inhibition, excitation))
    assert m.e_gaba - 1e-9 <= v <= m.e_glutamate
    current = m.leak * (m.e_leak - v) + inhibition * (m.e_gaba - v) + excitation * (m.e_glutamate - v)
    assert current == pytest.approx(0, abs=1e-9)


@settings(max_examples=50)
@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1))
def test_the_conductances_hold_the_imbalance_however_adaptation_is_split(gain, adaptation, share):
    inhibition, excitation = conductances_at(gain, adaptation, share)
    assert float(jnp.log(excitation / inhibition)) - np.log(4 / 10) == pytest.approx(adaptation - gain, abs=1e-12)
    scene = simulated_scene("removed", 1.0, gain, adaptation, share)
    assert scene.imbalance == pytest.approx(adaptation - gain, abs=1e-12)


def test_all_of_adaptation_can_be_loss_of_inhibition_or_gain_of_excitation():
    assert [float(g) for g in conductances_at(0.0, np.log(2), 1.0)] == pytest.approx([5, 4])
    assert [float(g) for g in conductances_at(0.0, np.log(2), 0.0)] == pytest.approx([10, 8])


SLOW, FAST = "diazepam 10 mg po bid for 56 d", "lorazepam 2 mg po tid for 56 d"


@cache
def run_of(regimen: str, **options) -> NeuronRun:
    """A run that several tests look at."""
    return simulate_neuron(regimen, follow="30 d", **options)


@pytest.mark.parametrize("regimen", [SLOW, FAST], ids=["diazepam", "lorazepam"])
def test_the_scenes_of_a_simulated_regimen_come_in_order(regimen):
    run = run_of(regimen)
    naive, acute, adapted, removed = run.scenes
    assert naive.imbalance == 0
    assert naive.potential == pytest.approx(-60.417, abs=1e-3)
    assert acute.imbalance < adapted.imbalance < naive.imbalance < removed.imbalance
    assert acute.potential < min(adapted.potential, naive.potential)
    assert max(adapted.potential, naive.potential) < removed.potential < NEURON.threshold
    assert 0 < acute.time_h <= 24 < run.last_dose_h < adapted.time_h <= run.last_dose_h + 24 < removed.time_h
    after = run.time_h > run.last_dose_h + 24
    assert removed.imbalance == pytest.approx(run.imbalance[after].max())
    assert acute.log_inhibition_gain == pytest.approx(run.log_inhibition_gain[run.time_h <= 24].max())
    at = np.searchsorted(run.time_h, removed.time_h)
    assert run.potential[at] == pytest.approx(removed.potential)
    assert run.notes == ()


def test_a_short_half_life_brings_the_last_scene_sooner_and_higher():
    slow, fast = run_of(SLOW), run_of(FAST)
    delay = [run.scenes[3].time_h - run.last_dose_h for run in (slow, fast)]
    assert delay[1] < delay[0] / 2
    assert fast.scenes[3].potential > slow.scenes[3].potential


def test_the_split_of_adaptation_moves_the_potential_and_not_the_imbalance():
    gained, lost = (run_of(SLOW, receptor_share=r) for r in (0.0, 1.0))
    assert gained.scenes[3].imbalance == pytest.approx(lost.scenes[3].imbalance)
    assert gained.scenes[3].potential > lost.scenes[3].potential + 0.2  # the reversal of excitation is further away


def test_a_taper_says_that_the_peak_came_before_the_last_dose():
    run = run_of("lorazepam 2 mg po tid for 28 d, then lorazepam 0.25 mg po bid for 14 d")
    assert any("higher before the last dose" in note for note in run.notes)


# firing without noise


def closed_form(neuron: SpikingNeuron, inhibition: float, excitation: float) -> tuple[float, float]:
    """First passage from the reset potential [ms] and rate [Hz] of the leaky neuron, from first principles."""
    m = neuron.membrane
    total = m.leak + inhibition + excitation
    goal = (m.leak * m.e_leak + inhibition * m.e_gaba + excitation * m.e_glutamate) / total
    first = neuron.capacitance / total * np.log((goal - neuron.reset) / (goal - neuron.threshold))
    return first, 1000 / (neuron.refractory + first)


def test_without_noise_the_rate_is_the_closed_form_to_second_order_in_the_step():
    exact = np.array([closed_form(LEAKY, *g) for g in zip(AT[0][1:], AT[1][1:], strict=True)])
    np.testing.assert_allclose(np.asarray(steady_rate(LEAKY, *AT))[1:], exact[:, 1], rtol=1e-12)
    errors = []
    for step in (0.2, 0.1, 0.05):
        out = simulate_firing(LEAKY, QUIET, *AT, duration=1000.0, step=step)
        assert out.spikes[0, 0] == 0
        assert np.isnan(out.first_passage[0, 0])
        np.testing.assert_allclose(out.first_passage[1:, 0], exact[:, 0], rtol=1e-3)
        errors.append(np.abs(1000 / out.mean_interval[1:, 0] - exact[:, 1]))
    assert (errors[1] < 1e-4 * exact[:, 1]).all()
    ratio = np.array([errors[0] / errors[1], errors[1] / errors[2]])
    assert ((ratio > 3.5) & (ratio < 4.5)).all(), ratio


def test_adaptation_slows_firing_and_leaves_its_onset():
    fast, slow = (np.asarray(f(NEURON, *AT)) for f in (steady_rate, adapted_rate))
    assert slow[0] == fast[0] == 0
    assert (slow[1:] < fast[1:] / 2).all()
    np.testing.assert_allclose(adapted_rate(LEAKY, *AT), fast, rtol=1e-9)
    critical = critical_imbalance(NEURON, 0.5)
    either = conductances_of(np.array([critical - 0.002, critical + 0.002, 1.0]), 0.5)
    for rate in (np.asarray(f(NEURON, *either)) for f in (steady_rate, adapted_rate)):
        assert rate[0] == 0 < rate[1] < rate[2]


def test_without_noise_the_adapted_rate_is_the_closed_form():
    out = simulate_firing(NEURON, QUIET, *AT, duration=4000.0, settle=2000.0)
    exact = np.asarray(adapted_rate(NEURON, *AT))
    assert out.spikes[0, 0] == 0 == exact[0]
    np.testing.assert_allclose(1000 / out.mean_interval[1:, 0], exact[1:], rtol=2e-4)


# noise


def test_the_noise_has_its_variance_and_correlation_time():
    step, time, steps = 0.1, 2.728, 20_000
    kicks = np.sqrt(step) * jax.random.normal(jax.random.key(3), (steps, 64))

    def one(x, dW):
        x = heun_step(x, time, step, dW)
        return x, x

    path = np.asarray(jax.lax.scan(one, jnp.zeros(64), kicks)[1])[500:]
    assert path.var() == pytest.approx(1, abs=0.02)
    lag = 27
    assert np.mean(path[lag:] * path[:-lag]) == pytest.approx(np.exp(-lag * step / time), abs=0.02)


def test_the_noise_of_the_naive_neuron_is_that_of_its_source():
    """Variance over mean of the conductances of Destexhe et al. 2001: 3.0 of 12.1 nS, 6.6 of 57.3 nS."""
    noise = ConductanceNoise.from_library(Conductances(57.3, 12.1))
    assert noise.excitation_cv == pytest.approx(3.0 / 12.1, rel=1e-3)
    assert noise.inhibition_cv == pytest.approx(6.6 / 57.3, rel=1e-3)


def test_halving_the_step_on_one_path_of_noise_converges():
    rng, fine, blocks = np.random.default_rng(5), 0.05, 8
    kicks = np.sqrt(fine) * rng.standard_normal((blocks * BLOCK, 2))
    silent = replace(NEURON, threshold=-20.0)
    paths = {}
    for halvings in range(3):
        step = fine * 2**halvings
        coarse = kicks.reshape(-1, 2**halvings, 2).sum(axis=1)
        trace = voltage_trace(silent, NOISE, *AT, duration=len(coarse) * step, step=step, increments=coarse)
        paths[step] = trace.potential[:, 2 ** (2 - halvings) - 1 :: 2 ** (2 - halvings)]
    errors = [np.abs(paths[s] - paths[fine]).max() for s in (0.2, 0.1)]
    assert errors[1] < 0.05  # mV at the default step
    assert errors[0] > 2.5 * errors[1]  # of first order in the step: (0.2 - 0.05) / (0.1 - 0.05) = 3


@pytest.fixture(scope="module")
def noisy():
    return simulate_firing(NEURON, NOISE, *AT, duration=4000.0, settle=500.0, trials=16, seed=1)


def test_halving_the_step_leaves_the_rate(noisy):
    other = simulate_firing(NEURON, NOISE, *AT, duration=4000.0, settle=500.0, trials=16, seed=2, step=0.05)
    apart = np.abs(noisy.rate - other.rate) / np.hypot(noisy.rate_error, other.rate_error)
    assert (apart < 4).all()
    assert (noisy.rate_error < 0.1 * noisy.rate).all()


def test_a_batch_is_a_loop_and_a_trial_is_that_of_its_seed(noisy):
    settings = {"duration": 4000.0, "settle": 500.0}
    for k in range(len(AT[0])):
        alone = simulate_firing(NEURON, NOISE, AT[0][k : k + 1], AT[1][k : k + 1], trials=16, seed=1, **settings)
        np.testing.assert_array_equal(alone.spikes[0], noisy.spikes[k])
        np.testing.assert_allclose(alone.mean_interval[0], noisy.mean_interval[k], rtol=1e-9)
    fewer = simulate_firing(NEURON, NOISE, *AT, trials=1, seed=1, **settings)
    np.testing.assert_array_equal(fewer.spikes[:, 0], noisy.spikes[:, 0])
    other = simulate_firing(NEURON, NOISE, *AT, trials=1, seed=7, **settings)
    assert (other.mean_interval[1:] != fewer.mean_interval[1:]).all()


def test_the_trace_is_the_first_trial_of_its_seed(noisy):
    trace = voltage_trace(NEURON, NOISE, *AT, duration=4000.0, settle=500.0, seed=1)
    assert [len(spikes) for spikes in trace.spikes] == noisy.spikes[:, 0].tolist()
    np.testing.assert_allclose(np.diff(trace.spikes[2]).mean(), noisy.mean_interval[2, 0], rtol=1e-9)
    assert trace.potential.max() < NEURON.threshold
    assert np.diff(trace.spikes[2]).min() > NEURON.refractory
    assert trace.time[-1] == pytest.approx(3500)


def test_noise_makes_a_silent_neuron_fire_irregularly(noisy):
    quiet = simulate_firing(NEURON, QUIET, *AT, duration=4000.0, settle=500.0)
    assert quiet.rate[0] == 0 < noisy.rate[0]
    assert (noisy.interval_cv[1:] > 0.4).all()
    assert quiet.interval_cv[2] < 0.02
    assert (np.nanmean(noisy.first_passage, axis=1)[1:] < np.nanmean(noisy.first_passage[0])).all()


def siegert(goal: float, deviation: float, time: float, correlation: float, neuron: SpikingNeuron) -> float:
    """Rate [Hz] of a leaky neuron under fast noise: Siegert's formula with ends shifted for its correlation (Brunel, Sergi 1998).

    goal: mean potential [mV]; deviation: sigma of tau dV = (goal - V) dt + sigma sqrt(tau) dW [mV]; times [ms].
    """
    riemann = -1.4603545088  # zeta(1/2)
    shift = np.sqrt(2) * abs(riemann) / 2 * np.sqrt(correlation / time)
    ends = [(v - goal) / deviation + shift for v in (neuron.reset, neuron.threshold)]
    area, _ = integrate.quad(lambda u: special.erfcx(-u), *ends)
    return 1000 / (neuron.refractory + time * np.sqrt(np.pi) * area)


def test_under_fast_noise_the_rate_is_that_of_siegert():
    """An independent answer: excitation alone fluctuates, much faster than the membrane, so little that it acts as a current."""
    correlation, inhibition = 0.4, 8.0
    neuron = replace(LEAKY, membrane=Membrane(10, -70, -75, 60))
    noise = ConductanceNoise(0.35, 0.0, correlation, 1.0)
    excitation = np.array([2.4, 2.6, 2.8])
    out = simulate_firing(
        neuron, noise, np.full(3, inhibition), excitation, duration=8000.0, settle=200.0, trials=16, seed=4, step=0.05
    )
    for k, g in enumerate(excitation):
        total = 10 + inhibition + g
        goal, time = float(steady_potential(neuron.membrane, inhibition, g)), neuron.capacitance / total
        deviation = 0.35 * g * (60 - goal) / total * np.sqrt(2 * correlation / time)
        expected = siegert(goal, deviation, time, correlation, neuron)
        assert out.rate[k] == pytest.approx(expected, rel=0.04), (k, goal, deviation)


# thresholds


def root(quadratic: float, linear: float, constant: float) -> float:
    return (-linear + np.sqrt(linear**2 - 4 * quadratic * constant)) / (2 * quadratic)


def test_the_critical_imbalance_is_the_closed_form():
    """(-700 - 75 g_I) / (10 + g_I + g_E) = -55 with g_I = 10 / x^r, g_E = 4 x^(1 - r), x = exp(H)."""
    assert critical_imbalance(NEURON, 0.5) == pytest.approx(2 * np.log(root(220, -150, -200)), abs=1e-9)
    assert critical_imbalance(NEURON, 1.0) == pytest.approx(np.log(10 / 3.5), abs=1e-9)
    assert critical_imbalance(NEURON, 0.0) == pytest.approx(np.log(350 / 55 / 4), abs=1e-9)


def test_a_neuron_without_a_crossing_has_no_critical_imbalance():
    assert critical_imbalance(replace(NEURON, threshold=-1.0), 1.0) is None
    assert critical_imbalance(replace(NEURON, membrane=Membrane.from_library(-40.0)), 1.0) is None


def test_the_seizure_threshold_of_the_platform_is_another_quantity():
    """A fact of the two numbers, not a law: this neuron needs several times the imbalance to fire without noise."""
    clinical = library.parameter_set("circuit")["seizure_threshold"].value
    critical = critical_imbalance(NEURON, 0.5)
    assert critical > 2 * clinical
    assert critical < textbook_scenes()[3].imbalance


def test_chloride_lowers_the_critical_imbalance():
    levels = np.array([4.0, 6.0, 9.0, 12.0])
    assert (np.diff(critical_at_chloride(levels, 0.5)) < 0).all()
    assert gaba_reversal(9.0) == pytest.approx(-66.1, abs=0.05)
    assert gaba_reversal(chloride_of(-75.0)) == pytest.approx(-75)


def test_the_rate_passes_its_multiple_where_an_exponential_does():
    h = np.round(np.arange(-0.5, 1.01, 0.05), 10)
    rng = np.random.default_rng(0)
    rates = 3 * np.exp(2.5 * h)[:, None] * (1 + 0.02 * rng.standard_normal(8))[None, :]
    for multiple in (2.0, 5.0):
        value, error = rate_imbalance(h, rates, multiple)
        assert value == pytest.approx(np.log(multiple) / 2.5, abs=1e-9)
        assert error == pytest.approx(0, abs=1e-9)  # a trial that is faster throughout shifts no ratio
    value, error = rate_imbalance(h, rates * (1 + 0.2 * rng.standard_normal(rates.shape)), 2.0)
    assert 0 < error < 0.1
    assert abs(value - np.log(2) / 2.5) < 4 * error
    assert rate_imbalance(h, 0 * rates, 2.0) is None
    assert rate_imbalance(h, rates, 100.0) is None


def test_the_rate_rises_with_the_imbalance_and_without_noise_from_the_critical_one_on():
    h = np.array([0.0, 0.6, 0.61])
    curve = rate_curve(NEURON, NOISE, *conductances_of(h, 0.5), duration=4000.0, settle=500.0, trials=16, seed=1)
    np.testing.assert_allclose(curve.imbalance, h, atol=1e-12)
    assert (np.diff(curve.rate) > 0).all()
    assert (np.diff(curve.potential) > 0).all()
    assert curve.quiet_rate[0] == curve.quiet_rate[1] == 0 < curve.quiet_rate[2] < curve.rate[1]
    assert curve.first_passage[0] > 3 * curve.first_passage[1]


# what is refused


BAD = {
    "negative conductance": lambda: steady_potential(NEURON.membrane, -1.0, 4.0),
    "no leak": lambda: Membrane(0, -70, -75, 0),
    "potential not finite": lambda: Membrane(10, -70, float("nan"), 0),
    "naive conductance of 0": lambda: Conductances(0.0, 4.0),
    "share above 1": lambda: conductances_at(0.0, 0.1, 1.2),
    "unknown scene": lambda: simulated_scene("asleep", 0.0, 0.0, 0.0, 0.5),
    "reset above threshold": lambda: replace(NEURON, reset=-50.0),
    "no refractory time": lambda: replace(NEURON, refractory=0.0),
    "negative jump": lambda: replace(NEURON, adaptation_jump=-1.0),
    "negative noise": lambda: replace(NOISE, excitation_cv=-0.1),
    "no correlation time": lambda: replace(NOISE, inhibition_time=0.0),
    "negative seed": lambda: trial_keys(-1, 2),
    "no trials": lambda: trial_keys(1, 0),
    "no duration": lambda: simulate_firing(NEURON, NOISE, *AT, duration=0.0),
    "settles too long": lambda: simulate_firing(NEURON, NOISE, *AT, duration=10.0, settle=10.0),
    "step too long": lambda: simulate_firing(NEURON, NOISE, *AT, duration=10.0, step=3.0),
    "step too long for the membrane": lambda: simulate_firing(NEURON, QUIET, 100 * AT[0], AT[1], duration=10.0, step=0.2),
    "negative condition": lambda: simulate_firing(NEURON, NOISE, -AT[0], AT[1], duration=10.0),
    "increments too few": lambda: voltage_trace(NEURON, NOISE, *AT, duration=10.0, increments=np.zeros((5, 2))),
    "one trial": lambda: rate_curve(NEURON, NOISE, *AT, duration=10.0, settle=0.0, trials=1, seed=1),
    "multiple of 1": lambda: rate_imbalance(np.array([0.0, 1.0]), np.ones((2, 2)), 1.0),
    "sweep without 0": lambda: rate_imbalance(np.array([0.1, 1.0]), np.ones((2, 2)), 2.0),
    "chloride": lambda: gaba_reversal(0.0),
    "never ends": lambda: simulate_neuron("diazepam 10 mg po bid"),
    "over within a day": lambda: simulate_neuron("diazepam 10 mg po once"),
    "share of a run": lambda: simulate_neuron("diazepam 10 mg po bid for 28 d", receptor_share=-0.1),
    "follow": lambda: simulate_neuron("diazepam 10 mg po bid for 28 d", follow="2 h"),
    "no effect on GABA": lambda: simulate_neuron("levetiracetam 500 mg po bid for 3 d", follow="2 d"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(name):
    with pytest.raises(InputError):
        BAD[name]()


def test_firing_is_refused_before_it_starts():
    run = run_of(SLOW)
    for wrong in ({"seconds": 0.0}, {"trials": 1}, {"trials": 1000}):
        with pytest.raises(InputError, match="of firing"):
            fire_neuron(run, **wrong)


# the command and its page


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, str]:
    """The folder of one run and what was printed."""
    folder = tmp_path_factory.mktemp("neuron")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compile_cache, "enable", lambda: None)
        from allostasis.cli import circuit_neuron

        lines: list[str] = []
        patch.setattr(circuit_neuron.OUT, "print", lambda *text, **_: lines.append(" ".join(map(str, text))))
        assert status("circuit", "neuron", REGIMEN, "--seconds", "2", "--trials", "8", "--out", folder / "out") == 0
    return folder / "out", "\n".join(lines)


REGIMEN = "lorazepam 2 mg po tid for 28 d"


def status(*arguments) -> int:
    """Run the command in this process; its exit status."""
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return left.value.code or 0


def test_the_command_writes_the_scenes_the_curve_and_the_page(made):
    out, printed = made
    assert {p.name for p in out.iterdir()} == {
        "neuron.html",
        "scenes.csv",
        "rate.csv",
        "course.csv",
        "traces.csv",
        "run.json",
    }
    scenes = pd.read_csv(out / "scenes.csv")
    assert scenes.source.tolist() == ["regimen"] * 4 + ["textbook"] * 4
    book = scenes[scenes.source == "textbook"].set_index("scene")
    np.testing.assert_allclose(book.potential_mV, list(TEXTBOOK.values()), atol=0.1)
    v = steady_potential(NEURON.membrane, scenes.inhibition_nS.to_numpy(), scenes.excitation_nS.to_numpy())
    np.testing.assert_allclose(scenes.potential_mV, v, rtol=1e-6)
    rate = pd.read_csv(out / "rate.csv")
    assert rate.imbalance.iloc[[0, -1]].tolist() == pytest.approx([-0.7, 1.0])
    assert rate.rate_Hz.iloc[-1] > 10 * rate.rate_Hz.iloc[0]
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["critical_imbalance"] == pytest.approx(0.605, abs=0.001)
    assert record["parameters"]["capacitance"]["status"] == "seen"
    course = pd.read_csv(out / "course.csv")
    assert course.imbalance.max() == pytest.approx(scenes.imbalance[3], rel=1e-6)
    assert len(pd.read_csv(out / "traces.csv")) == 20_000
    assert "of a network, not of this neuron" in printed


def test_the_page_says_what_the_numbers_say_and_loads_nothing(made):
    out, _ = made
    text = (out / "neuron.html").read_text(encoding="utf-8")
    figures = json.loads(re.search(r'<script type="application/json" id="figures">(.*?)</script>', text, re.DOTALL)[1])
    assert set(figures) == {"plot-course", "plot-potential", "plot-chloride", "plot-rate"} | {
        f"plot-trace-{name}" for name in TEXTBOOK
    }
    page = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert "://" not in page
    removed = pd.read_csv(out / "scenes.csv").iloc[3]
    assert f"{removed.potential_mV:.1f}".replace("-", "\N{MINUS SIGN}") in page
    assert "different quantities: one neuron here, a network in a patient there" in page
    assert "no medical device" in page


@pytest.mark.parametrize(
    ("arguments", "taught"),
    [
        (["diazepam 10 mg po bid"], "does not end within five years"),
        (["diazepan 10 mg po bid for 28 d"], "diazepam"),
        (["diazepam 10 mg po bid for 28 d", "--share", "2"], "0 to 1"),
        (["diazepam 10 mg po bid for 28 d", "--chloride", "9"], "has no unit"),
        (["diazepam 10 mg po bid for 28 d", "--chloride", "900 mM"], "1 to 60 mM"),
        (["diazepam 10 mg po bid for 28 d", "--seconds", "0"], "seconds of firing"),
        (["diazepam 10 mg po bid for 28 d", "--trials", "1"], "trials of firing"),
        (["diazepam 10 mg po bid for 28 d", "--seed", "-1"], "seed"),
        (["diazepam 10 mg po bid for 28 d", "--follow", "10 years"], "at most 365 d"),
        (["diazepam 10 mg po bid for 28 d", "--weight", "4 kg"], "weight"),
    ],
    ids=lambda value: " ".join(value[1:]) or value[0] if isinstance(value, list) else "",
)
def test_bad_arguments_are_refused_and_nothing_is_written(tmp_path, capsys, monkeypatch, arguments, taught):
    monkeypatch.setattr(compile_cache, "enable", lambda: None)
    assert status("circuit", "neuron", *arguments, "--out", tmp_path / "out") == 2
    printed = capsys.readouterr()
    assert taught in printed.err
    assert "Traceback" not in printed.err
    assert list(tmp_path.iterdir()) == []


playwright = pytest.importorskip("playwright.sync_api")
ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.mark.browser
def test_figures_are_drawn_and_the_page_fits(chromium, made):
    path = made[0] / "neuron.html"
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=list(ARGS))
        page = browser.new_context(viewport={"width": 390, "height": 844}, offline=True).new_page()
        troubles, requests = [], []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text))
        page.on("request", lambda asked: requests.append(asked.url))
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-plots=drawn]", timeout=60_000)
        plots = page.evaluate(
            """() => [...document.querySelectorAll(".plot")].map((plot) => ({
                drawn: plot.querySelectorAll(".scatterlayer path").length,
                raw: [...plot.querySelectorAll("path")].some((p) => (p.style.stroke + p.style.fill).includes("@")),
            }))"""
        )
        assert len(plots) == 8
        assert all(plot["drawn"] and not plot["raw"] for plot in plots), plots
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            page.wait_for_timeout(300)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.click(".chip[data-arm='1']")
        page.wait_for_timeout(300)
        assert page.get_attribute(".chip[data-arm='1']", "aria-pressed") == "false"
        assert troubles == []
        assert [url for url in requests if not url.startswith(("data:", path.as_uri()))] == []
        browser.close()


def test_figures_of_the_page_are_there_and_made_by_the_command(tmp_path):
    page = (ROOT / "docs" / "neuron.md").read_text(encoding="utf-8")
    for name in neuron_figures.FIGURES:
        assert f"(images/{name}.svg)" in page
        assert f"neuron_figures {name}`" in page
        assert (ROOT / "docs" / "images" / f"{name}.svg").is_file()
    (path,) = write_figures(neuron_figures.FIGURES, tmp_path, ("neuron_critical",))
    drawing = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    lines = drawing.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 3
    heights = [float(point.split(",")[1]) for point in lines[1].attrib["points"].split()]
    assert (np.diff(heights) > 0).all()  # falls with chloride
