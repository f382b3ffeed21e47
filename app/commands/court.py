"""``bordereau court``: the courts of this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.terminal import database, tell
from app.deps import clock
from app.phrases import phrase
from app.schemas.courts import CourtIn
from app.services import courts, operator
from app.settings import Settings

court = typer.Typer(no_args_is_help=True, help="Add and list courts.")


@court.command()
def add(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(help="A short name of your own: tj-paris.")],
    name: Annotated[str, typer.Option()],
    pack: Annotated[str, typer.Option(help="Rule pack by which its time is counted.")],
    calendar: Annotated[str, typer.Option(help="Calendar of its seat.")],
    zone: Annotated[str, typer.Option(help="Its time zone: Europe/Paris.")],
    court_language: Annotated[str, typer.Option("--language", help="en or fr.")] = "en",
) -> None:
    """Add a court."""
    data = CourtIn.model_validate(
        {
            "code": code,
            "name": name,
            "rule_pack": pack,
            "calendar": calendar,
            "time_zone": zone,
            "language": court_language,
        }
    )
    with database(Settings()) as opened, opened.writing() as session:
        courts.register_court(session, data, clock())
    tell(ctx, phrase("The court {code} is added.", code=code))


@court.command(name="list")
def list_courts() -> None:
    """List the courts: code, name, rule pack, calendar, time zone."""
    with database(Settings()) as opened, opened.reading() as session:
        for each in operator.every_court(session):
            cells = (each.code, each.name, each.rule_pack, each.calendar, each.time_zone)
            typer.echo("\t".join(cells))
