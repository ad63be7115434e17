"""`allostasis se`: the file of protocols, its refusals, a small run, and what must hold of any run."""

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from allostasis.cli.app import app
from allostasis.clinic.status_epilepticus import ALWAYS, SEIZING, Protocol, Step, wilson
from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.clinic.status_epilepticus.parse import parse_step
from allostasis.clinic.status_epilepticus.presets import preset, presets
from allostasis.clinic.status_epilepticus.question import Question, load_question, parse_question
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.report.page import page_html
from allostasis.report.se_page import se_page
from allostasis.report.se_words import headline
from allostasis.study.se_dataset import courses_table, dataset
from allostasis.study.se_outcome import Outcome, outcomes_of, recurrences, summary
from allostasis.study.se_question import record, run_question, setting

FIRST = {"name": "small", "steps": ["lorazepam 1 mg iv"]}
SECOND = {
    "name": "two lines",
    "steps": [
        "lorazepam 2 mg iv and up to 1 more every 5 min if still seizing",
        "levetiracetam 60 mg/kg (at most 4000 mg) iv over 10 min at 15 min if still seizing",
    ],
}
ASKED = {
    "title": "A small one", "horizon": "60 min", "delay": "20 min", "individuals": 24, "seed": 3, "patient": {"weight": "80 kg"},
    "protocol": [FIRST, SECOND],
}  # fmt: skip


