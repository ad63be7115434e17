"""The frame around the pages: header, links, footer, and the state of the page in the address."""

from pathlib import Path

from htmltools import HTMLDependency, Tag, tags
from shiny import App, Inputs, Outputs, Session, module, ui

from allostasis import __version__
from allostasis.app.page import Page
from allostasis.app.pages import PAGES
from allostasis.app.work import Desk

ASSETS = Path(__file__).parent / "assets"
THEME = """(() => {
  const wished = localStorage.getItem("theme");
  const dark = wished ? wished === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
})();"""
"""Runs before anything is drawn, so that a dark page never flashes white."""


def make_pages(desk: Desk) -> App:
    """Make the Shiny application with every page of `PAGES`."""

    def server(input: Inputs, output: Outputs, session: Session) -> None:
        for page in PAGES:
            _connect(page, desk)

    return App(lambda request: _frame(), server)


def _connect(page: Page, desk: Desk) -> None:
    @module.server
    def connected(input: Inputs, output: Outputs, session: Session) -> None:
        page.server(input, output, session, desk)

    connected(page.name)


def _content(page: Page, first: bool) -> Tag:
    @module.ui
    def made():
        return page.ui()

    shown = {} if first else {"hidden": "hidden"}
    label = f"link-{page.name}"
    return tags.section({"class": "page", "id": f"page-{page.name}", "data-page": page.name, "aria-labelledby": label, **shown},
                        made(page.name))


def _link(page: Page, first: bool) -> Tag:
    current = {"aria-current": "page"} if first else {}
    return tags.a({"href": f"#/{page.name}", "id": f"link-{page.name}", "data-page": page.name, **current}, page.title)


def _frame() -> Tag:
    own = HTMLDependency(
        "allostasis", __version__, source={"subdir": str(ASSETS)}, script={"src": "app.js", "defer": ""},
        stylesheet={"href": "app.css"},
    )  # fmt: skip
    pages = [(page, k == 0) for k, page in enumerate(PAGES)]
    return ui.page_bootstrap(
        tags.head(
            tags.meta(name="viewport", content="width=device-width, initial-scale=1"),
            tags.meta(name="description", content="A model of benzodiazepines from the molecule to the clinic"),
            tags.link(rel="icon", href="favicon.ico", type="image/svg+xml"),
            tags.script(THEME),
        ),
        own,
        tags.a({"class": "skip", "href": "#main"}, "Skip to the page"),
        tags.header(
            {"class": "top"},
            tags.div(
                {"class": "top-inner"},
                tags.a({"class": "brand", "href": f"#/{PAGES[0].name}"}, tags.span({"class": "mark", "aria-hidden": "true"}),
                       "allostasis"),
                tags.nav({"aria-label": "Pages"}, *(_link(page, first) for page, first in pages)),
                tags.button({"class": "theme", "type": "button", "id": "theme"}, "Dark"),
            ),
        ),
        tags.main({"id": "main", "tabindex": "-1"}, *(_content(page, first) for page, first in pages)),
        tags.footer(
            tags.p("A model for research and teaching. It ranks and explains; it is not advice for a person."),
            tags.p(f"allostasis {__version__} · everything on this page comes from this server · ",
                   tags.a({"href": "api/v1/openapi.json"}, "OpenAPI")),
        ),
        title="allostasis",
        lang="en",
    )
