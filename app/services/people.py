"""People: users and the roles they hold. Memberships end; they are never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain.access import (
    COURT_ROLES,
    Action,
    Actor,
    Grant,
    Place,
    Role,
    allows,
)
from app.domain.acts import Act, Where
from app.errors import Conflict, Invalid, NotFound
from app.schemas.people import MembershipIn, UserIn
from app.services.access import authorize
from app.services.courts import court_by_code
from app.services.log import say
from app.services.passwords import hash_password


def add_user(session: Session, data: UserIn, now: datetime, actor: Actor | None = None) -> m.User:
    """Add somebody who can sign in. Raises ``Conflict`` on a known address.

    ``actor`` None is the operator, at the command line.
    """
    user = m.User(
        email=normal_email(data.email),
        name=data.name,
        language=data.language,
        password_hash=hash_password(data.password.get_secret_value()),
        created_at=now,
    )
    session.add(user)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("There is already an account with this address.") from None
    say(session, Act.user_added, actor, now)
    return user


def normal_email(email: str) -> str:
    """The address as it is kept and compared."""
    return email.strip().casefold()


def user_by_email(session: Session, email: str) -> m.User | None:
    """The user with this address, or None."""
    return session.scalar(select(m.User).where(m.User.email == normal_email(email)))


def grant_role(
    session: Session, actor: Actor | None, user_id: UUID, data: MembershipIn, now: datetime
) -> m.Membership:
    """Give somebody a role. ``actor`` None is the operator, at the command line.

    An administrator manages accounts and court roles but cannot add anyone, themselves
    included, to a matter: a clerk must.
    """
    court_id, matter = _where(session, data)
    if actor is not None:
        _authorize_grant(actor, data.role, court_id, matter)
    user = session.get(m.User, user_id)
    if user is None:
        raise NotFound
    if any(_same(x, data.role, court_id, data) for x in _memberships(session, user_id)):
        raise Conflict("This person holds this role already.")
    membership = m.Membership(
        user_id=user_id,
        role=data.role,
        court_id=court_id,
        matter_id=data.matter_id,
        party_id=data.party_id,
        created_at=now,
    )
    session.add(membership)
    say(session, Act.role_granted, actor, now, Where(court_id, data.matter_id))
    return membership


def _where(session: Session, data: MembershipIn) -> tuple[UUID | None, m.Matter | None]:
    if data.role in COURT_ROLES:
        court = court_by_code(session, data.court or "")
        if court is None:
            raise Invalid.field("court", "There is no such court.")
        return court.id, None
    matter = session.get(m.Matter, data.matter_id)
    party = session.get(m.Party, data.party_id)
    if matter is None:
        raise Invalid.field("matter_id", "There is no such matter.")
    if party is None or party.matter_id != matter.id:
        raise Invalid.field("party_id", "This party is not in the matter.")
    return None, matter


def _authorize_grant(
    actor: Actor, role: Role, court_id: UUID | None, matter: m.Matter | None
) -> None:
    if matter is not None:
        # Whoever reads a matter's content is let in by its clerk, never by an administrator.
        authorize(actor, Action.matter_change, Place(matter.court_id, matter.id))
        return
    assert court_id is not None  # noqa: S101  _where gives one of the two
    administers = any(
        g.role is Role.court_administrator and g.court_id == court_id for g in actor.grants
    )
    if not administers or not allows(actor, Action.people_manage, Place(court_id)):
        raise NotFound


def _same(held: m.Membership, role: Role, court_id: UUID | None, data: MembershipIn) -> bool:
    return (held.role, held.court_id, held.matter_id, held.party_id) == (
        role,
        court_id,
        data.matter_id,
        data.party_id,
    )


def _memberships(session: Session, user_id: UUID) -> Sequence[m.Membership]:
    return session.scalars(
        select(m.Membership).where(m.Membership.user_id == user_id, m.Membership.ended_at.is_(None))
    ).all()


def end_role(session: Session, actor: Actor, membership_id: UUID, now: datetime) -> None:
    """End a role; it acts on the next request."""
    membership = session.get(m.Membership, membership_id)
    if membership is None or membership.ended_at is not None:
        raise NotFound
    matter = session.get(m.Matter, membership.matter_id) if membership.matter_id else None
    _authorize_grant(actor, membership.role, membership.court_id, matter)
    membership.ended_at = now
    where = Where(membership.court_id, membership.matter_id)
    say(session, Act.role_ended, actor, now, where)


def members(session: Session, actor: Actor, court_code: str) -> Sequence[m.User]:
    """The people of a court, for whoever manages them there."""
    court = court_by_code(session, court_code)
    if court is None or not allows(actor, Action.people_manage, Place(court.id)):
        raise NotFound
    ids = select(m.Membership.user_id).where(
        m.Membership.court_id == court.id, m.Membership.ended_at.is_(None)
    )
    return session.scalars(
        select(m.User)
        .where(m.User.id.in_(ids))
        .options(selectinload(m.User.memberships))
        .order_by(m.User.name, m.User.id)
        .limit(500)
    ).all()


def actor_of(session: Session, user: m.User) -> Actor:
    """What the user may do now: read at each request, so a revocation acts on the next."""
    found = session.connection().execute(_HELD, {"user_id": user.id}).all()
    return Actor(user.id, user.name, grants_of(found), language=user.language)


GRANT = (
    m.Membership.role,
    m.Membership.court_id,
    m.Membership.matter_id,
    m.Membership.party_id,
    m.Party.side,
)
"""The columns of a role held now; all None for somebody who holds none."""
HELD_NOW = and_(m.Membership.user_id == m.User.id, m.Membership.ended_at.is_(None))
HELD_FIRST = (m.Membership.created_at, m.Membership.id)

_HELD = (
    select(*GRANT)
    .outerjoin(m.Party, m.Party.id == m.Membership.party_id)
    .where(
        m.Membership.user_id == bindparam("user_id", type_=m.User.id.type),
        m.Membership.ended_at.is_(None),
    )
    .order_by(*HELD_FIRST)
)


def grants_of(rows: Iterable[Any]) -> tuple[Grant, ...]:
    """The roles in rows that end with the columns of ``GRANT``."""
    held = (tuple(row)[-len(GRANT) :] for row in rows)
    return tuple(Grant(*each) for each in held if each[0] is not None)
