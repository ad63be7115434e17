"""The page Taper: its form field by field, its answer, and the page in a real browser down to each file."""

import csv
import io
import json
import re
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from allostasis.app.address import from_word, to_word
from allostasis.app.pages.taper_answer import TYPES, answer_taper, offered
from allostasis.app.pages.taper_draft import Asked, changed, read
from allostasis.app.pages.taper_form import EXAMPLE, drugs, marketed, markets
from allostasis.app.pages.taper_two_shown import two_board, two_card
from allostasis.clinic.taper import formulary, parse_strengths
from allostasis.clinic.taper.outcome import Found, Infeasible
from allostasis.interop.plan_json import read_plan
from allostasis.model.integrate import Cancelled
from allostasis.study.taper_study import OF_START
from browser import download, fits, grave, views

TODAY = date(2027, 1, 4)
QUICK = {
    "drug": "diazepam", "dose": "5 mg bid", "use": "180 d", "strengths": "2 mg (halves), 5 mg", "cap": "0.08", "patients": "0",
    "versus": OF_START,
}  # fmt: skip


# ---- the form


def test_the_example_is_a_question_and_survives_the_address():
    asked = read({"strengths": marketed("lorazepam")}, TODAY)
    assert isinstance(asked, Asked)
    question = asked.question
    assert (question.drug, float(question.mg_per_day), question.use_days, asked.start) == ("lorazepam", 3.0, 730, TODAY)
    assert (question.virtual_patients, question.quantile) == (20, 0.9)
    again = read(EXAMPLE | from_word(to_word(changed(asked.state))), TODAY)
    assert again == asked


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"drug": "lorazepan"}, "drug", "did you mean 'lorazepam'"),
        ({"dose": "1 mg often"}, "dose", "often"),
        ({"dose": "0.3 mg tid"}, "dose", "nearest"),
        ({"dose": "200 mg bid"}, "dose", "label"),
        ({"use": "2 d"}, "use", "7 days"),
        ({"use": "2 mg"}, "use", "duration of use"),
        ({"strengths": "2 furlongs"}, "strengths", "furlongs"),
        ({"cap": "-1"}, "cap", "above 0"),
        ({"cap": "low"}, "cap", "a number"),
        ({"share": "100"}, "share", "below 100"),
        ({"preset": "astrology"}, "preset", "astrology"),
        ({"patients": "9999"}, "patients", "0 to 200"),
        ({"period": "1.5"}, "period", "whole number"),
        ({"weeks": "9999"}, "weeks", "1 to 260"),
        ({"seed": "-1"}, "seed", "whole number"),
        ({"weight": "7 kg"}, "weight", "kg"),
        ({"age": "old"}, "age", "old"),
        ({"start": "tomorrow"}, "start", "2026-12-01"),
        ({"versus": "horoscope"}, "versus", "horoscope"),
        ({"switch": "aspirine"}, "switch", "aspirine"),
        ({"switch": "diazepam"}, "switch", "another drug"),
        ({"switch": "lorazepam", "switch_strengths": "much"}, "switch_strengths", "much"),
    ],
    ids=lambda value: " ".join(map(str, value.items())) if isinstance(value, dict) else None,
)
def test_a_refusal_stands_under_its_field_and_teaches(change, field, words):
    wrong = read(EXAMPLE | QUICK | change, TODAY)
    assert not isinstance(wrong, Asked)
    assert list(wrong) == [field]
    assert re.search(words, str(wrong[field]))


def test_every_wrong_field_is_told_at_once():
    wrong = read(EXAMPLE | QUICK | {"cap": "x", "dose": "y", "strengths": "z", "age": "w"}, TODAY)
    assert not isinstance(wrong, Asked)
    assert set(wrong) == {"cap", "dose", "strengths", "age"}


def test_what_is_marketed_reads_back_for_every_drug_and_market():
    assert len(drugs()) >= 15
    for drug in drugs():
        for market in markets(drug):
            products = parse_strengths(marketed(drug, market), drug)
            assert {p for p in products if p.unit != "mL"} == set(formulary(drug, region=market))


# ---- the answer


@pytest.fixture(scope="module")
def answered():
    asked = read(EXAMPLE | QUICK | {"start": "2027-01-04"}, TODAY)
    assert isinstance(asked, Asked)
    told, shares = [], []

    def tell(share, doing=""):
        shares.append(share)
        told.append(doing)

    return answer_taper(asked, tell, threading.Event()), told, shares


def test_the_answer_keeps_its_cap_and_tells_its_way(answered):
    answer, told, shares = answered
    assert isinstance(answer.study.outcome, Found)
    assert answer.study.outcome.verified.level <= 0.08
    assert list(answer.study.plans) == ["this plan", OF_START]
    assert [section.id for section in answer.board.sections] == ["imbalance", "dose"]
    assert any(re.fullmatch(r"searching: [\d.]+ mg a day after \d+ weeks", text) for text in told)
    assert 0 < min(shares) < max(shares) <= 1


