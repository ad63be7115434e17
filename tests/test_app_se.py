"""The page Status epilepticus: its form field by field, its answer, and the page in a real browser."""

import csv
import io
import json
import re
import threading
import tomllib
from pathlib import Path

import pytest

from allostasis.app.address import from_word, to_word
from allostasis.app.opening import read_toml
from allostasis.app.pages.se_answer import TYPES, answer_se, protocol_toml
from allostasis.app.pages.se_draft import Draft, read
from allostasis.app.pages.se_form import choices
from allostasis.app.pages.se_laid import EXAMPLE, of_preset, of_question, of_state
from allostasis.app.pages.se_limits import steps_of
from allostasis.app.pages.se_timeline import timeline
from allostasis.clinic.status_epilepticus.presets import presets
from allostasis.clinic.status_epilepticus.question import Question, load_question, parse_question
from allostasis.model.integrate import Cancelled
from allostasis.quantity import InputError
from allostasis.simulation.acute import AFFINITIES
from browser import download, fits, grave

FEW = {"individuals": "30", "horizon": "35 min", "within": "10 min", "until": "30 min", "counted": "0 min", "above": ""}
TWO = [("none", ""), ("lorazepam", "lorazepam 4 mg iv\nlevetiracetam 60 mg/kg iv over 10 min at 20 min if still seizing")]


def few(**change):
    return Draft({**EXAMPLE.fields, "preset": "", **FEW, **change}, TWO)


# ---- the form


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_a_question_and_survives_address_and_file(name):
    draft = of_preset(name)
    question = read(draft)
    assert isinstance(question, Question), question
    assert (question.preset, question.protocol) == (name, [])
    assert parse_question(tomllib.loads(protocol_toml(question))) == question
    assert of_state(from_word(to_word(draft.state()))) == draft
    assert sum(name in kind for kind in choices().values()) == 1


def test_a_preset_that_was_changed_is_written_in_full_and_one_with_more_keeps_its_name():
    more = Draft(EXAMPLE.fields, [*EXAMPLE.protocols, ("ketamine", "ketamine 1 mg/kg iv at 30 min if still seizing")])
    question = read(more)
    assert isinstance(question, Question)
    assert question.preset == "ESETT"
    assert [p.name for p in question.protocols] == ["fosphenytoin", "levetiracetam", "valproate", "ketamine"]
    less = read(EXAMPLE.without(0))
    assert isinstance(less, Question)
    assert less.preset is None
    assert [p.name for p in less.protocols] == ["levetiracetam", "valproate"]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"delay": "30 mg"}, "delay", "delay"),
        ({"horizon": "12 h"}, "horizon", "6 h"),
        ({"individuals": "301"}, "individuals", "1 to 300"),
        ({"severity": "mild"}, "severity", "a number"),
        ({"severity": "nan"}, "", "severity"),
        ({"weight": "15 kg"}, "weight", "age"),
        ({"age": "old"}, "age", "old"),
        ({"within": "soon"}, "within", "soon"),
        ({"until": "60 min"}, "", "endpoint lies behind"),
        ({"without": "soul"}, "", "soul"),
        ({"seed": "-1"}, "seed", "whole number"),
        ({"preparation": "octopus"}, "", "octopus"),
        ({"preparation": "rat"}, "steps1", "rat"),
    ],
    ids=lambda value: " ".join(map(str, value.items())) if isinstance(value, dict) else None,
)
def test_a_refusal_stands_under_its_field_and_teaches(change, field, words):
    wrong = read(few(**change))
    assert not isinstance(wrong, Question)
    assert list(wrong) == [field]
    assert re.search(words, str(wrong[field]))


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ("lorazepam much iv", "lorazepam 0.1 mg/kg"),
        ("lorazepan 4 mg iv", "did you mean 'lorazepam'"),
        ("lorazepam 4 mg iv if tired", "if still seizing"),
        ("lorazepam 40 mg iv", "lorazepam"),
        ("lorazepam 4 mg iv at 50 min", "never be given"),
        ("lorazepam 4 mg iv and up to 999999999 more every 1 min", "at most 24"),
        ("lorazepam 4 mg iv\n" * 13, "at most 12"),
        ("x" * 400, "at most 300"),
    ],
    ids=["dose", "drug", "condition", "large", "late", "repeats", "many", "long"],
)
def test_a_bad_step_is_told_at_its_protocol(steps, words):
    wrong = read(Draft(few().fields, [*TWO, ("third", steps)]))
    assert not isinstance(wrong, Question)
    assert list(wrong) == ["steps2"]
    assert re.search(words, str(wrong["steps2"]))


