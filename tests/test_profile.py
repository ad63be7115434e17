"""Subtype profiles: knock-in mice, reserve, competition, uncertainty, design search; facts hit or are listed as missed."""

import doctest
import importlib
import json
import pkgutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from allostasis import library
from allostasis.cli import main
from allostasis.clinic import profile as package
from allostasis.clinic.effects import EffectProfile
from allostasis.clinic.profile import (
    AXES,
    SPECIES,
    axes_lost,
    calibrate,
    circuit,
    compare,
    effect_curve,
    effects,
    find_design,
    knock_in_table,
    mouse_pattern,
    nearest,
    parse_target,
    predictions,
    share_kept,
    subtype_profile,
)
from allostasis.clinic.profile.activation import closed_odds, gain, stimulus, stimulus_for
from allostasis.clinic.profile.affinity import site_table
from allostasis.clinic.profile.axes import SET, axes
from allostasis.clinic.profile.facts import facts, reserve_by_alprazolam
from allostasis.clinic.profile.feasible import search
from allostasis.clinic.profile.reserve import gain_for_response, response
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.receptor.curves import open_probability

MODULES = [m.name for m in pkgutil.iter_modules(package.__path__) if m.name != "__main__"]


@pytest.mark.parametrize("name", [*MODULES, "report.profile_words", "report.profile_page", "report.figure_profile"])
def test_every_example_runs(name):
    where = f"allostasis.{name}" if "." in name else f"{package.__name__}.{name}"
    found = importlib.import_module(where)
    failed, _ = doctest.testmod(found, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert failed == 0


# -- one place for every number


def test_the_four_effects_of_the_chain_take_its_weights():
    own, chain = library.parameter_set(SET), library.parameter_set("clinic")
    for axis in axes():
        shared = f"effect_weight.{axis.name}.a1" in chain
        assert shared != (f"weight.{axis.name}.a1" in own), "stated twice, or nowhere"
        assert sum(w.value for w in axis.weights) == pytest.approx(1)
        for alpha, weight in zip(SUBTYPES, axis.weights, strict=True):
            assert weight == (chain[f"effect_weight.{axis.name}.{alpha}"] if shared else own[f"weight.{axis.name}.{alpha}"])


def test_gain_is_that_of_the_receptor_room_and_its_sum_that_of_the_chain():
    """Modulation by the equilibrium model, and the effect of the main chain without tolerance, from the same numbers."""
    profile = subtype_profile("diazepam", concentration=60.0, others={"flumazenil": 2.0}, draws=1)
    level = library.parameter_set("receptor")["gaba_phasic"].to("uM")
    modulation = [
        float(open_probability(f"{a}b3g2", level, {"diazepam": 60.0, "flumazenil": 2.0}) / open_probability(f"{a}b3g2", level))
        for a in SUBTYPES
    ]
    assert profile.subtypes["gain"].to_numpy() == pytest.approx(np.array(modulation) - 1, rel=1e-5)
    example = EffectProfile.example()
    weights = tuple(tuple(w.value for w in axis.weights) for axis in axes()[:4])
    inputs = dict(example.rest) | {"modulation_phasic": tuple(modulation)}
    chain = EffectProfile().readout(0.0, {}, inputs, {"weight": weights, "reach": (1.0,) * 4})["effect"]
    linear = circuit("human").weight[:4] @ profile.subtypes["gain"].to_numpy()
    assert np.array([float(e[0]) for e in chain]) == pytest.approx(linear, rel=1e-5)


def test_stimulus_and_response_invert():
    Q = closed_odds()
    g = np.array([-0.3, 0.0, 0.2, 0.9])
    assert gain(stimulus_for(g, Q), Q) == pytest.approx(g)
    value = np.array([-0.9, -0.1, 0.0, 0.6])
    assert response(gain_for_response(value, 0.2, 2.0), 0.2, 2.0) == pytest.approx(value)
    assert stimulus(np.array([[0.5, 0.0, 1.0, 0.2]]), np.full((1, 4), 0.5)).tolist() == [0.5, 0.0, 1.0, 0.2]


# -- knock-in mice


def test_diazepam_loses_what_the_mice_lose():
    lost = axes_lost(knock_in_table("diazepam", occupancy=0.7))
    assert lost["a1(H101R)"] == ("sedation", "amnesia", "abuse_liability")
    assert lost["a2(H101R)"] == ("anxiolysis", "muscle_relaxation")
    assert lost["a3(H126R)"] == ()
    assert lost["a5(H105R)"] == ("memory_impairment",)


def test_the_pattern_of_the_mice_and_its_misses():
    found = mouse_pattern()
    missed = found[~found["holds"]][["study", "mutated", "axis", "reported"]].to_numpy().tolist()
    assert missed == [
        ["CRESTANI02", "a5(H105R)", "muscle_relaxation", "reduced"],
        ["DIAS05", "a2(H101R)", "anxiolysis", "kept"],
    ]
    assert len(found) == 22
    rows = found.set_index(["drug", "axis"])["holds"]
    assert rows["zolpidem"].to_list() == [True, True], "no weight was chosen after zolpidem"


def test_a_mutant_is_a_pentamer_of_the_receptor_room():
    table = site_table(["diazepam", "bretazenil"], ("a1(H101R)b3g2", "a2b3g2", "a3b3g2", "a5b3g2"))
    assert np.isinf(table.K[0, 0])
    assert np.isfinite(table.K[1, 0]), "bretazenil still binds"
    assert table.known.all()
    kept = share_kept(knock_in_table("bretazenil", occupancy=0.7))
    assert kept.loc["a1(H101R)", "sedation"] > 1, "Benson 1998: potentiation rises"


def test_two_mutations_take_what_either_takes():
    table = knock_in_table("diazepam", occupancy=0.7, doubles=True)
    assert len(table) == 11
    assert table.loc["a2(H101R) a3(H126R)", "anxiolysis"] == pytest.approx(0)
    assert table.loc["a1(H101R) a5(H105R)", "amnesia"] == pytest.approx(0)


# -- dose, sign, competition


@pytest.mark.parametrize("species", SPECIES)
@pytest.mark.parametrize("drug", ["diazepam", "zolpidem", "TPA023B"])
def test_effects_rise_with_occupancy(drug, species):
    curve = effect_curve(drug, [0.0, 0.003, 0.03, 0.1, 0.3, 0.7, 0.99], species=species).to_numpy()
    assert (np.diff(curve, axis=0) >= -1e-12).all()
    assert (curve[0] == 0).all()
    assert curve.max() <= 1


def test_an_antagonist_does_nothing_and_an_inverse_agonist_the_opposite():
    assert abs(subtype_profile("flumazenil", occupancy=0.9, species="rodent").axes["effect"]).max() < 0.01
    dmcm = subtype_profile("DMCM", occupancy=0.9, species="rodent").axes
    assert (dmcm["effect"] < 0).all()
    assert dmcm.loc["anticonvulsant", "effect"] < -0.5
    assert dmcm.loc["sedation", "high"] < 0


def test_flumazenil_competes():
    alone = subtype_profile("diazepam", concentration="50 nM", draws=1)
    beside = subtype_profile("diazepam", concentration="50 nM", others={"flumazenil": "30 nM"}, draws=1)
    assert beside.occupancy < 0.1 * alone.occupancy
    assert (beside.axes["effect"] < alone.axes["effect"]).all()
    assert beside.others == {"flumazenil": 30.0}
    same = subtype_profile("diazepam", occupancy=alone.occupancy, others={"flumazenil": "30 nM"}, draws=1)
    assert same.concentration > 10 * alone.concentration
    assert same.occupancy == pytest.approx(alone.occupancy)


def test_occupancy_and_concentration_say_the_same():
    by_share = subtype_profile("zolpidem", occupancy=0.4, draws=1)
    by_level = subtype_profile("zolpidem", concentration=by_share.concentration, draws=1)
    assert by_level.occupancy == pytest.approx(0.4)
    pd.testing.assert_frame_equal(by_share.axes[["effect"]], by_level.axes[["effect"]])
    held = by_share.subtypes["occupancy"]
    assert held["a1"] > 5 * held["a3"] > 0, "alpha1 first: Myers 2012 (rt114)"


# -- the reserve


def test_the_library_holds_what_its_facts_give():
    numbers = library.parameter_set(SET)
    for name, value in calibrate().items():
        assert numbers[name].value == pytest.approx(value, rel=0.005), name
        assert (numbers[name].kind, numbers[name].status) == ("calibrated", "calibrated")
    assert numbers["reserve.human"].low == pytest.approx(reserve_by_alprazolam(), rel=0.005)
    assert len(facts("calibrates")) == 6


def test_the_reserve_facts():
    """Man is sedated by lorazepam at 3 %, not by alpha2/3-selective drugs near full occupancy; a rat not by MRK-409 at 90 %."""
    assert subtype_profile("lorazepam", occupancy=0.03).effect("sedation") == pytest.approx(0.5, abs=0.01)
    for drug in ("TPA023", "L-838,417", "TPA023B"):
        assert abs(subtype_profile(drug, occupancy=0.99).effect("sedation")) <= 0.2, drug
        assert abs(subtype_profile(drug, occupancy=0.99, species="rodent").effect("sedation")) <= 0.2, drug
    assert subtype_profile("MRK-409", occupancy=0.9, species="rodent").effect("sedation") == pytest.approx(0.2, abs=0.01)
    assert subtype_profile("MRK-409", occupancy=0.2).effect("sedation") == pytest.approx(0.5, abs=0.05)


def test_a_reserve_behind_the_sum_would_contradict_the_facts():
    """Why each pathway has a transducer of its own: with one behind the sum, selective drugs would sedate man."""
    numbers = circuit("human")
    sedation = numbers.weight[0]

    def behind(gains):
        return response(float(sedation @ gains), numbers.half_gain[0], numbers.steepness)

    full = subtype_profile("lorazepam", occupancy=0.03, draws=1).subtypes["gain"].to_numpy()
    assert behind(full) == pytest.approx(0.5, abs=0.1)
    selective = subtype_profile("TPA023B", occupancy=0.99, draws=1).subtypes["gain"].to_numpy()
    assert behind(selective) > 0.5
    assert effects(selective, numbers)[0] <= 0.2


def test_predictions_and_their_misses():
    found = predictions()
    verdicts = found["verdict"]
    assert set(verdicts[verdicts == "miss"].index) == {"alpha5ia_rat_memory", "diazepam_ataxia_ratio", "zolpidem_man_muscle"}
    assert set(verdicts[verdicts == "between"].index) == {
        "tpa023_man_ataxia", "lorazepam_man_amnesia", "lorazepam_man_ataxia", "tpa023b_rat_muscle_relaxation",
        "diazepam_mouse_seizure",
    }  # fmt: skip
    assert verdicts["azd7325_man_sedation"] == "open"
    assert (verdicts == "hit").sum() == len(found) - 9


# -- uncertainty and what is unknown


def test_the_band_holds_the_middle_and_repeats():
    first, again = (subtype_profile("zolpidem", occupancy=0.3, species="rodent", draws=200, seed=3).axes for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert (first["low"] <= first["effect"]).all()
    assert (first["effect"] <= first["high"]).all()
    silent = subtype_profile("TPA023", occupancy=0.99).axes.loc["sedation"]
    assert silent["high"] - silent["low"] > 1, "a silent alpha1 is known to a factor of 1.25 in c only"


def test_an_unknown_subtype_is_carried_on():
    found = subtype_profile("AZD7325", occupancy=0.9)
    assert found.unknown == ("a1", "a5")
    assert np.isnan(found.effect("sedation"))
    low, high = found.band("sedation")
    assert high - low > 2 * 0.8
    assert found.effect("anxiolysis") > 0.9
    with pytest.raises(NotModelledError, match="a1, a5"):
        knock_in_table("AZD7325", occupancy=0.5)


def test_affinity_in_man_is_the_calibrated_multiple():
    plain, scaled = (subtype_profile("lorazepam", concentration=10.0, in_vivo=v, draws=1) for v in (False, True))
    scale = library.drug("lorazepam").in_vivo_scale
    assert scale is not None
    assert scaled.subtypes["K"].to_numpy() == pytest.approx(plain.subtypes["K"].to_numpy() * scale.value)
    assert scaled.occupancy < plain.occupancy
    with pytest.raises(NotModelledError, match="in man"):
        subtype_profile("TPA023", concentration=10.0, in_vivo=True)


# -- design


def test_design_finds_an_alpha2_alpha3_selective_ligand():
    found = find_design("anxiolysis>=0.8,sedation<=0.1", occupancy=0.7, species="rodent")
    assert found.feasible
    assert found.violation <= 1e-3
    efficacy = found.ligand["efficacy"]
    assert efficacy["a2"] > 0.2
    assert abs(efficacy["a1"]) < 0.1 * efficacy["a2"]
    shares = np.array([0.45, 0.30, 0.15, 0.10])
    assert (found.ligand["occupancy"].to_numpy() * shares).sum() == pytest.approx(0.7, abs=1e-3)
    level = found.concentration / (found.concentration + found.ligand["K"])
    assert level.to_numpy() == pytest.approx(found.ligand["occupancy"].to_numpy())
    near = nearest(found, 3)
    assert near.iloc[0]["violation"] <= near.iloc[-1]["violation"]
    assert "l-838417" in near.index or "tpa023b" in near.index


def test_design_of_the_starting_text():
    """High efficacy at alpha2 and alpha3, little at alpha1 and alpha5: anxiolytic, muscle relaxant, not sedative, memory kept."""
    text = "anxiolysis>=0.8,muscle_relaxation>=0.5,sedation<=0.2,memory_impairment<=0.2"
    found = find_design(text, occupancy=0.8, species="rodent")
    assert found.feasible
    assert found.ligand["gain"][["a2", "a3"]].min() > 3 * found.ligand["gain"][["a1", "a5"]].abs().max()


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("anxiolysis>=0.9,muscle_relaxation<=0", 0.9),
        ("sedation>=0.9,abuse_liability<=0", 0.5),
        ("anticonvulsant>=0.8,sedation<=0.2", 0.5),
        ("anxiolysis>=0.99", 0.01),
    ],
)
def test_a_conflict_is_proved(text, share):
    found = find_design(text, occupancy=share, species="rodent")
    assert not found.feasible
    assert found.proved
    assert 0 < found.least_violation <= found.violation + 1e-6
    assert found.violation - found.least_violation < 0.02
    assert found.verdict.startswith("Infeasible, proved")
    assert "smallest violation" in found.verdict


