"""Adherence: what is conserved, whatever the doses; and that it is the same each time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allostasis.quantity import InputError
from allostasis.regimen import Adherence, Dose, parse_regimen

steady = settings(deadline=None, derandomize=True)
YEAR = parse_regimen("lorazepam 1 mg po tid for 360 d").doses(360 * 24)

rows = st.lists(
    st.tuples(
        st.sampled_from(["lorazepam", "diazepam"]), st.sampled_from(["oral", "iv"]), st.floats(0.01, 100),
        st.integers(0, 400).map(lambda k: k / 4), st.sampled_from([0.0, 0.0, 1.0]),
    ),
    max_size=30,
)  # fmt: skip
share = st.floats(0, 0.5)


def build(drawn):
    return [Dose(drug, route, amount, "mg", time, length) for drug, route, amount, time, length in drawn]


@steady
@given(rows, share, share, st.sampled_from(["0 h", "30 min", "5 h"]), st.sampled_from([0.0, 50.0]), st.integers(0, 99))
def test_what_is_conserved(drawn, missed, doubled, late, holidays, seed):
    doses = build(drawn)
    taken = Adherence(missed, late, doubled, holidays, "2 d", seed).apply(doses)
    assert taken.scheduled == len(doses)
    assert len(taken.doses) == len(doses) - taken.missed - taken.doubled
    times = [dose.time_h for dose in taken.doses]
    assert times == sorted(times)
    assert all(dose.amount > 0 for dose in taken.doses)
    planned = sum(dose.amount for dose in doses)
    assert sum(dose.amount for dose in taken.doses) <= planned + 1e-9
    if not taken.missed:
        assert sum(dose.amount for dose in taken.doses) == pytest.approx(planned)
    for key in {(dose.drug, dose.route) for dose in doses}:
        before = sorted(d.time_h for d in doses if (d.drug, d.route) == key)
        after = [d.time_h for d in taken.doses if (d.drug, d.route) == key]
        assert not after or (after[0] >= before[0] and all(t >= before[k] for k, t in enumerate(after)))


@steady
@given(rows, st.integers(0, 99), st.integers(0, 5))
def test_the_ends_of_the_scale(drawn, seed, patient):
    doses = build(drawn)
    whole = Adherence(seed=seed).apply(doses, patient)
    assert list(whole.doses) == sorted(doses, key=lambda dose: dose.time_h)
    none = Adherence(missed=1.0, seed=seed).apply(doses, patient)
    assert none.doses == ()
    assert none.missed == len(doses)


@steady
@given(rows, st.integers(0, 99))
def test_the_same_seed_gives_the_same_doses(drawn, seed):
    doses = build(drawn)
    adherence = Adherence(0.2, "1 h", 0.1, 10.0, "1 d", seed)
    assert adherence.apply(doses, 4) == adherence.apply(list(reversed(doses))[::-1], 4)


def test_patients_and_seeds_differ():
    adherence = Adherence(0.1, "1 h", seed=1)
    found = {adherence.apply(YEAR, patient).doses for patient in range(5)}
    assert len(found) == 5
    assert Adherence(0.1, "1 h", seed=2).apply(YEAR).doses not in found


def test_shares_come_out():
    taken = Adherence(missed=0.1, late_sd="1 h", doubled=0.05, seed=7).apply(YEAR)
    assert taken.missed / taken.scheduled == pytest.approx(0.1 + 0.05 * 0.15, abs=0.03)
    assert taken.doubled / taken.scheduled == pytest.approx(0.05 * 0.85, abs=0.02)
    assert taken.mean_delay_h == pytest.approx(np.sqrt(2 / np.pi), abs=0.08)
    assert {dose.amount for dose in taken.doses} == {1.0, 2.0}
    delays = {round(12 * (dose.time_h % 8), 6) for dose in taken.doses}
    assert all(delay == round(delay) for delay in delays)


def test_streams_are_independent():
    """Lateness does not change who is missed; a longer horizon does not change the past."""
    early = Adherence(0.2, seed=5).apply(YEAR)
    late = Adherence(0.2, "10 min", seed=5).apply(YEAR)
    assert [int(dose.time_h // 8) for dose in late.doses] == [int(dose.time_h // 8) for dose in early.doses]
    part = Adherence(0.2, "1 h", 0.0, 12.0, "2 d", 5).apply(YEAR[:300]).doses
    whole = Adherence(0.2, "1 h", 0.0, 12.0, "2 d", 5).apply(YEAR).doses
    assert part[:-1] == whole[: len(part) - 1]


def test_a_holiday_misses_consecutive_doses():
    taken = Adherence(holidays_per_year=6, holiday="3 d", seed=2).apply(YEAR)
    gaps = np.diff([dose.time_h for dose in taken.doses])
    assert taken.missed > 0
    assert taken.missed % 9 == 0 or gaps.max() >= 72
    assert set(np.round(gaps[gaps > 8] / 8).astype(int)) >= {10}


def test_a_dose_put_off_is_taken_with_the_next():
    doses = [Dose("lorazepam", "oral", 1.0, "mg", 8.0 * k) for k in range(4)]
    found = {Adherence(doubled=0.5, seed=seed).apply(doses) for seed in range(60)}
    for taken in found:
        assert taken.doses == () or max(dose.amount for dose in taken.doses) <= 2.0  # never three at once
    assert any(taken.doubled for taken in found)


def test_a_late_dose_never_passes_the_next():
    doses = [Dose("lorazepam", "oral", 1.0, "mg", 0.5 * k) for k in range(50)]
    taken = Adherence(late_sd="10 h", seed=1).apply(doses)
    assert all(dose.time_h <= 0.5 * (k + 1) for k, dose in enumerate(taken.doses[:-1]))


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"missed": -0.1}, "missed"),
        ({"missed": 1.1}, "missed"),
        ({"doubled": float("nan")}, "doubled"),
        ({"missed": 0.7, "doubled": 0.7}, "more than all"),
        ({"late_sd": "1"}, "no unit"),
        ({"late_sd": "-1 h"}, "spread of the delay"),
        ({"holiday": "1 mg"}, "length of a drug holiday"),
        ({"holidays_per_year": -1.0}, "holidays"),
        ({"seed": -1}, "seed"),
        ({"seed": True}, "seed"),
    ],
)
def test_refused(given, match):
    with pytest.raises(InputError, match=match):
        Adherence(**given)
