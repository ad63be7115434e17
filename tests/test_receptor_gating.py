"""Gating: one scheme gives matrix, balance, steady state and currents; modulators do what both source texts say."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from allostasis import library
from allostasis.quantity.errors import InputError, UnknownNameError
from allostasis.receptor import dwell, trace
from allostasis.receptor.balance import cycle_imbalance
from allostasis.receptor.gating import (
    Kinetics,
    kinetics,
    library_rates,
    open_probability_at,
    steady_state,
)
from allostasis.receptor.macroscopic import response, synaptic_response
from allostasis.receptor.modulator import Modulator
from allostasis.receptor.scheme import JONES_WESTBROOK, MWC_FLIP, Scheme, Transition
from allostasis.receptor.waveform import Waveform, ambient, application, synaptic

ROOM = 22.0
DRUGS = {
    "none": (),
    "benzodiazepine": (Modulator("benzodiazepine"),),
    "barbiturate": (Modulator("barbiturate"),),
    "neurosteroid": (Modulator("neurosteroid", 0.5),),
    "all": (Modulator("benzodiazepine", 0.7), Modulator("barbiturate"), Modulator("neurosteroid")),
}


@pytest.fixture(scope="module")
def room():
    return kinetics(celsius=ROOM)


@pytest.mark.parametrize("scheme", [MWC_FLIP, JONES_WESTBROOK], ids=lambda s: s.name)
@pytest.mark.parametrize("gaba", [0.0, 2.0, 1000.0])
def test_rows_sum_to_zero_and_steady_state_is_stationary(scheme, gaba):
    model = kinetics(scheme)
    q = model.matrix(gaba)
    assert np.abs(q.sum(1)).max() <= 1e-14 * np.abs(q).max()
    assert (q[~np.eye(len(q), dtype=bool)] >= 0).all()
    p = np.asarray(steady_state(model, gaba))[:, 0]
    assert abs(p.sum() - 1) < 1e-14
    assert (p > -1e-16).all()
    assert np.abs(p @ q).max() < 1e-14


@pytest.mark.parametrize("drugs", DRUGS.values(), ids=DRUGS.keys())
def test_detailed_balance_on_every_cycle_with_and_without_modulators(drugs):
    cycles = cycle_imbalance(kinetics(modulators=drugs, celsius=ROOM), 7.0)
    arrows = {frozenset((t.source, t.target)) for t in MWC_FLIP.transitions}
    assert len(cycles) == len(arrows) - len(MWC_FLIP.conformations) + 1
    assert max(map(abs, cycles.values())) < 1e-12


def test_a_scheme_out_of_balance_is_found():
    model = kinetics()
    q = model.fixed.copy()
    q[3, 4, 0] += 1e-3  # F0 -> F1 without GABA
    q[3, 3, 0] -= 1e-3
    broken = Kinetics(model.names, model.conducting, q, model.binding)
    found = [cycle for cycle, size in cycle_imbalance(broken).items() if abs(size) > 1e-6]
    assert found
    assert all({"F0", "F1"} <= set(cycle) for cycle in found)


def test_steady_state_of_the_flip_scheme_is_the_equilibrium_of_its_energies():
    """Statistical weights, written out by hand: R binds with K, all others with c K; flip F2 c^(2-n), O = F beta/alpha."""
    r, gaba = library_rates(), 3.0
    k = r["koff"] / r["kon"]
    weights = {"R": (1, 2 * gaba / k, (gaba / k) ** 2)}
    weights["F"] = tuple(w * r["F2"] * r["c"] ** (2 - n) for n, w in enumerate(weights["R"]))
    weights["O"] = tuple(w * r["beta"] / r["alpha"] for w in weights["F"])
    weights["D"] = tuple(w * r["d"] / r["r"] for w in weights["F"])
    weights["S"] = tuple(w * r["ds"] / r["rs"] for w in weights["F"])
    flat = np.array([weights[name[0]][int(name[1])] for name in MWC_FLIP.conformations])
    got = np.asarray(steady_state(kinetics(), gaba))[:, 0]
    np.testing.assert_allclose(got, flat / flat.sum(), rtol=1e-10)


def test_absolute_open_probability_differs_from_the_equilibrium_model_and_ratios_do_not_much(room):
    """The equilibrium model knows no desensitised state: at low GABA and without one the two differ by the constants only."""
    shut = [i for i, name in enumerate(room.names) if name[0] not in "DS"]
    p = np.asarray(steady_state(room, 1000.0))[:, 0]
    with_d = p @ room.conducting
    assert with_d < 0.5 * (p[shut] @ np.asarray(room.conducting)[shut]) / p[shut].sum()
    numbers = {n: v.value for n, v in library.parameter_set("receptor").items()}
    ratios = []
    for gaba in (1.0, 5.0):
        f = ((1 + gaba / numbers["K_GABA.a1"]) / (1 + gaba / (numbers["c_GABA.a1"] * numbers["K_GABA.a1"]))) ** 2
        ratios.append(1 / (1 + numbers["L.a1"] * f) / float(open_probability_at(room, gaba)[0]))
    assert min(ratios) > 1
    assert max(ratios) < 100


def test_macroscopic_current_agrees_with_expm_and_with_an_ode_solver(room):
    out = response(room, application(100.0, 5.0, washout=45.0), step=0.25)
    p0 = np.asarray(steady_state(room, 0.0))[:, 0]
    mask, on, off = np.array(room.conducting), room.matrix(100.0), room.matrix(0.0)
    exact = [
        mask @ (p0 @ expm(on * min(t, 5.0)) @ expm(off * max(t - 5.0, 0.0))) for t in out.time[:: len(out.time) // 9]
    ]
    np.testing.assert_allclose(np.asarray(out.open_probability)[:: len(out.time) // 9, 0], exact, atol=1e-12)
    assert abs(float(out.final.sum()) - 1) < 1e-14
    pulse = synaptic_response(room, 1000.0, 0.3, tail=20.0, tolerance=1e-4)

    def slope(t, p):
        return p @ (off + 1000.0 * np.exp(-t / 0.3) * np.asarray(room.binding[..., 0]))

    other = solve_ivp(slope, (0, 20), p0, method="LSODA", rtol=1e-9, atol=1e-11, t_eval=np.linspace(0, 20, 81))
    ours = np.interp(other.t, pulse.time, np.asarray(pulse.open_probability)[:, 0])
    assert np.abs(ours - mask @ other.y).max() < 5e-4  # of it, most is the interpolation between our samples


def test_sample_spacing_does_not_touch_the_answer_and_a_batch_is_a_loop(room):
    shape = application(np.array([1.0, 30.0, 1000.0]), 20.0, washout=20.0)
    fine, coarse = (response(room, shape, step) for step in (0.5, 5.0))
    np.testing.assert_allclose(fine.final, coarse.final, atol=1e-13)
    many = {name: value * np.array([1.0, 1.1, 0.9]) for name, value in library_rates().items()}
    batch = response(kinetics(rates=many, celsius=ROOM), shape, 0.5)
    for lane, level in enumerate((1.0, 30.0, 1000.0)):
        one = kinetics(rates={name: value[lane] for name, value in many.items()}, celsius=ROOM)
        alone = response(one, application(level, 20.0, washout=20.0), 0.5)
        np.testing.assert_allclose(batch.open_probability[:, lane], alone.open_probability[:, 0], atol=1e-12)


def test_gradient_of_the_steady_state_is_the_finite_difference():
    base = library_rates()

    def opened(alpha):
        return open_probability_at(kinetics(rates=base | {"alpha": alpha}), 5.0)[0]

    alpha, h = jnp.asarray(base["alpha"]), 1e-6
    finite = (opened(alpha + h) - opened(alpha - h)) / (2 * h)
    assert float(jax.grad(opened)(alpha) / finite) == pytest.approx(1, abs=1e-6)


@pytest.mark.slow
def test_gradient_of_the_peak_is_the_finite_difference():
    base = library_rates()

    def peak(alpha):
        rates = {name: jnp.asarray(v) for name, v in base.items()} | {"alpha": alpha}
        return response(kinetics(rates=rates), application(100.0, 2.0), 0.25).open_probability.max()

    _, slope = jax.jvp(peak, (jnp.asarray(base["alpha"]),), (jnp.asarray(1.0),))
    h = 1e-5
    finite = (peak(jnp.asarray(base["alpha"] + h)) - peak(jnp.asarray(base["alpha"] - h))) / (2 * h)
    assert abs(float(slope / finite) - 1) < 1e-6


def test_benzodiazepine_raises_frequency_not_open_time_and_barbiturate_prolongs_openings(room):
    """The principles text: frequency up, duration of each opening and conductance unchanged; barbiturates prolong openings."""
    drug, barbiturate = (kinetics(modulators=DRUGS[name], celsius=ROOM) for name in ("benzodiazepine", "barbiturate"))
    for gaba in (0.5, 2.0):
        rest = dwell.opening_frequency(room, gaba)
        assert 1.3 < dwell.opening_frequency(drug, gaba) / rest < 3.5
        assert dwell.open_times(drug, gaba).mean == pytest.approx(dwell.open_times(room, gaba).mean, rel=1e-12)
        assert 1.3 < dwell.open_times(barbiturate, gaba).mean / dwell.open_times(room, gaba).mean < 4
        assert 0.8 < dwell.opening_frequency(barbiturate, gaba) / rest < 1.2
    assert float(open_probability_at(drug, 0.0)[0]) < 1e-2  # no GABA, next to no opening


def test_what_the_resistant_epilepsy_text_calls_open_duration_is_the_burst(room):
    """That text says benzodiazepines prolong the open duration: single openings keep theirs, bursts of them grow longer."""
    drug = kinetics(modulators=DRUGS["benzodiazepine"], celsius=ROOM)
    before, after = dwell.burst(room, 2.0, 5.0), dwell.burst(drug, 2.0, 5.0)
    assert after.length > 1.1 * before.length
    assert after.openings > before.openings
    assert after.open_time / after.openings == pytest.approx(before.open_time / before.openings)
    decay = [trace.decay_time(o.time, np.asarray(o.open_probability)[:, 0])
             for o in (response(m, application(1000.0, 1.0, washout=200.0)) for m in (room, drug))]  # fmt: skip
    assert decay[1] > 1.1 * decay[0]


def test_antagonist_changes_nothing_inverse_agonist_lowers_and_they_need_occupancy(room):
    rest = float(open_probability_at(room, 2.0)[0])
    for strength, occupancy, sign in ((1.0, 1.0, 0), (2.0, 1.0, -1), (0.3, 0.0, 0), (0.3, 0.5, 1)):
        model = kinetics(modulators=(Modulator("benzodiazepine", occupancy, strength),), celsius=ROOM)
        assert np.sign(round(float(open_probability_at(model, 2.0)[0]) - rest, 12)) == sign


def test_temperature_scales_every_rate_by_q10():
    warm, cold = kinetics(celsius=32.0), kinetics(celsius=22.0)
    np.testing.assert_allclose(
        warm.matrix(5.0), library.parameter_set("receptor_gating")["q10"].value * cold.matrix(5.0)
    )
    np.testing.assert_allclose(kinetics(celsius=35.0).matrix(5.0), kinetics().matrix(5.0))


def test_ambient_gaba_is_stationary(room):
    out = np.asarray(response(room, ambient(0.3, 50.0), step=5.0).open_probability)
    assert np.ptp(out) < 1e-15
    assert out[0, 0] == pytest.approx(float(open_probability_at(room, 0.3)[0]))
    assert synaptic(500.0, 0.2, ambient=0.3).levels[-1] == 0.3


def test_errors_teach():
    with pytest.raises(InputError, match=r"not sorted.*edge 2 at 1 ms after 2 ms"):
        Waveform.of([0.0, 2.0, 1.0], [1.0, 0.0])
    with pytest.raises(InputError, match="concentration of a waveform is negative"):
        application(-1.0, 5.0)
    with pytest.raises(InputError, match="do not match"):
        Waveform.of([0.0, 1.0], [1.0, 0.0])
    with pytest.raises(InputError, match=r"state 'O' does not conserve probability.*0\.1"):
        Kinetics.from_matrices(("C", "O"), ("O",), np.array([[-1.0, 1.0], [1.0, -0.9]]), np.zeros((2, 2)))
    with pytest.raises(InputError, match="state 'C' has a negative"):
        Kinetics.from_matrices(("C", "O"), ("O",), np.array([[1.0, -1.0], [1.0, -1.0]]), np.zeros((2, 2)))
    with pytest.raises(UnknownNameError, match=r"unknown modulator.*did you mean 'barbiturate'"):
        Modulator("barbiturat")
    with pytest.raises(InputError, match="occupancy"):
        Modulator("benzodiazepine", 1.5)
    with pytest.raises(InputError, match="has none"):
        kinetics(JONES_WESTBROOK, modulators=(Modulator("benzodiazepine"),))
    with pytest.raises(InputError, match="lacks the constant"):
        kinetics(rates={"kon": 1.0})
    with pytest.raises(UnknownNameError, match="state of scheme"):
        Scheme("s", ("C", "O"), ("O",), (Transition("C", "Q", "opening", ("beta",)),))
    with pytest.raises(InputError, match="state 'X' of scheme 's' cannot be reached"):
        Scheme("s", ("C", "O", "X"), ("O",), (
            Transition("C", "O", "opening", ("b",)), Transition("O", "C", "closing", ("a",)),
            Transition("X", "C", "closing", ("a",))))  # fmt: skip
    with pytest.raises(InputError, match="negative GABA"):
        kinetics().matrix(-1.0)
