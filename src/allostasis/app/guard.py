"""What a request must satisfy before anything reads it: its origin is this page, its body is small, no foreign host is used."""

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from allostasis.quantity import InputError

POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " connect-src 'self' ws: wss:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
"""What a page may load: from this server alone. Shiny and Plotly need inline scripts and compiled expressions."""
HEADERS = (
    (b"content-security-policy", POLICY.encode()), (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)  # fmt: skip


class TooLarge(Exception):
    """A body above the limit; the guard answers 413."""


class Guard:
    """ASGI middleware: refuses requests from other origins and large bodies, and adds headers that keep pages local.

    Args:
        app: what it guards.
        body_bytes: largest body.
    """

    def __init__(self, app: ASGIApp, body_bytes: int):
        self.app, self.body_bytes = app, body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {key.lower(): value for key, value in scope["headers"]}
        if not _same_origin(headers):
            await _refuse_origin(scope, send)
            return
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self.body_bytes:
            await self._refuse_size(send)
            return
        begun = False
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.body_bytes:
                raise TooLarge
            return message

        async def marked(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
            await send(message)

        try:
            await self.app(scope, counted, marked)
        except TooLarge:
            if not begun:
                await self._refuse_size(send)

    async def _refuse_size(self, send: Send) -> None:
        error = InputError("the body is too large", expected=f"at most {self.body_bytes} bytes", fix="send a shorter case")
        await _answer(send, 413, str(error))


def _same_origin(headers: dict[bytes, bytes]) -> bool:
    """Whether the page that sends the request is one of ours, or no page at all."""
    origin = headers.get(b"origin")
    return origin is None or origin.partition(b"://")[2] == headers.get(b"host")


async def _refuse_origin(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await _answer(send, 403, "a page of another origin may not use this server.")


async def _answer(send: Send, status: int, message: str) -> None:
    body = json.dumps({"message": message}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
