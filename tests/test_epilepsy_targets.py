"""Targets of epilepsy: each has a function or a reason, roles are kept apart, quick ones agree with closed forms."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from allostasis.clinic.status_epilepticus.trials import trial
from allostasis.library import parameter_set
from allostasis.validation import epilepsy_targets as group
from allostasis.validation.epilepsy_targets import drugs, glia, rat, receptors, slice, trials
from allostasis.validation.epilepsy_targets.reasons import CAUSES, CIRCULAR, INFORMED, NOT_SIMULATED, REPAIRED
from allostasis.validation.targets import REPAIRED_WORDS, evaluate, load_targets, repaired, tally
from allostasis.validation.targets_text import GATES, gates_hold, text

EMERGENT_INSIDE = 20
LISTED = {t.id: t for t in load_targets("epilepsy")}


def test_every_target_has_one_function_or_a_reason():
    given = [target for module in group.MODULES for target in module.SIMULATED]
    assert len(given) == len(set(given)), "two modules answer one target"
    assert set(given) <= set(LISTED)
    assert set(LISTED) <= set(given) | set(group.reasons())
    assert not set(NOT_SIMULATED) & set(given), "simulated after all"
    assert set(CAUSES) | set(INFORMED) | set(CIRCULAR) <= set(given), "a cause of nothing"


def test_what_informed_a_constant_is_not_counted_as_emergent():
    roles = {t.id: t.role for t in group.epilepsy_targets()}
    assert {t for t in LISTED if roles[t] != LISTED[t].role} <= set(INFORMED) | set(CIRCULAR)
    assert all(roles[t] == "calibrate" for t in INFORMED)
    assert all(roles[t] == "input" for t in CIRCULAR)
    assert {roles[t] for t in ("SE06", "SE24", "SE29", "SE31")} == {"calibrate"}
    assert all(roles[t] == "emergent" for t in ("SE32", "SE44", "SE53", "SE74"))


def test_targets_that_are_not_simulated_by_role_have_no_function():
    silent = {t for t in LISTED if LISTED[t].role == "not_simulated"}
    assert silent
    assert silent <= set(NOT_SIMULATED)


def answered(inside: bool):
    """Every target answered at the middle of its band, or far outside."""

    def value(target):
        middle = (target.low + target.high) / 2
        return middle if inside else target.high + 1e6

    targets = group.epilepsy_targets()
    return evaluate(targets, {t.id: (lambda t=t: value(t)) for t in targets}, {})


def test_gates_of_the_group():
    good, bad = answered(True), answered(False)
    assert gates_hold("epilepsy", good)
    assert not gates_hold("epilepsy", bad)
    assert GATES["epilepsy"] == {"calibrate": 1.0, "emergent": 0.65}
    page = text("epilepsy", good)
    assert "gate 100%: holds" in page
    assert "gate 65%: holds" in page
    assert "gate 65%: FAILS" in text("epilepsy", bad)


def test_what_was_repaired_with_the_miss_in_view_is_told():
    assert repaired(answered(True)) == 0
    found = tuple(replace(o, reason=f"{REPAIRED_WORDS}: x") if o.target.id in REPAIRED else o for o in answered(True))
    assert repaired(found) == len(REPAIRED) > 0
    assert f"{len(REPAIRED)} came there by a change" in text("epilepsy", found)
    assert "came there by a change" not in text("epilepsy", answered(True))
    assert not set(REPAIRED) & set(INFORMED)
    emergent = {t.id for t in group.epilepsy_targets() if t.role == "emergent"}
    assert set(REPAIRED) <= emergent


def test_recalled_targets_decide_no_gate():
    seen = [t for t in group.epilepsy_targets() if t.status == "seen"]
    counts = {t.role: t.of for t in tally(answered(True))}
    assert sum(counts.values()) == len(seen) < len(LISTED)
    assert all(t.id.startswith("SE") for t in seen)


def test_each_trial_of_a_target_has_an_arm_of_it():
    for target, name in trials.OF_TARGETS.items():
        assert any(arm.target == target for arm in trial(name)), target
    assert all(any(arm.target == own for arm in trial("RAMPART")) for own in trials.TIMED.values())


def test_a_declared_covariate_is_that_of_every_arm():
    for name in ("Martin and Kapur", "ARTEMIS-1"):
        assert len({(arm.severity, arm.delay_min) for arm in trial(name)}) == 1, name
    assert {arm.severity for arm in trial("Martin and Kapur")} == {0.35}


def test_two_pools_agree_with_closed_forms():
    rows = parameter_set("adaptation")
    end, back, lost = (rows[f"trafficking.{k}"].to("1/h") for k in ("k_end", "k_rec", "k_deg"))
    assert receptors.internalised() == pytest.approx(100 * (1 - math.exp(-end / 2)))
    assert receptors.recycled() == pytest.approx(100 * back / (back + lost) * (1 - math.exp(-back - lost)))
    assert receptors.plateau() == pytest.approx(60 * math.log(10) / (end + back + lost))


def test_tumour_necrosis_factor_takes_receptors_and_calcineurin_is_beside_it():
    assert -60 < receptors.under_tnf() < -20
    assert receptors.tnf_without_calcineurin() == 0


def test_flumazenil_and_bicuculline_block_the_drive():
    gaba, full = 4.0, receptors.drive(4.0, diazepam=1000)
    assert 0.5 < full < 1.5
    assert receptors.drive(gaba, diazepam=1000, flumazenil=1e5) < 0.05 * full
    levels = [receptors.drive(gaba, diazepam=1000, bicuculline=b) for b in (0, 1e3, 3e3, 1e4)]
    assert levels == sorted(levels, reverse=True)
    assert 0 == levels[-1] < levels[1] < full == levels[0], "less opening than in the naive synapse sets nothing up"
    assert receptors.antagonists_block() is True


def test_no_pair_of_rates_inside_both_recalled_bands_reaches_the_plateau_of_the_cell_line():
    """The miss of SE08: endocytosis and recycling at the fast ends of SR09 and SR10 still need 45 min."""
    lost = parameter_set("adaptation")["trafficking.k_deg"].to("1/h")
    leave = brentq(lambda rate: (rate - lost) / rate * -math.expm1(-rate) - 0.85, 1, 5)
    assert 60 * math.log(10) / (-2 * math.log(1 - 0.35) + leave) == pytest.approx(45, abs=1)


def test_epileptic_granule_cells():
    assert 18.5 < receptors.ec50("diazepam") < 41.3
    assert receptors.ec50("zolpidem", 1.0) > 1.5 * receptors.ec50("zolpidem")
    assert receptors.ec50("diazepam", 1.0) == pytest.approx(receptors.ec50("diazepam"), rel=0.3)


def test_glia_of_epileptic_tissue():
    assert glia.chronic(0.0)["glutamine_synthetase"] == pytest.approx(1, abs=1e-6)
    assert 0.5 < glia.neurones_lost() < 0.75
    assert glia.in_seizure() < 0.001
    assert -35 < glia.enzyme_lost() < -20
    assert -50 < glia.transporter_lost() < -35, "reported as it comes out: a miss"
    assert 40 < glia.glutamate_inside() < 46
    assert 88 < glia.seizing() <= 100


def test_the_pump_holds_phenytoin_back_and_diazepam_not():
    assert -30 < drugs.behind_the_pump("phenytoin") < -20
    assert drugs.behind_the_pump("diazepam") == 0
    assert -30 < drugs.carrier() < -10


def test_ladders_and_grids_are_in_order():
    assert list(rat.LADDER) == sorted(rat.LADDER)
    assert np.all(np.diff(slice.LENGTHS_MIN) > 0)
    assert slice.LENGTHS_MIN[-1] < slice.LOOKED_AT_MIN


@pytest.mark.slow
def test_the_whole_group_is_answered_and_reported_as_it_is():
    """What set a constant is met; as many emergent ones as when this was written; every miss of a seen target has its cause."""
    found = group.epilepsy_outcomes()
    counts = {t.role: t for t in tally(found)}
    assert counts["calibrate"].inside == counts["calibrate"].of
    assert counts["emergent"].inside >= EMERGENT_INSIDE, "fewer than when this was written: what got worse?"
    missed = [o.target.id for o in found if o.inside is False and o.target.role in GATES["epilepsy"]]
    assert all(group.reasons().get(target) for target in missed), missed
