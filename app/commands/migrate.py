"""``bordereau migrate``: bring the database to this version's schema."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.schema import head, require_migrated, upgrade
from app.commands.terminal import tell, unmigrated
from app.deps import clock
from app.phrases import phrase
from app.services.adoption import adopt
from app.settings import Settings


def migrate(
    ctx: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail when the database is behind.")
    ] = False,
) -> None:
    """Bring the database to this version's schema."""
    with unmigrated(Settings(), make=not check) as database:
        if check:
            require_migrated(database)
            tell(ctx, phrase("The database is at {revision}, as it should be.", revision=head()))
            return
        before, after = upgrade(database)
        with database.writing() as session:
            adopted = adopt(session, clock())
    if before == after:
        tell(ctx, phrase("The database was at {revision} already.", revision=after))
    else:
        said = "The database went from {before} to {after}."
        tell(ctx, phrase(said, before=before or "-", after=after))
    if adopted:
        tell(ctx, phrase("{count} rows of the record were taken into the log.", count=adopted))