def asked(**more) -> Question:
    return parse_question({**ASKED, **more})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The whole command on a small file."""
    home = tmp_path_factory.mktemp("se")
    file = home / "small.toml"
    file.write_text(
        'title = "A small one"\nhorizon = "60 min"\ndelay = "20 min"\nindividuals = 24\nseed = 3\n[patient]\nweight = "80 kg"\n'
        + "".join(f'[[protocol]]\nname = "{p["name"]}"\nsteps = {json.dumps(p["steps"])}\n' for p in (FIRST, SECOND))
    )
    result = CliRunner().invoke(app, ["se", str(file), "--out", str(home / "out")])
    assert result.exit_code == 0, result.output
    return home / "out", result.output


@pytest.fixture(scope="module")
def study():
    return run_question(asked())


drugs = st.sampled_from(["lorazepam", "diazepam", "midazolam", "levetiracetam", "valproate", "ketamine", "propofol"])
numbers = st.integers(1, 9999).map(lambda n: n / 10)


@st.composite
def steps(draw) -> tuple:
    """Arguments of a step."""
    per_kg, repeats = draw(st.booleans()), draw(st.integers(0, 4))
    return (
        draw(drugs), draw(numbers), per_kg, draw(st.integers(0, 600)), "iv", draw(st.sampled_from([0, 2, 10, 480])),
        draw(numbers) if per_kg and draw(st.booleans()) else None, draw(st.sampled_from([ALWAYS, SEIZING])), repeats,
        draw(st.integers(1, 60)) if repeats else 0,
    )  # fmt: skip


@given(steps())
@settings(max_examples=150, deadline=None)
def test_what_a_step_prints_parses_to_the_same_step(arguments):
    step = Step(*arguments)
    assert parse_step(step.text()) == step


@given(st.lists(steps(), max_size=4))
@settings(max_examples=40, deadline=None)
def test_a_file_of_printed_steps_is_the_same_protocol(arguments):
    parts = [Step(*each) for each in arguments]
    table = {"name": "p", "steps": [step.text() for step in parts]}
    question = parse_question({"title": "t", "horizon": "24 h", "above_maximum": True, "protocol": [table]})
    assert question.protocols == (Protocol("p", tuple(parts)),)


@pytest.mark.parametrize(
    ("table", "kind", "words"),
    [
        ({"horison": "1 h"}, InputError, "did you mean 'horizon'"),
        ({"protocol": [{"name": "a", "step": []}]}, InputError, "did you mean 'steps'"),
        ({"patient": {"wieght": "70 kg"}}, InputError, "did you mean 'weight'"),
        ({"endpoint": {"with": "20 min"}}, InputError, "did you mean 'within'"),
        ({"horizon": 60}, InputError, "a text such as"),
        ({"horizon": "25 h"}, InputError, "1 min to 24 h"),
        ({"delay": "-5 min"}, InputError, "1 min to 24 h"),
        ({"delay": "90 s"}, InputError, "whole minutes"),
        ({"severity": 9.0}, InputError, "-2 to 2"),
        ({"individuals": 0}, InputError, "1 to 5000"),
        ({"seed": -1}, InputError, "0 or more"),
        ({"preparation": "mouse"}, UnknownNameError, "human, rat"),
        ({"model": {"without": ["nmdaa"]}}, UnknownNameError, "did you mean 'nmda'"),
        ({"model": {"affinity": "in_vitr"}}, UnknownNameError, "did you mean 'in_vitro'"),
        ({"protocol": []}, InputError, "no protocol"),
        ({"protocol": [FIRST, FIRST]}, InputError, "same name"),
        ({"protocol": [{"name": "a", "steps": ["lorazepan 4 mg iv"]}]}, UnknownNameError, "did you mean 'lorazepam'"),
        ({"protocol": [{"name": "a", "steps": ["lorazepam 4 mg iv at 60 min"]}]}, InputError, "can never be given"),
        ({"protocol": [{"name": "a", "steps": ["lorazepam 4 mg iv at -5 min"]}]}, InputError, "0 or more"),
        ({"protocol": [{"name": "a", "steps": ["lorazepam 40 mg iv"]}]}, InputError, "above the stated maximum"),
        ({"protocol": [{"name": "a", "steps": ["lorazepam 4 mg buccal"]}]}, UnknownNameError, "route of lorazepam"),
        ({"protocol": [{"name": "a", "steps": ["propofol 100 mg/kg iv over 60 min"]}]}, InputError, "as a lasting infusion"),
        ({"protocol": [{"name": "a", "steps": ["lorazepam four mg"]}]}, InputError, "write it like"),
        ({"protocol": [{"name": "a", "steps": ["lorazepam 4 mg iv if asleep"]}]}, InputError, "if still seizing"),
        ({"endpoint": {"within": "20 min", "none_until": "2 h"}}, InputError, "behind the end of the run"),
        ({"endpoint": {"within": "20 min", "none_until": "10 min"}}, InputError, "within <= until"),
        ({"preset": "ESET"}, UnknownNameError, "did you mean 'ESETT'"),
        ({"patient": {"aetiology": "structural"}}, NotModelledError, "aetiology"),
        ({"preparation": "rat"}, InputError, "[patient] in an animal"),
        ({"horizon": "24 h", "individuals": 5000}, InputError, "memory"),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_a_refusal_teaches(table, kind, words):
    with pytest.raises(kind) as refused:
        asked(**table)
    assert words in str(refused.value)


def test_a_rat_takes_mg_per_kg_by_routes_with_rodent_numbers():
    rat = {"title": "t", "horizon": "1 h", "preparation": "rat"}
    for steps, kind, words in (
        (["diazepam 5 mg ip"], InputError, "mg/kg"), (["clonazepam 1 mg/kg iv"], NotModelledError, "in a rat"),
    ):  # fmt: skip
        with pytest.raises(kind, match=words):
            parse_question(rat | {"protocol": [{"name": "a", "steps": steps}]})
    assert setting(parse_question(rat | {"protocol": [{"name": "a", "steps": ["diazepam 5 mg/kg ip"]}]})).weight_kg == 1.0


def test_a_dose_above_the_maximum_runs_when_it_is_asked_for():
    steps = [{"name": "a", "steps": ["lorazepam 40 mg iv"]}]
    assert asked(protocol=steps, above_maximum=True).protocols[0].steps[0].dose == 40


def test_every_preset_is_a_question_and_the_file_may_overrule_it():
    for name in presets():
        question = parse_question({"preset": name})
        assert [p.name for p in question.protocols] == [p.name for p in preset(name).protocols]
    question = parse_question({"preset": "ESETT", "delay": "45 min", "protocol": [FIRST]})
    assert (question.delay_min, len(question.protocols), question.counted_from_min) == (45, 4, 30)
    assert float(parse_question({"preset": "PECARN"}).person.weight_kg) == 15


def test_the_examples_are_questions(pytestconfig):
    for name in ("esett", "first_dose_too_small", "intensive_care", "rat_simultaneous"):
        assert load_question(pytestconfig.rootpath / "examples" / f"se_{name}.toml").protocols


def test_files_that_are_none(tmp_path):
    with pytest.raises(InputError, match="no such protocol file"):
        load_question(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("title = ")
    with pytest.raises(InputError, match="is not TOML"):
        load_question(tmp_path / "bad.toml")


def test_the_command_refuses_without_a_trace(tmp_path):
    (tmp_path / "bad.toml").write_text('title = "t"\nhorizon = "1 h"\n')
    result = CliRunner().invoke(app, ["se", str(tmp_path / "bad.toml"), "--out", str(tmp_path / "out")])
    assert result.exit_code != 0
    assert not (tmp_path / "out").exists()


def test_the_command_writes_report_tables_series_and_provenance(folder):
    out, printed = folder
    names = {path.name for path in out.iterdir()}
    assert names == {"report.html", "summary.csv", "summary.parquet", "steps.csv", "courses.csv", "results.zarr", "run.json"}
    marker = json.loads((out / "run.json").read_text())
    assert marker["seed"] == 3
    assert len(marker["parameter_hash"]) == 16
    assert marker["versions"]["jax"]
    assert all(p["source"] for p in marker["parameters"].values())
    assert marker["protocols"]["small"] == "lorazepam 1 mg iv at 0 min"
    assert "two lines" in printed
    assert "no dose for a person" in " ".join(printed.split())
    table = pd.read_csv(out / "summary.csv")
    assert list(table["protocol"]) == ["small", "two lines"]
    data = xr.open_zarr(out / "results.zarr", consolidated=False)
    assert data["eeg_power"].sizes == {"protocol": 2, "patient": marker["enrolled"], "minute": 60}
    assert data["before_surface"].sizes["onset_minute"] == 20


def test_the_same_seed_gives_the_same_result_and_another_does_not(folder, study):
    out, _ = folder
    table, again = pd.read_csv(out / "courses.csv"), courses_table(study)
    for column in ("share_seizing", "log_imbalance_median", "eeg_power_median"):
        np.testing.assert_allclose(again[column], table[column], rtol=2e-4, atol=1e-9)  # five digits were written
    other = run_question(asked(seed=4))
    assert not np.array_equal(other.enrolled, study.enrolled) or not np.allclose(
        other.courses[0].activity.mean(), study.courses[0].activity.mean()
    )


def test_a_step_if_still_seizing_is_given_to_those_seizing_and_to_nobody_else(study):
    course = study.course("two lines")
    repeated, second = course.given
    assert np.array_equal(repeated[:, 1], course.activity[:, 4] >= STOPPED)
    assert np.array_equal(second[:, 0], course.activity[:, 14] >= STOPPED)
    assert repeated[:, 0].all()
    assert 0 < repeated[:, 1].sum() < len(repeated)


def test_what_is_given_is_the_sum_of_the_steps(study):
    course = study.course("two lines")
    repeated, second = course.given
    np.testing.assert_allclose(course.doses_mg["lorazepam"], 2.0 * repeated.sum(axis=1))
    np.testing.assert_allclose(course.doses_mg["levetiracetam"], 4000.0 * second.sum(axis=1))
    level = course.port("unbound_brain", dataset(study)["ligand"].values.tolist().index("levetiracetam"))
    assert np.array_equal(level.max(axis=1) > 0, second[:, 0])


def test_outcomes_count_patients(study):
    question = asked()
    for o, course in zip(outcomes_of(question, study), study.courses, strict=True):
        seizing = course.activity >= STOPPED
        assert o.patients == o.counted == study.enrolled.sum()
        assert o.met == (~seizing[:, 19:]).all(axis=1).sum()
        assert (o.low, o.high) == wilson(o.met, o.counted)
        assert o.seizing == seizing[:, -1].sum()
        assert o.stopped == (~seizing).any(axis=1).sum()
        assert set(o.eeg) == {1}
    table = summary(outcomes_of(question, study))
    assert table["mg_lorazepam"].iloc[0] == 1.0


def test_counting_later_counts_those_who_still_have_a_seizure(study):
    question = asked(endpoint={"within": "10 min", "none_until": "30 min", "counted_from": "10 min"})
    for o, course in zip(outcomes_of(question, study), study.courses, strict=True):
        assert o.counted == (course.activity[:, 9] >= STOPPED).sum()


def test_recurrence_needs_a_stop_before():
    activity = np.array([[0.9, 0.1, 0.9, 0.1], [0.9, 0.9, 0.1, 0.1], [0.9] * 4])
    assert recurrences(activity).tolist() == [True, False, False]


def test_the_page_says_what_a_reader_must_know(study):
    question = asked(title="A <b>small</b> one")
    html = page_html(se_page(question, study, outcomes_of(question, study), record(question, study)))
    assert "A &lt;b&gt;small&lt;/b&gt; one" in html
    for words in ("Calibrated:", "Predicted, not fitted", "no dose for a person", "before treatment", "plot-seizing", "PHTSE"):
        assert words in html
    for link in ('src="http', 'href="http', "url(http"):
        assert link not in html.split("<script")[0]


def test_nobody_left_to_treat_is_refused():
    with pytest.raises(InputError, match="nobody has a seizure"):
        run_question(asked(severity=-2.0))


def test_protocols_that_meet_the_endpoint_as_often_share_the_headline():
    """Neither of two that are alike is called the best, or the worst, alone."""
    question = parse_question({"preset": "ESETT"})

    def outcome(name, met):
        return Outcome(name, 34, 34, met, 0.2, 0.6, 10.0, met, 0, 34 - met, (), (), {}, {}, {})

    said = headline(question, [outcome("a", 13), outcome("b", 14), outcome("c", 14)])
    assert said.startswith("Endpoint met most often under “b” and “c”: 14 of 34")
    assert "least often under “a”: 13 of 34" in said
    assert "least often under “a” and “c”" in headline(question, [outcome("a", 13), outcome("b", 14), outcome("c", 13)])