def test_the_proof_agrees_with_a_random_search():
    target = parse_target("anticonvulsant>=0.8,sedation<=0.2")
    numbers, Q, shares = circuit("rodent"), closed_odds(), np.array([0.45, 0.30, 0.15, 0.10])
    held = np.random.default_rng(1).dirichlet([1, 1, 1, 1], 20000) * 0.5 / shares
    held = held[(held < 1).all(axis=1)]
    c = np.exp(np.random.default_rng(2).uniform(np.log(0.2), np.log(4), held.shape))
    worst = target.worst(effects(gain(held * (1 / c - 1), Q), numbers))
    least = find_design(str(target), occupancy=0.5, species="rodent").least_violation
    assert worst.min() >= least - 1e-9
    assert worst.min() < least + 0.15


def test_the_search_says_when_it_has_not_decided(monkeypatch):
    monkeypatch.setattr("allostasis.clinic.profile.feasible.ROUNDS", 3)
    found = find_design("anticonvulsant>=0.7,sedation<=0.3", occupancy=0.5, species="rodent")
    assert not found.proved
    assert found.verdict.startswith("Not decided")
    assert search.__doc__


# -- bad input


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("anxiolytic>=0.5", UnknownNameError, "anxiolysis"),
        ("anxiolysis>0.5", InputError, "AXIS>=NUMBER"),
        ("", InputError, "not a bound"),
        ("sedation<=0.1,", InputError, "not a bound"),
        ("sedation<=1.5", InputError, "-1 to 1"),
        ("sedation>=0.5,sedation<=0.4", InputError, "exclude each other"),
        ("sedation<=nan", InputError, "not a bound"),
    ],
)
def test_a_target_that_cannot_be_read_is_refused(text, error, words):
    with pytest.raises(error, match=words):
        parse_target(text)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"occupancy": 1.2}, "0 to below 1"),
        ({"occupancy": 1.0}, "0 to below 1"),
        ({"occupancy": -0.1}, "0 to below 1"),
        ({"occupancy": float("nan")}, "0 to below 1"),
        ({"concentration": -5.0}, "out of range"),
        ({"concentration": "-5 nM"}, "out of range"),
        ({"concentration": float("inf")}, "out of range"),
        ({"concentration": "5"}, "no unit"),
        ({"concentration": "5 mg"}, "dimension"),
        ({}, "one of the two"),
        ({"concentration": 5.0, "occupancy": 0.5}, "one of the two"),
        ({"occupancy": 0.5, "species": "rat"}, "human, rodent"),
        ({"occupancy": 0.5, "others": {"diazepam": 3.0}}, "given twice"),
        ({"occupancy": 0.5, "others": {"flumazenil": -3.0}}, "out of range"),
        ({"occupancy": 0.5, "gaba_uM": -1.0}, "out of range"),
    ],
)
def test_an_exposure_that_cannot_be_is_refused(given, words):
    with pytest.raises(InputError, match=words):
        subtype_profile("diazepam", **given)


