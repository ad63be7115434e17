"""Every page in a real browser: at two widths, in light and dark, before a run, with an error and with an answer, and by the
keyboard alone. The fixture `visit` fails on an error of the page, a word in the console and a request to another host."""

import pytest

from allostasis.app.pages import PAGES
from browser import fits, grave, tab_to, views

pytestmark = pytest.mark.browser
NAMES = [page.name for page in PAGES]
WRONG = {
    "simulate": ("regimen0", "lorazepan 1 mg po bid"), "taper": ("cap", "high"),
    "status_epilepticus": ("steps0", "lorazepan 4 mg iv"),
}  # fmt: skip
"""Page -> a field, and what is wrong in it."""
QUICKLY = {"simulate": {}, "taper": {"patients": "typical"}, "status_epilepticus": {"individuals": "20"}}
"""Page -> what is typed on the way to the button, so that the example takes seconds."""


BRIEFLY = {("desktop", "light"), ("telephone", "dark")}
"""Views in which axe looks at a page that has no answer yet."""


def check(page, state):
    """Hold a page to what holds in every view."""
    for view in views(page):
        assert fits(page), (state, view)
        if state == "answer" or view in BRIEFLY:
            assert grave(page) == {}, (state, view)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_and_can_be_read_before_a_run_and_with_an_error(visit, name):
    page = visit(f"/#/{name}")
    page.wait_for_selector(f"#page-{name}", state="visible")
    page.wait_for_selector(f"#{name}-status > *", state="attached")
    check(page, "before")
    field, text = WRONG[name]
    page.fill(f"#{name}-{field}", text)
    page.wait_for_selector(f"#page-{name} .refusal")
    page.wait_for_selector(f"#{name}-{field}[aria-invalid=true]")
    check(page, "error")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_used_by_tab_and_enter_alone_and_its_answer_fits(visit, name):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to(page, f"link-{name}")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#page-{name}", state="visible")
    for field, text in QUICKLY[name].items():
        tab_to(page, f"{name}-{field}")
        page.keyboard.type(text)  # leaving the field sends it
    tab_to(page, f"{name}-run")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#{name}-figures .plot[data-drawn]", state="attached")
    page.wait_for_selector(f"#page-{name} .answer .headline")
    page.wait_for_selector(f"#{name}-beside > *", state="attached")
    check(page, "answer")
