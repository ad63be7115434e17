"""Attribution of a lost effect: closed forms of small games, the chain's own counterfactuals, the command and its refusals."""

import csv
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from allostasis import clinic, library
from allostasis.cli.app import app
from allostasis.clinic.attribution import attribute, coalitions
from allostasis.clinic.effects import EFFECTS
from allostasis.clinic.explain import explain
from allostasis.clinic.explain_mechanisms import GROUPS, by_group, mechanisms
from allostasis.clinic.simulate import readouts
from allostasis.drawing.waterfall import Step, feet
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.receptor import SUBTYPES
from allostasis.report.explain_figures import drawn
from allostasis.report.explain_page import explain_page
from allostasis.report.page import page_html
from allostasis.simulation import parse_case
from allostasis.simulation.simulate import arm_regimens, case_system

GAME = {"target": ("a", "b"), "network": ("c",), "metabolism": ("d", "e"), "efflux": ()}
RULE = "lorazepam 1 mg po if imbalance above 0.2, at most every 6 h, at most 9 doses"
LORAZEPAM = "lorazepam 1 mg po tid for 14 d"


def question(regimen: str = LORAZEPAM, horizon: str = "14 d", **tables):
    return parse_case({"title": "t", "horizon": horizon, "arm": [{"name": "a", "regimen": regimen}], **tables})


def shares(found):
    return {g.name: g.lost for g in found.groups}


# --- the game ---------------------------------------------------------------------------------------------------------


def test_an_additive_game_gives_each_its_own_part():
    own = {"a": 0.2, "b": -0.05, "c": 0.3, "d": 0.01, "e": 0.04}
    found = attribute(GAME, lambda acting: 1 - sum(own[m] for m in acting))
    assert shares(found) == pytest.approx({"target": 0.15, "network": 0.3, "metabolism": 0.05, "efflux": 0})
    for group in found.groups:
        assert group.alone == pytest.approx(group.lost)
        assert group.interaction == pytest.approx(0, abs=1e-12)
        for name, share in group.mechanisms.items():
            assert share == pytest.approx((own[name], own[name]))


def test_a_multiplicative_game_of_two_groups_in_closed_form():
    """E = (1 - x)(1 - y): the interaction x y is shared evenly, and leaving one out gives back less than its bar."""
    x, y = 0.4, 0.5
    found = attribute({"one": ["x"], "two": ["y"]}, lambda s: (1 - x * ("x" in s)) * (1 - y * ("y" in s)))
    assert shares(found) == pytest.approx({"one": x - x * y / 2, "two": y - x * y / 2})
    assert [g.alone for g in found.groups] == pytest.approx([x * (1 - y), y * (1 - x)])
    assert [g.interaction for g in found.groups] == pytest.approx([0, 0], abs=1e-15)


def test_what_two_mechanisms_of_a_group_take_only_together_is_its_interaction():
    """Either of a and b suffices to take all: none alone gives anything back, the group gives back all."""
    found = attribute({"g": ["a", "b"], "h": []}, lambda s: 1.0 - bool(s))
    group = found.groups[0]
    assert group.lost == group.interaction == 1.0
    assert all(share == (0.0, 0.0) for share in group.mechanisms.values())


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_bars_add_up_whatever_the_game(seed):
    draw = np.random.default_rng(seed)
    table = {acting: draw.normal() for acting in coalitions(GAME)}
    found = attribute(GAME, table.__getitem__)
    assert math.isclose(sum(g.lost for g in found.groups), found.lost, rel_tol=0, abs_tol=1e-12)
    for group in found.groups:
        parts = sum(share.part for share in group.mechanisms.values())
        assert math.isclose(parts + group.interaction, group.lost, rel_tol=0, abs_tol=1e-12)


def test_a_group_that_does_nothing_and_an_empty_one_have_exactly_nothing():
    found = attribute(GAME, lambda acting: 1.0 - 0.3 * ("a" in acting) * (1 + ("c" in acting)))
    assert shares(found)["efflux"] == shares(found)["metabolism"] == 0.0
    assert found.groups[3].mechanisms == {}


def test_symmetric_groups_have_equal_bars():
    found = attribute({"g": ["a"], "h": ["b"], "i": ["c"]}, lambda acting: 1 / (1 + len(acting)) ** 2)
    assert len({round(g.lost, 14) for g in found.groups}) == 1


def test_every_coalition_is_asked_for_once():
    asked = []
    attribute(GAME, lambda acting: asked.append(acting) or 1.0)
    assert len(asked) == len(set(asked)) == len(coalitions(GAME)) == 2**3 + 4 * 2 + 4 * 2


