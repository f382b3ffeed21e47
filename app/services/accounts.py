"""One's own account: name and language, password, where one is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor
from app.domain.acts import Act
from app.errors import NotFound
from app.schemas.people import ProfileIn
from app.services.log import say

_SHOWN_MAX = 100


def own_account(session: Session, actor: Actor) -> m.User:
    """The actor's own account."""
    return session.get_one(m.User, actor.user_id)


def change_profile(session: Session, actor: Actor, data: ProfileIn, now: datetime) -> None:
    """Another name, another language."""
    user = own_account(session, actor)
    user.name = data.name
    user.language = data.language
    say(session, Act.user_changed, actor, now)


def set_password(
    session: Session, user_id: UUID, hashed: str, now: datetime, *, keep: UUID | None = None
) -> None:
    """Keep a password's hash; end every sign-in but ``keep``, and every token of signing in.

    The second step stays as it is.
    """
    user = session.get_one(m.User, user_id)
    user.password_hash = hashed
    end_sign_ins(session, user_id, now, keep=keep)
    session.execute(delete(m.HalfSignIn).where(m.HalfSignIn.user_id == user_id))
    _revoke_sign_in_tokens(session, user_id, now)
    say(session, Act.password_changed, user_id, now)


def _revoke_sign_in_tokens(session: Session, user_id: UUID, now: datetime) -> None:
    """Only a token got by signing in can make others: it is the person, not an integration."""
    found = session.scalars(
        select(m.ApiToken).where(
            m.ApiToken.user_id == user_id,
            m.ApiToken.revoked_at.is_(None),
            m.ApiToken.expires_at > now,
        )
    )
    for token in found:
        if Action.token_own.value in token.scopes.split():
            token.revoked_at = now


def sign_ins(
    session: Session, actor: Actor, now: datetime, *, idle_minutes: int
) -> Sequence[m.SignIn]:
    """Where the actor is signed in now, last used first."""
    return session.scalars(
        select(m.SignIn)
        .where(
            m.SignIn.user_id == actor.user_id,
            m.SignIn.ended_at.is_(None),
            m.SignIn.ends_at > now,
            m.SignIn.seen_at > now - timedelta(minutes=idle_minutes),
        )
        .order_by(m.SignIn.seen_at.desc(), m.SignIn.id)
        .limit(_SHOWN_MAX)
    ).all()


def end_own_sign_in(session: Session, actor: Actor, sign_in_id: UUID, now: datetime) -> None:
    """End one of the actor's own sign-ins; it is refused from the next request on."""
    row = session.get(m.SignIn, sign_in_id)
    if row is None or row.user_id != actor.user_id:
        raise NotFound
    row.ended_at = row.ended_at or now
    session.flush()


def end_sign_ins(session: Session, user_id: UUID, now: datetime, *, keep: UUID | None) -> int:
    """End every sign-in of somebody's but one; how many there were."""
    of_theirs = update(m.SignIn).where(m.SignIn.user_id == user_id, m.SignIn.ended_at.is_(None))
    if keep is not None:
        of_theirs = of_theirs.where(m.SignIn.id != keep)
    ended = session.execute(of_theirs.values(ended_at=now))
    return cast("CursorResult[Any]", ended).rowcount