def test_too_much_for_a_shared_server_is_refused():
    wrong = read(Draft({**of_preset("ICU ladder").fields, "individuals": "300"}, of_preset("ICU ladder").protocols))
    assert not isinstance(wrong, Question)
    assert "allostasis se" in str(wrong[""])


EXAMPLES = {path.stem: path for path in (Path(__file__).parent.parent / "examples").glob("se_*.toml")}
FULL = """
title = "All that the form does not show"
description = "two\\nlines"
horizon = "1.5 h"
individuals = 20
severity = 0.123456789
above_maximum = true
[model]
without = ["nmda"]
affinity = "{affinity}"
[patient]
weight = "60 kg"
age = "40 years"
albumin = "30 g/L"
genotype = {{ CYP2C19 = "poor" }}
[[protocol]]
name = "a"
steps = ["lorazepam  4 mg iv", "ketamine 1 mg/kg iv over 10 min at 30 min if still seizing"]
"""


@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() - {"se_search", "se_intensive_care"}))
def test_a_file_that_is_opened_and_written_again_asks_the_same(name):
    asked = load_question(EXAMPLES[name])
    again = read(of_question(asked))
    assert isinstance(again, Question)
    written = parse_question(tomllib.loads(protocol_toml(again)))
    assert written == again
    for key in ("title", "preset", "delay_min", "horizon_min", "severity", "individuals", "seed", "protocols"):
        assert getattr(written, key) == getattr(asked, key), key
    assert written.description.strip() == asked.description.strip()
    assert (written.counted, written.person, written.model) == (asked.counted, asked.person, asked.model)
    assert of_question(written) == of_question(again)


def test_a_file_that_is_too_much_for_the_page_is_told_at_its_field():
    wrong = read(of_question(load_question(EXAMPLES["se_intensive_care"])))
    assert not isinstance(wrong, Question)
    assert list(wrong) == ["horizon"]


def test_what_the_form_does_not_show_survives_file_and_address():
    asked = parse_question(tomllib.loads(FULL.format(affinity=AFFINITIES[-1])))
    draft = of_question(asked)
    assert draft.told() == ["description", "[model] affinity", "[patient] albumin", "[patient] genotype"]
    for kept in (draft, of_state(from_word(to_word(draft.state())))):
        again = read(kept)
        assert isinstance(again, Question)
        assert (again.model, again.person, again.description) == (asked.model, asked.person, asked.description)
        assert (again.severity, again.protocols, again.above_maximum) == (asked.severity, asked.protocols, True)
    assert draft.without(0).told() == draft.told()


def test_a_file_with_more_protocols_than_the_form_has_room_for_is_refused():
    many = [{"name": str(k), "steps": []} for k in range(7)]
    with pytest.raises(InputError, match="at most 6"):
        of_question(parse_question({"title": "t", "horizon": "1 h", "protocol": many}))


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"x" * 300_000, "at most 200000"), (b"\xff\xfe", "not TOML"), (b"title = ", "not TOML"), (b"a=" + b"[" * 9000, "TOML")],
    ids=["large", "bytes", "broken", "deep"],
)
def test_a_file_that_is_no_toml_is_refused(tmp_path, content, words):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_toml(tmp_path / "file", 'horizon = "60 min"')


@pytest.mark.parametrize("beside", ["a", {"library": "/etc"}, {"description": 1}, {"patient": {"soul": "1 kg"}}])
def test_a_crafted_address_beside_the_form_is_refused(beside):
    with pytest.raises(InputError, match="no protocols"):
        of_state({"protocols": [["a", ""]], "beside": beside})


