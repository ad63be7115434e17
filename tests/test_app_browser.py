"""The web page in a real browser, from `allostasis serve`: no page error, no foreign host, and everything by the keyboard."""

import json
import time
import tomllib

import httpx2
import pytest

from allostasis.simulation import parse_case
from browser import download

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser
SHORT = (
    'title = "Short"\nhorizon = "20 d"\n[patient]\nweight = "60 kg"\n[model]\nalpha2_agonist = 0.2\n'
    '[[arm]]\nname = "{{7*7}} <b>"\nregimen = "lorazepam 1 mg po bid for 10 d"\n'
)
SLOW = (
    'title = "Slow"\nhorizon = "1800 d"\n[solver]\nstep = "10 min"\n'
    '[[arm]]\nname = "one"\nregimen = "lorazepam 1 mg po bid"\n[[arm]]\nname = "two"\nregimen = "lorazepam 2 mg po bid"\n'
)


def until(true, seconds=60.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def drawn(page):
    page.wait_for_selector("#simulate-figures .plot[data-drawn]")


def told(page, selector, text):
    page.wait_for_selector(f"{selector}:has-text({json.dumps(text, ensure_ascii=False)})")


def test_first_figure_is_drawn_and_figures_are_linked(visit):
    page = visit()
    drawn(page)
    told(page, "#page-simulate .headline", "“stop”")
    assert page.locator("#simulate-figures .plot").count() == 13
    page.locator("#simulate-figures-plot-brain-lorazepam").scroll_into_view_if_needed()
    page.wait_for_selector("#simulate-figures-plot-brain-lorazepam[data-drawn]")
    page.evaluate("Plotly.relayout('simulate-figures-plot-imbalance', {'xaxis.range': [170, 220]})")
    page.wait_for_function("document.getElementById('simulate-figures-plot-brain-lorazepam').layout.xaxis.range[0] === 170")
    page.click(".chip:has-text('taper')")
    page.wait_for_function(
        "document.getElementById('simulate-figures-plot-imbalance').data.filter((t) => t.meta.arm === 1)"
        ".every((t) => t.visible === false)"
    )
    page.wait_for_selector("#page-simulate .arms tbody tr >> nth=1")
    assert page.locator("#page-simulate .arms tbody tr").count() == 2


def test_a_bad_regimen_is_told_while_it_is_typed_and_never_runs(visit):
    page = visit()
    drawn(page)
    page.fill("#simulate-regimen0", "lorazepan 1 mg po bid")
    told(page, "#simulate-said0 .refusal", "Did you mean 'lorazepam'?")
    page.wait_for_selector("#simulate-regimen0[aria-invalid=true]")
    page.wait_for_selector("#simulate-case_file", state="detached")
    page.click("#simulate-run")
    page.wait_for_selector("#simulate-status .refusal")
    page.fill("#simulate-regimen0", "lorazepam 2 mg po bid for 9 d")
    page.wait_for_selector("#simulate-said0 .understood")
    page.wait_for_selector("text=The form has changed since the run")


def test_files_come_down_and_open_again(visit, tmp_path):
    page = visit()
    drawn(page)
    short = tmp_path / "passwd<script>.toml"
    short.write_text(SHORT, encoding="utf-8")
    page.set_input_files("#simulate-open", short)
    page.wait_for_selector(".chip:has-text('{{7*7}} <b>')")
    told(page, "#simulate-opened", "Kept from the file: [model].")
    assert page.input_value("#simulate-weight") == "60 kg"
    paths = [download(page, f"#simulate-{id}", tmp_path) for id in ("case_file", "report", "series", "summary")]
    found = {path.name: path.read_text(encoding="utf-8") for path in paths}
    case = parse_case(tomllib.loads(found["CASE.toml"]))
    assert case == parse_case(tomllib.loads(SHORT))
    assert "{{7*7}} &lt;b&gt;" in found["report.html"]
    assert found["summary.csv"].splitlines()[0].startswith("arm,patient,")
    assert len(found["series.csv"].splitlines()) == 22
    again = visit(page.url.removeprefix(page.url.split("/#")[0]))
    again.wait_for_selector(".chip:has-text('{{7*7}} <b>')")
    again.wait_for_function("document.getElementById('simulate-horizon').value === '20 d'")
    bad = tmp_path / "bad.toml"
    bad.write_text('title = "t"\nlibrary = "/etc"', encoding="utf-8")
    page.set_input_files("#simulate-open", bad)
    page.wait_for_selector("#simulate-opened .refusal")


def test_cancel_and_a_second_visitor_beside(visit, tmp_path):
    slow = tmp_path / "slow.toml"
    slow.write_text(SLOW, encoding="utf-8")
    first, second = visit(), visit()
    drawn(first)
    drawn(second)
    second.fill("#simulate-horizon", "60 d")
    second.wait_for_selector("text=The form has changed since the run")
    second.click("#simulate-run")
    first.set_input_files("#simulate-open", slow)
    first.wait_for_selector("#simulate-cancel", state="visible")
    first.focus("#simulate-cancel")
    first.keyboard.press("Enter")
    first.wait_for_selector("text=Cancelled.")  # how soon: test_app_cancel
    first.wait_for_selector("#simulate-cancel", state="hidden")
    first.wait_for_function("document.activeElement.id === 'simulate-run'")  # the focus is not lost with the button
    second.wait_for_selector("text=The figures show this case")


def test_arms_are_added_written_and_removed_by_keyboard(visit):
    page = visit()
    drawn(page)
    page.focus("#simulate-add")
    page.keyboard.press("Enter")
    page.wait_for_selector("#simulate-slot2", state="visible")
    page.wait_for_function("document.activeElement.id === 'simulate-regimen2'")
    page.keyboard.type("diazepam 5 mg po daily for 20 d")
    page.wait_for_selector("#simulate-said2 .understood:has-text('diazepam 5 mg oral')")
    page.focus("#simulate-remove0")
    page.keyboard.press("Enter")
    page.wait_for_selector("#simulate-slot2", state="hidden")
    page.wait_for_function("document.getElementById('simulate-regimen1').value.startsWith('diazepam')")
    page.focus("#simulate-remove1")
    page.keyboard.press("Enter")
    page.wait_for_selector("#simulate-slot1", state="hidden")
    page.wait_for_function("document.activeElement.id === 'simulate-add'")  # the focus is not lost with the arm
    page.click("summary:has-text('Write a regimen by a form')")
    page.click("#simulate-write")
    page.wait_for_function("document.getElementById('simulate-regimen1').value.startsWith('lorazepam 1 mg po bid for 180 d')")
    told(page, "#simulate-said1 .understood", "180 d")


def test_rest_from_case_to_files(server):
    with httpx2.Client(base_url=server, timeout=60) as client:
        kind = {"content-type": "application/toml"}
        job = client.post("/api/v1/jobs", content=SHORT, headers=kind).json()
        until(lambda: client.get(f"/api/v1/jobs/{job['id']}").json()["state"] == "done")
        files = client.get(f"/api/v1/jobs/{job['id']}").json()["files"]
        texts = {name.rpartition("/")[2]: client.get(name).text for name in files}
        assert parse_case(tomllib.loads(texts["CASE.toml"])) == parse_case(tomllib.loads(SHORT))
        assert "{{7*7}} &lt;b&gt;" in texts["report.html"]
        slow = client.post("/api/v1/jobs", content=SLOW, headers=kind).json()
        assert client.get(f"/api/v1/jobs/{slow['id']}/files/report.html").status_code == 409
        assert client.delete(f"/api/v1/jobs/{slow['id']}").json()["state"] == "cancelled"
        assert client.get(f"/api/v1/jobs/{slow['id']}").json()["state"] == "cancelled"
        assert client.post("/api/v1/jobs", content=b"x" * 300_000, headers=kind).status_code == 413