@pytest.mark.parametrize(
    ("groups", "effect", "says"),
    [
        ({"g": ["a"], "h": ["a"]}, 1.0, "one group, once: 'a'"),
        ({"g": ["a", "a"]}, 1.0, "one group, once: 'a'"),
        ({"g": ["a"]}, math.nan, "no mechanism is not finite"),
        ({str(k): [f"m{k}"] for k in range(11)}, 1.0, "at most 10"),
    ],
)
def test_bad_games_are_refused(groups, effect, says):
    with pytest.raises(InputError, match=says):
        attribute(groups, lambda acting: effect)


# --- the chain --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tolerance():
    return explain(question())


def test_full_is_the_case_as_it_is_and_naive_a_brain_without_adaptation(tolerance):
    part = tolerance.arms[0].attribution
    case = question()
    run = clinic.simulate(case, wanted={"effect": ("mean",), "modulation_phasic": ("mean",)}).data.isel(arm=0, patient=0)
    clinic_rows = library.parameter_set("clinic")
    weight = [clinic_rows[f"effect_weight.anticonvulsant.{k}"].value for k in SUBTYPES]
    last = run.isel(time=slice(-24 if case.every_h == 1 else -round(24 / case.every_h), None))
    assert part.full == pytest.approx(float(last["effect_mean"].sel(effect="anticonvulsant").mean()), rel=1e-9)
    assert part.naive == pytest.approx(float((last["modulation_phasic_mean"] - 1).mean("time").values @ weight), rel=1e-7)


def test_bars_add_up_to_the_lost_effect(tolerance):
    part = tolerance.arms[0].attribution
    assert abs(sum(shares(part).values()) - part.lost) < 1e-9
    assert part.lost > 0.05
    assert shares(part)["target"] > shares(part)["network"] > 0
    assert shares(part)["metabolism"] == shares(part)["efflux"] == 0.0


NULL = {
    "network": ["ampa", "nmda", "locus_coeruleus", "set_point", "kindling"],
    "target": ["uncoupling", "clustering", "subunit_switch", "trafficking"],
}
"""Submodels behind the mechanisms of a group."""


@pytest.mark.parametrize("group", ["network", pytest.param("target", marks=pytest.mark.slow)])
def test_nulling_a_group_is_its_null_variants(tolerance, group):
    """A lane with factors that stand for 0 is the chain without the mechanisms."""
    table = tolerance.arms[0].effects
    rest = max(table, key=len) - set(by_group(tolerance.mechanisms)[group])
    case = question(model={"without": NULL[group]})
    run = clinic.simulate(case, wanted={"effect": ("mean",)}).data["effect_mean"].sel(effect="anticonvulsant")
    without = float(run.isel(arm=0, patient=0).sel(time=slice(case.horizon_h - 24 + 1e-9, None)).mean())
    assert table[rest] == pytest.approx(without, rel=1e-7)


def test_a_case_without_adaptation_explains_nothing():
    found = explain(question(model={"adaptation": "none"})).arms[0].attribution
    assert found.lost == 0.0
    assert set(shares(found).values()) == {0.0}


def test_sedation_is_lost_faster_than_anxiolysis():
    lost = {e: explain(question(), effect=e).arms[0].attribution for e in ("sedation", "anxiolysis")}
    assert lost["sedation"].lost / lost["sedation"].naive > 2 * lost["anxiolysis"].lost / lost["anxiolysis"].naive


def test_an_early_time_has_lost_less(tolerance):
    early = explain(question(), at="2 d")
    assert (early.start_h, early.end_h) == (24.0, 48.0)
    assert early.arms[0].attribution.lost < 0.3 * tolerance.arms[0].attribution.lost


def test_a_person_is_metabolism_and_weight_stays():
    """Without adaptation, what a person loses or gains is the difference to a reference person of the same weight."""
    who = {"weight": "50 kg", "age": "80 years", "genotype": {"CYP2C19": "*17/*17", "ABCB1": "C/C"}}
    none = {"adaptation": "none"}
    found = explain(question("diazepam 5 mg po bid for 14 d", patient=who, model=none)).arms[0].attribution
    other = explain(question("diazepam 5 mg po bid for 14 d", patient={"weight": "50 kg"}, model=none)).arms[0].attribution
    assert found.naive == pytest.approx(other.full, rel=1e-9)
    assert shares(found)["metabolism"] == pytest.approx(found.lost, rel=1e-6)
    back = {name: share.alone for name, share in found.groups[2].mechanisms.items()}
    assert list(back) == ["CYP2C19", "covariates"]
    assert back["CYP2C19"] > 0.005  # a rapid metaboliser loses
    assert back["covariates"] < -0.005  # old age slows diazepam and gives effect
    assert list(found.groups[3].mechanisms) == ["ABCB1"]


