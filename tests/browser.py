"""What the tests of pages in a real browser share: how chromium is started, sizes, schemes, and what axe finds."""

ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SIZES = {"desktop": (1280, 800), "telephone": (390, 844)}
SCHEMES = ("light", "dark")
OF_SHINY = "DEPRECATED: "
"""How messages of Shiny's own date picker begin; it is on no page of ours."""
LONG = 120_000
"""Longest wait for something on a page [ms]; a first run compiles."""
SOON = 15_000
"""Longest wait for what a page does by itself [ms]."""


def watch(page, own):
    """List what must not happen on a page: errors, words in the console, refused requests, requests to another host."""
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: None if said.text.startswith(OF_SHINY) else troubles.append(said.text))
    page.on("response", lambda got: None if got.status < 400 else troubles.append(f"{got.status} {got.url}"))
    page.on("request", lambda asked: None if asked.url.startswith(own) else troubles.append(asked.url))
    return troubles


def grave(page):
    """What axe finds serious or critical; it asks for no file itself, and writes out nothing that it finds right."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"preload": False, "resultTypes": ["violations"]}).response["violations"]
    return {v["id"]: [n["html"][:160] for n in v["nodes"]] for v in found if v["impact"] in ("serious", "critical")}


def fits(page):
    """Whether nothing scrolls sideways, once figures have found their size."""
    from playwright.sync_api import TimeoutError as Late

    try:
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth", timeout=SOON)
    except Late:
        return False
    return True


SETTLED = """(selector) => {
  const link = document.querySelector(selector), now = performance.now();
  const waits = [...document.querySelectorAll(".recalculating")].some((output) => !output.closest("[hidden]"));
  const idle = !waits && !document.documentElement.classList.contains("shiny-busy");
  const ready = idle && link && link.getAttribute("href") && !link.classList.contains("disabled");
  window.settledSince = ready ? window.settledSince || now : 0;
  return ready && now - window.settledSince > 500;
}"""
"""The server has been idle for half a second and the link of a file leads somewhere."""


def download(page, selector, folder):
    """Take a file by the keyboard, once the page has nothing to do any more; its path under its own name."""
    page.wait_for_function(SETTLED, arg=selector)
    with page.expect_download() as given:
        page.focus(selector)
        page.keyboard.press("Enter")
    path = folder / given.value.suggested_filename
    given.value.save_as(path)
    return path


UNSEEN = """() => {
  const focus = document.activeElement, at = focus.closest(".btn-file") || focus, box = at.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return [focus.id, focus.className, Boolean(top) && (at.contains(top) || top.contains(at))];
}"""
"""Id and class of what has the focus, and whether it is seen; the button of a file stands for its hidden field."""


def tab_to(page, id, most=90):
    """Press Tab until an element has the focus; each stop on the way is seen, not hidden behind something."""
    for _ in range(most):
        page.keyboard.press("Tab")
        name, kind, seen = page.evaluate(UNSEEN)
        assert seen, (name, kind)
        if name == id:
            return
    raise AssertionError(f"{id} is not reached by {most} times Tab")


def views(page):
    """Show a page in each size and scheme, one after another; yields (size, scheme)."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            if page.evaluate("document.documentElement.dataset.bsTheme") != scheme:
                page.click("#theme")
            page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            yield size, scheme
