"""Who responds after a seizure, what patients had before a trial, and the severity of children."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm
from scipy.stats import norm

from allostasis import library
from allostasis.clinic.status_epilepticus.consciousness import awake, half_sedated, missing, responsive, since_seizure
from allostasis.clinic.status_epilepticus.protocol import SEIZING
from allostasis.clinic.status_epilepticus.trials import arms, treated_before, trial
from allostasis.patient.body import ADULT_Y
from allostasis.quantity import InputError
from allostasis.study import child_calibration
from allostasis.study.virtual_trials import arm_result

MINUTES = np.arange(1.0, 91.0)
ROWS = library.parameter_set("consciousness")
MEDIAN = ROWS["postictal.median"].to("min")


def ended(at_min):
    """One patient whose seizure lasts to the end of that minute."""
    return np.where(at_min >= MINUTES, 0.9, 0.1)[None, :]


def test_half_of_people_respond_at_the_median_time():
    assert responsive(ended(30), MINUTES, 30 + MEDIAN, {})[0] == pytest.approx(0.5)
    later = responsive(ended(30), MINUTES, 30 + 2 * MEDIAN, {})[0]
    assert later == pytest.approx(norm.cdf(math.log(2) / ROWS["postictal.spread"].value))


def test_nobody_responds_in_a_seizure_and_a_recurrence_begins_anew():
    assert responsive(ended(90), MINUTES, 60, {})[0] == 0
    twice = np.where(MINUTES == 50, 0.9, ended(20))
    assert since_seizure(twice, MINUTES, 60)[0] == 10
    assert since_seizure(ended(20), MINUTES, 60)[0] == 40
    assert since_seizure(np.full((1, 90), 0.1), MINUTES, 60)[0] == 60
    assert since_seizure(np.where(MINUTES == 70, 0.9, ended(20)), MINUTES, 60)[0] == 40, "what comes later does not count"


def test_a_drug_at_its_level_keeps_half_of_people_down():
    level = np.full((1, 90), half_sedated("lorazepam"))
    free, held = (responsive(ended(30), MINUTES, 60, levels)[0] for levels in ({}, {"lorazepam": level}))
    assert held == pytest.approx(free / 2)
    both = {"lorazepam": level / 2, "midazolam": np.full((1, 90), half_sedated("midazolam") / 2)}
    assert responsive(ended(30), MINUTES, 60, both)[0] == pytest.approx(held), "loads add up"
    assert responsive(ended(30), MINUTES, 60, {"levetiracetam": 1e9 * level})[0] == free
    assert missing(("lorazepam", "fosphenytoin")) == ("fosphenytoin",)


@given(st.floats(0, 20), st.floats(0, 20))
def test_more_drug_never_wakes(low, high):
    few, many = awake(np.array([min(low, high), max(low, high)]))
    assert 0 <= many <= few <= 1


def test_propofol_between_its_5_and_95_per_cent():
    """The spread of benzodiazepines says of propofol what was seen: 5 % unconscious at 1.5, 95 % at 4.1 mg/L, within 10 %."""
    unit = ROWS["sedation.propofol"]
    assert 1 - awake(np.array([unit.low / unit.value]))[0] < 0.1
    assert 1 - awake(np.array([unit.high / unit.value]))[0] > 0.8


def test_an_instant_that_was_not_simulated_is_refused():
    for at in (0, 91):
        with pytest.raises(InputError, match="response to people"):
            responsive(ended(30), MINUTES, at, {})


def test_esett_asks_for_consciousness_and_no_other_trial():
    assert {arm.trial for arm in arms() if arm.and_responsive} == {"ESETT"}


def test_who_was_treated_before_has_seized_as_long_when_the_trial_begins():
    own = [arm for arm in arms() if arm.before]
    assert {arm.trial for arm in own} == {"McIntyre"}
    for arm in own:
        again = treated_before(arm)
        assert again.delay_min + again.counted_from_min == arm.delay_min + arm.counted_from_min
        first, *rest = again.protocol.steps
        assert (first.route, first.at_min) == ("rectal", 0)
        assert [s.at_min for s in rest] == [s.at_min + arm.before.lead_min for s in arm.protocol.steps]
        assert {s.condition for s in rest} == {SEIZING}
        assert again.endpoint == arm.endpoint
        with pytest.raises(InputError, match="treatment before enrolment"):
            treated_before(again)
        with pytest.raises(InputError, match="after onset"):
            treated_before(replace(arm, delay_min=arm.before.lead_min))


def test_febrile_seizures_last_as_unprovoked_ones():
    assert child_calibration.febrile() == pytest.approx(child_calibration.reported(), rel=0.15)


def test_strata_count_by_their_share_of_the_patients():
    arm = next(arm for arm in arms() if arm.before)
    found = arm_result(arm, [np.ones(10), np.zeros(90)])
    assert found.met == pytest.approx(1 - arm.before.share)
    assert found.counted == 100
    assert found.low < found.met < found.high
    assert math.isnan(arm_result(arm, [np.ones(10), np.zeros(0)]).met)


def test_children_of_all_trials_have_one_severity():
    own = [arm for arm in arms() if arm.age_y is not None and arm.age_y < ADULT_Y]
    assert {arm.trial for arm in own} == {"PECARN", "McIntyre", "EcLiPSE"}
    assert {arm.severity for arm in own} == {0}
    assert trial("PHTSE")[0].severity == 0


def test_the_most_likely_offset_is_that_of_the_reported_lengths():
    """Shares made up so that one offset gives back what was reported."""
    line = child_calibration.reported()
    made_up = np.clip(line + 0.3 * (child_calibration.OFFSETS[:, None] - 0.2), 0.01, 0.99)
    best, low, high = child_calibration.offset(made_up)
    assert best == pytest.approx(0.2, abs=0.01)
    assert low < best < high


@pytest.mark.parametrize("minutes", [4, 11])
def test_rectal_diazepam_of_children_is_near_what_was_measured(minutes):
    """22 children of 1 to 9 years, 0.27 mg/kg as a solution; the row is that of adults."""
    measured = library.parameter_set("childhood_seizures")[f"diazepam.rectal_{minutes}_min"]
    drug, weight = library.drug("diazepam"), 18.0
    route, size = drug.routes["rectal"], weight / 70
    volumes = [getattr(drug, f"V{k}").to("L") * size for k in (1, 2, 3)]
    clearance, q2, q3 = (getattr(drug, name).to("L/h") * size**0.75 for name in ("CL", "Q2", "Q3"))
    ka = route.ka.to("1/h")
    rates = np.array([
        [-ka, 0, 0, 0],
        [ka, -(clearance + q2 + q3) / volumes[0], q2 / volumes[1], q3 / volumes[2]],
        [0, q2 / volumes[0], -q2 / volumes[1], 0],
        [0, q3 / volumes[0], 0, -q3 / volumes[2]],
    ])  # fmt: skip
    amounts = expm(rates * minutes / 60) @ np.array([0.27 * weight * route.F.value, 0, 0, 0])
    assert abs(amounts[1] / volumes[0] - measured.value) < measured.spread
