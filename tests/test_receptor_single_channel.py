"""Single channels: records are exact, agree with the matrix solution within their standard error, and are fast to draw."""

import numpy as np
import pytest

from allostasis.quantity.errors import InputError
from allostasis.receptor import dwell
from allostasis.receptor.gating import kinetics, open_probability_at
from allostasis.receptor.macroscopic import response
from allostasis.receptor.modulator import Modulator
from allostasis.receptor.single_channel import record
from allostasis.receptor.waveform import ambient, application

GABA, CRITICAL = 30.0, 5.0


@pytest.fixture(scope="module")
def room():
    return kinetics(celsius=22.0)


@pytest.fixture(scope="module")
def patch(room):
    return record(room, ambient(GABA, 300_000.0), seed=4)


def standard_error(values):
    return values.std() / np.sqrt(len(values))


def test_open_and_shut_times_agree_with_theory_within_their_standard_error(room, patch):
    for opened, density in ((True, dwell.open_times(room, GABA)), (False, dwell.shut_times(room, GABA))):
        times = patch.dwells(opened=opened)
        assert abs(times.mean() - density.mean) < 4 * standard_error(times)
        drawn = dwell.log_histogram(times, per_decade=5)
        expected = drawn.expected(density)
        usual = expected > 5
        chi2 = ((drawn.counts - expected)[usual] ** 2 / expected[usual]).sum()
        assert chi2 < usual.sum() + 4 * np.sqrt(2 * usual.sum())
    seconds = np.histogram(patch.start[patch.is_open == 1], np.arange(0, 300_001, 10_000.0))[0] / 10
    assert abs(patch.frequency - dwell.opening_frequency(room, GABA)) < 4 * standard_error(seconds)


def test_bursts_agree_with_theory(room, patch):
    lengths, openings = patch.bursts(CRITICAL)
    theory = dwell.burst(room, GABA, CRITICAL)
    assert abs(lengths.mean() - theory.length) < 4 * standard_error(lengths)
    assert abs(openings.mean() - theory.openings) < 4 * standard_error(openings)
    assert theory.frequency * theory.openings == pytest.approx(dwell.opening_frequency(room, GABA))
    assert dwell.burst(room, GABA, 1e-9).openings == pytest.approx(1.0, abs=1e-6)


def test_the_mean_of_many_records_is_the_matrix_solution(room):
    shape = application(1000.0, 20.0, washout=40.0)
    at = np.array([1.0, 5.0, 19.0, 25.0, 50.0])
    drawn = np.mean([record(room, shape, seed).sample(at) for seed in range(400)], axis=0)
    exact = response(room, shape, 1.0)
    wanted = np.interp(at, exact.time, np.asarray(exact.open_probability)[:, 0])
    assert (np.abs(drawn - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / 400)).all()


def test_densities_integrate_to_one_and_components_rebuild_them(room):
    for density in (dwell.open_times(room, GABA), dwell.shut_times(room, GABA)):
        tau, area = density.components
        t = np.array([0.1, 1.0, 10.0, 100.0])
        assert area.sum() == pytest.approx(1)
        np.testing.assert_allclose(density.pdf(t), (area / tau * np.exp(-t[:, None] / tau)).sum(1), rtol=1e-8)
        np.testing.assert_allclose(density.survival(np.array([0.0])), 1)
        assert (area * tau).sum() == pytest.approx(density.mean)
    share = dwell.open_times(room, GABA).mean * dwell.opening_frequency(room, GABA) / 1000
    assert share == pytest.approx(float(open_probability_at(room, GABA)[0]))


def test_a_record_with_a_benzodiazepine_has_more_openings_of_the_same_length(room, patch):
    drug = record(kinetics(modulators=(Modulator("benzodiazepine"),), celsius=22.0), ambient(GABA, 300_000.0), seed=5)
    assert drug.frequency > 1.1 * patch.frequency
    gap = drug.mean_open_time - patch.mean_open_time
    assert abs(gap) < 4 * np.hypot(standard_error(drug.dwells(opened=True)), standard_error(patch.dwells(opened=True)))


def test_the_same_seed_gives_the_same_record_and_current_has_two_levels(room):
    one, two, three = (record(room, ambient(1000.0, 2000.0), seed) for seed in (1, 1, 2))
    assert np.array_equal(one.start, two.start)
    assert not np.array_equal(one.start[:5], three.start[:5])
    levels = np.unique(one.current(np.linspace(0, 1999, 4000), 28.0, -70.0).round(6))
    np.testing.assert_allclose(levels, [-1.96, 0.0])


def test_errors_teach(room):
    with pytest.raises(InputError, match="critical shut time"):
        dwell.burst(room, GABA, 0.0)
    with pytest.raises(InputError, match="one waveform"):
        record(room, application(np.array([1.0, 2.0]), 5.0), seed=0)
    with pytest.raises(InputError, match="at least one time"):
        dwell.log_histogram(np.array([]))
    with pytest.raises(InputError, match="0 < short < long"):
        dwell.critical_time(5.0, 1.0)
