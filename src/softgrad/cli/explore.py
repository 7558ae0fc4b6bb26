"""`softgrad explore`: the page on which one sees i and j."""

from __future__ import annotations

from typing import Annotated

import typer

from softgrad.cli.failure import need
from softgrad.cli.importing import Imports
from softgrad.cli.terminal import say


def explore(
    host: Annotated[
        str, typer.Option(help="Where to listen; the default is this machine alone.")
    ] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Its port; by default 8642, or any if that is taken."),
    ] = None,
    open_page: Annotated[
        bool, typer.Option("--open", help="Open the page in the default browser.")
    ] = False,
    imports: Imports = None,
    idle: Annotated[
        float | None,
        typer.Option(min=0.0, metavar="MINUTES", help="Stop when nobody has asked for so long."),
    ] = None,
) -> None:
    """Serve a local page: drag logits and see the Jacobian, the chain rule and their mistakes."""
    for module in ("starlette", "uvicorn"):
        need(module)

    from softgrad.explorer.serving import serve

    def started(address: str) -> None:
        say(f"explorer: {address}")
        say("Ctrl-C stops it", "dim")
        if open_page:
            import webbrowser

            webbrowser.open(address)

    seconds = None if idle is None else 60.0 * idle
    serve(host, port, started=started, idle_seconds=seconds)
