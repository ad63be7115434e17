"""Photosensitive people: who is counted, spread and exposure between people, and what either does to the share suppressed."""

import numpy as np
import pytest

from allostasis.circuit.thalamocortical import Levers
from allostasis.clinic.absence_drugs import drug_levers
from allostasis.clinic.eeg_scene import dose_modulation
from allostasis.quantity import InputError
from allostasis.simulation.acute_numbers import preparation
from allostasis.study.photosensitivity import Photosensitive, dose_levels, excitabilities, treat

LORAZEPAM = "lorazepam 2 mg po at 0 h"


def test_people_are_spread_as_the_acute_clock_spreads_people():
    people = excitabilities(2000)
    assert people.std() == pytest.approx(preparation("human").severity_spread.value, rel=0.01)
    assert people.mean() == pytest.approx(0, abs=1e-9)
    assert excitabilities(2000, 0.1).std() == pytest.approx(0.1, rel=0.01)
    with pytest.raises(InputError, match="spread"):
        excitabilities(3, 0.0)
    with pytest.raises(InputError, match="number of persons"):
        excitabilities(0)


def test_only_those_with_discharges_count_and_any_of_the_drugs_will_do():
    found = Photosensitive(
        np.arange(4.0), np.array([0.0, 0.5, 0.5, 0.5]),
        {"a": np.array([0.0, 0.0, 0.2, 0.1]), "b": np.array([0.0, 0.3, 0.0, 0.1])},
    )  # fmt: skip
    assert found.suppressed("a") == found.suppressed("b") == pytest.approx(1 / 3)
    assert found.suppressed() == pytest.approx(2 / 3)


def test_levels_differ_as_clearance_and_volume_do():
    levels = dose_levels(LORAZEPAM, 60)
    assert 0.05 < np.log(levels).std() < 0.4
    assert dose_levels(LORAZEPAM, 60, seed=1) == pytest.approx(levels)
    assert not np.allclose(dose_levels(LORAZEPAM, 60, seed=2), levels)


@pytest.mark.slow
def test_more_cortical_inhibition_frees_more_people_and_none_frees_nobody():
    drugs = {"nothing": Levers(), "some": Levers(cortical=1.2), "much": Levers(cortical=20.0)}
    found = treat(drugs | {"each": [Levers(cortical=1.2)] * 8}, 8, seconds=12.0)
    share = [found.suppressed(name) for name in drugs]
    assert share == sorted(share)
    assert share[0] == 0 < share[1] < share[2] == 1
    assert found.treated["each"] == pytest.approx(found.treated["some"])
    assert found.excitability[found.discharging].min() > found.excitability[~found.discharging].max() - 0.1


@pytest.mark.slow
def test_levels_are_those_of_the_chain():
    """Median person: the peak of the same dose in the readout of the EEG, by the modulation that it gives there."""
    _, modulation = dose_modulation(LORAZEPAM, hours=6)
    typical = float(np.median(dose_levels(LORAZEPAM, 60)))
    assert drug_levers("lorazepam", typical).levers.reticular == pytest.approx(float(modulation[2].max()), rel=0.04)
