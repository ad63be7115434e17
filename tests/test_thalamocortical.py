"""Absence seizures: the published model, its levers, drugs and variants as levers, and the standard tests."""

import json
import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allostasis import library
from allostasis.circuit import spike_wave, thalamocortical_step
from allostasis.circuit.corticothalamic import human_frequency
from allostasis.circuit.spike_wave import find_spike_wave, paroxysmal
from allostasis.circuit.thalamocortical import LEVERS, Levers, constants, epileptic, read_levers
from allostasis.circuit.thalamocortical_run import simulate_thalamocortical
from allostasis.cli import circuit_swd, compile_cache, main
from allostasis.clinic.absence import Arm, compare_absence, drug_arm, paradox_arms, variant_arms
from allostasis.clinic.absence_drugs import drug_levers
from allostasis.clinic.absence_variants import variant_levers
from allostasis.clinic.stimulus_exposure import level_per_dose
from allostasis.clinic.stimulus_presets import excess, half_protection, ignition, protection
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.receptor.curves import open_probability
from allostasis.validation.epilepsy_targets import absence as targets

SECONDS, TRIALS = 40.0, 8
SIGNS = {
    "reticular": (1.5, "suppresses"), "relay": (1.5, "worsens"), "tonic_relay": (2.0, "worsens"), "cortical": (1.1, "suppresses"),
    "t_type": (0.8, "suppresses"), "pyramidal_rate": (0.9, "suppresses"),
}  # fmt: skip


@pytest.fixture(scope="module")
def compared():
    """The lever of each row of SIGNS, the benzodiazepine levers together, ganaxolone and GOF, all in one run."""
    arms = [Arm(name, Levers(**{name: factor})) for name, (factor, _) in SIGNS.items()]
    arms += [Arm("both", Levers(reticular=1.5, relay=1.5)), *paradox_arms("thalamus")]
    return compare_absence(arms, seconds=SECONDS, trials=TRIALS)


def verdict(result, name):
    return result.verdict([arm.name for arm in result.arms].index(name))


# the model


def test_filters_are_those_of_the_published_file():
    values = constants()
    published = {"ampa": (23950, 2605, 262500), "gaba_a": (120750, 2585, 212500), "gaba_b": (375, 60, 800),
                 "burst": (5200, 170, 5200)}  # fmt: skip
    for kind, (gain, total, product) in published.items():
        slow, fast, factor = thalamocortical_step.poles(values, kind)
        assert (slow + fast, slow * fast) == pytest.approx((total, product))
        assert factor * (fast - slow) == pytest.approx(gain)


def test_published_constants_give_rare_discharges_and_the_epileptic_point_about_half():
    run = simulate_thalamocortical([Levers(), epileptic()], seconds=60, trials=8)
    found = find_spike_wave(run.time, run.pyramidal)
    assert 0.01 < found.share[0] < 0.12
    assert 0.25 < found.share[1] < 0.65
    assert found.low[1] < found.share[1] < found.high[1]
    assert 7 < found.frequency[1] < 11  # rats, not people
    assert 5 < found.length[1] < 25


@pytest.mark.parametrize("lever", SIGNS)
def test_sign_of_each_lever(compared, lever):
    assert verdict(compared, lever) == SIGNS[lever][1]


def test_the_conflict_of_two_kinds_of_thalamic_inhibition(compared):
    """More inhibition of reticular cells suppresses, of relay cells worsens; both together as by a benzodiazepine suppress."""
    assert verdict(compared, "both") == "suppresses"
    assert verdict(compared, "GABRB3.gain-of-function-series, reticular, severe") == "suppresses"
    assert verdict(compared, "GABRB3.gain-of-function-series, relay, severe") == "worsens"


def test_the_absence_paradox(compared):
    for name in ("diazepam 100 nM", "clonazepam 10 nM", "darigabat 90 % occupancy", "azd7325 50 nM", "ethosuximide 500 uM"):
        assert verdict(compared, name) == "suppresses", name
    for name in ("ganaxolone 100 nM", "gaboxadol", "tiagabine", "GABRD.T291I, relay, severe"):
        assert verdict(compared, name) == "worsens", name


