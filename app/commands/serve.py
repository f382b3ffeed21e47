"""``bordereau serve``: the service itself."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from app.commands.terminal import database
from app.settings import Settings
from app.storage.choice import store_of


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
    """Serve pages and API. Refuses to start without a migrated database and a sound store."""
    settings = Settings()
    with database(settings):
        # Here the reason is one sentence; the processes that follow ask again.
        store_of(settings).close()
    uvicorn.run(
        "app.main:create_served_app",
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
