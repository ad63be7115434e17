"""The page Status epilepticus: its form field by field, its answer, and the page in a real browser."""

import csv
import io
import re
import signal
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path

import httpx2
import pytest

from allostasis.app.address import from_word, to_word
from allostasis.app.pages.se_answer import TYPES, answer_se, protocol_toml
from allostasis.app.pages.se_draft import EXAMPLE, Draft, of_preset, of_state, read
from allostasis.app.pages.se_form import choices
from allostasis.app.pages.se_limits import steps_of
from allostasis.app.pages.se_timeline import timeline
from allostasis.clinic.status_epilepticus.presets import presets
from allostasis.clinic.status_epilepticus.question import Question, load_question, parse_question
from allostasis.model.integrate import Cancelled
from allostasis.quantity import InputError

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

ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
OF_SHINY = "DEPRECATED: "
SIZES = {"desktop": (1280, 800), "telephone": (390, 844)}
ID = "#status_epilepticus-"


@pytest.fixture(scope="module")
def server():
    started = subprocess.Popen(
        [sys.executable, "-c", "from allostasis.cli import main; main()", "serve", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+", started.stdout.readline())
    assert found
    with httpx2.Client(base_url=found[0], transport=httpx2.HTTPTransport(retries=8), timeout=60) as client:
        assert client.get("/api/v1/health").status_code == 200
    yield found[0]
    started.send_signal(signal.SIGINT)
    _, errors = started.communicate(timeout=30)
    assert "Traceback" not in errors, errors


@pytest.fixture(scope="module")
def browser(chromium):
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as p:
        started = p.chromium.launch(executable_path=chromium, args=list(ARGS))
        yield started
        started.close()


@pytest.fixture
def visit(browser, server):
    """Open the page as a new visitor; afterwards no error and no request to another host."""
    troubles, contexts = [], []

    def open_page(draft=None, size="desktop", scheme="light"):
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: None if m.text.startswith(OF_SHINY) else troubles.append(m.text))
        own = (server, server.replace("http", "ws", 1), "data:", f"blob:{server}")
        page.on("request", lambda asked: None if asked.url.startswith(own) else troubles.append(asked.url))
        page.goto(f"{server}/#/status_epilepticus" + (f"/{to_word(draft.state())}" if draft else ""))
        page.wait_for_selector(ID + "drawn .se-protocol")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def grave(page):
    """What axe finds serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"preload": False}).response["violations"]
    return {v["id"]: [n["html"][:160] for n in v["nodes"]] for v in found if v["impact"] in ("serious", "critical")}


def download(page, name, folder):
    with page.expect_download() as given:
        page.focus(f"{ID}file_{name.replace('.', '_')}")
        page.keyboard.press("Enter")
    assert given.value.suggested_filename == name
    path = folder / name
    path.write_bytes(Path(given.value.path()).read_bytes())
    return path


@pytest.mark.browser
def test_a_preset_gives_its_first_plot_and_every_file(visit, tmp_path):
    page = visit()
    page.select_option(ID + "preset", "PHTSE")
    page.wait_for_function("document.getElementById('status_epilepticus-name0').value === 'placebo'")
    page.fill(ID + "individuals", "30")
    page.focus(ID + "run")
    page.keyboard.press("Enter")
    page.wait_for_selector(ID + "figures .plot[data-drawn]")
    assert page.inner_text("#page-status_epilepticus .headline").startswith("Endpoint met most often under")
    assert page.locator("#page-status_epilepticus table.arms tbody tr").count() == 3
    page.wait_for_selector(ID + "drawn b")  # the share that got a step
    assert page.inner_text("#page-status_epilepticus .se-none") == "no treatment"
    assert grave(page) == {}
    files = {name: download(page, name, tmp_path) for name in TYPES}
    question = load_question(files["PROTOCOL.toml"])
    assert (question.preset, question.individuals) == ("PHTSE", 30)
    assert len(list(csv.DictReader(io.StringIO(files["summary.csv"].read_text())))) == 3
    assert "plot-timeline" in files["report.html"].read_text(encoding="utf-8")
    draft = of_state(from_word(page.url.rpartition("/")[2]))
    assert draft.fields["individuals"] == "30"


@pytest.mark.browser
def test_a_bad_step_shows_its_error_and_does_not_run(visit):
    page = visit()
    page.fill(ID + "steps0", "lorazepam 4 mg iv\nlorazepan 4 mg iv at 5 min")
    page.wait_for_selector(ID + "said_steps0 .refusal")
    assert "Did you mean 'lorazepam'" in page.inner_text(ID + "said_steps0")
    assert page.get_attribute(ID + "steps0", "aria-invalid") == "true"
    assert page.locator(ID + "drawn .se-protocol").nth(0).locator(".se-dose").count() == 1  # what can be read is drawn
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
    assert page.input_value(ID + "name0") == "levetiracetam"


@pytest.mark.browser
def test_a_run_from_the_address_is_cancelled_and_fits_a_telephone(visit):
    long = Draft({**few().fields, "individuals": "300", "horizon": "6 h"}, TWO)
    page = visit(long, "telephone", "dark")
    page.wait_for_selector(ID + "status progress")
    page.wait_for_selector(ID + "cancel", state="visible")
    begun = time.monotonic()
    page.click(ID + "cancel")
    page.wait_for_selector("text=Cancelled.")
    assert time.monotonic() - begun < 3  # a second on a machine with nothing else to do
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert grave(page) == {}
