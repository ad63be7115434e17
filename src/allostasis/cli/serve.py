"""`allostasis serve`: the web page, on this machine alone unless told otherwise."""

from typing import Annotated

import typer

from allostasis.cli.console import OUT
from allostasis.quantity import InputError

LOOPBACK = "127.0.0.1"
PATIENCE = 120.0
"""How long [s] a browser may be too busy to answer before its visit ends."""


def serve(
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", min=0, max=65535)] = 8400,
    host: Annotated[
        str, typer.Option(help="Address to listen on. Others than this machine's own have no password before them.")
    ] = LOOPBACK,
    name: Annotated[
        list[str] | None, typer.Option(help="A name under which visitors reach the server, with --host.", show_default=False)
    ] = None,
    workers: Annotated[int, typer.Option(help="Runs at once.", min=1, max=64)] = 2,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Serve the web page and its REST interface until Ctrl-C; nothing is loaded from another host."""
    import socket

    import uvicorn

    from allostasis.app import create_app
    from allostasis.app.limits import Limits
    from allostasis.app.memory import few_arenas
    from allostasis.app.server import LOOPBACK as OWN
    from allostasis.cli import compile_cache

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sends at once only if it knows it is TCP
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # who opens the address at once waits in line and is not refused
    except OSError as error:
        listening.close()
        raise InputError(
            "the server cannot listen there", value=f"{host}:{port}", expected=error.strerror,
            fix="stop the other server, or write --port 0 for a free port",
        ) from None  # fmt: skip
    compile_cache.enable()
    app = create_app(Limits(workers=workers), hosts=(*OWN, host, *(name or ())))
    address = f"http://{host}:{listening.getsockname()[1]}/"
    OUT.print(f"Open {address}   (Ctrl-C ends the server)", soft_wrap=True, highlight=False, markup=False)
    if open_page:
        import webbrowser

        webbrowser.open(address)
    few_arenas()
    settings = uvicorn.Config(
        app, log_level="warning", ws_max_size=1_000_000, timeout_graceful_shutdown=2, server_header=False,
        ws_ping_interval=30, ws_ping_timeout=PATIENCE,
    )  # fmt: skip
    try:
        uvicorn.Server(settings).run(sockets=[listening])
    except KeyboardInterrupt:
        OUT.print("Stopped.")
