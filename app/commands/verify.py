"""``bordereau verify``: the record against its log, and every stored byte; fails by name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from app.commands.terminal import Lang, database, language, tell
from app.errors import DatabaseUnavailable
from app.language import say
from app.phrases import phrase
from app.services.replay import Wrong
from app.services.verify import Verified, stored_files, verify_files, verify_record
from app.settings import Settings
from app.storage.choice import store_of

_HEAD_BYTES_MAX = 10_000


def verify(
    ctx: typer.Context,
    head: Annotated[
        list[Path] | None,
        typer.Option(help="A signed head kept elsewhere; may be given several times."),
    ] = None,
    files: Annotated[bool, typer.Option(help="Read every stored file back.")] = True,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Files read at a time.")] = 2,
    lang: Lang = None,
) -> None:
    """Compare the record with its log and read every file back; exit with 1 on any difference.

    Only a head that was kept elsewhere shows that the end of the log was cut off.
    """
    settings, tally, found = Settings(), Verified(), 0
    earlier = [path.read_text("utf-8")[:_HEAD_BYTES_MAX] for path in head or ()]

    def name(wrong: Wrong) -> None:
        nonlocal found
        found += 1
        typer.echo(say(phrase("{where}: {what}", **wrong._asdict()), language(ctx)), err=True)

    with database(settings) as opened:
        stored = []
        try:
            with opened.reading() as session:
                for each in verify_record(session, tally, earlier):
                    name(each)
                stored = stored_files(session) if files else []
        except (SQLAlchemyError, DatabaseUnavailable) as error:
            said = str(error.__cause__ or error).splitlines()[0]
            name(Wrong(phrase("the database"), phrase("it cannot be read: {error}", error=said)))
    if stored:
        store = store_of(settings)
        for each in verify_files(stored, store, tally, threads=threads):
            name(each)
        store.close()
    said_all = phrase(
        "{entries} entries of the log, {heads} heads, {rows} rows, {productions} productions, "
        "{files} files ({bytes} bytes): {found} do not hold.",
        entries=tally.entries,
        heads=tally.heads,
        rows=tally.rows,
        productions=tally.productions,
        files=tally.files,
        bytes=tally.bytes,
        found=found,
    )
    tell(ctx, said_all)
    if tally.erased:
        tell(ctx, phrase("{count} entries were erased.", count=tally.erased))
    if found:
        raise typer.Exit(1)
