"""Interventions: every therapy of the seed has a row, no evidence means no effect, calibrated sizes give back their rates."""

import csv
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom
from typer.testing import CliRunner

from allostasis import library
from allostasis.cli.app import app
from allostasis.clinic.interventions import LEVERS, at_ports, levers, log_imbalance_change, moved, therapies, therapy
from allostasis.clinic.interventions.adenosine import release_left
from allostasis.clinic.interventions.applying import apply
from allostasis.clinic.interventions.course import strength
from allostasis.clinic.interventions.diary_trial import DiaryTrial, _cumulative, _mass, share_improved
from allostasis.clinic.interventions.dmcm import dmcm_arms
from allostasis.clinic.interventions.operated import operated
from allostasis.clinic.interventions.therapy import MEASURES, calibrated_sizes
from allostasis.model import acute_ports
from allostasis.model.contract import Port
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.regimen import parse_regimen
from allostasis.report.intervention_page import intervention_page
from allostasis.report.intervention_words import card, evidence
from allostasis.simulation import parse_case
from allostasis.study.intervention_calibration import fall_of, share_of, size_of
from allostasis.validation.epilepsy_targets.interventions import NOT_SIMULATED, SIMULATED

SEED_TERMS = """
diazepam; lorazepam; phenytoin; phenytoin sodium; lamotrigine; sodium valproate; levetiracetam; thiopental sodium; propofol;
ketamine; simultaneous multidrug therapy; sequential multidrug therapy; general anesthesia; NMDA receptor antagonist;
Tariquidar; CYP3A4; Genetic testing; Ganaxolone; intravenous formulation; Zuranolone; LYT-300; Sage-324; PRAX 114; ETX-155;
GRX-917; BAER-101; SAN711; KRM-II-81; Cenobamate; nasal sprays; oral mucosal delivery; Inhaled BZDs; midazolam aerosol;
Brivaracetam; Fosphenytoin; vagus nerve stimulation; non-invasive VNS; transcutaneous auricular VNS; Acupuncture; auricular
acupoint; Curcumae Longae Rhizoma; Scorpio; Acori Tatarinowii Rhizoma; Uncariae Ramulus Cum Uncis; Ganoderma; ketogenic diet;
2-deoxy-D-glucose; adenosine kinase; callosotomy; local excision of the lesion; surgical treatment; Stem cell; optogenetics;
closed-loop; Chemical genetics; neuropeptide Y; Y2 and Y5 receptors; Anakinra; anti-inflammatory; DMCM; coexisting with
flumazenil
"""
NAMES = (
    "vns", "transcutaneous_vns", "acupuncture", "ganoderma", "ketogenic_diet", "two_deoxy_d_glucose", "adenosine_kinase_lowering",
    "resection", "corpus_callosotomy", "interneuron_grafts", "mge_grafts", "optogenetics_thalamus", "optogenetics_hippocampus",
    "chemogenetics", "npy_y2_aav", "anakinra", "celecoxib", "ganaxolone_oral", "ganaxolone_iv", "brexanolone_iv", "darigabat",
    "phenobarbital_iv", "midazolam_infusion", "midazolam_buccal", "midazolam_nasal", "midazolam_im", "diazepam_nasal",
    "alprazolam_inhaled", "brivaracetam_iv", "perampanel", "tariquidar", "cyp3a4_guided_dosing", "dmcm", "dmcm_with_flumazenil",
)  # fmt: skip
RATES = {
    "SE79": -30.7, "SE80": -6.9, "SE81": 50.4, "SE82": 22.0, "SE84": 38.4, "SE87": 28.0, "SE88": 57.5, "SE89": 55.3, "SE91": 72.7,
    "SE92": 31.0,
}  # fmt: skip
REGIMEN = "clobazam 20 mg po daily for 40 d"
CASE = {"title": "t", "horizon": "40 d", "output": {"every": "1 d"}, "arm": [{"name": "clobazam", "regimen": REGIMEN}]}
CASE_TOML = """
title = "clobazam"
horizon = "10 d"
[[arm]]
name = "clobazam"
regimen = "clobazam 20 mg po daily for 10 d"
"""
run = CliRunner().invoke


@pytest.fixture(scope="module")
def case():
    return parse_case(CASE)


@pytest.mark.parametrize("term", [t.strip() for t in " ".join(SEED_TERMS.split()).split(";")])
def test_every_therapy_of_the_seed_has_a_row(term):
    said = [" ".join((*one.seed_terms, one.title)).lower() for one in therapies()]
    assert any(term.lower() in words for words in said)


