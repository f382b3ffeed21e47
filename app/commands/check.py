"""``bordereau check``: what lists show, recomputed from the events; fails loudly."""

from __future__ import annotations

import typer

from app.commands.terminal import Lang, database, tell
from app.phrases import phrase
from app.services.check import Checked
from app.services.check import check as recompute
from app.settings import Settings


def check(ctx: typer.Context, lang: Lang = None) -> None:
    """Recompute every status from the events; exit with 1 on any difference."""
    tally, differences = Checked(), 0
    with database(Settings()) as opened, opened.reading() as session:
        for difference in recompute(session, tally):
            differences += 1
            typer.echo(str(difference), err=True)
    said = phrase(
        "{orders} orders, {obligations} obligations, {events} events: {differences} differences.",
        orders=tally.orders,
        obligations=tally.obligations,
        events=tally.events,
        differences=differences,
    )
    tell(ctx, said)
    if differences:
        raise typer.Exit(1)
