"""Pages of curves and records in a real browser, without a network: figures are drawn, nothing is wider than a telephone."""

from pathlib import Path

import numpy as np
import pytest

from allostasis.cli import compile_cache
from allostasis.cli.receptor_curve import model_curves
from allostasis.cli.receptor_data import data_curves
from allostasis.cli.receptor_record import record

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser
ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    """One page of each kind."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compile_cache, "enable", lambda: None)
        model_curves(
            ["a1b3g2"], ["diazepam", "DMCM", "imidazenil"], gaba="5 uM", given=[], coupling=1.0,
            out=folder / "model", overwrite=False, library_folder=None,
        )  # fmt: skip
        x = np.repeat([0.0, *np.geomspace(1, 1000, 7)], 2)
        y = 80 * x / (x + 20) + np.cos(7.0 * np.arange(len(x)))
        rows = [f"{a:.6g},{b:.5g},a <long> name of a curve that has to be broken" for a, b in zip(x, y, strict=True)]
        (folder / "data.csv").write_text("concentration,response,curve\n" + "\n".join(rows), encoding="utf-8")
        data_curves(folder / "data.csv", unit="uM", bottom="0", profile=False, out=folder / "data", overwrite=False)
        record(
            gaba="2 uM", seconds=20.0, seed=1, scheme="mwc_flip", modulator="neurosteroid", occupancy=1.0, strength=None,
            celsius=22.0, critical=None, potential="0 mV", out=folder / "record", overwrite=False,
        )  # fmt: skip
    return {kind: next((folder / kind).glob("*.html")) for kind in ("model", "data", "record")}


@pytest.fixture(scope="module")
def browser(chromium):
    with playwright.sync_playwright() as p:
        started = p.chromium.launch(executable_path=chromium, args=list(ARGS))
        yield started
        started.close()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "telephone"])
@pytest.mark.parametrize("kind", ["model", "data", "record"])
def test_figures_are_drawn_and_the_page_fits(browser, pages, kind, size):
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme="dark", offline=True)
    page = context.new_page()
    troubles, requests = [], []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text))
    page.on("request", lambda asked: requests.append(asked.url))
    page.goto(pages[kind].as_uri())
    page.wait_for_selector("html[data-plots=drawn]", timeout=60_000)
    plots = page.evaluate(
        """() => [...document.querySelectorAll(".plot")].map((plot) => ({
            id: plot.id,
            drawn: plot.querySelectorAll(".scatterlayer path").length,
            raw: [...plot.querySelectorAll("path")].some((p) => (p.style.stroke + p.style.fill).includes("@")),
            wide: plot.querySelector(".main-svg").getBoundingClientRect().width,
            room: plot.getBoundingClientRect().width,
        }))"""
    )
    assert len(plots) >= 3
    assert all(plot["drawn"] and not plot["raw"] and abs(plot["wide"] - plot["room"]) < 2 for plot in plots), plots
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("Plotly.relayout(document.querySelector('.plot').id, {'xaxis.range': [0, 1]})")  # its own zoom
    page.wait_for_timeout(200)
    others = "[...document.querySelectorAll('.plot')].slice(1).map((p) => p.layout.xaxis.range.join())"
    assert "0,1" not in page.evaluate(others)
    assert troubles == []
    assert [url for url in requests if not url.startswith(("data:", pages[kind].as_uri()))] == []
    context.close()