def test_every_file_parses_and_says_the_same(answered, tmp_path):
    answer, _, _ = answered
    assert offered(answer) == list(TYPES)
    check_files({name: answer.file(name) for name in offered(answer)}, answer.study.plan, tmp_path)


def check_files(files, plan, folder):
    """Read every file as its reader does; the plan is the same in each."""
    (folder / "plan.json").write_bytes(files["plan.json"])
    issued = read_plan(folder / "plan.json")
    assert plan is None or issued.plan == plan
    days = issued.plan.days_to_zero
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(files["plan.pdf"])).pages)
    assert issued.plan.drugs[0] in text
    events = Calendar.from_ical(files["plan.ics"]).walk("VEVENT")
    assert len(events) > 0
    for release in ("r4", "r5"):
        bundle = json.loads(files[f"plan_fhir_{release}.json"])
        assert bundle["resourceType"] == "Bundle"
        assert bundle["entry"]
    rows = list(csv.DictReader(io.StringIO(files["plan.csv"].decode())))
    assert len(rows) >= len(issued.plan.steps) - 1
    compared = list(csv.DictReader(io.StringIO(files["comparison.csv"].decode())))
    assert float(compared[0]["weeks"]) == pytest.approx(days / 7)
    assert len(files["daily.csv"].splitlines()) > days
    assert files["taper.html"].startswith(b"<!doctype html>")
    assert b"plot-imbalance" in files["taper.html"]


def test_a_cap_that_no_plan_keeps_gives_the_reason_and_what_would_help():
    asked = read(EXAMPLE | QUICK | {"strengths": "5 mg", "versus": "", "weeks": "20"}, TODAY)
    assert isinstance(asked, Asked)
    answer = answer_taper(asked, lambda share, doing="": None, threading.Event())
    assert isinstance(answer.study.outcome, Infeasible)
    assert answer.page.headline.startswith("Proven: no plan from 10 mg/d of diazepam")
    assert any(line.startswith("What would help:") for line in answer.page.details)
    assert offered(answer) == ["taper.html"]


def test_a_search_stops_when_it_is_asked_to():
    asked = read(EXAMPLE | QUICK, TODAY)
    assert isinstance(asked, Asked)
    stop = threading.Event()
    with pytest.raises(Cancelled):
        answer_taper(asked, lambda share, doing="": stop.set() if doing.startswith("searching") else None, stop)


# ---- two plans of one's own


@pytest.fixture(scope="module")
def looser():
    asked = read(EXAMPLE | QUICK | {"start": "2027-01-04", "cap": "0.12", "versus": ""}, TODAY)
    assert isinstance(asked, Asked)
    return answer_taper(asked, lambda share, doing="": None, threading.Event())


def test_two_plans_stand_side_by_side_with_ends_peaks_and_tablets(answered, looser):
    first, last = answered[0], looser
    text = " ".join(re.sub("<[^>]+>", " ", two_card(first, last).get_html_string()).split())
    assert "What differs in the form: cap 0.08, then 0.12." in text
    for one in (first, last):
        end = TODAY + timedelta(days=one.study.plan.days_to_zero)
        assert f"{end.day} {end:%b %Y}" in text
        assert f"{one.study.comparison.table['peak_imbalance'][0]:.3f}" in text
    changes = {step.start_day for one in (first, last) for step in one.study.plan.steps}
    assert text.count("From week ") == 1 + len(changes)  # the head of the column, and its rows
    assert "not of the same people" not in text
    board = two_board(first, last)
    assert [arm.name for arm in board.arms] == ["plan A", "plan B"]
    longest = [max(max(trace["x"]) for trace in s.panels[0].figure["data"]) for s in board.sections]
    assert longest[1] == pytest.approx(max(one.study.plan.steps[-1].end_day for one in (first, last)) / 7, rel=1e-3)


def test_plans_for_different_people_are_not_compared_silently(answered, looser):
    other = replace(looser, asked=replace(looser.asked, state=dict(looser.asked.state) | {"weight": "50 kg"}))
    assert "not of the same people (body weight)" in two_card(answered[0], other).get_html_string()


# ---- the page in a browser

@pytest.fixture
def open_taper(visit):
    """Open the page, with a state of its form in the address or as it is."""

    def opened(state=None, *view):
        page = visit("/#/taper" + (f"/{to_word(state)}" if state else ""), *view)
        page.wait_for_selector("#page-taper .empty, #page-taper .answer")
        return page

    return opened


