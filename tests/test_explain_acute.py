"""Attribution in an acute case: who is compared, what is nulled, what adds up, the command and its refusals."""

import csv
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from allostasis.cli.app import app
from allostasis.cli.explain_acute import is_protocol
from allostasis.clinic.attribution import attribute
from allostasis.clinic.status_epilepticus.question import parse_question
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.report.explain_acute_page import explain_acute_page, steps_of
from allostasis.report.explain_acute_words import NONE, details, records, told
from allostasis.report.page import page_html
from allostasis.simulation.acute import mechanisms
from allostasis.study.se_changed import CHANGED, ENDING, PATIENT, changed_by, reference
from allostasis.study.se_explain import MEASURES, Coalition, explain_protocol

OFF = [part for c in CHANGED if c.name not in ("receptor number", "NMDA receptors") for part in c.parts]
"""All but two mechanisms are left out, so that four circuits are compiled and not eighteen."""


def question(*steps: str, **tables):
    protocols = [{"name": "untreated", "steps": []}, {"name": "a", "steps": list(steps or ("diazepam 10 mg/kg ip",))}]
    table = {"title": "t", "preparation": "rat", "delay": "30 min", "horizon": "20 min", "individuals": 40, "protocol": protocols,
             "severity": 0.6, "endpoint": {"within": "20 min", "none_until": "20 min"}, "model": {"without": OFF}}  # fmt: skip
    return parse_question(table | tables)


@pytest.fixture(scope="module")
def found():
    return explain_protocol(question())


def test_every_mechanism_of_the_acute_clock_is_nulled_once_or_ends_seizures():
    parts = [part for c in CHANGED for part in c.parts]
    assert sorted((*parts, *ENDING)) == sorted(mechanisms())


def test_what_the_file_leaves_out_has_no_bar(found):
    assert [c.name for c in found.changed] == ["receptor number", "NMDA receptors"]
    assert len(found.table) == 4
    assert found.protocol.name == "a"


def test_bars_add_up_for_every_measure(found):
    for part in found.shares.values():
        assert sum(g.lost for g in part.groups) == pytest.approx(part.lost, abs=1e-12)
    assert found.shares["stopped"].lost > 0.1
    assert found.shares["imbalance with drug"].lost < -0.1  # H rises
    low, high = found.intervals["stopped"]["lost"]
    assert low <= found.shares["stopped"].lost <= high


def test_the_same_individuals_have_a_seizure_in_every_counterfactual(found):
    assert {len(c.stopped) for c in found.table.values()} == {found.patients}
    assert {c.ended_before for c in found.table.values()} == {0}
    assert 0 < found.patients <= found.individuals


def test_a_cause_that_lasts_changes_nothing_in_those_whose_seizure_goes_on_by_itself(found):
    assert found.full.stopped.mean() == found.own


def test_a_naive_circuit_has_no_imbalance_and_the_drug_lowers_it(found):
    assert found.naive.at_dose == pytest.approx(0, abs=1e-9)
    assert np.all(found.naive.treated_h < found.naive.untreated_h)
    assert np.all(found.full.at_dose > 0.1)
    naive, full = found.fall
    assert np.isnan(full) or 0 < full < naive  # fewer receptors: the drug does less


def test_an_individual_who_ended_before_counts_as_stopped():
    over, no = np.array([True, False]), np.zeros(2)
    one = Coalition(over, over, no, no, no, 1)
    assert MEASURES["stopped"](one, np.array([0, 1])) == 0.5
    assert MEASURES["stopped"](one, np.array([0, 0])) == 1.0


def test_intervals_of_an_effect_that_all_share_have_no_width(found):
    """H of every naive rat is the same, so resampling moves only what the seizure changed."""
    low, high = found.intervals["imbalance at dose"]["lost"]
    assert low <= found.shares["imbalance at dose"].lost <= high
    assert high - low < 0.1


def test_a_patient_is_metabolism_and_weight_stays():
    steps = {"protocol": [{"name": "a", "steps": ["lorazepam 4 mg iv"]}], "preparation": "human", "severity": 0.0}
    plain = question(**steps, patient={"weight": "50 kg"})
    assert PATIENT not in [c.name for c in changed_by(plain)]
    other = question(**steps, patient={"weight": "50 kg", "age": "80 years", "genotype": {"CYP2C19": "poor"}})
    assert changed_by(other)[-1].group == "metabolism"
    assert reference(other) == plain.patient


