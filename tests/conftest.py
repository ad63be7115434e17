"""What every test shares: strict broadcasting, hypothesis settings, and the browser if there is one."""

import os
import re
import shutil
import signal
import subprocess
import sys

import httpx2
import jax
import pytest
from hypothesis import settings

from browser import ARGS, LONG, SIZES, watch

# Arrays of different rank may not meet silently: `(n,)` with `(k, n)` is nearly always a forgotten axis.
# Write `x[None, :]`. Scalars are exempt. This holds in the tests only; users keep JAX's default.
jax.config.update("jax_numpy_rank_promotion", "raise")

# The first example compiles, so a time limit for one example means nothing.
# In CI the examples are the same on every run.
settings.register_profile("allostasis", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("allostasis")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a chromium; a test without one skips and says how to get it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium on this machine (Debian: apt install chromium)")
    return path


@pytest.fixture(scope="session")
def server():
    """Address of a server that was started like a user starts it; it must end by itself on Ctrl-C."""
    started = subprocess.Popen(
        [sys.executable, "-c", "from allostasis.cli import main; main()", "serve", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stdout is not None
    said = started.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found, said + (started.stderr.read() if started.stderr and started.poll() is not None else "")
    with httpx2.Client(base_url=found[0], transport=httpx2.HTTPTransport(retries=8), timeout=60) as client:
        assert client.get("/api/v1/health").status_code == 200
    yield found[0]
    started.send_signal(signal.SIGINT)
    _, errors = started.communicate(timeout=30)
    assert "Traceback" not in errors, errors


@pytest.fixture(scope="module")
def browser(chromium):
    """A chromium; one for each module, as two may not be driven from one thread."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as p:
        started = p.chromium.launch(executable_path=chromium, args=list(ARGS))
        yield started
        started.close()


@pytest.fixture
def visit(browser, server):
    """Open an address of the server as a new visitor; afterwards no error and no request to another host."""
    contexts, watched = [], []

    def open_page(path="/", size="desktop", scheme="light"):
        width, height = SIZES[size]
        viewport = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=viewport, color_scheme=scheme, accept_downloads=True))
        page = contexts[-1].new_page()
        page.set_default_timeout(LONG)
        watched.append(watch(page, (server, server.replace("http", "ws", 1), "data:", f"blob:{server}")))
        page.goto(server + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [trouble for page in watched for trouble in page] == []