@pytest.mark.parametrize("name", NAMES)
def test_therapy_is_there(name):
    assert therapy(name).mechanism


def test_names_are_unique_and_drugs_are_in_the_library():
    names = [one.name for one in therapies()]
    assert len(names) == len(set(names))
    for one in therapies():
        assert all(library.canonical(drug, "drug") == drug for drug in one.drugs)
        assert bool(one.drugs) == bool(one.example_regimen)


def test_example_regimens_can_be_run():
    for one in therapies():
        if one.drugs:
            doses = parse_regimen(one.example_regimen).doses(24.0, 70.0)
            assert {d.drug for d in doses} == set(one.drugs)
            assert all(d.route in library.drug(d.drug).routes for d in doses)


def test_no_evidence_is_no_effect_exactly():
    none = [one for one in therapies() if one.grade == "E"]
    assert len(none) >= 10
    for one in none:
        assert levers(one.name) == {}
        assert "no effect" in evidence(one)


@pytest.mark.parametrize("name", [one.name for one in therapies() if one.verdict == "negative" and not one.drugs])
def test_evidence_of_none_is_neutral(name):
    assert levers(name)
    assert log_imbalance_change(at_ports(levers(name))) == 0


def test_levers_are_of_the_vocabulary_and_ports_exist():
    ports = {p.name for p in vars(acute_ports).values() if isinstance(p, Port)}
    assert {"release", "nav_available", "il_1_gaba"} <= ports & LEVERS.keys()
    for entry in LEVERS.values():
        if re.fullmatch(r"port \w+", entry.moves) and entry.name in ports:
            assert entry.moves == f"port {entry.name}"
    for one in therapies():
        for move in one.moves:
            assert move.operation == LEVERS[move.lever].operation
            if None not in (move.size, move.low, move.high):
                assert move.low <= move.size <= move.high


def test_levers_are_a_pure_function():
    first = levers("ketogenic_diet")
    first["release"] = ("multiply", 0.0)
    assert "release" not in levers("ketogenic_diet")


@given(st.sampled_from(sorted(LEVERS)), st.floats(-5, 5))
def test_a_neutral_lever_gives_back_the_value(name, value):
    if LEVERS[name].operation == "give":
        return
    neutral = {"multiply": 1.0, "add": 0.0}[LEVERS[name].operation]
    assert moved(value, LEVERS[name].operation, neutral) == value
    assert log_imbalance_change({name: (LEVERS[name].operation, neutral)}) == 0


def test_balance_under_levers_has_closed_forms():
    assert log_imbalance_change({"release": ("multiply", 0.8)}) == pytest.approx(math.log(0.8))
    assert log_imbalance_change({"inhibition": ("multiply", 1.5)}) == pytest.approx(-math.log(1.5))
    assert log_imbalance_change({"severity": ("add", -0.3)}) == -0.3
    assert log_imbalance_change({"il_1_gaba": ("multiply", 0.1)}) == 0
    tonic = library.parameter_set("receptor")["tonic_share"].value
    assert log_imbalance_change({"gaba_ambient": ("multiply", 2.0)}) == pytest.approx(-math.log(1 + tonic))
    two = log_imbalance_change({"release": ("multiply", 0.8), "severity": ("add", -0.3)})
    assert two == pytest.approx(math.log(0.8) - 0.3)


def test_every_therapy_that_helps_lowers_the_imbalance():
    for one in therapies():
        if one.verdict == "supports" and one.name != "dmcm":
            assert log_imbalance_change(at_ports(levers(one.name))) <= 0, one.name


def test_adenosine_acts_through_a1_only():
    assert release_left(1.0) == 1.0
    assert release_left(10.0, a1=False) == 1.0
    assert release_left(10.0) < release_left(2.0) < 1
    basal = library.parameter_set("interventions")["adenosine.basal"].value
    assert release_left(10.0 / basal) / release_left(0.0) == pytest.approx(0.28, abs=0.002)
    assert "release" not in at_ports(levers("ketogenic_diet"), a1=False)
    with pytest.raises(InputError, match="adenosine"):
        release_left(-1.0)