@pytest.mark.parametrize("name", ["propofol", "ganaxolone", "indiplon", "GRX-917"])
def test_a_drug_without_that_site_is_refused_with_the_reason(name):
    with pytest.raises(NotModelledError, match="benzodiazepine site"):
        subtype_profile(name, occupancy=0.5)


def test_a_design_needs_an_occupancy_and_a_concentration():
    with pytest.raises(InputError, match="above 0 and below 1"):
        find_design("sedation<=0.1", occupancy=0.0)
    with pytest.raises(InputError, match="no concentration"):
        find_design("sedation<=0.1", occupancy=0.5, concentration="0 nM")


# -- the command


def run(*arguments: str) -> None:
    """Run the command line and see it end well."""
    with pytest.raises(SystemExit) as leave:
        main(list(arguments))
    assert leave.value.code == 0


def test_the_command_prints_and_writes(capsys, tmp_path):
    out = tmp_path / "profile"
    run("receptor", "profile", "Zolpidem", "--occupancy", "30 %", "--compare", "TPA023,AZD7325", "--target",
        "anxiolysis>=0.5,sedation<=0.1", "--out", str(out))  # fmt: skip
    printed = " ".join(capsys.readouterr().out.split())
    assert "Feasible" in printed
    assert "unknown" in printed
    names = {path.name for path in out.iterdir()}
    assert names == {"profile.csv", "subtypes.csv", "design.csv", "bounds.csv", "profile.html", "run.json"}
    table = pd.read_csv(out / "profile.csv")
    assert set(table["axis"]) == set(AXES)
    assert len(table) == 3 * len(AXES)
    page = (out / "profile.html").read_text(encoding="utf-8")
    assert "src=" not in page.split("<script>")[0]
    assert "zolpidem, tpa023 and azd7325" in page
    assert "no medical device" in page
    assert json.loads((out / "run.json").read_text())["command"] == "receptor profile"


