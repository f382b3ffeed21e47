"""The operator's verbs: what is done at the machine itself, by the command line alone.

Whoever sits there can read the database's own file, so reading is open to them; what they
change (courts, accounts, tokens) is what nobody could otherwise begin with. They never
write a record: ``operator`` may read orders and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from app import models as m
from app.domain.access import Action, Actor, Grant, Role
from app.domain.acts import Act
from app.errors import Conflict, Invalid
from app.services.access import visible
from app.services.log import NOBODY, say
from app.services.people import actor_of, user_by_email

T = TypeVar("T")

_READS = frozenset({Action.matter_read, Action.order_read, Action.production_read})
_LISTED_MAX = 1_000


def operator(session: Session) -> Actor:
    """Who sits at the machine: reads what a clerk of every court reads, changes nothing."""
    grants = tuple(Grant(Role.clerk, court_id) for court_id in session.scalars(select(m.Court.id)))
    return Actor(NOBODY, "operator", grants, scopes=_READS)


def person(session: Session, email: str) -> Actor:
    """Somebody with an account, with the rights they have now."""
    return actor_of(session, account(session, email))


def account(session: Session, email: str) -> m.User:
    """The open account with this address; ``Invalid`` when there is none."""
    user = user_by_email(session, email)
    if user is None or user.disabled_at is not None:
        raise Invalid.field("email", "There is no open account with this address.")
    return user


def accounts(session: Session) -> Sequence[m.User]:
    """Every account, closed ones too, with the roles held."""
    query = select(m.User).options(selectinload(m.User.memberships)).order_by(m.User.email)
    return session.scalars(query.limit(_LISTED_MAX)).all()


def close_account(session: Session, email: str, now: datetime) -> m.User:
    """Close an account: sign-ins and tokens are refused from the next request on."""
    user = account(session, email)
    user.disabled_at = now
    say(session, Act.user_closed, None, now)
    return user


def every_court(session: Session) -> Sequence[m.Court]:
    """Every court there is."""
    return session.scalars(select(m.Court).order_by(m.Court.code).limit(_LISTED_MAX)).all()


def revoke_token(session: Session, named: str, now: datetime) -> m.ApiToken:
    """Revoke anybody's token, named by its identifier or the prefix shown when it was made."""
    found = session.scalars(
        select(m.ApiToken).where(_is(m.ApiToken.id, named, m.ApiToken.prefix == named)).limit(2)
    ).all()
    token = _only(found, "token", "There is no such token.")
    if token.revoked_at is None:
        token.revoked_at = now
        say(session, Act.token_revoked, None, now)
    return token


def matter_named(session: Session, named: str) -> m.Matter:
    """The matter of this identifier or docket number, with its parties."""
    by_number = m.Matter.docket_numbers.any(m.DocketNumber.number == named)
    found = session.scalars(
        select(m.Matter)
        .where(_is(m.Matter.id, named, by_number))
        .options(selectinload(m.Matter.parties))
        .limit(2)
    ).all()
    return _only(found, "matter", "There is no such matter.")


def party_named(matter: m.Matter, named: str) -> m.Party:
    """The party of this identifier or exact name in the matter."""
    found = [p for p in matter.parties if named in (str(p.id), p.name)]
    return _only(found, "party", "This party is not in the matter.")


def order_named(session: Session, actor: Actor, named: str) -> UUID:
    """The order of this identifier or reference, among those that exist for the actor."""
    by_reference = m.Order.id.in_(
        select(m.OrderReference.order_id).where(m.OrderReference.reference == named)
    )
    query = visible(select(m.Order.id), m.Order, actor)
    found = session.scalars(query.where(_is(m.Order.id, named, by_reference)).limit(2)).all()
    return _only(found, "order", "There is no such order.")


def _is(
    column: InstrumentedAttribute[UUID], named: str, otherwise: ColumnElement[bool]
) -> ColumnElement[bool]:
    try:
        return or_(column == UUID(named), otherwise)
    except ValueError:
        return otherwise


def _only(found: Sequence[T], field: str, missing: str) -> T:
    if not found:
        raise Invalid.field(field, missing)
    if len(found) > 1:
        raise Conflict("Several bear this name or number: give the identifier.")
    return found[0]
