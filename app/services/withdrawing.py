"""Withdrawing an exhibit after its deposit: an act with a reason; number and hash stay."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor
from app.domain.acts import Act
from app.domain.record import ExhibitState
from app.errors import Conflict
from app.schemas.acts import ExhibitWithdrawnIn
from app.services.access import authorize
from app.services.events import append, new_event
from app.services.facts import events_of
from app.services.fates import EVER, fates, still_answering
from app.services.log import say
from app.services.orders import order_of
from app.services.productions import (
    exhibit_of,
    production_of,
    production_place,
    production_where,
)


def withdraw(
    session: Session, actor: Actor, exhibit_id: UUID, reason: str, now: datetime
) -> m.Exhibit:
    """Withdraw a deposited exhibit: it counts no more from ``now`` on, and stays on the record.

    Raises:
        Conflict: it is in a draft, from which it is simply removed; or withdrawn already.
    """
    exhibit = exhibit_of(session, actor, exhibit_id)
    production = production_of(session, actor, exhibit.production_id, whole=False)
    authorize(actor, Action.production_deposit, production_place(session, production))
    order = order_of(session, actor, production.order_id, lock=True)
    if production.deposited_at is None:
        raise Conflict("This exhibit is in a draft: remove it there.")
    past = fates(session, order.id, EVER, EVER)
    if exhibit.id in past and past[exhibit.id].state is ExhibitState.withdrawn:
        raise Conflict("This exhibit was withdrawn already.")
    gone = [e for e, fate in past.items() if fate.state is ExhibitState.withdrawn]
    answered = still_answering(session, order.id, exhibit.party_id, exhibit.id, gone)
    data = ExhibitWithdrawnIn.model_validate(
        {
            "kind": "exhibit_withdrawn",
            "effective_at": now,
            "obligor_id": exhibit.party_id,
            "reason": reason,
            "exhibit_id": exhibit.id,
            "production_id": production.id,
            "counted_in": [c.category_id for c in exhibit.categories],
            "element_ids": sorted({e.element_id for e in exhibit.elements} - answered),
        }
    )
    record = events_of(session, order.id)
    append(session, actor, order, record, new_event(order, record, data, now), data)
    say(session, Act.exhibit_withdrawn, actor, now, production_where(production))
    return exhibit
