"""Who is in charge of an order: a clerk takes it, gives it up, or takes it over.

It says who looks after the order, and narrows their list. It gives no right, and takes none.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor
from app.domain.acts import Act
from app.services.access import authorize, visible
from app.services.log import say
from app.services.orders import order_of, order_place, order_where

_HELD = m.Charge.ended_at.is_(None)


def take_charge(session: Session, actor: Actor, order_id: UUID, now: datetime) -> None:
    """Be in charge of the order from ``now`` on; whoever was, no longer is.

    Doing it twice changes nothing. Raises ``NotFound`` or ``NotAllowed``: for clerks alone.
    """
    order = order_of(session, actor, order_id, lock=True)
    authorize(actor, Action.order_change, order_place(order))
    held = _held(session, order_id)
    if held is not None:
        if held.clerk_id == actor.user_id:
            return
        held.ended_at = now
        session.flush()
    session.add(m.Charge(order_id=order_id, clerk_id=actor.user_id, taken_at=now))
    say(session, Act.order_taken, actor, now, order_where(order))


def give_up_charge(session: Session, actor: Actor, order_id: UUID, now: datetime) -> None:
    """Nobody is in charge of the order any more. Where nobody was, nothing changes."""
    order = order_of(session, actor, order_id, lock=True)
    authorize(actor, Action.order_change, order_place(order))
    held = _held(session, order_id)
    if held is not None:
        held.ended_at = now
        say(session, Act.order_released, actor, now, order_where(order))


def in_charge(session: Session, actor: Actor, order_id: UUID) -> tuple[UUID, str] | None:
    """Who is in charge of an order that the actor sees: their identifier and name."""
    query = (
        visible(select(m.User.id, m.User.name), m.Order, actor)
        .join(m.Charge, m.Charge.clerk_id == m.User.id)
        .join(m.Order, m.Order.id == m.Charge.order_id)
        .where(m.Charge.order_id == order_id, _HELD)
    )
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None


def has_taken_any(session: Session, actor: Actor) -> bool:
    """Whether the actor is in charge of any order."""
    held = select(exists().where(m.Charge.clerk_id == actor.user_id, _HELD))
    return bool(session.scalar(held))


def _held(session: Session, order_id: UUID) -> m.Charge | None:
    return session.scalar(select(m.Charge).where(m.Charge.order_id == order_id, _HELD))
