"""Signing in: server-side sessions and API tokens, of which only hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, select
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain.access import SIGN_IN_SCOPES, TOKEN_SCOPES, Action, Actor
from app.domain.acts import Act
from app.errors import FieldFault, Invalid, NotFound, TooManyRequests
from app.phrases import phrase
from app.schemas.people import TokenIn
from app.services.access import visible
from app.services.log import say
from app.services.people import GRANT, HELD_FIRST, HELD_NOW, grants_of

TOKEN_PREFIX = "bdx_"  # noqa: S105  the start of every token, not one
FAILURES_WITHIN = timedelta(minutes=15)
_SESSIONS_KNOWN = 50
_SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in found good: who acts, and the secret its forms are tied to."""

    id: UUID
    actor: Actor
    csrf_secret: str
    seen_at: datetime


def secret_hash(secret: str) -> str:
    """SHA-256 of a secret of 256 random bits; such a secret needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def check_attempts(
    session: Session, email: str, address: str, now: datetime, *, at_most: int
) -> None:
    """Raise ``TooManyRequests`` when this account or address failed too often lately."""
    for key in _keys(email, address):
        failed = session.scalar(
            select(func.count())
            .select_from(m.SignInFailure)
            .where(m.SignInFailure.key == key, m.SignInFailure.at > now - FAILURES_WITHIN)
        )
        if (failed or 0) >= at_most:
            raise TooManyRequests("Too many attempts to sign in. Wait a quarter of an hour.")


def _keys(email: str, address: str) -> tuple[str, str]:
    return secret_hash(f"account:{email}"), secret_hash(f"address:{address}")


def note_failure(session: Session, email: str, address: str, now: datetime) -> None:
    """Count a failed sign-in, and forget those too old to matter."""
    session.execute(delete(m.SignInFailure).where(m.SignInFailure.at <= now - FAILURES_WITHIN))
    session.add_all(m.SignInFailure(key=key, at=now) for key in _keys(email, address))
    session.flush()


def start_sign_in(
    session: Session, user_id: UUID, now: datetime, hours: int, agent: str = ""
) -> str:
    """Begin a server-side session; return its secret, which only the cookie will hold.

    ``agent`` is what the browser roughly is, so that its owner knows it again.
    """
    secret = secrets.token_urlsafe(32)
    session.add(
        m.SignIn(
            secret_hash=secret_hash(secret),
            csrf_secret=secrets.token_urlsafe(32),
            user_id=user_id,
            created_at=now,
            seen_at=now,
            ends_at=now + timedelta(hours=hours),
            agent=agent,
        )
    )
    session.flush()
    return secret


_NOW = bindparam("now", type_=m.User.created_at.type)


def _whose(owner: Any, *where: ColumnElement[bool]) -> Select[Any]:
    """Who owns a secret of this hash, if they may sign in, with each role that they hold now.

    Built once and asked at every request: one statement, a row a role.
    """
    return (
        select(m.User.id, m.User.name, m.User.language, *_OF[owner], *GRANT)
        .select_from(owner)
        .join(m.User, m.User.id == owner.user_id)
        .outerjoin(m.Membership, HELD_NOW)
        .outerjoin(m.Party, m.Party.id == m.Membership.party_id)
        .where(owner.secret_hash == bindparam("hash"), m.User.disabled_at.is_(None), *where)
        .order_by(*HELD_FIRST)
    )


_OF: dict[Any, tuple[Any, ...]] = {
    m.SignIn: (m.SignIn.id.label("owner_id"), m.SignIn.csrf_secret, m.SignIn.seen_at),
    m.ApiToken: (m.ApiToken.id.label("owner_id"), m.ApiToken.scopes, m.ApiToken.every_matter),
}
_SIGNED_IN = _whose(
    m.SignIn,
    m.SignIn.ended_at.is_(None),
    m.SignIn.ends_at > _NOW,
    m.SignIn.seen_at > bindparam("idle_since", type_=m.SignIn.seen_at.type),
)
_BEARER = _whose(m.ApiToken, m.ApiToken.revoked_at.is_(None), m.ApiToken.expires_at > _NOW)
_BOUND_TO = select(m.ApiTokenMatter.matter_id).where(
    m.ApiTokenMatter.token_id == bindparam("token_id", type_=m.ApiToken.id.type)
)


def sign_in_of(
    session: Session, secret: str, now: datetime, *, idle_minutes: int
) -> SignedIn | None:
    """The sign-in that a cookie's secret stands for, if it still holds."""
    asked = {
        "hash": secret_hash(secret),
        "now": now,
        "idle_since": now - timedelta(minutes=idle_minutes),
    }
    found = session.connection().execute(_SIGNED_IN, asked).all()
    if not found:
        return None
    row = found[0]
    actor = Actor(row.id, row.name, grants_of(found), language=row.language)
    return SignedIn(row.owner_id, actor, row.csrf_secret, row.seen_at)


