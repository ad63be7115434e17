"""Between the clocks: what a chronic run hands over, what a seizure hands back, and what follows it over months."""

import numpy as np
import pytest

from allostasis.clinic import simulate
from allostasis.model import Record
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError, UnknownNameError
from allostasis.simulation import parse_case
from allostasis.simulation.acute import NAIVE
from allostasis.simulation.glia_course import course
from allostasis.simulation.hand_over import NEEDED, OTHERS, hand_back, hand_over
from allostasis.study.after_status_epilepticus import MINUTE_H, follow

DAY = 24.0


@pytest.fixture(scope="module")
def used():
    case = parse_case(
        {"title": "t", "horizon": "24 d", "arm": [{"name": "a", "regimen": "lorazepam 2 mg po tid for 20 d, then stop"}]}
    )
    return simulate(case, wanted=dict(NEEDED) | dict.fromkeys(OTHERS, ("last",)))


def test_before_the_first_dose_the_brain_is_naive(used):
    handed = hand_over(used, 0)
    for name in ("surface", "coupling", "phosphatase_drive"):
        np.testing.assert_allclose(getattr(handed.state, name), getattr(NAIVE, name), atol=1e-9)
    assert (handed.state.nmda, handed.state.ampa) == (1.0, 1.0)
    assert not handed.left_out


def test_use_hands_over_fewer_receptors_and_more_excitation(used):
    late = hand_over(used, 21 * DAY)
    assert all(s < 1 for s in late.state.surface)
    assert late.state.coupling[SUBTYPES.index("a1")] < 0.9
    assert late.state.nmda > 1
    assert late.time_h == 21 * DAY
    assert hand_over(used, 21.5 * DAY).time_h == 21 * DAY


def test_what_has_no_place_on_the_acute_clock_is_named_with_its_level(used):
    on, off = hand_over(used, 19 * DAY).left_out, hand_over(used, 24 * DAY).left_out
    assert on["unbound lorazepam [nM]"] > 10 * off.get("unbound lorazepam [nM]", 0.0)
    assert set(off) <= {*OTHERS, "unbound lorazepam [nM]"}
    assert off["set_point"] < 0


def test_bad_hand_overs_are_refused(used):
    with pytest.raises(InputError, match="instant"):
        hand_over(used, 25 * DAY)
    with pytest.raises(UnknownNameError):
        hand_over(used, 1, arm="b")
    bare = simulate(used.case, wanted={"imbalance": ("mean",)})
    with pytest.raises(InputError, match="did not keep surface"):
        hand_over(bare, 1)


def test_what_is_handed_back_halves_with_its_half_life():
    series = {
        Record("surface", 0, "last"): np.array([[1.0, 1.0], [0.4, 0.6]]),
        Record("nmda", None, "last"): np.array([[1.0, 1.0], [1.3, 1.5]]),
        Record("tnf_alpha", None, "last"): np.array([[0.0, 0.0], [0.5, 0.7]]),
    }  # fmt: skip
    found = hand_back(series)
    assert found.levels["surface alpha1"] == pytest.approx(0.5)
    assert found.naive["tumour necrosis factor alpha"] == 0.0
    for name, hours in found.half_life_h.items():
        assert found.left_after(hours)[name] == pytest.approx(0.5 * (found.levels[name] - found.naive[name]))
    assert "NMDA receptors: 1.4" in found.text()
    with pytest.raises(InputError, match="nothing to hand back"):
        hand_back({})


# --- months after it -----------------------------------------------------------------------------------------------


def seizures(hours, nmda_available=1.0):
    """Full activity for each of some lengths [h]."""
    minutes = np.arange(max(*hours, 0.1) / MINUTE_H)[:, None] * MINUTE_H
    activity = (minutes < np.asarray(hours)).astype(float)
    return activity, np.ones_like(activity), np.full_like(activity, nmda_available)


@pytest.fixture(scope="module")
def followed():
    return follow(*seizures((0.0, 0.5, 1.0, 2.0, 4.0)), days=56)


def test_silence_leaves_nothing_and_longer_seizures_leave_more(followed):
    found, _ = followed
    assert np.all(found["cell_loss"][:, 0] == 0)
    assert np.all(found["spontaneous_seizure_rate"][:, 0] == 0)
    assert np.all(np.diff(found["cell_loss"][-1]) > 0)
    assert np.all(np.diff(found["spontaneous_seizure_rate"][-1]) > 0)


def test_the_latent_period_is_days_to_weeks_and_shorter_after_a_longer_seizure(followed):
    found, ceiling = followed
    reached = found["spontaneous_seizure_rate"] >= 0.5 * ceiling
    first = np.where(reached.any(axis=0), reached.argmax(axis=0) + 1, np.inf)
    assert first[0] == first[1] == np.inf
    assert first[4] < first[3] < 56


def test_an_nmda_blocker_protects_neurones_although_the_seizure_goes_on(followed):
    blocked, _ = follow(*seizures((2.0, 4.0), nmda_available=0.4), days=3)
    assert np.all(blocked["cell_loss"][-1] < 0.5 * followed[0]["cell_loss"][2, 3:])


def test_minutes_and_half_hours_give_what_steps_of_three_seconds_give(followed):
    fine = course(("cell_loss",), 48, seizure_h=2.0)["cell_loss"]
    assert followed[0]["cell_loss"][0, 3] == pytest.approx(float(fine[26 * 60]), rel=0.03)
