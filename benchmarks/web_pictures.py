"""The pictures of the web pages in the documentation: `python benchmarks/web_pictures.py`. Needs chromium."""

import shutil
import sys
import tempfile

from playwright.sync_api import Page, sync_playwright
from web import ARGS, PAGES, ROOT, drawn, example, press, serving, until_warm, write

IMAGES = ROOT / "docs" / "images"
SETTLE_MS = 1500


def second_plan(page: Page) -> None:
    """Keep the plan of the page Taper and find another under a wider cap."""
    page.click("#taper-keep")
    write(page, "taper", "cap", "0.12")
    press(page, "taper")
    drawn(page, "taper")


def main() -> None:
    """Take them."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no chromium on this machine (Debian: apt install chromium)")
    with sync_playwright() as p, tempfile.TemporaryDirectory() as folder, serving(folder) as (address, _):
        until_warm(address)
        browser = p.chromium.launch(executable_path=chromium, args=ARGS)
        for name in PAGES:
            page, _ = example(browser, address, name)
            if name == "taper":
                second_plan(page)
            page.wait_for_timeout(SETTLE_MS)
            page.evaluate("window.scrollTo(0, 0)")
            page.screenshot(path=IMAGES / f"web_{name}.png")
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
