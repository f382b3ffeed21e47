"""The peer of a list: load every order by ORM, assess each in Python, sort, cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain.compliance import assess
from app.domain.status import Status
from app.services.facts import LAW, law_event, order_facts
from app.services.lawbook import court_time

OVERDUE = (Status.overdue_nothing, Status.overdue_partly)
_WHOLE = (
    *LAW,
    selectinload(m.Order.matter).selectinload(m.Matter.court),
    selectinload(m.Order.matter).selectinload(m.Matter.docket_numbers),
    selectinload(m.Order.matter).selectinload(m.Matter.parties),
)

Found = tuple[list[UUID], Counter[Status]]


def naive(session: Session, court_id: UUID, at: datetime, orders: int) -> Found:
    """The first 50 overdue of the court's first ``orders`` orders, and counts by status."""
    query = select(m.Order).where(m.Order.court_id == court_id).options(*_WHOLE)
    loaded = session.scalars(query.order_by(m.Order.id).limit(orders)).all()
    counts: Counter[Status] = Counter()
    overdue: list[tuple[datetime, str, UUID]] = []
    for order, events in zip(loaded, _events(session, loaded), strict=True):
        record = [law_event(each) for each in events]
        facts = order_facts(order, court_time(session, order, record, closed=()))
        for one in assess(facts, record, at, at).obligations:
            counts[one.status] += 1
            due_at = one.standing.clock.due_at
            if one.status in OVERDUE and due_at is not None:
                overdue.append((due_at, one.obligation.id.hex, one.obligation.id))
    return [found[2] for found in sorted(overdue)[:50]], counts


def _events(session: Session, orders: Sequence[m.Order]) -> list[list[m.Event]]:
    told: dict[UUID, list[m.Event]] = {order.id: [] for order in orders}
    ids = list(told)
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        query = select(m.Event).where(m.Event.order_id.in_(some))
        for event in session.scalars(query.order_by(m.Event.seq)):
            told[event.order_id].append(event)
    return list(told.values())