def test_without_deinactivation_tonic_inhibition_does_not_worsen(monkeypatch):
    """The plain tonic conductance of the published model suppresses: the sign rests on the assumed weight."""
    from allostasis.circuit import thalamocortical_run

    plain = constants() | {"tonic.deinactivation": 0.0}
    monkeypatch.setattr(thalamocortical_run, "constants", lambda: plain)
    point = epileptic()
    run = simulate_thalamocortical([point, replace(point, tonic_relay=3.0)], seconds=40, trials=8)
    share = find_spike_wave(run.time, run.pyramidal).share
    assert share[1] < share[0]


def test_seeds_reproduce_and_differ():
    first, again, other = (
        simulate_thalamocortical([Levers(), epileptic()], seconds=10, trials=2, seed=seed).pyramidal for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.1
    assert np.abs(first[:, 0, 0] - first[:, 0, 1]).max() > 0.1


def test_conditions_do_not_depend_on_their_neighbours():
    one = simulate_thalamocortical([epileptic(), Levers(reticular=2)], seconds=10, trials=2).pyramidal
    other = simulate_thalamocortical([Levers(relay=2), epileptic()], seconds=10, trials=2).pyramidal
    np.testing.assert_allclose(other[:, 1], one[:, 0], rtol=1e-9, atol=1e-9)


def test_halving_the_step_changes_the_arithmetic_alone():
    """The noise stays, so that courses far from a discharge agree."""
    levers = [Levers(reticular=1.5), Levers(cortical=1.1)]
    once, halved = (simulate_thalamocortical(levers, seconds=10, trials=2, step=step).pyramidal for step in (5e-4, 2.5e-4))
    assert np.abs(once - halved)[:1500].max() < 0.02
    assert np.ptp(once[:1500]) > 1


@pytest.mark.parametrize(
    ("wrong", "taught"),
    [({"seconds": 1.0}, "seconds"), ({"trials": 0}, "trials"), ({"seed": -1}, "seed"), ({"step": 0.0003}, "divided by")],
)
def test_bad_runs_are_refused(wrong, taught):
    with pytest.raises(InputError, match=taught):
        simulate_thalamocortical([Levers()], **({"seconds": 10, "trials": 1} | wrong))


def test_levers_are_read_and_refused():
    assert read_levers(["relay = 2"]).changed() == {"relay": 2.0}
    for text, error in (("relay", InputError), ("relay=x", InputError), ("thalamus=2", UnknownNameError)):
        with pytest.raises(error):
            read_levers([text])
    for value in (-1, math.nan, math.inf):
        with pytest.raises(InputError):
            Levers(relay=value)


# detection


@given(st.floats(0.05, 0.95), st.floats(5, 12))
@settings(max_examples=20, deadline=None)
def test_detection_finds_share_and_frequency_of_a_made_record(share, hertz):
    time = np.arange(0, 100, 0.004)
    settle = library.parameter_set("thalamocortical")["detection.settle"].value
    on = (time - settle) / (time[-1] - settle) < share
    record = (np.where(on, 1.5, 0.1) * np.sin(2 * np.pi * hertz * time))[:, None, None]
    found = find_spike_wave(time, record)
    assert found.share[0] == pytest.approx(share, abs=0.02)
    assert found.frequency[0] == pytest.approx(hertz, abs=0.3)


def test_silence_has_no_discharge():
    time = np.arange(0, 30, 0.004)
    found = spike_wave.find_spike_wave(time, np.zeros((len(time), 1, 2)))
    assert found.share[0] == found.per_minute[0] == 0
    assert np.isnan(found.frequency[0])
    assert np.isnan(found.length[0])
    assert not paroxysmal(time, np.zeros(len(time)), 0.5, 1.5).any()


def test_human_frequency_of_the_delay_model():
    assert 2.5 <= human_frequency() <= 4.0
    assert np.isnan(human_frequency("rest"))


# drugs and variants as levers


def test_no_drug_is_no_change():
    for name in ("diazepam", "ganaxolone", "cenobamate", "ethosuximide"):
        assert all(v == pytest.approx(1) for v in vars(drug_levers(name, 0.0).levers).values())
    assert drug_levers("darigabat", "0 %").levers.changed() == {}


def test_subtypes_reach_their_cells():
    benzodiazepine = drug_levers("diazepam", "100 nM").levers
    assert benzodiazepine.tonic_relay == 1  # delta receptors have no site for it
    assert min(benzodiazepine.reticular, benzodiazepine.relay, benzodiazepine.cortical) > 1.3
    selective = drug_levers("darigabat", "100 %").levers
    assert selective.reticular - 1 > 5 * (selective.relay - 1)
    assert drug_levers("ganaxolone", "100 nM").levers.tonic_relay > 2
    lost = drug_levers("clonazepam", "10 nM", mutated="a3").levers
    assert lost.reticular == 1
    assert lost.relay > 1.3
    assert drug_levers("flumazenil", "100 nM").levers.reticular == pytest.approx(1, abs=0.05)
    thalamus = drug_levers("cenobamate", "25 uM", region="thalamus").levers
    assert thalamus.cortical == thalamus.pyramidal_rate == 1


@pytest.mark.parametrize(
    ("given", "error", "taught"),
    [
        (("SAN711", "100 nM"), NotModelledError, "--lever reticular"),
        (("lamotrigine", "5 uM"), NotModelledError, "no affinity"),
        (("diazepam", None), InputError, "--level"),
        (("diazepam", "4 mg"), InputError, "dimension"),
        (("diazepam", "-4 nM"), InputError, "0 nM"),
        (("darigabat", "5 nM"), InputError, "affinity is not known"),
        (("gaboxadol", "5 nM"), InputError, "effective dose"),
        (("diazepan", "5 nM"), UnknownNameError, "diazepam"),
    ],
)
def test_drugs_without_numbers_are_refused(given, error, taught):
    with pytest.raises(error, match=taught):
        drug_levers(*given)


def test_variants_in_cells():
    lof = variant_levers("GABRD.E177A", "relay")
    assert all(end.tonic_relay < 1 for end in lof.ends)
    gain = variant_levers("GABRB3.gain-of-function-series", "reticular")
    assert all(end.reticular > 1 and end.relay == 1 for end in gain.ends)
    assert len(variant_arms("GABRA1.truncation", "relay")) == 1
    with pytest.raises(InputError, match="reticular cells lack"):
        variant_levers("GABRD.T291I", "reticular")


# standard tests


def test_ignition_is_where_the_silent_state_ends():
    """The closed form against the state itself: just below it stays silent, just above it runs away."""
    rows = {k: library.parameter_set("seizure")[f"seizure.{k}"].value for k in ("recruitment", "width", "threshold")}
    edge, ends = ignition(), []
    for push in (edge - 1e-3, edge + 1e-3):
        a = 0.0
        for _ in range(20_000):
            x = (rows["recruitment"] * a + push - rows["threshold"]) / rows["width"]
            a += 0.1 * (1 / (1 + math.exp(-x)) - a)
        ends.append(a)
    assert ends[0] < 0.1
    assert ends[1] > 0.9


def test_level_of_half_protection_solves_its_equation():
    found = half_protection("PTZ", "lorazepam")
    assert found.level is not None
    assert found.dose is not None
    assert protection("PTZ", "lorazepam", found.level) == pytest.approx(excess("PTZ"), abs=1e-5)
    per_dose, route = level_per_dose("lorazepam", 0.5)
    assert found.route == route
    assert found.dose * per_dose == pytest.approx(found.level)


def test_who_works_where():
    works = {name: [half_protection(p, name).level is not None for p in ("MES", "6HZ", "PTZ")] for name in
             ("phenytoin", "levetiracetam", "cenobamate")}  # fmt: skip
    assert works["phenytoin"] == [True, True, False]
    assert works["levetiracetam"] == [False, True, False]
    assert works["cenobamate"] == [True, True, True]
    assert half_protection("MES", "cenobamate").dose is None  # no exposure of rats


@pytest.mark.slow
def test_spike_wave_preset():
    found = half_protection("GAERS", "ethosuximide")
    assert found.level is not None
    assert 1e3 < found.level < 1e6


def test_presets_refuse():
    for name in ("SAN711", "gaboxadol", "darigabat"):
        with pytest.raises(NotModelledError):
            half_protection("PTZ", name)
    with pytest.raises(UnknownNameError):
        half_protection("kindling", "diazepam")
    with pytest.raises(NotModelledError):
        excess("GAERS")


# the command


def status(*arguments) -> int:
    """Run the command in this process; its exit status."""
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return int(left.value.code or 0)


def test_the_command_writes_page_table_and_sources(tmp_path, monkeypatch):
    monkeypatch.setattr(compile_cache, "enable", lambda: None)
    out = tmp_path / "out"
    given = ("--drug", "diazepam", "--level", "100 nM", "--seconds", "20", "--trials", "2", "--out", out)
    assert status("circuit", "swd", *given) == 0
    assert {p.name for p in out.iterdir()} == {"swd.html", "swd.csv", "run.json"}
    table = pd.read_csv(out / "swd.csv")
    assert table.arm.tolist() == ["no drug", "diazepam 100 nM"]
    assert table.lever_reticular.tolist() == [1.0, pytest.approx(2.015, abs=0.01)]
    assert {f"lever_{name}" for name in LEVERS} <= set(table.columns)
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["parameters"]["tonic.deinactivation"]["status"] == "assumed"
    page = re.sub(r"<script.*?</script>", "", (out / "swd.html").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert "://" not in page
    assert "no patient" in page


@pytest.mark.parametrize(
    ("arguments", "taught"),
    [
        (["--drug", "diazepan", "--level", "1 nM"], "diazepam"),
        (["--lever", "thalamus=2"], "reticular"),
        (["--variant", "GABRD.T291I"], "@relay"),
        (["--level", "1 nM"], "one level for each drug"),
        (["--state", "asleep"], "epileptic"),
        (["--drug", "diazepam", "--level", "1 nM", "--region", "spine"], "thalamus"),
    ],
)
def test_bad_arguments_are_refused_and_nothing_is_written(tmp_path, capsys, monkeypatch, arguments, taught):
    monkeypatch.setattr(compile_cache, "enable", lambda: None)
    assert status("circuit", "swd", *arguments, "--out", tmp_path / "out") == 2
    printed = capsys.readouterr()
    assert taught in printed.err
    assert "Traceback" not in printed.err
    assert list(tmp_path.iterdir()) == []


def test_arms_of_the_command_line():
    assert len(circuit_swd.make_arms([], [], [], [], "thalamus")) == len(paradox_arms("thalamus"))
    arms = circuit_swd.make_arms(["ethosuximide", "gaboxadol"], ["500 uM"], ["reticular=1.2"], ["GABRD.T291I@relay"], None)
    assert [arm.name for arm in arms[:3]] == ["ethosuximide 500 uM", "gaboxadol", "reticular=1.2"]
    assert len(arms) == 5
    assert arms[0].levers == drug_arm("ethosuximide", "500 uM").levers


def test_the_preset_command_prints(capsys, monkeypatch):
    monkeypatch.setattr(compile_cache, "enable", lambda: None)
    assert status("circuit", "preset", "PTZ", "--drug", "diazepam", "--drug", "phenytoin") == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "mg/kg intraperitoneal" in printed
    assert "no level up to 1 mM" in printed
    assert status("circuit", "preset", "kindling", "--drug", "diazepam") == 2


# targets


def test_tonic_current_is_what_gabazine_takes_away(monkeypatch):
    """Relay cells in slices: 20 pA, and 70 pA with 1 uM more GABA; a control and one whose transporter fails."""
    rows = library.parameter_set("thalamocortical")
    level, fold = rows["absence.relay_gaba"].value, rows["absence.ambient_gaba"].value
    current = [float(open_probability("a4b2d", gaba)) for gaba in (0.0, level, level + 1, fold * level)]
    evoked = [p - current[0] for p in current[1:]]
    assert evoked[1] / evoked[0] == pytest.approx(70 / 20, rel=0.02)
    assert targets.tonic_of_failed_uptake() == pytest.approx(evoked[2] / evoked[0])
    changed = rows | {"absence.gaba_free_share": replace(rows["absence.gaba_free_share"], value=1.0)}
    monkeypatch.setattr(targets.library, "parameter_set", lambda name: changed)
    assert targets.tonic_of_failed_uptake() == pytest.approx(current[3] / current[1])
