"""Compliance answers: assess an order as of an instant, and say it in a language.

Page, API and command line all answer from here, so they cannot differ.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor
from app.domain.clocks import CourtTime, day_end
from app.domain.compliance import Assessment, ObligationAssessment, Reason, assess
from app.domain.milestones import MilestoneAssessment
from app.domain.penalties import TheoreticalAccrual
from app.domain.reasons import end_of_day, event_said
from app.errors import Invalid
from app.language import Language, say, sentence
from app.phrases import from_json
from app.schemas import compliance as wire
from app.schemas.events import EventOut
from app.services.access import authorize
from app.services.deadlines import computation_out
from app.services.event_files import files_of
from app.services.facts import events_of, law_event, order_facts
from app.services.lawbook import court_time
from app.services.listing import Row, listed_sentence
from app.services.orders import order_of, order_place


@dataclass(frozen=True, slots=True)
class Assessed:
    """An order, its assessment, and the court's time by which it was assessed."""

    order: m.Order
    assessment: Assessment
    court: CourtTime


Moment = date | datetime | None
"""What a question is asked of: a court day, an instant, or None for now.

An instant without its offset is an hour of the court's own clock.
"""


def instant(order: m.Order, asked: Moment, now: datetime) -> datetime:
    """The instant a question is asked of: a court day means its last instant.

    Raises ``Invalid`` on a day or instant that no calendar holds.
    """
    zone = ZoneInfo(order.time_zone)
    try:
        if not isinstance(asked, datetime):
            return now if asked is None else day_end(asked, zone)
        at = asked if asked.tzinfo else asked.replace(tzinfo=zone)
        at.astimezone(UTC)
        return at
    except OverflowError:
        raise Invalid.field("as_of", "This date is out of any reasonable range.") from None


def assess_order(
    session: Session,
    actor: Actor,
    order_id: UUID,
    *,
    now: datetime,
    as_of: Moment = None,
    known_at: Moment = None,
) -> Assessed:
    """Assess the order as of a moment, as known at another; both default to now."""
    order = order_of(session, actor, order_id)
    authorize(actor, Action.order_read, order_place(order))
    events = events_of(session, order.id)
    known = instant(order, known_at, now)
    court = court_time(session, order, events, known_at=known)
    return Assessed(
        order,
        assess(order_facts(order, court), events, instant(order, as_of, now), known),
        court,
    )


def assessment_out(assessed: Assessed, language: Language) -> wire.AssessmentOut:
    """The assessment on the wire, its sentences in ``language``."""
    order, found = assessed.order, assessed.assessment
    texts = {c.id: c for c in order.categories}
    return wire.AssessmentOut(
        order_id=order.id,
        as_of=found.as_of,
        known_at=found.known_at,
        time_zone=order.time_zone,
        status=found.status,
        counts=dict(found.counts),
        finding=found.finding,
        obligations=[
            _obligation_out(o, texts[o.obligation.category.id], order, language)
            for o in found.obligations
        ],
    )


def _obligation_out(
    one: ObligationAssessment, category: m.Category, order: m.Order, language: Language
) -> wire.ObligationOut:
    clock = one.standing.clock
    zone = ZoneInfo(order.time_zone)
    return wire.ObligationOut(
        obligation_id=one.obligation.id,
        category_id=category.id,
        category_number=category.number,
        category_kind=category.kind,
        category_text=category.text,
        obligor_id=one.obligation.obligor_id,
        obligor=one.obligation.obligor,
        status=one.status,
        finding=one.finding,
        finding_event_id=one.finding_event.id if one.finding_event else None,
        sentence=sentence(one.sentence, language, zone),
        trigger_on=clock.trigger_on,
        provisional=clock.provisional,
        due_on=clock.due_on,
        due_at=clock.due_at,
        late_days=one.late_days,
        first_produced_at=one.standing.first_produced_at,
        completed_at=one.standing.completed_at,
        elements=[
            wire.ElementState(id=e.id, text=e.text, answered=e.id in one.answered)
            for e in category.elements
        ],
        shares=wire.SharesOut(
            on_time=one.shares.on_time,
            late=one.shares.late,
            late_by_days=list(one.shares.late_by_days),
            declared_total=one.shares.declared_total,
            missing=one.shares.missing,
            withdrawn=one.shares.withdrawn,
            replaced=one.shares.replaced,
        ),
        computation=(
            computation_out(clock.computation, language, zone) if clock.computation else None
        ),
        penalty=_accrual_out(one, language, zone),
        milestones=[_milestone_out(x, category, language, zone) for x in one.milestones],
        reasons=[_reason_out(r, language, zone) for r in one.reasons],
        warnings=[_reason_out(r, language, zone) for r in one.warnings],
    )


