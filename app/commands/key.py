"""``bordereau key``: the keys that sign heads of the log."""

from __future__ import annotations

import typer

from app.commands.terminal import database, tell
from app.deps import clock
from app.phrases import phrase
from app.services import heads
from app.settings import Settings
from app.storage.keys import KeyRing

key = typer.Typer(no_args_is_help=True, help="Signing keys: list, publish, rotate.")


@key.command(name="list")
def list_keys() -> None:
    """List the keys: identifier, since when, until when, whether the private half is here."""
    settings = Settings()
    ring = KeyRing(settings.keys_dir)
    with database(settings) as opened, opened.reading() as session:
        for each in heads.keys_out(session).keys:
            until = each.valid_until.isoformat() if each.valid_until else "-"
            here = "+" if ring.has(each.key_id) else "-"
            typer.echo("\t".join((each.key_id, each.valid_from.isoformat(), until, here)))


@key.command()
def publish() -> None:
    """Print the list of public keys as JSON, to be published where receipts are checked from."""
    with database(Settings()) as opened, opened.reading() as session:
        typer.echo(heads.keys_out(session).model_dump_json(indent=2))


@key.command()
def rotate(ctx: typer.Context) -> None:
    """Let a new key sign from now on; the old one, where it is at hand, signs the change."""
    settings = Settings()
    ring = KeyRing(settings.keys_dir)
    with database(settings) as opened, opened.writing() as session:
        made = heads.rotate_key(session, ring, clock()).key_id
    tell(ctx, phrase("The key {key} signs from now on. Publish the list of keys anew.", key=made))


@key.command()
def head(ctx: typer.Context) -> None:
    """Sign the log as it ends now and print the head: what an auditor keeps."""
    settings = Settings()
    ring = KeyRing(settings.keys_dir)
    with database(settings) as opened, opened.writing() as session:
        typer.echo(heads.sign_head(session, ring, clock()).note, nl=False)
