"""``bordereau user``: accounts and the roles they hold, the first clerk's above all."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from app.commands.terminal import database, tell
from app.deps import clock
from app.errors import Invalid
from app.phrases import phrase
from app.schemas.people import MembershipIn, UserIn
from app.services import invitations, operator, people, second_factor
from app.settings import Settings

user = typer.Typer(no_args_is_help=True, help="Add, list and close accounts; give roles.")

Email = Annotated[str, typer.Argument(help="The address with which they sign in.")]
Role = Annotated[
    str | None,
    typer.Option(help="clerk, court_administrator, auditor; counsel, assistant."),
]
Court = Annotated[str | None, typer.Option(help="Code of the court of a court's role.")]
Matter = Annotated[
    str | None, typer.Option(help="Docket number or identifier, for a party's role.")
]
Party = Annotated[str | None, typer.Option(help="Name or identifier, for a party's role.")]


@user.command()
def add(
    ctx: typer.Context,
    email: Email,
    name: Annotated[str, typer.Option()],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line.")
    ] = False,
    user_language: Annotated[str | None, typer.Option("--language", help="en or fr.")] = None,
    role: Role = None,
    court: Court = None,
    matter: Matter = None,
    party: Party = None,
) -> None:
    """Add somebody who can sign in, with a role if one is given."""
    data = UserIn.model_validate(
        {
            "email": email,
            "name": name,
            "password": _password(from_stdin=password_stdin),
            "language": user_language,
        }
    )
    with database(Settings()) as opened, opened.writing() as session:
        added = people.add_user(session, data, clock())
        if role is not None:
            membership = _membership(session, role, court, matter, party)
            people.grant_role(session, None, added.id, membership, clock())
        email = added.email
    tell(ctx, phrase("The account {email} is open.", email=email))


@user.command()
def grant(
    ctx: typer.Context,
    email: Email,
    role: Annotated[str, typer.Option(help="A role, as in `user add`.")],
    court: Court = None,
    matter: Matter = None,
    party: Party = None,
) -> None:
    """Give a role to somebody who has an account."""
    with database(Settings()) as opened, opened.writing() as session:
        membership = _membership(session, role, court, matter, party)
        account = operator.account(session, email)
        people.grant_role(session, None, account.id, membership, clock())
    tell(ctx, phrase("The account {email} is open.", email=email))


@user.command(name="list")
def list_users() -> None:
    """List accounts: address, name, open or closed, roles."""
    with database(Settings()) as opened, opened.reading() as session:
        for each in operator.accounts(session):
            roles = ",".join(x.role for x in each.memberships if x.ended_at is None) or "-"
            state = "open" if each.disabled_at is None else "closed"
            typer.echo("\t".join((each.email, each.name, state, roles)))


@user.command()
def disable(ctx: typer.Context, email: Email) -> None:
    """Close an account: its sign-ins and tokens are refused from the next request on."""
    with database(Settings()) as opened, opened.writing() as session:
        operator.close_account(session, email, clock())
    tell(ctx, phrase("The account {email} is closed.", email=email))


@user.command(name="reset-second-step")
def reset_second_step(ctx: typer.Context, email: Email) -> None:
    """Turn off somebody's second step, who lost authenticator and recovery codes.

    Make sure first that it is they who ask: from now on their password alone opens the account.
    """
    with database(Settings()) as opened, opened.writing() as session:
        account = operator.account(session, email)
        was_on = second_factor.remove_second_step(session, account.id, None, clock())
        email = account.email
    said = (
        phrase("The second step of {email} is off.", email=email)
        if was_on
        else phrase("The second step of {email} was off already.", email=email)
    )
    tell(ctx, said)


@user.command()
def link(ctx: typer.Context, email: Email) -> None:
    """Make a link by which somebody chooses a password: good once, alone on stdout.

    Whoever uses it ends every sign-in there was; a second step stays on.
    """
    settings = Settings()
    with database(settings) as opened, opened.writing() as session:
        account = operator.account(session, email)
        secret = invitations.operator_link(session, account.id, clock())
        email = account.email
    typer.echo(f"{settings.public_url.rstrip('/')}/invitations/{secret}")
    said = phrase(
        "The link opens the account {email} once, within {days} days.",
        email=email,
        days=invitations.DAYS,
    )
    tell(ctx, said, err=True)


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked


def _membership(
    session: Session, role: str, court: str | None, matter: str | None, party: str | None
) -> MembershipIn:
    given: dict[str, Any] = {"role": role, "court": court}
    if matter is not None:
        found = operator.matter_named(session, matter)
        if party is None:
            raise Invalid.field("party", "This role is held for a party of a matter.")
        given |= {"matter_id": found.id, "party_id": operator.party_named(found, party).id}
    return MembershipIn.model_validate(given)