def _reason_out(reason: Reason, language: Language, zone: ZoneInfo) -> wire.ReasonOut:
    said = sentence(reason.said, language, zone)
    return wire.ReasonOut(said=said, event_id=reason.event_id, citation=reason.citation)


def _milestone_out(
    one: MilestoneAssessment, category: m.Category, language: Language, zone: ZoneInfo
) -> wire.MilestoneAssessed:
    clock, due = one.clock, set(one.milestone.element_ids)
    return wire.MilestoneAssessed(
        milestone_id=one.milestone.id,
        name=one.milestone.name,
        state=one.state,
        sentence=sentence(one.said, language, zone),
        trigger_on=clock.trigger_on,
        provisional=clock.provisional,
        due_on=clock.due_on,
        due_at=clock.due_at,
        met_at=one.met_at,
        late_days=one.late_days,
        elements=[
            wire.ElementState(id=e.id, text=e.text, answered=e.id in one.answered)
            for e in category.elements
            if e.id in due
        ],
        documents=one.milestone.documents,
        received_documents=one.documents,
        computation=(
            computation_out(clock.computation, language, zone) if clock.computation else None
        ),
    )


def _accrual_out(
    one: ObligationAssessment, language: Language, zone: ZoneInfo
) -> wire.AccrualOut | None:
    found: TheoreticalAccrual | None = one.penalty
    if found is None or one.penalty_terms is None:
        return None
    return wire.AccrualOut(
        theoretical_accrual=found.theoretical_accrual,
        currency=found.currency,
        rate=found.rate,
        per=one.penalty_terms.per.value,
        from_on=found.from_on,
        to_on=found.to_on,
        counted_days=found.counted_days,
        not_counted_days=found.not_counted_days,
        item_days=found.item_days,
        capped=found.capped,
        reasons=[sentence(r, language, zone) for r in found.reasons],
    )


def event_outs(
    session: Session, order: m.Order, rows: Sequence[m.Event], language: Language
) -> list[EventOut]:
    """Events on the wire, each with who recorded it and which event made it void."""
    zone = ZoneInfo(order.time_zone)
    people = select(m.User.id, m.User.name).where(m.User.id.in_({r.recorded_by for r in rows}))
    names = dict(list(session.execute(people)))
    voided = select(m.Event.corrects, m.Event.id).where(m.Event.corrects.in_([r.id for r in rows]))
    corrected = dict(list(session.execute(voided)))
    milestones = {x.id: x.name for c in order.categories for x in c.milestones}
    files = files_of(session, [r.id for r in rows])
    return [
        EventOut(
            id=row.id,
            seq=row.seq,
            kind=row.kind,
            effective_at=row.effective_at,
            effective_on=row.effective_at.astimezone(zone).date(),
            recorded_at=row.recorded_at,
            recorded_by=names[row.recorded_by],
            obligor_id=row.obligor_id,
            category_ids=[UUID(c) for c in row.category_ids],
            corrects=row.corrects,
            corrected_by=corrected.get(row.id),
            reason=row.reason,
            said=sentence(event_said(law_event(row), milestones), language, zone),
            payload=row.payload,
            files=list(files.get(row.id, ())),
        )
        for row in rows
    ]


def listed_out(row: Row, at: datetime, language: Language) -> wire.ListedObligation:
    """A list's row on the wire, with its reason in one sentence."""
    shown = row.standing
    zone = ZoneInfo(shown.time_zone)
    late = 0
    if shown.due_on is not None and not shown.ended:
        until = (shown.completed_at or at).astimezone(zone).date()
        late = max(0, (until - shown.due_on).days)
    return wire.ListedObligation(
        obligation_id=shown.obligation_id,
        order_id=shown.order_id,
        matter_id=shown.matter_id,
        court=shown.court,
        docket_numbers=row.docket_numbers,
        matter_title=shown.matter_title,
        order_title=shown.order_title,
        requesting=row.requesting,
        category_number=shown.category_number,
        category_kind=shown.category_kind,
        obligor=shown.obligor,
        status=row.status,
        finding=shown.finding,
        due_on=shown.due_on,
        due_at=shown.due_at,
        due_hour=end_of_day(shown.due_at, zone) if shown.due_at else None,
        time_zone=shown.time_zone,
        late_days=late,
        sentence=sentence(
            listed_sentence(row, _clock_said(shown.clock, language, shown.time_zone)),
            language,
            zone,
        ),
    )


@lru_cache(maxsize=8192)
def _clock_said(clock: str, language: Language, time_zone: str) -> str:
    """A projected clock in words. The text as kept says all of it, so it is said once."""
    return say(from_json(json.loads(clock)), language, ZoneInfo(time_zone))
