"""The report in a real browser, without a network: it asks for nothing, draws its figures, and fits a telephone."""

from pathlib import Path

import pytest

from allostasis import clinic
from allostasis.report import write_report
from allostasis.simulation import parse_case

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser
ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SIZES = {"desktop": (1280, 800), "telephone": (390, 844)}
EVERYWHERE = pytest.mark.parametrize(
    "page", [(s, c) for s in SIZES for c in ("light", "dark")], ids=lambda p: f"{p[0]} {p[1]}", indirect=True
)


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    case = parse_case({
        "title": "Stop or <b>taper</b>?", "description": "A question.", "horizon": "60 d",
        "arm": [
            {"name": "stop", "regimen": "lorazepam 1 mg po bid for 30 d, then stop"},
            {"name": "taper & rest", "regimen": "lorazepam 1 mg po bid for 30 d, then taper 25 % of start every 3 d"},
        ],
    })  # fmt: skip
    result = clinic.simulate(case)
    return write_report(result, clinic.summary(result), tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture(scope="module")
def browser(chromium):
    with playwright.sync_playwright() as p:
        started = p.chromium.launch(executable_path=chromium, args=list(ARGS))
        yield started
        started.close()


@pytest.fixture
def page(request, browser, report):
    """The opened report; afterwards: no error, no message in the console, no request but for the file itself."""
    size, scheme = getattr(request, "param", ("desktop", "light"))
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, offline=True)
    opened = context.new_page()
    troubles, requests = [], []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda message: troubles.append(message.text))
    opened.on("request", lambda asked: requests.append(asked.url))
    opened.goto(report.as_uri())
    opened.wait_for_selector("html[data-plots=drawn]", timeout=60_000)
    yield opened
    assert troubles == []
    assert [url for url in requests if not url.startswith(("data:", report.as_uri()))] == []
    context.close()


@EVERYWHERE
def test_every_figure_is_drawn_and_the_page_fits(page):
    drawn = page.evaluate(
        """() => [...document.querySelectorAll(".plot")].map((plot) => ({
            id: plot.id,
            lines: [...plot.querySelectorAll(".scatterlayer path.js-line")].filter((p) => p.getTotalLength() > 10).length,
            coloured: [...plot.querySelectorAll(".scatterlayer path.js-line")].every((p) => !p.style.stroke.includes("@")),
            wide: plot.querySelector(".main-svg").getBoundingClientRect().width,
            room: plot.getBoundingClientRect().width,
        }))"""
    )
    assert len(drawn) == 13
    assert all(plot["lines"] >= 2 and plot["coloured"] for plot in drawn), drawn
    assert all(abs(plot["wide"] - plot["room"]) < 2 for plot in drawn), drawn
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.inner_text("h1") == "Stop or <b>taper</b>?"


@pytest.mark.parametrize("page", [("desktop", "light"), ("desktop", "dark")], ids=("light", "dark"), indirect=True)
def test_text_has_enough_contrast(page):
    """WCAG AA for the ink and the muted text, and 3:1 for the lines, on the card behind them."""
    ratios = page.evaluate(
        """() => {
            const style = getComputedStyle(document.body);
            const light = (name) => {
                const hex = style.getPropertyValue("--" + name).trim();
                const part = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
                    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
                return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
            };
            const names = ["ink", "muted", "accent", "threshold", "arm0", "arm1", "arm2", "arm3", "arm4", "arm5"];
            return Object.fromEntries(names.map((name) => {
                const [a, b] = [light(name), light("card")].sort((x, y) => y - x);
                return [name, (a + 0.05) / (b + 0.05)];
            }));
        }"""
    )
    assert min(ratios[name] for name in ("ink", "muted", "accent", "threshold")) >= 4.5, ratios
    assert min(ratios.values()) >= 3, ratios


def test_an_arm_can_be_hidden_by_keyboard(page):
    visible = """() => document.getElementById("plot-imbalance").data
        .filter((trace) => trace.meta.arm === 1 && trace.visible !== false).length"""
    before = page.evaluate(visible)
    page.focus(".chip[data-arm='1']")
    page.keyboard.press("Enter")
    page.wait_for_function(f"({visible})() === 0")
    assert page.get_attribute(".chip[data-arm='1']", "aria-pressed") == "false"
    page.keyboard.press("Enter")
    page.wait_for_function(f"({visible})() === {before}")


def test_zoom_of_one_figure_is_the_zoom_of_all(page):
    page.evaluate("Plotly.relayout('plot-imbalance', {'xaxis.range': [25, 40]})")
    page.wait_for_function(
        "[...document.querySelectorAll('.plot')].every((p) => p.layout.xaxis.range[0] === 25 && p.layout.xaxis.range[1] === 40)"
    )


def test_parameters_are_filtered_and_sorted(page):
    page.click("summary:has-text('parameters with their sources')")
    page.fill("#filter", "lorazepam cl")
    shown = page.locator("#parameters tbody tr:visible")
    assert 1 <= shown.count() < 10
    page.fill("#filter", "")
    page.click("#parameters thead button:has-text('Value')")
    values = [float(v) for v in page.locator("#parameters tbody td.num").all_inner_texts()]
    assert values == sorted(values)


def test_first_tab_skips_to_the_answer(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def test_print_is_light_and_complete(page):
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(500)
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--ink').trim()") == "#1c2329"
    ink = page.evaluate("document.querySelector('#plot-imbalance .ytick text').style.fill")
    assert ink == "rgb(90, 100, 109)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_timeout(500)
