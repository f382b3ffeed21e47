"""``bordereau project``: what lists show, written anew from the events."""

from __future__ import annotations

import typer

from app.commands.terminal import Lang, database, tell
from app.phrases import phrase
from app.services.check import Checked, project_all
from app.settings import Settings


def project(ctx: typer.Context, lang: Lang = None) -> None:
    """Write every projection anew from the events, after an upgrade that reads them otherwise."""
    tally, last = Checked(), None
    with database(Settings()) as opened:
        while True:
            # A batch is a transaction: whoever writes meanwhile waits for one, not for all.
            with opened.writing() as session:
                last = project_all(session, tally, after=last)
            if last is None:
                break
    tell(
        ctx,
        phrase(
            "{orders} orders, {events} events: projected anew.",
            orders=tally.orders,
            events=tally.events,
        ),
    )
