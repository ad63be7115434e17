"""The page of profiles in a real browser, without a network: figures drawn, nothing asked for, fits a telephone."""

import pytest

from allostasis.clinic.profile import find_design, knock_in_table, nearest, subtype_profile
from allostasis.report.page import write_page
from allostasis.report.profile_page import ProfileSet, profile_page

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser
ARGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync")  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    profiles = [subtype_profile(name, occupancy=0.3, draws=50) for name in ("zolpidem", "alpha5IA", "AZD7325")]
    found = find_design("anxiolysis>=0.5,sedation<=0.1", occupancy=0.3)
    mice = {"zolpidem": knock_in_table("zolpidem", occupancy=0.3)}
    page = profile_page(ProfileSet(profiles, mice, found, nearest(found), {"Method": "test"}))
    return write_page(page, tmp_path_factory.mktemp("profile") / "profile.html")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_figure_is_drawn_and_the_page_fits(chromium, written, width, scheme):
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=list(ARGS))
        page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True).new_page()
        troubles, asked = [], []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(written.as_uri())
        page.wait_for_selector("html[data-plots=drawn]", timeout=60_000)
        drawn = page.evaluate(
            """() => [...document.querySelectorAll(".plot")].map((plot) => ({
                id: plot.id,
                marks: plot.querySelectorAll(".scatterlayer path, .barlayer path").length,
                faulty: [...plot.querySelectorAll("path")].some((path) => (path.getAttribute("style") || "").includes("@")),
                room: Math.abs(plot.querySelector(".main-svg").getBoundingClientRect().width
                    - plot.getBoundingClientRect().width),
            }))"""
        )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator("table.arms tbody tr").count() == 9
        page.click(".chip[data-arm='1']")
        page.wait_for_function("document.getElementById('plot-effects').data[1].visible === false")
        browser.close()
    assert len(drawn) == 1 + 3 + 9 + 4
    assert all(plot["marks"] and not plot["faulty"] and plot["room"] < 2 for plot in drawn), drawn
    assert troubles == []
    assert [url for url in asked if not url.startswith(("data:", written.as_uri()))] == []
