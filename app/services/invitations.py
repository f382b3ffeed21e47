"""Links by which somebody chooses a password: good once, for a while, kept as a hash.

An administrator, or a matter's clerk, hands one to somebody new. For an account that has been
opened only the operator makes one: whoever gives roles must not be able to take over an account.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.errors import Conflict, NotFound
from app.schemas.people import GuestIn, UserIn
from app.services.accounts import set_password
from app.services.people import add_user, grant_role, user_by_email
from app.services.signing_in import secret_hash

DAYS = 7


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody with a new role; with the secret of their link if the account is new."""

    user: m.User
    membership_id: UUID
    secret: str | None


def invite(session: Session, actor: Actor, data: GuestIn, now: datetime) -> Invited:
    """Give somebody a role, by their address; a new account gets a link to open it.

    Raises ``NotFound`` where the actor may not give this role, ``Conflict`` where it is held.
    """
    known = user_by_email(session, data.email)
    user = known or add_user(session, _with_no_password(data), now, actor)
    membership = grant_role(session, actor, user.id, data.role, now)
    if user.disabled_at is not None:
        # Only now: who may not give the role learns nothing of the address.
        raise Conflict("The account with this address is closed.")
    secret = None if known else _link(session, user.id, actor.user_id, now, first=True)
    return Invited(user, membership.id, secret)


def _with_no_password(data: GuestIn) -> UserIn:
    # Nobody knows it: there is no password until the link is used.
    return UserIn.model_validate(
        {
            "email": data.email,
            "name": data.name,
            "language": data.language,
            "password": secrets.token_urlsafe(32),
        }
    )


def renew_link(session: Session, actor: Actor, user_id: UUID, now: datetime) -> str:
    """Another link for somebody who never opened their account; earlier ones are worth nothing.

    The actor made the one before, or it is ``NotFound``.
    """
    made = session.scalars(select(m.Invitation).where(m.Invitation.user_id == user_id)).all()
    mine = any(x.made_by == actor.user_id and x.first for x in made)
    if not mine or any(x.used_at is not None for x in made):
        raise NotFound
    return _link(session, user_id, actor.user_id, now, first=True)


def operator_link(session: Session, user_id: UUID, now: datetime) -> str:
    """A link for anybody, made at the machine."""
    return _link(session, user_id, None, now, first=False)


def _link(
    session: Session, user_id: UUID, made_by: UUID | None, now: datetime, *, first: bool
) -> str:
    session.execute(
        update(m.Invitation)
        .where(m.Invitation.user_id == user_id, m.Invitation.used_at.is_(None))
        .values(ends_at=now)
    )
    secret = secrets.token_urlsafe(32)
    session.add(
        m.Invitation(
            secret_hash=secret_hash(secret),
            user_id=user_id,
            made_by=made_by,
            made_at=now,
            ends_at=now + timedelta(days=DAYS),
            first=first,
        )
    )
    session.flush()
    return secret


def invited(session: Session, secret: str, now: datetime) -> m.User:
    """Whose link it is, if it holds; else ``NotFound``, whatever is the matter with it."""
    user = session.scalar(
        select(m.User)
        .join(m.Invitation, m.Invitation.user_id == m.User.id)
        .where(
            m.Invitation.secret_hash == secret_hash(secret),
            m.Invitation.used_at.is_(None),
            m.Invitation.ends_at > now,
            m.User.disabled_at.is_(None),
        )
    )
    if user is None:
        raise NotFound
    return user


def open_account(session: Session, secret: str, hashed: str, now: datetime) -> m.User:
    """Use the link: keep the password's hash. Of two who use it at once, one does."""
    user = invited(session, secret, now)
    taken = session.execute(
        update(m.Invitation)
        .where(m.Invitation.secret_hash == secret_hash(secret), m.Invitation.used_at.is_(None))
        .values(used_at=now)
        .returning(m.Invitation.id)
    ).all()
    if not taken:
        raise NotFound
    set_password(session, user.id, hashed, now)
    return user


def unopened(session: Session, user_ids: list[UUID]) -> dict[UUID, UUID | None]:
    """Who of these never opened their account, and who invited them."""
    opened = select(m.Invitation.user_id).where(m.Invitation.used_at.is_not(None))
    found = session.execute(
        select(m.Invitation.user_id, m.Invitation.made_by).where(
            m.Invitation.user_id.in_(user_ids),
            m.Invitation.first,
            m.Invitation.user_id.not_in(opened),
        )
    )
    return dict(found.all())