def test_the_command_shows_mice(capsys, tmp_path):
    run("receptor", "profile", "diazepam", "--knock-in", "--species", "rodent", "--occupancy", "0.7")
    printed = " ".join(capsys.readouterr().out.split())
    assert "(H101R)" in printed
    assert "diazepam loses in" in printed
    assert list(Path(tmp_path).iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["diazepan"], "diazepam"),
        (["diazepam", "--occupancy", "1.4"], "0 to below 1"),
        (["diazepam", "--occupancy", "0.3", "--concentration", "5 nM"], "one of the two"),
        (["diazepam", "--concentration", "-5 nM"], "out of range"),
        (["diazepam", "--compare", "Valium"], "asked for twice"),
        (["diazepam", "--compare", "a,b,c,d,e,f,g"], "compare fewer"),
        (["diazepam", "--target", "calm>=1"], "unknown axis"),
        (["diazepam", "--with", "flumazenil"], "flumazenil 100 nM"),
        (["diazepam", "--knock-in", "--in-vivo"], "leave one"),
        (["propofol"], "benzodiazepine site"),
    ],
)
def test_the_command_refuses(arguments, words, capsys):
    with pytest.raises(SystemExit) as leave:
        main(["receptor", "profile", *arguments])
    assert leave.value.code == 2
    assert words in " ".join(capsys.readouterr().err.split())


def test_several_drugs_at_one_exposure():
    table = compare(["zolpidem", "lorazepam"], occupancy=0.3, species="rodent", draws=1)
    assert list(table.columns) == ["zolpidem", "lorazepam"]
    assert table.loc["muscle_relaxation", "zolpidem"] < table.loc["sedation", "zolpidem"]
    assert table.loc["memory_impairment", "zolpidem"] < 0.2 < table.loc["memory_impairment", "lorazepam"]
