"""What is missing: one report from the deposited record, the same for both sides and the clerk.

Who asks decides whether there is an answer, never what it says. Of an exhibit that is not for
all to read, the number alone is told, to its own party too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor
from app.domain.compliance import ObligationAssessment
from app.domain.lateness import lateness
from app.domain.record import Confidentiality, ExhibitState
from app.schemas.gaps import (
    ChangedExhibit,
    GapCategory,
    GapElement,
    GapExhibit,
    GapReport,
    LateExhibit,
    PartyNumbers,
    WithheldNumber,
)
from app.services.access import authorize
from app.services.compliance import Assessed, Moment, assess_order
from app.services.fates import Fate, fates
from app.services.numbering_report import deposited_findings
from app.services.orders import order_place
from app.services.register import deposited_by, of, sort_key

ITEMS_MAX = 10_000
"""Of each kind; beyond them the report says that there is more."""


class _Row(NamedTuple):
    """What is deposited has its production's number and its time."""

    id: UUID
    number: str
    edition: int
    title: str
    confidentiality: Confidentiality
    party_id: UUID
    party: str
    production_number: int
    deposited_at: datetime


@dataclass(frozen=True, slots=True)
class _Deposited:
    """The deposited exhibits, in the order of their numbers, and what became of them."""

    rows: Sequence[_Row]
    answered: Mapping[UUID, Sequence[UUID]]
    became: Mapping[UUID, Fate]


def gap_report(
    session: Session,
    actor: Actor,
    order_id: UUID,
    *,
    now: datetime,
    as_of: Moment = None,
    known_at: Moment = None,
) -> GapReport:
    """The report as of a moment, as known at another; both default to now."""
    found = assess_order(session, actor, order_id, now=now, as_of=as_of, known_at=known_at)
    authorize(actor, Action.production_read, order_place(found.order))
    until = min(found.assessment.as_of, found.assessment.known_at)
    held = _deposited(session, found, until)
    withheld = list(islice(_withheld(session, found, until), ITEMS_MAX + 1))
    late = list(islice(_late(found, held), ITEMS_MAX + 1))
    replaced, withdrawn = (
        list(islice(_changed(held, state), ITEMS_MAX + 1))
        for state in (ExhibitState.replaced, ExhibitState.withdrawn)
    )
    secret = [GapExhibit.model_validate(_named(r)) for r in held.rows if _is_secret(r)]
    lists: tuple[Sequence[object], ...] = (withheld, late, replaced, withdrawn, secret)
    return GapReport(
        order_id=order_id,
        as_of=found.assessment.as_of,
        known_at=found.assessment.known_at,
        time_zone=found.order.time_zone,
        categories=[_category(found, one) for one in found.assessment.obligations],
        numbers=_numbers(session, found, until),
        withheld=withheld[:ITEMS_MAX],
        late=late[:ITEMS_MAX],
        replaced=replaced[:ITEMS_MAX],
        withdrawn=withdrawn[:ITEMS_MAX],
        confidential=secret[:ITEMS_MAX],
        truncated=any(len(each) > ITEMS_MAX for each in lists),
    )


def _category(found: Assessed, one: ObligationAssessment) -> GapCategory:
    texts = {c.id: c for c in found.order.categories}
    category, clock = texts[one.obligation.category.id], one.standing.clock
    return GapCategory(
        category_id=category.id,
        category_number=category.number,
        category_kind=category.kind,
        party_id=one.obligation.obligor_id,
        party=one.obligation.obligor,
        status=one.status,
        due_on=clock.due_on,
        due_at=clock.due_at,
        elements_count=len(category.elements),
        unanswered=[
            GapElement(id=e.id, text=e.text) for e in category.elements if e.id in one.unanswered
        ],
        declared_total=one.shares.declared_total,
        received=one.shares.on_time + one.shares.late,
        missing=one.shares.missing,
        late=one.shares.late,
        late_by_days=list(one.shares.late_by_days),
    )


