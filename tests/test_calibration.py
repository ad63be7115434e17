"""The library holds what the calibration prints, and the calibration does what it says."""

import numpy as np
import pytest

from allostasis import library
from allostasis.study import calibration

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def scales():
    return calibration.calibrate_scales()


def test_the_library_holds_the_estimates(scales):
    for name, value in scales.log_scale.items():
        row = library.drug(name).in_vivo_scale
        assert row.kind == "calibrated"
        assert row.value == pytest.approx(np.exp(value), rel=0.01), name
        assert row.low == pytest.approx(np.exp(value - scales.standard_error[name]), rel=0.02), name


def test_the_occupancy_anchor_is_met(scales):
    assert 3 < np.exp(scales.log_scale["alprazolam"]) < 6
    assert scales.standard_error["alprazolam"] < scales.standard_error["demoxepam"]


def test_the_threshold_meets_its_two_incidences():
    threshold, spread, _ = calibration.calibrate_threshold()
    row = library.parameter_set("circuit")["seizure_threshold"]
    assert row.value == pytest.approx(threshold, rel=0.01)
    assert row.log_spread == pytest.approx(spread, rel=0.03)