@pytest.mark.parametrize("protocols", [None, [], "a", [["a"]], [["a", 1]], [["a", ""]] * 7])
def test_a_crafted_address_is_refused(protocols):
    with pytest.raises(InputError, match="no protocols"):
        of_state({"protocols": protocols})


def test_the_timeline_lies_where_its_steps_lie_and_escapes_names():
    html = timeline([("<b>", steps_of("lorazepam 4 mg iv\nketamine 1 mg/kg iv over 10 min at 30 min if still seizing"))], 30, 90)
    text = html.get_html_string()
    assert re.search(r'class="se-dose" style="left: 25\.00%"', text)
    assert re.search(r'class="se-bar" style="left: 50\.00%; width: 8\.33%"', text)
    assert re.search(r'class="se-dose open" style="left: 50\.00%"', text)
    assert "&lt;b&gt;" in text


# ---- the answer


@pytest.fixture(scope="module")
def answered():
    question = read(few())
    assert isinstance(question, Question)
    shares = []
    return answer_se(question, shares.append, threading.Event()), shares


def test_the_answer_has_figures_tables_and_progress(answered, tmp_path):
    answer, shares = answered
    assert [s.id for s in answer.board.sections] == ["seizing", "brain", "levels", "power"]
    assert 0 < shares[0] < shares[-1] < 1
    assert sorted(shares) == shares
    rows = list(csv.DictReader(io.StringIO(answer.file("summary.csv"))))
    assert [row["protocol"] for row in rows] == ["none", "lorazepam"]
    assert float(rows[1]["seizing_at_end"]) <= float(rows[0]["seizing_at_end"])
    assert len(answer.file("courses.csv").splitlines()) == 1 + 2 * 35
    assert "plot-seizing" in answer.file("report.html")
    (tmp_path / "PROTOCOL.toml").write_text(answer.file("PROTOCOL.toml"), encoding="utf-8")
    assert load_question(tmp_path / "PROTOCOL.toml") == answer.question


def test_a_run_stops_when_it_is_asked_to():
    question = read(few())
    assert isinstance(question, Question)
    stop = threading.Event()
    with pytest.raises(Cancelled):
        answer_se(question, lambda share: stop.set(), stop)


# ---- the page in a browser

ID = "#status_epilepticus-"
SEARCH = EXAMPLES["se_search"].read_text(encoding="utf-8")


DRAWN_DOSES = "document.querySelector('#status_epilepticus-drawn .se-protocol').querySelectorAll('.se-dose').length"


@pytest.fixture
def open_se(visit):
    """Open the page, with a draft in its address or as it is."""

    def opened(draft=None, *view):
        page = visit("/#/status_epilepticus" + (f"/{to_word(draft.state())}" if draft else ""), *view)
        page.wait_for_selector(ID + "drawn .se-protocol")
        return page

    return opened


@pytest.mark.browser
def test_a_preset_gives_its_first_plot_and_every_file(open_se, tmp_path):
    page = open_se()
    page.select_option(ID + "preset", "PHTSE")
    page.wait_for_function("document.getElementById('status_epilepticus-name0').value === 'placebo'")
    page.fill(ID + "individuals", "30")
    page.focus(ID + "run")
    page.keyboard.press("Enter")
    page.wait_for_selector(ID + "figures .plot[data-drawn]")
    page.wait_for_selector("#page-status_epilepticus .limits")  # what is shown last
    assert page.inner_text("#page-status_epilepticus .headline").startswith("Endpoint met most often under")
    assert page.locator("#page-status_epilepticus table.arms tbody tr").count() == 3
    page.wait_for_selector(ID + "drawn b")  # the share that got a step
    assert page.inner_text("#page-status_epilepticus .se-none") == "no treatment"
    assert grave(page) == {}
    files = {name: download(page, f"{ID}file_{name.replace('.', '_')}", tmp_path) for name in TYPES}
    assert {path.name for path in files.values()} == set(TYPES)
    question = load_question(files["PROTOCOL.toml"])
    assert (question.preset, question.individuals) == ("PHTSE", 30)
    assert len(list(csv.DictReader(io.StringIO(files["summary.csv"].read_text())))) == 3
    assert "plot-timeline" in files["report.html"].read_text(encoding="utf-8")
    draft = of_state(from_word(page.url.rpartition("/")[2]))
    assert draft.fields["individuals"] == "30"