def form_secrets(session: Session, user_id: UUID) -> Sequence[str]:
    """What the forms of a person's latest sessions were signed with, ended ones too."""
    return session.scalars(
        select(m.SignIn.csrf_secret)
        .where(m.SignIn.user_id == user_id)
        .order_by(m.SignIn.created_at.desc())
        .limit(_SESSIONS_KNOWN)
    ).all()


def due_for_touch(signed_in: SignedIn, now: datetime) -> bool:
    """Whether "last seen" is old enough to be worth a write."""
    return now - signed_in.seen_at > _SEEN_EVERY


def touch(session: Session, sign_in_id: UUID, now: datetime) -> None:
    """Note that the sign-in is in use."""
    row = session.get(m.SignIn, sign_in_id)
    if row is not None:
        row.seen_at = now
        session.flush()


def end_sign_in(session: Session, sign_in_id: UUID, now: datetime) -> None:
    """Sign out."""
    row = session.get(m.SignIn, sign_in_id)
    if row is not None:
        row.ended_at = now
        session.flush()


def issue_token(
    session: Session, user_id: UUID, data: TokenIn, now: datetime
) -> tuple[m.ApiToken, str]:
    """Make a token; return it with its secret, which is shown this once.

    It can never do more than its owner; scopes and matters only narrow.
    """
    faults = [
        FieldFault(f"scopes.{i}", phrase("No token can have the scope {scope}.", scope=scope))
        for i, scope in enumerate(data.scopes)
        if scope not in TOKEN_SCOPES
    ]
    if faults:
        raise Invalid.all(faults)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = _token(user_id, data, secret, frozenset(data.scopes) or TOKEN_SCOPES, now)
    session.add(token)
    say(session, Act.token_issued, user_id, now)
    return token, secret


def start_token(
    session: Session, user_id: UUID, now: datetime, hours: int
) -> tuple[m.ApiToken, str]:
    """Make the token that signing in to the API gives: the person's own rights, for a while."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    data = TokenIn(name="Sign-in", days=hours / 24)
    token = _token(user_id, data, secret, SIGN_IN_SCOPES, now)
    session.add(token)
    say(session, Act.token_issued, user_id, now)
    return token, secret


def _token(
    user_id: UUID, data: TokenIn, secret: str, scopes: Iterable[str], now: datetime
) -> m.ApiToken:
    return m.ApiToken(
        user_id=user_id,
        name=data.name,
        prefix=secret[:12],
        secret_hash=secret_hash(secret),
        scopes=" ".join(sorted(scopes)),
        every_matter=data.matter_ids is None,
        created_at=now,
        expires_at=now + timedelta(days=data.days),
        matters=[m.ApiTokenMatter(matter_id=x) for x in dict.fromkeys(data.matter_ids or [])],
    )


def check_matters(session: Session, actor: Actor, matter_ids: Iterable[UUID]) -> None:
    """Refuse to bind a token to matters that do not exist for its owner."""
    wanted = list(matter_ids)
    seen = set(
        session.scalars(
            visible(select(m.Matter.id), m.Matter, actor).where(m.Matter.id.in_(wanted))
        )
    )
    faults = [
        FieldFault(f"matter_ids.{i}", phrase("There is no such matter."))
        for i, matter_id in enumerate(wanted)
        if matter_id not in seen
    ]
    if faults:
        raise Invalid.all(faults)


def actor_of_token(session: Session, secret: str, now: datetime) -> Actor | None:
    """Who a bearer token acts for, narrowed to its scopes and matters; None if not good."""
    asked = {"hash": secret_hash(secret), "now": now}
    connection = session.connection()
    found = connection.execute(_BEARER, asked).all()
    if not found:
        return None
    row = found[0]
    bound = None
    if not row.every_matter:
        bound = frozenset(connection.scalars(_BOUND_TO, {"token_id": row.owner_id}))
    return Actor(
        row.id,
        row.name,
        grants_of(found),
        token_id=row.owner_id,
        scopes=_scopes(row.scopes),
        matter_ids=bound,
        language=row.language,
    )


@lru_cache(maxsize=64)
def _scopes(words: str) -> frozenset[Action]:
    return frozenset(Action(word) for word in words.split())


def tokens(session: Session, actor: Actor) -> Sequence[m.ApiToken]:
    """The actor's own tokens, newest first. A token cannot see tokens."""
    return session.scalars(
        visible(select(m.ApiToken), m.ApiToken, actor)
        .options(selectinload(m.ApiToken.matters))
        .order_by(m.ApiToken.created_at.desc(), m.ApiToken.id)
        .limit(200)
    ).all()


def revoke_token(session: Session, actor: Actor, token_id: UUID, now: datetime) -> None:
    """Revoke one of the actor's own tokens; it is refused from the next request on."""
    token = session.scalar(
        visible(select(m.ApiToken), m.ApiToken, actor).where(m.ApiToken.id == token_id)
    )
    if token is None:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = now
        say(session, Act.token_revoked, actor, now)
