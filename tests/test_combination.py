"""Combinations: levels without a run, effects on the balance, Bliss and Loewe in closed form, four criteria, the way back."""

import json
import math

import numpy as np
import pytest

from allostasis.cli import main
from allostasis.clinic.combination import Balance, assess, evidence, interaction, isobologram, mechanisms
from allostasis.clinic.combination.back import KEEP, WAIT, WITHDRAW, taper_question, way_back
from allostasis.clinic.combination.criteria import added_risk, distinct, exposure_ratios, synergy
from allostasis.clinic.combination.evidence import CAUTION
from allostasis.clinic.combination.interaction import Interaction, dose_for
from allostasis.clinic.levels import peak_levels, steady_levels
from allostasis.patient import Patient
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.regimen.check import parse_regimen


def test_mean_level_at_steady_state_is_dose_rate_over_clearance():
    from allostasis import library

    drug = library.drug("levetiracetam")
    level = steady_levels({("levetiracetam", "iv"): 100.0}).plasma["levetiracetam"]
    assert level == pytest.approx(100 / drug.CL.value / drug.molar_mass.value * 1e6, rel=1e-9)


def test_mean_levels_are_those_of_a_run_with_induction():
    """28 days of the simulation gave 482.06, 1238.6, 41843 and 7502.6 nM for the same doses."""
    levels = steady_levels({("clobazam", "oral"): 20 / 24, ("carbamazepine", "oral"): 800 / 24}).plasma
    assert levels["clobazam"] == pytest.approx(482.06, rel=0.005)
    assert levels["n-desmethylclobazam"] == pytest.approx(1238.6, rel=0.005)
    assert levels["carbamazepine"] == pytest.approx(41843, rel=0.005)


def test_phenytoin_beyond_its_elimination_has_no_steady_state():
    assert steady_levels({("phenytoin", "oral"): 300 / 24}).plasma["phenytoin"] > 0
    with pytest.raises(InputError, match="never come to a steady state"):
        steady_levels({("phenytoin", "oral"): 1000 / 24})


def test_a_peak_grows_with_the_dose_of_a_linear_drug():
    one, two = (peak_levels(parse_regimen(f"midazolam {mg} mg iv").doses(1.0), 1.0) for mg in (5, 10))
    assert two.unbound_brain["midazolam"] == pytest.approx(2 * one.unbound_brain["midazolam"])


def test_nothing_does_nothing_and_an_unknown_ligand_is_refused():
    balance = Balance(["midazolam", "ketamine"])
    assert balance.effect({})[0] == 0
    with pytest.raises(UnknownNameError, match="ligand of this combination"):
        balance.effect({"lorazepam": 1.0})


def test_ketamine_takes_off_what_the_balance_says():
    """H = ln E - ln I with NMDA left n: ln(a + (1 - a) n) - ln(1 - k (1 - n))."""
    from allostasis import library

    rows, block = library.parameter_set("seizure"), Balance(["ketamine"])._parts[2]["nmda_block"]
    n = 1 / (1 + 2000 * block["magnesium"] ** block["relief"] / block["K.nmda_channel.ketamine"])  # in a full seizure
    share, kept = rows["acute_balance.ampa_share"].value, rows["acute_balance.interneurone_nmda"].value
    expected = -math.log(share + (1 - share) * n) + math.log(1 - kept * (1 - n))
    assert Balance(["ketamine"]).effect({"ketamine": 2000.0})[0] == pytest.approx(expected, rel=1e-9)


def test_ketamine_counts_for_more_late_in_a_seizure():
    early, late = (Balance(["ketamine"], stage=s).effect({"ketamine": 2000.0})[0] for s in ("early", "late"))
    assert late > early


def test_bliss_is_exactly_zero_on_ports_of_their_own_and_not_at_one_receptor():
    apart = interaction(Balance(["ketamine", "levetiracetam"]), {"ketamine": 2000.0}, {"levetiracetam": 2e5})
    assert apart.bliss_excess == pytest.approx(0, abs=1e-12)
    shared = interaction(Balance(["diazepam", "lorazepam"]), {"diazepam": 50.0}, {"lorazepam": 20.0})
    assert abs(shared.bliss_excess) > 1e-3


def test_a_drug_with_itself_is_additive_by_loewe():
    found = interaction(Balance(["midazolam"]), {"midazolam": 3.0}, {"midazolam": 3.0})
    assert found.combination_index == pytest.approx(1, abs=1e-6)
    line = isobologram(Balance(["midazolam"]), {"midazolam": 3.0}, {"midazolam": 6.0}, 0.2)
    assert line[:, 0] + 2 * line[:, 1] == pytest.approx(np.full(len(line), line[-1, 0]), rel=1e-6)


def test_every_point_of_an_isobologram_has_its_effect_and_a_ceiling_leaves_an_end_open():
    balance = Balance(["midazolam", "ketamine"])
    a, b = {"midazolam": 9.0}, {"ketamine": 1800.0}
    for effect in (0.2, 0.5):
        line = isobologram(balance, a, b, effect)
        got = balance.effect({"midazolam": 9.0 * line[:, 0], "ketamine": 1800.0 * line[:, 1]})
        assert got == pytest.approx(np.full(len(line), effect), rel=1e-4)
    assert dose_for(balance, a, 1.5) == math.inf
    with pytest.raises(InputError, match="neither drug reaches"):
        isobologram(balance, a, b, 1.5)


