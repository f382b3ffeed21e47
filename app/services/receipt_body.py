"""What a receipt says of a deposit, beside its files: drawn up once, in the deposit itself."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain import events as law
from app.domain.access import Actor
from app.domain.acts import SALT_BYTES
from app.domain.compliance import assess
from app.errors import Invalid
from app.schemas.acts import CategoryAnswerFacts
from app.schemas.receipts import ReceiptAnswer, ReceiptBody, ReceiptReplaced, ReceiptWithheld
from app.services.facts import order_facts
from app.services.lawbook import court_time
from app.services.manifest import Contents, contents

_WITHHELD = select(m.WithheldItem).order_by(m.WithheldItem.position)


@dataclass(frozen=True, slots=True)
class Holding:
    """What a production says: exhibits, answers, withheld items."""

    contents: Contents
    answers: Sequence[m.Answer]
    withheld: Sequence[m.WithheldItem]


def holding_of(session: Session, production: m.Production) -> Holding:
    """Read the draft whole, by column; ``Invalid`` when nothing is in it."""
    of_it = m.Answer.production_id == production.id
    found = Holding(
        contents(session, production.id),
        session.scalars(select(m.Answer).where(of_it)).all(),
        session.scalars(_WITHHELD.where(m.WithheldItem.production_id == production.id)).all(),
    )
    if not (found.contents.exhibits or found.answers or found.withheld):
        raise Invalid.field(
            "production", "There is nothing in this production: no exhibit, no answer."
        )
    return found


def numbers_of(order: m.Order) -> dict[UUID, str]:
    """The numbers of the order's categories."""
    return {c.id: c.number for c in order.categories}


def receipt_body(
    session: Session,
    actor: Actor,
    order: m.Order,
    production: m.Production,
    held: Holding,
    answers: list[CategoryAnswerFacts],
    number: int,
    record: Sequence[law.Event],
    now: datetime,
) -> ReceiptBody:
    """Draw up the receipt of a deposit at ``now``; ``record`` holds the deposit's events."""
    count = len(held.contents.exhibits)
    numbers = numbers_of(order)
    return ReceiptBody(
        production_id=production.id,
        order_id=order.id,
        number=number,
        received=f"{count} of {count}",
        deposited_at=now,
        deposited_at_court=now.astimezone(ZoneInfo(order.time_zone)).isoformat(timespec="seconds"),
        time_zone=order.time_zone,
        deposited_by=actor.name,
        deposited_for=production.party.name,
        court=order.matter.court.name,
        docket_numbers=[d.number for d in order.matter.docket_numbers],
        order_title=order.title,
        order_made_on=order.made_on,
        answers=_answers_said(session, order, production, answers, record, now),
        withheld=len(held.withheld),
        withheld_items=[
            ReceiptWithheld(
                number=w.number,
                category_number=numbers[w.category_id],
                ground=w.ground,
                legal_text=w.legal_text,
            )
            for w in held.withheld
        ],
        replaced=_replaced(session, held),
        salt=secrets.token_hex(SALT_BYTES),
    )


def _answers_said(
    session: Session,
    order: m.Order,
    production: m.Production,
    answers: list[CategoryAnswerFacts],
    record: Sequence[law.Event],
    now: datetime,
) -> list[ReceiptAnswer]:
    after = assess(order_facts(order, court_time(session, order, record)), record, now, now)
    in_all = {
        o.obligation.category.id: o.shares.on_time + o.shares.late
        for o in after.obligations
        if o.obligation.obligor_id == production.party_id
    }
    elements = {c.id: len(c.elements) for c in order.categories}
    numbers = numbers_of(order)
    return [
        ReceiptAnswer(
            category_number=numbers[a.category_id],
            declaration=a.declaration,
            documents=a.documents,
            answered_elements=len(a.element_ids),
            elements=elements[a.category_id],
            documents_in_all=in_all.get(a.category_id, a.documents),
        )
        for a in answers
    ]


def _replaced(session: Session, held: Holding) -> list[ReceiptReplaced]:
    later = {e.replaces_id: e for e in held.contents.exhibits if e.replaces_id is not None}
    rows = session.execute(
        select(m.Exhibit.id, m.Exhibit.number, m.Exhibit.edition, m.Exhibit.sha256).where(
            m.Exhibit.id.in_(later)
        )
    )
    return [
        ReceiptReplaced(
            number=number,
            edition=edition,
            replaced_sha256=sha256,
            reason=later[exhibit_id].replaces_reason,
        )
        for exhibit_id, number, edition, sha256 in rows
    ]