def test_induction_is_metabolism():
    regimen = "alprazolam 0.5 mg po tid for 12 d; rifampicin 600 mg po daily from day 2 for 10 d"
    case = question(regimen, "12 d", model={"adaptation": "none"})
    found = explain(case).arms[0].attribution
    alone = explain(question("alprazolam 0.5 mg po tid for 12 d", "12 d", model={"adaptation": "none"})).arms[0].attribution
    assert list(found.groups[2].mechanisms) == ["induction"]
    assert found.naive == pytest.approx(alone.full, rel=1e-4)
    assert found.lost > 0.5 * found.naive


def test_every_mechanism_of_the_chain_is_in_a_group():
    case = question(model={"alcohol": 0.8, "neurosteroid": "dynamic", "efflux": "dynamic", "inflammation": 1.0, "glutamate": 1.0})
    found = mechanisms(case, case_system(case, arm_regimens(case), readouts()).parameters)
    groups = by_group(found)
    assert tuple(groups) == GROUPS
    assert len(groups["target"]) == 5
    assert len(groups["network"]) == 6
    assert groups["efflux"] == ("glutamate at the barrier", "inflammation at the barrier")


@pytest.mark.parametrize(
    ("case", "asked", "error", "says"),
    [
        (question("ketamine 50 mg iv once"), {}, InputError, "no arm has a benzodiazepine"),
        (question(), {"effect": "hypnosis"}, UnknownNameError, "unknown effect: 'hypnosis'"),
        (question(), {"at": "20 d"}, InputError, "outside the case: '20 d'"),
        (question(), {"at": "0 d"}, InputError, "outside the case"),
        (question(), {"at": "20 mg"}, InputError, "time to explain"),
        (question(), {"arm": "b"}, UnknownNameError, "arm with a benzodiazepine"),
        (question("lorazepam 1 mg po once", "60 d"), {}, InputError, "no anticonvulsant effect at that time"),
        (question(model={"adaptation": "two_timescale"}), {}, NotModelledError, "lumped"),
        (question(RULE), {}, NotModelledError, "dosing rules"),
    ],
)
def test_bad_questions_are_refused(case, asked, error, says):
    with pytest.raises(error, match=says):
        explain(case, **asked)


def test_adherence_is_refused():
    arm = {"name": "a", "regimen": LORAZEPAM, "adherence": {"missed": 0.1}}
    with pytest.raises(NotModelledError, match="adherence"):
        explain(parse_case({"title": "t", "horizon": "14 d", "arm": [arm]}))


# --- page and command -------------------------------------------------------------------------------------------------


def test_the_page_says_what_is_drawn(tolerance):
    page = page_html(explain_page(tolerance, {"Method": "test"}))
    for text in ("Drawn: Shapley values", "plain leave-one-out values", "reference person", "no medical device"):
        assert text in page
    part = tolerance.arms[0].attribution
    assert f"{100 * part.full / part.naive:.0f}\N{NO-BREAK SPACE}% of what the same doses would do" in page


def test_the_drawing_hangs_every_step_where_the_last_one_ended(tolerance):
    steps = [Step("naive", 100, "", total=True), Step("a", -40, ""), Step("b", 10, ""), Step("now", 70, "", total=True)]
    assert feet(steps) == [(0, 100), (100, 60), (60, 70), (0, 70)]
    picture = drawn(tolerance.arms[0], "a < b")
    assert "a &lt; b" in picture
    assert picture.count('dot"') == 2 + len(GROUPS)


def test_the_page_of_a_case_that_lost_nothing():
    page = page_html(explain_page(explain(question(model={"adaptation": "none"})), {}))
    assert "Nothing is lost" in page
    assert re.search(r"\bnan\b", page.split("<main")[1].split("</main")[0], re.IGNORECASE) is None


def test_the_command_writes_page_and_tables(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    case = tmp_path / "case.toml"
    case.write_text('title = "t"\nhorizon = "7 d"\n[[arm]]\nname = "a"\nregimen = "lorazepam 1 mg po tid for 7 d"\n')
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["explain", str(case), "--out", str(out), "--effect", "sedation"])
    assert done.exit_code == 0, done.output
    assert "Of the loss" in done.output
    assert sorted(p.name for p in out.iterdir()) == ["attribution.csv", "coalitions.csv", "explain.html", "run.json"]
    with (out / "attribution.csv").open() as file:
        rows = list(csv.DictReader(file))
    lost = next(float(r["value"]) for r in rows if r["kind"] == "lost")
    assert sum(float(r["value"]) for r in rows if r["kind"] == "shapley") == pytest.approx(lost, abs=1e-9)
    assert json.loads((out / "run.json").read_text())["effect"] == "sedation"


def test_the_command_refuses_and_writes_nothing(tmp_path):
    out = tmp_path / "out"
    example = Path(__file__).parents[1] / "examples" / "explain_tolerance.toml"
    with pytest.raises(UnknownNameError, match=EFFECTS[0]):
        CliRunner().invoke(app, ["explain", str(example), "--out", str(out), "--effect", "joy"], catch_exceptions=False)
    assert not out.exists()