def test_efflux_is_said_to_be_missing_and_not_zero(found):
    rows = [r for r in records(found) if r[1] == "efflux"]
    assert {(r[3], r[4]) for r in rows} == {("not_simulated", "")}
    assert [s.name for s in steps_of(found, "stopped")] == ["unchanged", "target", "network", "metabolism", "as it is"]
    page = page_html(explain_acute_page(found, {"Method": "test"}))
    for text in (NONE, "no medical device", "never advice", "the same individuals"):
        assert text in page
    assert "diazepam 10 mg/kg" in told(found).lower()
    assert "5 min after onset" in " ".join(details(found))


def test_a_waterfall_ends_where_it_should(found):
    steps = steps_of(found, "imbalance with drug")
    assert steps[0].change + sum(s.change for s in steps[1:-1]) == pytest.approx(steps[-1].change)


def test_attribution_of_the_table_is_that_of_the_measure(found):
    groups = {"target": ("receptor number",), "network": ("NMDA receptors",)}
    who = np.arange(found.patients)
    again = attribute(groups, lambda acting: MEASURES["stopped"](found.table[acting], who))
    assert again.lost == found.shares["stopped"].lost


@pytest.mark.parametrize(
    ("steps", "asked", "error", "says"),
    [
        ((), {"protocol": "b"}, UnknownNameError, "protocol with a dose"),
        ((), {"protocol": "untreated"}, UnknownNameError, "protocol with a dose"),
        ((), {"at": "30 min"}, InputError, "outside the run"),
        ((), {"at": "5.5 min"}, InputError, "whole minutes"),
        (("diazepam 10 mg/kg ip at 10 min",), {"at": "10 min"}, InputError, "no dose before"),
        (("diazepam 5 mg/kg ip and up to 1 more every 10 min",), {"at": "5 min"}, InputError, "repeated dose"),
        (("diazepam 5 mg/kg ip", "ketamine 30 mg/kg ip at 10 min if still seizing"), {}, NotModelledError, "--at: 10 min"),
    ],
)
def test_bad_questions_are_refused_before_anything_runs(steps, asked, error, says, monkeypatch):
    monkeypatch.setattr("allostasis.study.se_explain.run_study", lambda *a, **k: pytest.fail("it ran"))
    with pytest.raises(error, match=says):
        explain_protocol(question(*steps), **asked)


def test_a_protocol_is_told_from_a_case(tmp_path):
    for text, is_one in (("[[protocol]]", True), ('preset = "ESETT"', True), ("[[arm]]", False), ("not toml", False)):
        file = tmp_path / "f.toml"
        file.write_text(text)
        assert is_protocol(file) is is_one
    assert not is_protocol(tmp_path / "none.toml")


FILE = f"""title = "t"
preparation = "rat"
delay = "30 min"
horizon = "20 min"
individuals = 40
severity = 0.6
endpoint = {{ within = "20 min", none_until = "20 min" }}
model = {{ without = {OFF!r} }}
[[protocol]]
name = "a"
steps = ["diazepam 10 mg/kg ip"]
"""


def test_the_command_writes_page_and_tables(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    file, out = tmp_path / "p.toml", tmp_path / "out"
    file.write_text(FILE)
    done = CliRunner().invoke(app, ["explain", str(file), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "never advice" in done.output
    assert sorted(p.name for p in out.iterdir()) == ["attribution.csv", "coalitions.csv", "explain.html", "run.json"]
    with (out / "attribution.csv").open() as table:
        rows = [r for r in csv.DictReader(table) if r["measure"] == "stopped"]
    lost = next(float(r["value"]) for r in rows if r["kind"] == "lost")
    assert sum(float(r["value"]) for r in rows if r["kind"] == "shapley") == pytest.approx(lost, abs=1e-9)
    assert json.loads((out / "run.json").read_text())["command"] == "explain"


@pytest.mark.parametrize("option", [("--arm", "a"), ("--effect", "sedation"), ("--protocol", "b")])
def test_the_command_refuses_and_writes_nothing(tmp_path, option):
    file, out = tmp_path / "p.toml", tmp_path / "out"
    file.write_text(FILE)
    with pytest.raises(InputError):
        CliRunner().invoke(app, ["explain", str(file), "--out", str(out), *option], catch_exceptions=False)
    assert not out.exists()


def test_a_case_has_no_protocol(tmp_path):
    file = tmp_path / "c.toml"
    file.write_text('title = "t"\nhorizon = "7 d"\n[[arm]]\nname = "a"\nregimen = "lorazepam 1 mg po tid for 7 d"\n')
    arguments = ["explain", str(file), "--out", str(tmp_path / "o"), "--protocol", "a"]
    with pytest.raises(InputError, match="belongs to a protocol"):
        CliRunner().invoke(app, arguments, catch_exceptions=False)
