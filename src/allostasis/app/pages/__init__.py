"""The pages, in the order of their links. A page is one module with a `PAGE`; adding one is one line here."""

from allostasis.app.page import Page
from allostasis.app.pages import simulate, status_epilepticus, taper

PAGES: tuple[Page, ...] = (simulate.PAGE, taper.PAGE, status_epilepticus.PAGE)
