"""The web page as a visitor meets it: `python benchmarks/web.py`. Needs chromium; best on a machine with nothing else to do.

A server is started as a user starts it, with an empty cache of compiled programs. Times are what the browser sees, from the
opening of the page, or the press of the button, to the first figure that is drawn.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from timing import save

ROOT = Path(__file__).parents[1]
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"]  # fmt: skip
PATIENCE_MS = 300_000
VISITORS = 10
PAGES = ("simulate", "taper", "status_epilepticus")
CHANGED = {"simulate": ("horizon", "500 d"), "taper": ("cap", "0.11"), "status_epilepticus": ("seed", "7")}
"""Page -> a field, and what is written there: a question whose answer the server has not kept."""
LONG = {"simulate": ("horizon", "1800 d"), "taper": ("share", "95"), "status_epilepticus": ("horizon", "5 h")}
"""Page -> a field, and what is written there for a run that is long enough to be cancelled."""
JOB = {
    "title": "Long", "horizon": "1800 d", "solver": {"step": "10 min"},
    "arm": [{"name": str(k), "regimen": f"lorazepam {k} mg po bid"} for k in (1, 2)],
}  # fmt: skip
BARS = {
    "first plot of the example, warm server, slowest page [s]": 6, "ping while two jobs run, 95 % [s]": 0.25,
    "cancel, slowest page [s]": 1, f"of {VISITORS} visitors at once, without their plot": 0, "server memory [MB]": 1000,
}  # fmt: skip
"""What is asked, at most."""


OPEN = "e => { const d = e.closest('details'); if (d) d.open = true; }"
"""Opens what a field is folded into."""
SETTLE_MS = 2000
"""Time for the server to read what was written."""


def say(text: str = "") -> None:
    print(text, flush=True)


@contextlib.contextmanager
def serving(folder: str) -> Iterator[tuple[str, int]]:
    """A server whose programs are kept in a folder: (address, process id)."""
    command = [str(Path(sys.executable).with_name("allostasis")), "serve", "--port", "0"]
    environment = os.environ | {"XDG_CACHE_HOME": folder}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    assert found
    try:
        with httpx2.Client(base_url=found[0], timeout=60, transport=httpx2.HTTPTransport(retries=8)) as client:
            client.get("/api/v1/health").raise_for_status()  # the address is printed before anybody listens
        yield found[0], process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(120)


def until_warm(address: str) -> float:
    """Time until the server has run its examples [s]."""
    began = time.perf_counter()
    with httpx2.Client(base_url=address, timeout=60, transport=httpx2.HTTPTransport(retries=8)) as client:
        while not client.get("/api/v1/health").json()["warm"]:
            time.sleep(0.2)
    return time.perf_counter() - began


def memory_mb(process: int) -> float:
    """Peak resident memory of a process so far [MB]; Linux."""
    status = Path(f"/proc/{process}/status").read_text()
    return float(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


def visit(browser: Browser, address: str, name: str) -> Page:
    """Open a page as a new visitor and wait until its form is connected."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/#/{name}")
    connected(page, name)
    return page


def connected(page: Page, name: str) -> None:
    """Wait until the form of a page can be used."""
    page.wait_for_selector(f"#{name}-run", state="visible")
    page.wait_for_function(
        "name => window.Shiny && Shiny.shinyapp && Shiny.shinyapp.isConnected() && document.getElementById(`${name}-status`)"
        ".innerHTML !== ''", arg=name,
    )  # fmt: skip


def drawn(page: Page, name: str) -> None:
    """Wait for a figure."""
    page.wait_for_selector(f"#{name}-figures .plot[data-drawn]")


def write(page: Page, name: str, field: str, text: str) -> None:
    """Write into a field, and wait until the server has read it."""
    selector = f"#{name}-{field}"
    page.eval_on_selector(selector, OPEN)
    page.fill(selector, text)
    page.wait_for_selector(f"#{name}-status:has-text('has changed')")


def press(page: Page, name: str) -> None:
    """Forget the figures that are there, and press the button."""
    page.evaluate("document.querySelectorAll('.plot[data-drawn]').forEach((e) => e.removeAttribute('data-drawn'))")
    page.click(f"#{name}-run")


def example(browser: Browser, address: str, name: str) -> tuple[Page, float]:
    """Time from the opening of a page to the first figure of its example [s]; its button is pressed as soon as it can be."""
    began = time.perf_counter()
    page = visit(browser, address, name)
    if name != "simulate":  # that page shows its example unasked
        press(page, name)
    drawn(page, name)
    return page, time.perf_counter() - began


def another(page: Page, name: str) -> float:
    """Time from the press of the button to the first figure of a question that nobody asked before [s]."""
    write(page, name, *CHANGED[name])
    began = time.perf_counter()
    press(page, name)
    drawn(page, name)
    return time.perf_counter() - began


