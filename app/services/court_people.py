"""Who holds which role in a court or for the parties of a matter, and when they were last seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor, Place, Role, allows
from app.errors import NotFound
from app.services.access import authorize, visible
from app.services.invitations import unopened

_LISTED_MAX = 500
_FOUND_MAX = 20


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds now."""

    membership_id: UUID
    user_id: UUID
    name: str
    email: str
    role: Role
    since: datetime
    party_id: UUID | None
    closed: bool
    last_seen: datetime | None = None
    invited_by: UUID | None = None
    opened: bool = True


def of_court(session: Session, actor: Actor, court: m.Court) -> list[Held]:
    """The roles held in a court, for whoever manages its people; else ``NotFound``."""
    if not allows(actor, Action.people_manage, Place(court.id)):
        raise NotFound
    return _held(session, m.Membership.court_id == court.id)


def of_matter(session: Session, actor: Actor, matter: m.Matter) -> list[Held]:
    """The roles held for the parties of a matter, for its clerk."""
    authorize(actor, Action.matter_change, Place(matter.court_id, matter.id))
    return _held(session, m.Membership.matter_id == matter.id)


def _held(session: Session, where: object) -> list[Held]:
    rows = session.execute(
        select(
            m.Membership.id,
            m.User.id,
            m.User.name,
            m.User.email,
            m.Membership.role,
            m.Membership.created_at,
            m.Membership.party_id,
            m.User.disabled_at,
        )
        .join(m.User, m.User.id == m.Membership.user_id)
        .where(where, m.Membership.ended_at.is_(None))  # type: ignore[arg-type]
        .order_by(m.User.name, m.Membership.created_at, m.Membership.id)
        .limit(_LISTED_MAX)
    ).all()
    ids = [row[1] for row in rows]
    seen = _last_seen(session, ids)
    waiting = unopened(session, ids)
    return [
        Held(
            *row[:-1],
            closed=row[-1] is not None,
            last_seen=seen.get(row[1]),
            invited_by=waiting.get(row[1]),
            opened=row[1] not in waiting,
        )
        for row in rows
    ]


def _last_seen(session: Session, user_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    found = session.execute(
        select(m.SignIn.user_id, func.max(m.SignIn.seen_at))
        .where(m.SignIn.user_id.in_(user_ids))
        .group_by(m.SignIn.user_id)
    )
    return dict(found.all())


def matters_numbered(
    session: Session, actor: Actor, court: m.Court, number: str
) -> Sequence[m.Matter]:
    """The matters of the court that bear a docket number, as far as they exist for the actor."""
    return session.scalars(
        visible(select(m.Matter), m.Matter, actor)
        .where(
            m.Matter.court_id == court.id,
            m.Matter.docket_numbers.any(m.DocketNumber.number == number),
        )
        .order_by(m.Matter.created_at.desc(), m.Matter.id)
        .limit(_FOUND_MAX)
    ).all()
