"""One obligation opened: why its status is what it is, deposit by deposit, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.clocks import Clock
from app.domain.compliance import ObligationAssessment
from app.domain.events import Event, EventKind, standing_record
from app.domain.weighing import WeighedDeposit, weigh
from app.errors import NotFound
from app.language import Language
from app.schemas.compliance import ObligationOut
from app.schemas.events import EventOut
from app.services import charges, compliance
from app.services.access import visible
from app.services.facts import events_of

_FINDINGS = (EventKind.finding, EventKind.dispute)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a row of the list says when it is opened."""

    order: m.Order
    out: ObligationOut
    clock: Clock
    trigger: EventOut | None
    deposits: list[WeighedDeposit]
    numbers: dict[UUID, int | None]
    findings: list[EventOut]
    charge: tuple[UUID, str] | None


def opened(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    at: datetime,
    now: datetime,
    language: Language,
) -> Opened:
    """The obligation as of ``at``. Raises ``NotFound`` for what the actor may not see."""
    query = visible(select(m.Order.id), m.Order, actor).join(
        m.Obligation, m.Obligation.order_id == m.Order.id
    )
    order_id = session.scalar(query.where(m.Obligation.id == obligation_id))
    if order_id is None:
        raise NotFound
    found = compliance.assess_order(session, actor, order_id, now=now, as_of=at)
    out = compliance.assessment_out(found, language)
    one = next(o for o in found.assessment.obligations if o.obligation.id == obligation_id)
    standing = [e for e in standing_record(events_of(session, order_id)) if e.effective_at <= at]
    told = _told(session, found.order, one, standing, language)
    trigger = one.standing.clock.trigger
    deposits = weigh(
        standing, one.obligation.obligor_id, one.obligation.category.id, one.standing.clock.due_at
    )
    return Opened(
        order=found.order,
        out=next(o for o in out.obligations if o.obligation_id == obligation_id),
        clock=one.standing.clock,
        trigger=next((e for e in told if trigger and e.id == trigger.id), None),
        deposits=deposits,
        numbers=_numbers(session, [d.production_id for d in deposits]),
        findings=[e for e in told if e.kind in _FINDINGS],
        charge=charges.in_charge(session, actor, order_id),
    )


def _told(
    session: Session,
    order: m.Order,
    one: ObligationAssessment,
    standing: Sequence[Event],
    language: Language,
) -> list[EventOut]:
    """What started the clock, and what was found or disputed, as the record says it."""
    owed = one.obligation
    wanted = [
        e.id
        for e in standing
        if e.kind in _FINDINGS and e.concerns(owed.obligor_id, owed.category.id)
    ]
    if one.standing.clock.trigger is not None:
        wanted.append(one.standing.clock.trigger.id)
    rows = session.scalars(select(m.Event).where(m.Event.id.in_(wanted)).order_by(m.Event.seq))
    return compliance.event_outs(session, order, rows.all(), language)


def _numbers(session: Session, productions: Sequence[UUID]) -> dict[UUID, int | None]:
    query = select(m.Production.id, m.Production.number).where(m.Production.id.in_(productions))
    return dict(list(session.execute(query)))