def cancel(page: Page, name: str, address: str) -> float:
    """Time from Cancel until the page says so and no work is under way [s]."""
    write(page, name, *LONG[name])
    press(page, name)
    page.wait_for_selector(f"#{name}-cancel", state="visible")
    with httpx2.Client(base_url=address, timeout=60) as client:
        while not client.get("/api/v1/health").json()["running"]:
            time.sleep(0.01)
        time.sleep(0.3)
        assert page.is_visible(f"#{name}-cancel"), "the run was too short to be cancelled"
        began = time.perf_counter()
        page.click(f"#{name}-cancel")
        page.wait_for_selector(f"#{name}-status:has-text('Cancelled.')")
        while client.get("/api/v1/health").json()["running"]:
            time.sleep(0.01)
        return time.perf_counter() - began


def ping(address: str, pings: int = 200) -> float:
    """Time of an answer while two jobs run: 95 % are faster [s]."""
    times = []
    with httpx2.Client(base_url=address, timeout=60) as client:
        jobs = []
        while len(times) < pings:
            if client.get("/api/v1/health").json()["running"] < 2:
                job = JOB | {"title": f"Long {len(jobs)}"}  # another question, so that it is not on the shelf
                jobs.append(client.post("/api/v1/jobs", json=job).json()["id"])
                time.sleep(0.1)
                continue
            began = time.perf_counter()
            client.get("/api/v1/health")
            times.append(time.perf_counter() - began)
            time.sleep(0.02)
        for job in jobs:
            client.delete(f"/api/v1/jobs/{job}")
    return float(np.quantile(times, 0.95))


def crowd(browser: Browser, address: str) -> tuple[list[float], list[str]]:
    """Visitors at once, each with a question of its own: (times from the first press to their plot [s], what failed)."""
    pages, times, failed = [], [], []
    for number in range(VISITORS):
        name = PAGES[number % len(PAGES)]
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{address}/#/{name}")
        pages.append((number, name, page))
    for number, name, page in pages:
        connected(page, name)
        if name == "simulate":
            drawn(page, name)
        own = {"simulate": f"{400 + number} d", "taper": f"0.12{number}", "status_epilepticus": f"{100 + number}"}
        page.eval_on_selector(f"#{name}-{CHANGED[name][0]}", OPEN)
        page.fill(f"#{name}-{CHANGED[name][0]}", own[name])
    pages[-1][-1].wait_for_timeout(SETTLE_MS)
    began = time.perf_counter()
    for _, name, page in pages:
        press(page, name)
    for number, name, page in pages:
        try:
            drawn(page, name)
            times.append(time.perf_counter() - began)
        except PlaywrightError as error:
            failed.append(f"visitor {number}, {name}: {error}")
        page.context.close()
    return sorted(times), failed


def cold(browser: Browser, name: str) -> float:
    """Time to the first figure of a page right after the start of a server that has compiled nothing yet [s]."""
    with tempfile.TemporaryDirectory() as folder, serving(folder) as (address, _):
        page, seconds = example(browser, address, name)
        page.context.close()
        return seconds


def main() -> None:
    """Measure, print, and write the results as JSON."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no chromium on this machine (Debian: apt install chromium)")
    say(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; the times below want less than 1")
    with sync_playwright() as p, tempfile.TemporaryDirectory() as folder:
        browser = p.chromium.launch(executable_path=chromium, args=ARGS)
        colds = {name: cold(browser, name) for name in PAGES}
        with serving(folder) as (address, process):
            warm_s = until_warm(address)
            idle = memory_mb(process)
            times, changed, cancels = {}, {}, {}
            for name in PAGES:
                page, times[name] = example(browser, address, name)
                changed[name] = another(page, name)
                cancels[name] = cancel(page, name, address)
                page.context.close()
            pinged = ping(address)
            seconds, failed = crowd(browser, address)
            memory = memory_mb(process)
        with serving(folder) as (address, _):
            again_s = until_warm(address)
        browser.close()
    values = dict(zip(BARS, (max(times.values()), pinged, max(cancels.values()), len(failed), memory), strict=True))
    say(f"\nthe server has run its examples after {warm_s:.1f} s; with a filled cache after {again_s:.1f} s; then {idle:.0f} MB")
    say(f"\n{'page':20} {'cold':>8} {'example':>8} {'another':>8} {'cancel':>8}   [s]")
    for name in PAGES:
        say(f"{name:20} {colds[name]:8.1f} {times[name]:8.1f} {changed[name]:8.1f} {cancels[name]:8.2f}")
    if seconds:
        say(f"\n{VISITORS} visitors at once had their plots after {seconds[0]:.0f} to {seconds[-1]:.0f} s")
    for text in failed:
        say(text)
    say()
    for name, value in values.items():
        say(f"{name:60} {value:8.2f}  at most {BARS[name]:g}{'' if value <= BARS[name] else '   MISSED'}")
    path = save(
        {"cold_s": colds, "example_s": times, "another_s": changed, "cancel_s": cancels, "warm_after_s": [warm_s, again_s],
         "visitors_s": seconds, "failed": failed, "values": values, "bars": BARS, "load": os.getloadavg()},
        ROOT / "out" / "bench",
    )  # fmt: skip
    say(f"written to {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
