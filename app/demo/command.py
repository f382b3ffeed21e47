"""``bordereau demo``: the founding case on this machine, in a folder of its own."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import httpx2
import typer

from app.commands.schema import upgrade
from app.commands.terminal import Lang, language, tell, unmigrated
from app.demo import cast, story, table
from app.demo.server import Running, listening, serving, url_of
from app.language import say
from app.phrases import phrase
from app.settings import Settings

_SECONDS = 30


def demo(
    ctx: typer.Context,
    port: Annotated[
        int, typer.Option(envvar="PORT", min=0, max=65535, help="Port to listen on.")
    ] = 8000,
    once: Annotated[
        bool, typer.Option("--once", envvar="BORDEREAU_DEMO_ONCE", help="Print, then end.")
    ] = False,
    lang: Lang = None,
) -> None:
    """The founding case, from the order to the finding; stays until Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with listening(port) as taken:
        settings = demo_settings(url_of(taken))
        tell(ctx, phrase("The demo keeps its record in {folder}.", folder=settings.data_dir))
        with unmigrated(settings, make=True) as database:
            upgrade(database)
            story.open_court(database)
        with serving(settings, taken) as running:
            _tell(ctx, running)
            if not once:
                _stay(ctx, running)


def demo_settings(url: str) -> Settings:
    """Settings of the demo's own: its folder, SQLite, and a clock that requests may move."""
    return Settings(
        data_dir=Settings().data_dir / "demo",
        keys_dir=Settings().data_dir / "demo-keys",
        database_url="",
        public_url=url,
        allowed_hosts=(),
        sandbox=True,
    )


def _stay(ctx: typer.Context, running: Running) -> None:
    tell(ctx, phrase("Stop it with Ctrl-C"))
    try:
        running.wait()
    except KeyboardInterrupt:
        typer.echo()
        tell(ctx, phrase("The demo ends. Its record stays for the next time"))


def _tell(ctx: typer.Context, running: Running) -> None:
    with httpx2.Client(base_url=running.url, timeout=_SECONDS) as http:
        told = story.tell(http, language(ctx))
        typer.echo()
        _print_table(ctx, told)
        _print_way_in(ctx, running.url, told)


def _print_table(ctx: typer.Context, told: story.Told) -> None:
    told_in, order = language(ctx), told.order_2021
    heads = [
        phrase("As of"),
        *(phrase("Category {number}", number=c["number"]) for c in order["categories"]),
        phrase("Finding"),
    ]
    answers = table.six_dates(told.clerk, order["id"])
    shown = [tuple(say(h, told_in) for h in heads), *table.rows(answers, told_in)]
    typer.echo(f"{order['title']} - {order['id']}")
    typer.echo()
    for line in table.lines(shown):
        typer.echo(line)
    tell(ctx, phrase("A second matter, with a penalty: {title}", title=told.order_2013["title"]))


def _print_way_in(ctx: typer.Context, url: str, told: story.Told) -> None:
    token = told.clerk.new_token("Demo", ["order:read", "matter:read", "production:read"])
    compliance = f"orders/{told.order_2021['id']}/compliance?as_of=2021-09-14"
    typer.echo()
    tell(ctx, phrase("Open {url} and sign in; people and passwords are of the demo only", url=url))
    for player in cast.PLAYERS:
        typer.echo(f"  {player.email:28} {player.password:32} {say(player.plays, language(ctx))}")
    typer.echo()
    tell(ctx, phrase("The same answer from the API, with a token that reads for 30 days"))
    typer.echo(f'  curl -H "Authorization: Bearer {token}" \\')
    typer.echo(f'       "{url}/api/v1/{compliance}"')
    typer.echo()
    tell(ctx, phrase("The same answer from the command line"))
    environment = f"BORDEREAU_DATA_DIR={Settings().data_dir / 'demo'}"
    typer.echo(f"  {environment} {_itself()} assess 20/53181 --as-of 2021-09-14")
    typer.echo()


def _itself() -> str:
    """How this command was called, so that what is printed can be pasted."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "bordereau" else f"{sys.executable} -m app"
