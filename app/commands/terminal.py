"""What a command gets: settings, the database, the reader's language; and how it fails.

A fault is one clear sentence on stderr, in the reader's language, and exit code 2.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from app.commands.schema import require_migrated
from app.db import Database
from app.errors import Fault, Invalid
from app.language import Language, language_of, sentence
from app.phrases import Phrase
from app.problems import faults_of, problem_of
from app.schemas.asked import day_or_instant
from app.settings import Settings

_LANGUAGE = "bordereau.language"


class Commands(TyperGroup):
    """The commands, with one way to fail."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; tell a fault in a sentence, and never by a traceback."""
        try:
            return super().invoke(ctx)
        except ValidationError as error:
            refuse(Invalid.all(faults_of(error.errors())), language(ctx))
        except Fault as fault:
            refuse(fault, language(ctx))


def refuse(fault: Fault, told_in: Language) -> NoReturn:
    """Tell what went wrong, field by field where there are fields, and exit with 2."""
    problem = problem_of(fault, told_in)
    if problem.errors:
        for each in problem.errors:
            typer.echo(f"{each.field}: {each.message}", err=True)
    else:
        typer.echo(problem.detail, err=True)
    raise typer.Exit(2)


def language(ctx: Any) -> Language:
    """The reader's language: ``--lang``, else that of the terminal, else the settings'."""
    chosen: Language | None = ctx.meta.get(_LANGUAGE)
    return chosen or _of_terminal() or _of_settings()


def _of_terminal() -> Language | None:
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return language_of(next((os.environ[n] for n in names if os.environ.get(n)), None))


def _of_settings() -> Language:
    try:
        return Settings().language
    except ValidationError:
        return "en"


def _choose_language(ctx: typer.Context, text: str | None) -> str | None:
    if text is not None:
        chosen = language_of(text)
        if chosen is None:
            raise typer.BadParameter("en or fr")
        ctx.meta[_LANGUAGE] = chosen
    return text


Lang = Annotated[
    str | None,
    typer.Option("--lang", callback=_choose_language, is_eager=True, help="en or fr."),
]
AsJson = Annotated[bool, typer.Option("--json", help="As the API says it.")]


@contextmanager
def database(settings: Settings) -> Iterator[Database]:
    """The settings' database, which is there and migrated; ``Fault`` when it is not."""
    with unmigrated(settings) as opened:
        require_migrated(opened)
        yield opened


@contextmanager
def unmigrated(settings: Settings, *, make: bool = False) -> Iterator[Database]:
    """The settings' database in whatever state; an SQLite file is made only when asked."""
    opened = Database(settings.url, busy_seconds=settings.busy_seconds)
    try:
        if opened.url.get_backend_name() == "sqlite":
            _find_file(Path(opened.url.database or ""), make=make)
        yield opened
    finally:
        opened.close()


def _find_file(file: Path, *, make: bool) -> None:
    if file.exists():
        return
    if not make:
        raise Fault("There is no database at {file} yet: run `bordereau migrate`.", file=file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fault(
            "The folder {folder} cannot be made: {why}.", folder=file.parent, why=error.strerror
        ) from None


def tell(ctx: typer.Context, said: Phrase, *, err: bool = False) -> None:
    """Say a sentence to the reader."""
    typer.echo(sentence(said, language(ctx)), err=err)


def asked(text: str | None, field: str) -> date | datetime | None:
    """The court day or the instant that an option asks of; ``Invalid`` on anything else."""
    if text is None:
        return None
    try:
        return day_or_instant(text)
    except ValueError:
        raise Invalid.field(
            field, "Give a day as YYYY-MM-DD, or an instant in ISO 8601 with its offset."
        ) from None
