"""One ASGI process: REST under /api/v1, the pages at /."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from allostasis import __version__
from allostasis.app.answer import run_case
from allostasis.app.frame import make_pages
from allostasis.app.guard import Guard
from allostasis.app.limits import Limits
from allostasis.app.pages.simulate_form import EXAMPLE
from allostasis.app.rest import PREFIX, add_rest
from allostasis.app.work import Desk
from allostasis.simulation import parse_case

ASSETS = Path(__file__).parent / "assets"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
DESCRIPTION = "Quantitative systems pharmacology of benzodiazepines. Research and teaching; never a dose for a person."


def create_app(limits: Limits | None = None, *, hosts: Sequence[str] = LOOPBACK, warm: bool = True) -> FastAPI:
    """Make the application.

    Args:
        limits: what one client may ask for.
        hosts: names under which the server is reached; others are refused.
        warm: whether to run the example at the start, so that the model is compiled before the first visitor comes.
    """
    limits = limits or Limits()
    desk = Desk(limits)

    @asynccontextmanager
    async def lifespan(api: FastAPI) -> AsyncIterator[None]:
        if warm:
            desk.submit("the server", partial(run_case, parse_case(EXAMPLE)))
        yield
        desk.close()

    api = FastAPI(
        title="allostasis", version=__version__, description=DESCRIPTION, docs_url=None, redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json", lifespan=lifespan,
    )  # fmt: skip
    api.state.desk = desk
    add_rest(api, desk)

    @api.get("/favicon.ico", include_in_schema=False)
    async def icon() -> FileResponse:
        return FileResponse(ASSETS / "favicon.svg", media_type="image/svg+xml")

    api.mount("/", make_pages(desk))
    api.add_middleware(Guard, body_bytes=limits.body_bytes)
    api.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    return api
