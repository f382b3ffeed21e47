"""From rows to the law's own facts, and back into the projection.

``order_facts`` and ``events_of`` read what the law reasons about; ``project`` writes the
standings that follow, in the transaction of whatever changed them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain import events as law
from app.domain.calendars import CourtCalendar
from app.domain.clocks import CategoryFacts, CourtTime, MilestoneFacts, ObligationFacts
from app.domain.compliance import OrderFacts, finding_of, standing_facts
from app.domain.penalties import penalty_from_json
from app.domain.reasons import clock_said
from app.domain.standings import Standing, standings
from app.domain.status import FindingStatus
from app.domain.terms import term_from_json
from app.phrases import to_json
from app.schemas.events import ANY_EVENT
from app.services.lawbook import court_time

END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)

LAW = (
    selectinload(m.Order.categories).selectinload(m.Category.elements),
    selectinload(m.Order.categories)
    .selectinload(m.Category.milestones)
    .selectinload(m.Milestone.elements),
    selectinload(m.Order.categories)
    .selectinload(m.Category.obligations)
    .selectinload(m.Obligation.obligor),
)
"""What of an order must be loaded before ``order_facts`` can read it."""


def order_facts(order: m.Order, court: CourtTime) -> OrderFacts:
    """The order as the law needs it, with ``court_time``. Its ``LAW`` must be loaded."""
    return OrderFacts(
        court=court,
        obligations=tuple(
            ObligationFacts(o.id, facts, o.obligor_id, o.obligor.name)
            for category in order.categories
            for facts in (_category_facts(category),)
            for o in category.obligations
        ),
    )


def _category_facts(category: m.Category) -> CategoryFacts:
    return CategoryFacts(
        id=category.id,
        number=category.number,
        kind=category.kind,
        element_ids=tuple(e.id for e in category.elements),
        term=term_from_json(category.term),
        penalty=penalty_from_json(category.penalty_terms) if category.penalty_terms else None,
        milestones=tuple(
            MilestoneFacts(
                id=one.id,
                name=one.name,
                term=term_from_json(one.term),
                element_ids=tuple(e.id for e in one.elements),
                documents=one.documents,
            )
            for one in category.milestones
        ),
    )


def events_of(session: Session, order_id: UUID) -> list[law.Event]:
    """Every event of the order, as recorded, in the law's form."""
    rows = session.scalars(
        select(m.Event).where(m.Event.order_id == order_id).order_by(m.Event.seq)
    )
    return [law_event(row) for row in rows]


def events_of_each(session: Session, order_ids: Sequence[UUID]) -> dict[UUID, list[law.Event]]:
    """The events of several orders, in one query."""
    found: dict[UUID, list[law.Event]] = {order_id: [] for order_id in order_ids}
    rows = session.scalars(
        select(m.Event).where(m.Event.order_id.in_(order_ids)).order_by(m.Event.seq)
    )
    for row in rows:
        found[row.order_id].append(law_event(row))
    return found


def law_event(row: m.Event) -> law.Event:
    """An event row in the law's form."""
    stored = ANY_EVENT.validate_python(
        {
            **row.payload,
            "effective_at": row.effective_at,
            "reason": row.reason,
            "obligor_id": row.obligor_id,
            "category_ids": row.category_ids,
            "corrects": row.corrects,
        }
    )
    return law.Event(
        id=row.id,
        seq=row.seq,
        kind=row.kind,
        effective_at=row.effective_at,
        recorded_at=row.recorded_at,
        details=stored.details(),
        obligor_id=row.obligor_id,
        category_ids=frozenset(stored.category_ids),
        corrects=row.corrects,
    )


def project(session: Session, order: m.Order, events: Iterable[law.Event]) -> None:
    """Replace the order's standings by those that follow from its events.

    Raises ``Incomputable`` where the law does not answer; then nothing is written.
    """
    past = list(events)
    rows = projected(order, court_time(session, order, past), past)
    session.execute(delete(m.StandingRow).where(m.StandingRow.order_id == order.id))
    session.execute(insert(m.StandingRow), rows)


def projected(
    order: m.Order, court: CourtTime, events: Iterable[law.Event]
) -> list[dict[str, object]]:
    """The rows of the order's projection, computed afresh by ``court_time``."""
    facts = order_facts(order, court)
    record = law.standing_record(events)
    return [
        row for obligation in facts.obligations for row in _rows(order, facts, obligation, record)
    ]


def _rows(
    order: m.Order, facts: OrderFacts, obligation: ObligationFacts, record: Sequence[law.Event]
) -> Iterator[dict[str, object]]:
    """The obligation's rows. What was found last counts on; a clock is said once."""
    coming = deque(e for e in record if e.concerns(obligation.obligor_id, obligation.category.id))
    finding, said, clock = FindingStatus.no_finding, {}, None
    changes: list[law.Event] = []
    for standing in standings(obligation, facts.court, record):
        new = []
        while coming and coming[0].effective_at <= standing.valid_from:
            new.append(coming.popleft())
        found, by = finding_of(new)
        finding = found if by is not None else finding
        if standing.clock is not clock:
            clock = standing.clock
            said = to_json(clock_said(clock, obligation.obligor, facts.court.zone))
        changes += [e for e in new if isinstance(e.details, law.LawChange)]
        yield {
            **_row(order, facts.court, obligation, standing),
            "finding": finding,
            "clock": said,
            # Which closures the court had is in the record of closures, and checked from there.
            "calendar_version": _published(facts.court.under(changes).calendar),
        }


def _row(
    order: m.Order,
    court: CourtTime,
    obligation: ObligationFacts,
    standing: Standing,
) -> dict[str, object]:
    facts = standing_facts(standing, court)
    clock = standing.clock
    elements = obligation.category.element_ids
    return {
        "obligation_id": obligation.id,
        "valid_from": standing.valid_from.astimezone(UTC),
        "valid_until": standing.valid_until.astimezone(UTC) if standing.valid_until else None,
        "court_id": order.court_id,
        "matter_id": order.matter_id,
        "order_id": order.id,
        "sort_at": (facts.due_at or END_OF_TIME).astimezone(UTC),
        "due_from_at": _utc(facts.due_from_at),
        "due_at": _utc(facts.due_at),
        "due_on": clock.due_on,
        "raw_on": clock.raw_on,
        "trigger_on": clock.trigger_on,
        "provisional": clock.provisional,
        "undated": facts.undated,
        "awaiting": facts.awaiting,
        "stayed": facts.stayed,
        "ended": facts.ended,
        "first_produced_at": _utc(facts.first_produced_at),
        "completed_at": _utc(facts.completed_at),
        "stayed_from": _utc(standing.stayed_by.effective_at if standing.stayed_by else None),
        "ended_at": _utc(standing.ended_event.effective_at if standing.ended_event else None),
        "answered_count": len(standing.answered.intersection(elements)),
        "elements_count": len(elements),
    }


def _published(calendar: CourtCalendar) -> str:
    return calendar.published_version or calendar.version


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at is not None else None
