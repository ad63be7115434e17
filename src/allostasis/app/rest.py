"""REST under /api/v1: hand in a case, follow it, cancel it, fetch its files. The model of a case is that of the files."""

from collections import OrderedDict
from functools import partial
from threading import Thread
from typing import Any, Literal

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from allostasis import __version__
from allostasis.app.answer import FILES, run_case
from allostasis.app.limits import Busy
from allostasis.app.outside import read_table
from allostasis.app.shelf import SHELF
from allostasis.app.work import Desk, Ticket
from allostasis.quantity import InputError
from allostasis.simulation import Case, parse_case
from allostasis.simulation.simulate import arm_regimens

PREFIX = "/api/v1"
State = Literal["waiting", "running", "done", "cancelled", "refused", "failed"]


class Job(BaseModel):
    """A case that was handed in."""

    id: str
    state: State
    progress: float = Field(ge=0, le=1, description="share done")
    ahead: int = Field(ge=0, description="jobs that wait before it")
    message: str = Field("", description="why it was refused or failed")
    files: list[str] = Field(default_factory=list, description="addresses of its files, once it is done")


class Refusal(BaseModel):
    """Why a request was refused, and how to mend it."""

    message: str
    what: str = ""
    value: str | None = None
    expected: str | None = None
    fix: str | None = None


class Health(BaseModel):
    """That the server answers, and how busy it is."""

    version: str
    running: int
    waiting: int
    warm: bool = Field(description="whether the server has run the examples of its pages, or was not asked to")


class NoSuchJob(InputError):
    """No job of that id; answered by 404."""


class NotReady(InputError):
    """A file of a job that is not done; answered by 409."""


class UnknownBody(InputError):
    """A body of a type that is not read; answered by 415."""


STATUS = {Busy: 429, NoSuchJob: 404, NotReady: 409, UnknownBody: 415}
"""Status of each refusal; 422 for any other."""


def add_rest(api: FastAPI, desk: Desk) -> None:
    """Add the routes, the answers to refused input, and the OpenAPI description."""
    api.include_router(_routes(desk), prefix=PREFIX)
    api.add_exception_handler(InputError, _refuse)
    api.openapi = partial(_describe, api)


async def _refuse(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InputError)
    value = None if error.value is None else str(error.value)
    told = Refusal(message=str(error), what=error.what, value=value, expected=error.expected, fix=error.fix)
    status = STATUS.get(type(error), 422)
    headers = {"retry-after": "30"} if status == 429 else None
    return JSONResponse(told.model_dump(), status, headers=headers)


def _routes(desk: Desk) -> APIRouter:
    router = APIRouter(responses={422: {"model": Refusal}})
    jobs: OrderedDict[str, Ticket] = OrderedDict()

    def find(id: str) -> Ticket:
        if id not in jobs:
            raise NoSuchJob("no such job", value=id, expected=f"one of the last {desk.limits.kept} that were handed in")
        return jobs[id]

    @router.get("/health")
    async def health(request: Request) -> Health:
        """Answer at once: for monitors, and to see how busy the server is."""
        running, waiting = desk.load
        own: Thread | None = request.app.state.own_work
        return Health(version=__version__, running=running, waiting=waiting, warm=own is None or not own.is_alive())

    @router.post("/jobs", status_code=202, openapi_extra=_BODY, responses={413: {"model": Refusal}, 429: {"model": Refusal}})
    async def submit(request: Request) -> Job:
        """Hand in a case, as JSON or as the TOML of a case file."""
        case = desk.limits.check(parse_case(_table(request.headers.get("content-type", ""), await request.body())))
        await run_in_threadpool(arm_regimens, case)
        client = request.client.host if request.client else ""
        ticket = desk.submit(f"rest {client}", SHELF.work(run_case, case))
        jobs[ticket.id] = ticket
        _forget(jobs, desk.limits.kept)
        return _job(desk, ticket)

    @router.get("/jobs/{id}", responses={404: {"model": Refusal}})
    async def follow(id: str) -> Job:
        """Say how far a job is."""
        return _job(desk, find(id))

    @router.delete("/jobs/{id}", responses={404: {"model": Refusal}})
    async def cancel(id: str) -> Job:
        """Cancel a job; a finished one loses its files."""
        ticket = find(id)
        ticket.cancel()
        if ticket.state == "done":
            del jobs[id]
        return _job(desk, ticket)

    @router.get("/jobs/{id}/files/{name}", responses={404: {"model": Refusal}, 409: {"model": Refusal}}, response_class=Response)
    async def fetch(id: str, name: str) -> Response:
        """Fetch a file of a job that is done."""
        ticket = find(id)
        if name not in FILES:
            raise NoSuchJob("no such file", value=name, expected=f"one of {', '.join(FILES)}")
        if ticket.state != "done":
            raise NotReady("the job has no files", value=ticket.state, expected="a job that is done")
        text = await run_in_threadpool(ticket.future.result().file, name)
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(text, media_type=FILES[name], headers=headers)

    return router


def _forget(jobs: OrderedDict[str, Ticket], kept: int) -> None:
    """Drop the oldest finished jobs beyond those that are kept."""
    for id in [id for id, ticket in jobs.items() if ticket.finished][: max(0, len(jobs) - kept)]:
        del jobs[id]


def _table(kind: str, body: bytes) -> dict[str, Any]:
    """Read a body as a table."""
    kind = kind.partition(";")[0].strip().lower()
    if kind not in ("application/json", "application/toml"):
        raise UnknownBody("type of the body is not read", value=kind, expected="application/json or application/toml")
    return read_table("the body", body, "TOML" if kind == "application/toml" else "JSON")


def _job(desk: Desk, ticket: Ticket) -> Job:
    state = ticket.state
    message = ""
    if state in ("refused", "failed"):
        error = ticket.future.exception() if ticket.finished else None
        refused = isinstance(error, InputError)
        message = str(error) if refused else f"it took longer than {desk.limits.seconds:g} s" if ticket.late else "internal error"
    files = [f"{PREFIX}/jobs/{ticket.id}/files/{name}" for name in FILES] if state == "done" else []
    done = 1.0 if state == "done" else min(1.0, ticket.share)
    return Job(id=ticket.id, state=state, progress=done, ahead=desk.ahead(ticket), message=message, files=files)  # type: ignore[arg-type]


_SCHEMAS = "#/components/schemas/{model}"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": _SCHEMAS.format(model="Case")}},
            "application/toml": {"schema": {"type": "string", "description": "a case file"}},
        },
    }
}


def _describe(api: FastAPI) -> dict[str, Any]:
    """Return OpenAPI 3.1 with the model of a case."""
    if not api.openapi_schema:
        made = get_openapi(title=api.title, version=api.version, description=api.description, routes=api.routes)
        case = Case.model_json_schema(ref_template=_SCHEMAS)
        made["components"]["schemas"] |= case.pop("$defs", {}) | {"Case": case}
        api.openapi_schema = made
    return api.openapi_schema
