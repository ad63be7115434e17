"""One ASGI process: REST under /api/v1, the pages at /."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from allostasis import __version__
from allostasis.app.frame import make_pages
from allostasis.app.guard import Guard
from allostasis.app.limits import Limits
from allostasis.app.rest import PREFIX, add_rest
from allostasis.app.warming import examples, warm_up
from allostasis.app.work import Desk

ASSETS = Path(__file__).parent / "assets"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
DESCRIPTION = "Quantitative systems pharmacology of benzodiazepines. Research and teaching; never a dose for a person."


def create_app(limits: Limits | None = None, *, hosts: Sequence[str] = LOOPBACK, warm: bool = True) -> FastAPI:
    """Make the application.

    Args:
        limits: what one client may ask for.
        hosts: names under which the server is reached; others are refused.
        warm: whether to run the examples of the pages at the start, so that the models are compiled before a visitor comes.
    """
    limits = limits or Limits()
    desk = Desk(limits)

    @asynccontextmanager
    async def lifespan(api: FastAPI) -> AsyncIterator[None]:
        if warm:
            api.state.own_work = warm_up(desk, examples)
        yield
        desk.close()

    api = FastAPI(
        title="allostasis", version=__version__, description=DESCRIPTION, docs_url=None, redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json", lifespan=lifespan,
    )  # fmt: skip
    api.state.desk, api.state.own_work = desk, None
    add_rest(api, desk)

    @api.get("/favicon.ico", include_in_schema=False)
    async def icon() -> FileResponse:
        return FileResponse(ASSETS / "favicon.svg", media_type="image/svg+xml")

    api.mount("/", make_pages(desk))
    api.add_middleware(Guard, body_bytes=limits.body_bytes)
    api.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    return api
