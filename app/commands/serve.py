"""``bordereau serve``: the service itself."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from app.commands.terminal import database
from app.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(envvar="PORT", min=0, max=65535, help="Port to listen on.")
    ] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
    behind_proxy: Annotated[
        str | None,
        typer.Option(
            "--behind-proxy",
            metavar="ADDRESS",
            help="Believe X-Forwarded-For and -Proto from this proxy; from nobody otherwise.",
        ),
    ] = None,
) -> None:
    """Serve pages and API. Refuses to start on a database that is not migrated."""
    with database(Settings()):
        pass
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        http="h11",
        ws="none",
        server_header=False,
        proxy_headers=behind_proxy is not None,
        forwarded_allow_ips=behind_proxy,
    )