@pytest.mark.browser
def test_lorazepam_by_keyboard_to_a_plan_and_every_file(open_taper, tmp_path):
    page = open_taper()
    assert page.input_value("#taper-dose") == "1 mg tid"
    page.wait_for_selector("#taper-read_dose:has-text('Read as 3 mg a day')")
    page.focus("#taper-patients")
    page.keyboard.press("Home")
    page.wait_for_function("document.getElementById('taper-patients').value === '0'")
    page.focus("#taper-run")
    page.keyboard.press("Enter")
    page.wait_for_selector("#taper-figures-plot-imbalance[data-drawn]")
    page.wait_for_selector("#page-taper .limits")  # what is shown last
    assert re.match(r"Zero after \d+ weeks; the highest imbalance is 0\.\d+", page.inner_text("#page-taper .headline"))
    assert page.locator(".plan.steps tbody tr").count() > 5
    assert page.inner_text(".plan.steps tbody tr:last-child").endswith("no dose")
    assert [chip.strip() for chip in page.locator("#taper-figures .chip").all_inner_texts()] == ["this plan", "10 % of current"]
    assert grave(page) == {}
    taken = [download(page, f"#taper-file_{name.replace('.', '_')}", tmp_path) for name in TYPES]
    files = {path.name: path.read_bytes() for path in taken}
    check_files(files, None, tmp_path)
    assert "/#/taper/" in page.url


@pytest.mark.slow
@pytest.mark.browser
def test_a_plan_is_kept_and_the_next_one_stands_beside_it(open_taper):
    page = open_taper(QUICK | {"versus": ""})
    page.wait_for_selector("#taper-keep", state="visible")
    page.click("#taper-keep")
    page.wait_for_selector("#taper-two:has-text('Plan A is kept')")
    page.wait_for_selector("#taper-status:has-text('Kept as plan A')")
    page.fill("#taper-cap", "0.12")
    page.wait_for_selector("#taper-status:has-text('The form has changed')")
    page.click("#taper-run")
    page.wait_for_selector("#taper-two:has-text('cap 0.08, then 0.12')")
    page.wait_for_selector("#taper-two_figures-plot-imbalance[data-drawn]")
    page.wait_for_selector("#taper-status:has-text('This is the answer to the form.')")
    assert page.locator("#taper-two_figures .chip").all_inner_texts() == ["plan A", "plan B"]
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))
    for view in views(page):
        assert fits(page), view
    assert grave(page) == {}
    page.click("#taper-forget")
    page.wait_for_selector("#taper-two .panel", state="detached")
    page.wait_for_selector("#taper-two_figures .plot", state="detached")
    page.wait_for_function("document.activeElement.id === 'taper-keep'")  # the focus is not lost with the button
    page.wait_for_selector(".plan.steps")


@pytest.mark.slow
@pytest.mark.browser
def test_no_plan_says_why_and_fits_a_telephone(open_taper):
    page = open_taper(QUICK | {"strengths": "5 mg", "versus": "", "weeks": "20"}, "telephone", "dark")
    page.wait_for_selector("#page-taper .answer.none")
    page.wait_for_selector("#taper-file_taper_html")
    assert page.inner_text("#page-taper .headline").startswith("Proven: no plan")
    assert "What would help" in page.inner_text("#page-taper .answer")
    assert fits(page)
    assert page.locator("#taper-file_plan_pdf").count() == 0
    assert grave(page) == {}


@pytest.mark.browser
def test_a_bad_dose_shows_its_error_and_does_not_run(open_taper):
    page = open_taper()
    page.fill("#taper-dose", "0.3 mg tid")
    page.fill("#taper-strengths", "1 mg")
    page.wait_for_selector("#taper-said_dose .refusal")
    page.wait_for_selector("#taper-dose[aria-invalid=true]")
    page.click("#taper-run")
    page.wait_for_function("document.activeElement.id === 'taper-dose'")
    assert page.locator("#page-taper .empty").count() == 1
    page.fill("#taper-dose", "1 mg tid")
    page.wait_for_selector("#taper-said_dose .refusal", state="detached")
    page.select_option("#taper-drug", "diazepam")
    page.wait_for_function("document.getElementById('taper-strengths').value.startsWith('10 mg')")
    page.select_option("#taper-market", "UK")
    page.wait_for_function(f"document.getElementById('taper-strengths').value === {json.dumps(marketed('diazepam', 'UK'))}")


FOLLOWED = """() => {
  const place = document.getElementById("taper-status"), note = () => followed.add(place.textContent.trim());
  window.followed = new Set();
  new MutationObserver(note).observe(place, { childList: true, subtree: true, characterData: true });
}"""
"""Keeps everything that the line of progress says, for it may be gone before it is looked for."""


@pytest.mark.slow
@pytest.mark.browser
def test_a_search_is_followed_and_cancelled(open_taper):
    page = open_taper()
    page.evaluate(FOLLOWED)
    page.select_option("#taper-patients", "60")
    page.click("#taper-run")
    page.wait_for_function("[...followed].some((text) => text.startsWith('Bringing the person up to today'))")
    page.click("#taper-cancel")
    page.wait_for_selector("text=Cancelled.")  # how soon: test_app_cancel
    page.wait_for_selector("#taper-cancel", state="hidden")
