"""What became of exhibits after their deposit: replaced, withdrawn, or still as produced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.events import EventKind
from app.domain.record import ExhibitState


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an exhibit, since when, and why."""

    state: ExhibitState
    at: datetime
    reason: str
    replaced_by: UUID | None = None


_STATES = {
    EventKind.exhibit_replaced: ExhibitState.replaced,
    EventKind.exhibit_withdrawn: ExhibitState.withdrawn,
}


EVER = datetime.max.replace(tzinfo=UTC)
"""For whoever is about to act: another act may be a moment younger than the request."""


def fates(
    session: Session, order_id: UUID, as_of: datetime, known_at: datetime
) -> Mapping[UUID, Fate]:
    """What became of the order's exhibits by ``as_of``, as known at ``known_at``.

    A withdrawal outweighs a replacement, whichever came first: what is withdrawn is so.
    """
    rows = session.scalars(
        select(m.Event)
        .where(
            m.Event.order_id == order_id,
            m.Event.kind.in_(_STATES),
            m.Event.effective_at <= as_of,
            m.Event.recorded_at <= known_at,
        )
        .order_by(m.Event.seq)
    )
    found: dict[UUID, Fate] = {}
    for row in rows:
        exhibit_id = UUID(row.payload["exhibit_id"])
        before = found.get(exhibit_id)
        if before is not None and before.state is ExhibitState.withdrawn:
            continue
        by = row.payload.get("by_exhibit_id")
        found[exhibit_id] = Fate(
            _STATES[row.kind], row.effective_at, row.reason, UUID(by) if by else None
        )
    return found


def fate_of(session: Session, exhibit: m.Exhibit, now: datetime) -> Fate | None:
    """What became of one exhibit by ``now``; None while it stands as produced."""
    order_id = session.scalar(
        select(m.Production.order_id).where(m.Production.id == exhibit.production_id)
    )
    assert order_id is not None  # noqa: S101  a foreign key
    return fates(session, order_id, now, now).get(exhibit.id)


def still_answering(
    session: Session, order_id: UUID, party_id: UUID, without: UUID, gone: Iterable[UUID]
) -> set[UUID]:
    """The elements that something deposited still answers, one exhibit set aside."""
    deposited = select(m.Production.id).where(
        m.Production.order_id == order_id,
        m.Production.party_id == party_id,
        m.Production.deposited_at.is_not(None),
    )
    out = {without, *gone}
    ticked = session.execute(
        select(m.ExhibitElement.exhibit_id, m.ExhibitElement.element_id)
        .join(m.Exhibit, m.Exhibit.id == m.ExhibitElement.exhibit_id)
        .where(m.Exhibit.production_id.in_(deposited))
    )
    stated = session.scalars(select(m.Answer.values).where(m.Answer.production_id.in_(deposited)))
    return {element for exhibit, element in ticked if exhibit not in out} | {
        UUID(element) for values in stated for element, value in values.items() if value
    }