def test_npy_switches_receptor_with_species():
    assert at_ports(levers("npy_y2_aav"), species="rat")["release"][1] < 1
    assert "release" not in at_ports(levers("npy_y2_aav"), species="mouse")
    rat, mouse = (at_ports(levers("npy_aav"), species=s)["release"] for s in ("rat", "mouse"))
    assert rat == mouse
    assert at_ports(levers("npy_y2_aav"), species="rat")["release"][1] < rat[1] < 1
    assert at_ports({"npy_y5": ("multiply", 0.5)}, species="rat") == {}
    with pytest.raises(UnknownNameError, match="rat"):
        at_ports({}, species="cat")


def test_dmcm_is_refused_alone_and_turns_round():
    with pytest.raises(NotModelledError, match="dmcm_with_flumazenil"):
        levers("dmcm")
    arms = dmcm_arms()
    assert min(a.alone for a in arms) < -20
    assert all(a.with_flumazenil > a.alone for a in arms)
    assert all(a.with_flumazenil > -5 for a in arms)
    assert levers("dmcm_with_flumazenil")["inhibition"][1] > 1


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match="ketogenic_diet"):
        therapy("ketogenik diet")
    with pytest.raises(UnknownNameError, match="release"):
        at_ports({"releese": ("multiply", 0.5)})
    assert therapy("KETOGENIC DIET") is therapy("ketogenic-diet")


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 300), st.floats(0.02, 1.5))
def test_counts_are_negative_binomial(mean, variance):
    size, counts = 1 / variance, np.arange(300.0)
    chance = size / (size + mean)
    assert _mass(counts, size, np.array([[mean]]))[0] == pytest.approx(nbinom.pmf(counts, size, chance), abs=1e-10)
    assert _cumulative(counts, size, np.array([[mean]]))[0] == pytest.approx(nbinom.cdf(counts, size, chance), abs=1e-10)


def test_diary_trial_against_drawn_patients():
    trial = DiaryTrial.from_library()
    draw, n = np.random.default_rng(1), 200_000
    daily = trial.rate / 28 * np.exp(trial.rate_spread * draw.standard_normal(n))
    slope = trial.sensitivity * np.exp(trial.sensitivity_spread * draw.standard_normal(n))
    shape = 1 / trial.period_variance
    before = draw.poisson(daily * trial.baseline * draw.gamma(shape, 1 / shape, n))
    after = draw.poisson(daily * np.exp(-0.03 * slope) * trial.treatment * draw.gamma(shape, 1 / shape, n))
    entered = before >= trial.least * trial.baseline / 28
    share = np.mean(after[entered] / trial.treatment <= before[entered] / trial.baseline / 2)
    assert share_improved(trial, 0.03) == pytest.approx(share, abs=0.01)


def test_more_noise_gives_more_responders_without_a_drug():
    still, noisy = (share_improved(DiaryTrial.from_library(period_variance=v)) for v in (0.01, 0.5))
    assert still < noisy
    with pytest.raises(InputError, match="left"):
        share_improved(DiaryTrial.from_library(), left=0)


@pytest.mark.parametrize("target", SIMULATED)
def test_calibrated_sizes_give_back_the_rate(target):
    assert SIMULATED[target]() == pytest.approx(RATES[target], abs=0.15)


def test_targets_are_all_accounted_for():
    assert not SIMULATED.keys() & NOT_SIMULATED.keys()
    assert {f"SE{k}" for k in range(79, 93)} == SIMULATED.keys() | NOT_SIMULATED.keys()


def test_the_library_holds_what_the_study_solves_for():
    held, trial = calibrated_sizes(), DiaryTrial.from_library()
    for name in ("transcutaneous_vns", "interneuron_grafts", "ketogenic_diet"):
        fall, _ = fall_of(therapy(name), trial)
        assert fall == pytest.approx(held[f"{name}.fall"].value, rel=1e-3)
        assert size_of(therapy(name), fall) == pytest.approx(held[f"{name}.size"].value, rel=1e-3)
    assert share_of(therapy("resection")) == pytest.approx((57.5 - 8) / 92)
    for one in therapies():
        if one.measure in MEASURES:
            assert f"{one.name}.share" in held or f"{one.name}.fall" in held
    assert {p.status for p in held.values()} == {"calibrated", "assumed"}