@pytest.mark.browser
def test_a_bad_step_shows_its_error_and_does_not_run(open_se):
    page = open_se()
    page.fill(ID + "steps0", "lorazepam 4 mg iv\nlorazepan 4 mg iv at 5 min")
    page.wait_for_selector(ID + "said_steps0 .refusal:has-text(\"Did you mean 'lorazepam'\")")
    page.wait_for_selector(ID + "steps0[aria-invalid=true]")
    page.wait_for_function(DRAWN_DOSES + " === 1")  # what can be read is drawn
    page.click(ID + "run")
    page.wait_for_function("document.activeElement.id === 'status_epilepticus-steps0'")
    assert page.locator(ID + "status progress").count() == 0
    page.fill(ID + "steps0", "lorazepam 4 mg iv")
    page.wait_for_selector(ID + "said_steps0 .refusal", state="detached")
    page.click(ID + "add")
    page.wait_for_function("document.activeElement.id === 'status_epilepticus-steps3'")
    page.wait_for_selector(ID + "drawn .se-protocol >> nth=3")
    page.click(ID + "remove0")
    page.wait_for_selector(ID + "drawn .se-protocol >> nth=3", state="detached")
    page.wait_for_function("document.getElementById('status_epilepticus-name0').value === 'levetiracetam'")


@pytest.mark.browser
def test_a_file_is_opened_and_one_that_is_refused_leaves_the_form_as_it_was(open_se, tmp_path):
    page = open_se()
    page.click(ID + "add")
    page.wait_for_function("document.getElementById('status_epilepticus-name3').value === 'protocol 4'")
    page.fill(ID + "name3", "mine")
    page.wait_for_selector(ID + "drawn h3:has-text('mine')")
    for content, words in ((SEARCH, "unknown key 'cost'"), ("x" * 300_000, "300000 bytes"), ("title = ", "not TOML")):
        (tmp_path / "bad.toml").write_text(content, encoding="utf-8")
        page.set_input_files(ID + "open", tmp_path / "bad.toml")
        page.wait_for_selector(ID + f"opened .refusal:has-text({json.dumps(words)})")
        assert page.input_value(ID + "name3") == "mine"
    text = FULL.format(affinity="in_vitro").replace('"1.5 h"', '"12 h"')
    (tmp_path / "PROTOCOL.toml").write_text(text, encoding="utf-8")
    page.set_input_files(ID + "open", tmp_path / "PROTOCOL.toml")
    page.wait_for_selector(ID + "opened .refusal", state="detached")
    page.wait_for_selector(ID + "said_horizon .refusal:has-text('6 h')")  # too long for the page: told, not lost, not run
    assert "Kept from the file: description; [patient] albumin" in page.inner_text(ID + "opened")
    page.fill(ID + "horizon", "90 min")
    page.wait_for_selector(ID + "said_horizon .refusal", state="detached")
    page.wait_for_selector(ID + "file_PROTOCOL_toml")
    taken = download(page, ID + "file_PROTOCOL_toml", tmp_path)
    asked = load_question(taken)
    assert asked.protocols == parse_question(tomllib.loads(FULL.format(affinity="in_vitro"))).protocols
    assert asked.description == "two\nlines"
    again = open_se()
    again.set_input_files(ID + "open", taken)
    again.wait_for_function("document.getElementById('status_epilepticus-weight').value === '60 kg'")
    again.wait_for_selector("#page-status_epilepticus .answer .headline")  # it was run
    assert load_question(download(again, ID + "file_PROTOCOL_toml", tmp_path)) == asked


@pytest.mark.slow
@pytest.mark.browser
def test_a_run_from_the_address_is_cancelled_and_fits_a_telephone(open_se):
    long = Draft({**few().fields, "individuals": "300", "horizon": "6 h"}, TWO)
    page = open_se(long, "telephone", "dark")
    page.wait_for_selector(ID + "cancel", state="visible")
    page.click(ID + "cancel")
    page.wait_for_selector("text=Cancelled.")  # how soon: test_app_cancel
    assert fits(page)
    assert grave(page) == {}
