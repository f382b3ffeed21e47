"""The command line, ``bordereau`` or ``python -m app``: a third door, thin."""

from __future__ import annotations

import typer

from app import __version__
from app.commands.assess import assess
from app.commands.check import check
from app.commands.court import court
from app.commands.deadline import deadline
from app.commands.key import key
from app.commands.migrate import migrate
from app.commands.project import project
from app.commands.serve import serve
from app.commands.terminal import Commands
from app.commands.token import token
from app.commands.user import user
from app.commands.verify import verify
from app.demo.command import demo

bordereau = typer.Typer(
    name="bordereau",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Tracks what a court ordered to be produced: who owes what, by when, what came.",
)
for _command in (serve, migrate, demo, deadline, assess, check, verify, project):
    bordereau.command()(_command)
for _name, _group in (("court", court), ("user", user), ("token", token), ("key", key)):
    bordereau.add_typer(_group, name=_name)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"bordereau {__version__}")
        raise typer.Exit


@bordereau.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Say the version."
    ),
) -> None:
    pass


def main() -> None:
    """Run the command line."""
    bordereau()


if __name__ == "__main__":
    main()