def _numbers(session: Session, found: Assessed, until: datetime) -> list[PartyNumbers]:
    parties = {
        one.obligation.obligor_id: one.obligation.obligor for one in found.assessment.obligations
    }
    return [
        PartyNumbers(
            party_id=party_id, party=party, findings=deposited_findings(session, party_id, until)
        )
        for party_id, party in parties.items()
    ]


def _deposited(session: Session, found: Assessed, until: datetime) -> _Deposited:
    there = deposited_by(found.order.id, until)
    e, p = m.Exhibit, m.Production
    rows = session.execute(
        select(
            e.id, e.number, e.edition, e.title, e.confidentiality, e.party_id, m.Party.name,
            p.number, p.deposited_at,
        )
        .join(p, p.id == e.production_id)
        .join(m.Party, m.Party.id == e.party_id)
        .where(there)
    )  # fmt: skip
    listed = sorted(
        (_Row(*row) for row in rows),  # type: ignore[arg-type]
        key=lambda r: (r.party, sort_key(r.number), r.edition),
    )
    answered: dict[UUID, list[UUID]] = {}
    for exhibit_id, category_id in session.execute(
        select(m.ExhibitCategory.exhibit_id, m.ExhibitCategory.category_id).where(
            m.ExhibitCategory.exhibit_id.in_(select(e.id).where(of(there)))
        )
    ):
        answered.setdefault(exhibit_id, []).append(category_id)
    at, known = found.assessment.as_of, found.assessment.known_at
    return _Deposited(listed, answered, fates(session, found.order.id, at, known))


def _is_secret(row: _Row) -> bool:
    return row.confidentiality is not Confidentiality.ordinary


def _named(row: _Row) -> dict[str, object]:
    return {
        "party": row.party,
        "number": row.number,
        "edition": row.edition,
        "title": "" if _is_secret(row) else row.title,
        "production_number": row.production_number,
        "deposited_at": row.deposited_at,
    }


def _late(found: Assessed, held: _Deposited) -> Iterator[LateExhibit]:
    """What came too late, for each category. Which ones a secret exhibit answers is not told."""
    zone = ZoneInfo(found.order.time_zone)
    clocks = {
        (one.obligation.category.id, one.obligation.obligor_id): one.standing.clock
        for one in found.assessment.obligations
    }
    for category in found.order.categories:
        for row in held.rows:
            clock = clocks.get((category.id, row.party_id))
            if clock is None or _is_secret(row) or category.id not in held.answered.get(row.id, ()):
                continue
            late = lateness(row.deposited_at, clock.due_on, clock.due_at, zone)
            if late is not None and late.late:
                yield LateExhibit.model_validate(
                    _named(row) | {"category_number": category.number, "days": late.days}
                )


def _changed(held: _Deposited, state: ExhibitState) -> Iterator[ChangedExhibit]:
    editions = {row.id: row.edition for row in held.rows}
    for row in held.rows:
        fate = held.became.get(row.id)
        if fate is not None and fate.state is state:
            by = editions.get(fate.replaced_by) if fate.replaced_by else None
            yield ChangedExhibit.model_validate(
                _named(row) | {"at": fate.at, "reason": fate.reason, "by_edition": by}
            )


def _withheld(session: Session, found: Assessed, until: datetime) -> Iterator[WithheldNumber]:
    w, p = m.WithheldItem, m.Production
    numbers = {c.id: c.number for c in found.order.categories}
    rows = session.execute(
        select(
            m.Party.name, w.number, w.category_id, w.ground, w.legal_text, w.description, p.number
        )
        .join(p, p.id == w.production_id)
        .join(m.Party, m.Party.id == w.party_id)
        .where(deposited_by(found.order.id, until))
    ).all()
    for row in sorted(rows, key=lambda r: (r[0], sort_key(r[1]))):
        yield WithheldNumber(
            party=row[0],
            number=row[1],
            category_number=numbers[row[2]],
            ground=row[3],
            legal_text=row[4],
            description=row[5],
            production_number=row[6],
        )
