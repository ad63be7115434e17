"""Matrix exponentials and exponential-integrator coefficients against higher precision and against their laws."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allostasis.model.exponential import (
    bolus_response,
    infusion_response,
    propagator,
    reach,
    relaxation_coefficients,
)


def exact_series(z: Fraction, first: int) -> float:
    """sum over k of (-z)^k / (k + first)!, in exact arithmetic until the terms vanish."""
    term, total = Fraction(1), Fraction(0)
    for k in range(1, first + 1):
        term /= k
    for k in range(80):
        total += term
        term *= -z / (k + first + 1)
    return float(total)


@pytest.mark.parametrize("rate", [1e-9, 1e-5, 1e-3, 0.0999, 0.1, 0.1001, 0.37, 1.0, 3.0, 8.0])
@pytest.mark.parametrize("step", [0.5, 2.0])
def test_coefficients_against_exact_arithmetic(rate, step):
    z = Fraction(rate) * Fraction(step)
    decay, first, second = relaxation_coefficients(np.array(rate), step)
    assert decay == pytest.approx(exact_series(z, 0), rel=1e-13)
    assert first == pytest.approx(step * exact_series(z, 1), rel=1e-13)
    assert second == pytest.approx(step * exact_series(z, 2), rel=1e-13)


def test_coefficients_of_an_infinitely_slow_and_of_a_fast_state():
    decay, first, second = relaxation_coefficients(np.array([0.0, 1e4]), 0.5)
    np.testing.assert_allclose(decay, [1.0, 0.0])
    np.testing.assert_allclose(first, [0.5, 1e-4])
    np.testing.assert_allclose(second, [0.25, 0.5 * (5000 - 1) / 5000**2])


@given(st.floats(1e-8, 50), st.floats(0.01, 2), st.floats(-3, 3), st.floats(-3, 3))
def test_coefficients_solve_a_drive_that_is_linear_in_time(rate, step, constant, slope):
    """dy/dt = constant + slope t - rate y is solved exactly: that is what they are for."""
    decay, first, second = (float(c) for c in relaxation_coefficients(np.array(rate), step))
    y = 0.7
    stepped = decay * y + first * constant + second * (slope * step)
    half = [float(c) for c in relaxation_coefficients(np.array(rate), step / 2)]
    middle = half[0] * y + half[1] * constant + half[2] * slope * step / 2
    end = half[0] * middle + half[1] * (constant + slope * step / 2) + half[2] * slope * step / 2
    assert stepped == pytest.approx(end, rel=1e-11, abs=1e-12)


@st.composite
def compartments(draw, largest=5):
    """A random compartment system [1, n, n]: flows from column to row, and losses, fast and slow ones together."""
    n = draw(st.integers(2, largest))
    rate = st.one_of(st.just(0.0), st.floats(1e-4, 30))
    flows = np.array([[draw(rate) if i != j else 0.0 for j in range(n)] for i in range(n)])
    losses = np.array([draw(rate) for _ in range(n)])
    return (flows - np.diag(flows.sum(axis=0) + losses))[None]


@given(compartments(), st.floats(1e-3, 24))
def test_propagator_keeps_signs_and_mass(matrix, step):
    advance = propagator(matrix, step)
    assert advance.min() > -1e-13
    kept = advance.sum(axis=-2)
    assert kept.max() < 1 + 1e-10
    closed = matrix - np.eye(matrix.shape[-1]) * matrix.sum(axis=-2)[:, None, :]
    np.testing.assert_allclose(propagator(closed, step).sum(axis=-2), 1, rtol=1e-10)


@given(compartments(), st.floats(1e-2, 5))
def test_two_half_steps_are_one_step(matrix, step):
    half = propagator(matrix, step / 2)
    np.testing.assert_allclose(half @ half, propagator(matrix, step), rtol=1e-9, atol=1e-12)


@given(compartments(4), st.floats(1e-2, 2))
def test_propagator_against_extended_precision(matrix, step):
    small = matrix.astype(np.longdouble) * step / 2**12
    term = total = np.eye(matrix.shape[-1], dtype=np.longdouble)[None]
    for k in range(1, 20):
        term = np.einsum("lij,ljk->lik", term, small) / k
        total = total + term
    for _ in range(12):
        total = np.einsum("lij,ljk->lik", total, total)
    np.testing.assert_allclose(propagator(matrix, step), total.astype(float), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("difference", [0.0, 1e-12, 1e-9, 1e-6, 0.1])
def test_flip_flop_kinetics(difference):
    """Absorption as fast as elimination: eigenvectors would fail here."""
    k, time = 0.4, np.array([0.5, 3.0, 12.0])
    ka = k + difference
    matrix = np.array([[[-ka, 0.0], [ka, -k]]])
    found = [propagator(matrix, t)[0, 1, 0] for t in time]
    small = difference * time
    series = np.where(small < 1e-4, 1 - small / 2, -np.expm1(-small) / np.where(small > 0, small, 1))
    np.testing.assert_allclose(found, ka * np.exp(-k * time) * time * series, rtol=1e-8)


def test_each_lane_has_its_own_matrix():
    rates = np.array([0.1, 1.0, 40.0])
    matrix = -rates[:, None, None]
    np.testing.assert_allclose(propagator(matrix, 0.5)[:, 0, 0], np.exp(-rates / 2), rtol=1e-12)


@pytest.mark.parametrize("k", [0.0, 0.05, 3.0])
def test_infusion_of_one_compartment(k):
    matrix, one = np.array([[[-k]]]), np.ones((1, 1))
    lasting, remaining = 0.3, 0.15
    at_end = lasting if k == 0 else -np.expm1(-k * lasting) / k
    found = infusion_response(matrix, one, lasting, remaining)
    assert found[0, 0] == pytest.approx(at_end * np.exp(-k * remaining), rel=1e-13)


@given(compartments(), st.floats(0.05, 0.45), st.floats(0.5, 0.95))
def test_infusions_in_pieces_are_one_infusion(matrix, middle, end):
    vector = np.zeros(matrix.shape[:2])
    vector[:, 0] = 1.0
    whole = infusion_response(matrix, vector, end, 1 - end)
    parts = infusion_response(matrix, vector, middle, 1 - middle) + infusion_response(
        matrix, vector, end - middle, 1 - end
    )
    np.testing.assert_allclose(whole, parts, rtol=1e-9, atol=1e-13)


@given(compartments())
def test_a_short_infusion_is_a_bolus(matrix):
    vector = np.zeros(matrix.shape[:2])
    vector[:, -1] = 1.0
    short = 1e-7
    infused = infusion_response(matrix, vector, short, 0.5) / short
    np.testing.assert_allclose(infused, bolus_response(matrix, vector, 0.5), rtol=1e-4, atol=1e-5)


@given(compartments())
def test_reach_is_where_the_propagator_can_be_non_zero(matrix):
    pattern = reach(matrix[0] != 0)
    assert pattern.diagonal().all()
    assert np.all(np.abs(propagator(matrix, 0.5)[0][~pattern]) < 1e-15)