def test_course_comes_and_goes():
    time = np.array([0.0, 10.0, 20.0, 30.0])
    assert strength(time, 0, math.inf, start_h=10).tolist() == [0, 1, 1, 1]
    course = strength(time, 10, 10, start_h=0, stop_h=20)
    assert course[2] == pytest.approx(1 - math.exp(-2))
    assert course[3] == pytest.approx(course[2] * math.exp(-1))
    with pytest.raises(InputError, match="stops before"):
        strength(time, 1, 1, start_h=5, stop_h=5)


def test_a_null_intervention_changes_nothing_exactly(case):
    found = apply("acupuncture", case)
    assert np.array_equal(found.arms[0].given, found.arms[0].without)
    assert found.arms[0].rate_ratio == 1
    assert found.arms[0].responders == found.natural
    assert "no effect by default" in found.notes[0]


def test_a_diet_lowers_the_imbalance_by_its_fall_and_comes_slowly(case):
    found = apply("ketogenic_diet", case, start_h=10 * 24)
    arm, day = found.arms[0], found.time / 24
    threshold = library.parameter_set("circuit")["seizure_threshold"].value
    full = calibrated_sizes()["ketogenic_diet.fall"].value / threshold
    assert np.array_equal(arm.given[day <= 10], arm.without[day <= 10])
    assert arm.without[-1] - arm.given[-1] == pytest.approx(full * (1 - math.exp(-30 / 21)), rel=1e-3)
    assert arm.rate_ratio < 1
    assert found.natural < arm.responders
    gone = apply("ketogenic_diet", case, a1=False).arms[0]
    assert np.array_equal(gone.given, gone.without)


def test_drugs_pumps_and_knives_in_a_case(case):
    drug = apply("cenobamate", case)
    assert drug.regimen == therapy("cenobamate").example_regimen
    assert drug.arms[0].rate_ratio < 1
    pump = apply("tariquidar", case)
    assert pump.arms[0].given[-1] < pump.arms[0].without[-1]
    knife = apply("resection", case)
    assert knife.free_share == pytest.approx(0.538, abs=0.001)
    assert knife.arms[0].rate_ratio == pytest.approx(1 - knife.free_share)


def test_network_under_a_therapy():
    plain = operated({})
    assert plain.network.present.all()
    assert plain.drug == plain.imbalance == 0
    knife = operated(at_ports(levers("resection"))).network
    assert not knife.present[knife.onset].any()
    assert knife.present[~knife.onset].all()
    split = operated(at_ports(levers("corpus_callosotomy"))).network
    assert not split.coupling["callosal"].any()
    assert split.coupling["thalamic"].any()
    light = operated(at_ports(levers("optogenetics_hippocampus")))
    assert light.loop.pulse == 0.5
    assert light.loop.detection < 1
    assert operated({"release": ("multiply", 0.8)}).drug == pytest.approx(-math.log(0.8))
    assert operated({"release": ("multiply", 1.2)}).imbalance == pytest.approx(math.log(1.2))
    with pytest.raises(InputError, match="onset zone"):
        operated({"node": ("multiply", 0.5)})


def test_apply_refuses_what_makes_no_sense(case):
    with pytest.raises(InputError, match="no drug"):
        apply("vns", case, regimen="cenobamate 200 mg po daily")
    with pytest.raises(InputError, match="regimen"):
        apply("cenobamate", case, start_h=24)


def test_command_lists_and_shows():
    listed = run(app, ["intervention", "list", "--grade", "e", "--seed-section", "3.2"])
    assert listed.exit_code == 0
    assert "ganoderma" in listed.output
    assert "ketogenic" not in listed.output
    assert "calibrated" in " ".join(card(therapy("ketogenic_diet")))
    assert run(app, ["intervention", "show", "vns"]).exit_code == 0
    assert run(app, ["intervention", "show", "DMCM alone"]).exit_code == 0


def test_command_applies_and_writes(tmp_path):
    (tmp_path / "case.toml").write_text(CASE_TOML, encoding="utf-8")
    out = tmp_path / "out"
    done = run(app, ["intervention", "apply", "vns", str(tmp_path / "case.toml"), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "Grade C" in " ".join(done.output.split())
    assert {p.name for p in out.iterdir()} == {"summary.csv", "imbalance.csv", "imbalance.svg", "run.json"}
    with (out / "summary.csv").open(encoding="utf-8") as file:
        row = next(csv.DictReader(file))
    assert float(row["seizure_rate_ratio"]) < 1


def test_page_is_that_of_the_data():
    page = Path(__file__).parents[1] / "docs" / "interventions.md"
    assert page.read_text(encoding="utf-8") == intervention_page()
