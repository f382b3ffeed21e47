"""``bordereau token``: API tokens for integrations."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.terminal import database, tell
from app.deps import clock
from app.phrases import phrase
from app.schemas.people import TokenIn
from app.services import operator, signing_in
from app.settings import Settings

token = typer.Typer(no_args_is_help=True, help="Make and revoke API tokens.")


@token.command()
def add(
    ctx: typer.Context,
    user: Annotated[str, typer.Option(help="Address of its owner: it can never do more.")],
    name: Annotated[str, typer.Option(help="What it is for.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="order:read … Repeat. Default: all of its owner's.")
    ] = None,
    matter: Annotated[
        list[str] | None,
        typer.Option(help="Docket number or identifier. Repeat. Default: every matter."),
    ] = None,
    days: Annotated[float, typer.Option(help="How long it holds.")] = 90,
) -> None:
    """Make a token. Its secret, alone on stdout, is shown this once."""
    with database(Settings()) as opened, opened.writing() as session:
        owner = operator.person(session, user)
        matters = [operator.matter_named(session, each).id for each in matter or ()]
        signing_in.check_matters(session, owner, matters)
        data = TokenIn.model_validate(
            {"name": name, "scopes": scope or [], "matter_ids": matters or None, "days": days}
        )
        made, secret = signing_in.issue_token(session, owner.user_id, data, clock())
        prefix, expires_at = made.prefix, made.expires_at
    typer.echo(secret)
    said = phrase(
        "The token {prefix} holds until {at}; its secret is not shown again.",
        prefix=prefix,
        at=expires_at,
    )
    tell(ctx, said, err=True)


@token.command()
def revoke(
    ctx: typer.Context,
    token: Annotated[str, typer.Argument(help="Its identifier, or the prefix shown with it.")],
) -> None:
    """Revoke a token; it is refused from the next request on."""
    with database(Settings()) as opened, opened.writing() as session:
        prefix = operator.revoke_token(session, token, clock()).prefix
    tell(ctx, phrase("The token {prefix} is revoked.", prefix=prefix))