def test_synergy_asks_for_both_measures():
    assert synergy(Interaction((0.5, 0.5, 1.0), 0.0, 0.0, (math.inf, math.inf))).value == 0.5  # a ceiling alone is no synergy
    assert synergy(Interaction((0.5, 0.5, 1.2), 0.05, 0.6, (3.0, 3.75))).value == 1
    assert synergy(Interaction((0.5, 0.5, 0.6), -0.1, 1.5, (1.5, 1.2))).value == 0
    assert synergy(Interaction((0.0, 0.5, 0.5), 0.0, None, (math.inf, math.inf))).value is None


def test_mechanisms_come_from_the_library_and_none_is_invented():
    assert distinct("clonazepam", "levetiracetam").value == 1
    assert distinct("phenytoin", "carbamazepine").value == 0
    assert mechanisms("rifampicin") == ()
    assert distinct("rifampicin", "midazolam").value is None


def test_kinetics_see_induction_by_the_partner_and_its_absence():
    rifampicin = exposure_ratios("midazolam 7.5 mg po daily for 7 d", "rifampicin 600 mg po daily for 7 d", Patient())
    assert rifampicin["midazolam"] < 0.2
    none = exposure_ratios("lorazepam 1 mg po bid for 7 d", "levetiracetam 1000 mg po bid for 7 d", Patient())
    assert none["lorazepam"] == pytest.approx(1, abs=1e-6)


def test_risks_are_those_of_independent_events():
    _, rise = added_risk("lorazepam", "phenobarbital")
    assert rise == pytest.approx(0.258 + 0.341 - 0.258 * 0.341 - 0.341)


def test_the_negative_trial_comes_first_and_is_never_left_out():
    found = assess(["clonazepam", "levetiracetam"])
    assert found.seen[0]["verdict"] == "negative"
    assert found.pairs[0].scores[1].value == 0.5  # the model claims no synergy that the trial denies
    assert evidence(["diazepam", "levetiracetam"])[0]["source"] == "NAVARRO16"
    assert "74 against 84" in CAUTION


def test_two_depressants_of_one_receptor_add_side_effects():
    pair = assess(["diazepam", "phenobarbital"]).pairs[0]
    assert pair.scores[0].value == 0.5
    assert pair.scores[3].value == 0


def test_the_way_back():
    found = assess(["clobazam", "lamotrigine", "carbamazepine"], setting="chronic")
    rates = {"rate_before": 10.0, "days": 100.0}
    assert way_back(found, ["carbamazepine"], rate_now=5.0, **rates).answer == KEEP
    assert way_back(found, ["carbamazepine"], rate_now=9.0, rate_before=10.0, days=60.0).answer == WAIT
    back = way_back(found, ["clobazam", "carbamazepine"], rate_now=9.0, **rates)
    assert back.answer == WITHDRAW
    assert back.order[0] == "carbamazepine"  # fewer criteria met: it induces and shares a target
    assert "clobazam x" in back.steps[0]
    assert "allostasis taper" in back.steps[1]
    with pytest.raises(InputError, match="not all"):
        way_back(found, ["clobazam", "lamotrigine", "carbamazepine"], rate_now=9.0, **rates)
    question = taper_question("clobazam 10 mg po bid for 7 d", 100)
    assert (question.drug, question.mg_per_day, question.use_days) == ("clobazam", 20.0, 100)
    with pytest.raises(InputError, match="one benzodiazepine"):
        taper_question("lamotrigine 100 mg po bid for 7 d", 100)


@pytest.mark.parametrize(
    ("drugs", "more", "error", "words"),
    [
        (["midazolam"], {}, InputError, "two drugs or more"),
        (["midazolam", "Dormicum"], {}, InputError, "each once"),
        (["midazolam", "rifampicin"], {}, NotModelledError, "no acute reference dose of rifampicin"),
        (["midazolam", "ketamine"], {"doses": ["diazepam 5 mg iv"]}, InputError, "one dose of one of"),
        (["midazolam", "ketamine"], {"setting": "cronic"}, UnknownNameError, "did you mean 'chronic'"),
        (["midazolam", "ketamine"], {"stage": "latte"}, UnknownNameError, "did you mean 'late'"),
        (["midazolam", "ketamine"], {"effect": 9.0}, InputError, "neither drug reaches"),
    ],
)
def test_refusals(drugs, more, error, words):
    with pytest.raises(error, match=words):
        assess(drugs, **more)


def test_the_command_writes_page_tables_and_answer(tmp_path, capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["combine", *arguments, "--out", str(tmp_path / "out")])
        return end.value.code

    assert run("midazolam", "nonsense") == 2
    assert run("midazolam", "ketamine", "--added", "ketamine") == 2
    assert not (tmp_path / "out").exists()
    capsys.readouterr()
    assert run("midazolam", "ketamine", "--added", "ketamine", "--rate-before", "4", "--rate-now", "4") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "SAMUKeppra" in said
    assert "The way back: withdraw" in said
    page = (tmp_path / "out" / "combination.html").read_text()
    assert "Isobologram of midazolam + ketamine" in page
    assert "://" not in page.split("<style>")[0]
    marker = json.loads((tmp_path / "out" / "run.json").read_text())
    assert marker["files"] == ["combination.csv", "combination.html", "isobologram.csv", "run.json"]
