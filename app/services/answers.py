"""What a draft says beside its exhibits: answers per category, and withheld items."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.acts import Act
from app.domain.bates import parse_range
from app.errors import FieldFault, Invalid, NotFound
from app.phrases import phrase
from app.schemas.productions import AnswerIn, WithheldIn
from app.services.bates import check_free, given_ranges
from app.services.given_numbers import GivenNumbers
from app.services.log import say
from app.services.productions import draft_row, drafting, number_taken, production_where


def answer_category(
    session: Session,
    actor: Actor,
    production_id: UUID,
    category_id: UUID,
    data: AnswerIn,
    now: datetime,
) -> m.Answer:
    """State what the party declares of a category; replaces the draft's earlier answer."""
    production = drafting(session, actor, production_id)
    elements = session.scalars(
        select(m.Element.id)
        .join(m.Category, m.Category.id == m.Element.category_id)
        .where(m.Category.id == category_id, m.Category.order_id == production.order_id)
    ).all()
    _check_owed(session, production, category_id)
    faults = [
        FieldFault(f"values.{i}.element_id", phrase("This element is not in this category."))
        for i, value in enumerate(data.values)
        if value.element_id not in elements
    ]
    if faults:
        raise Invalid.all(faults)
    answer = next((a for a in production.answers if a.category_id == category_id), None)
    if answer is None:
        answer = m.Answer(production_id=production.id, category_id=category_id)
        session.add(answer)
    answer.declaration = data.declaration
    answer.ground = data.ground
    answer.statement = data.statement
    answer.declared_total = data.declared_total
    answer.values = {str(v.element_id): v.value for v in data.values}
    say(session, Act.answer_stated, actor, now, production_where(production))
    return answer


def _check_owed(session: Session, production: m.Production, category_id: UUID) -> None:
    owed = session.scalar(
        select(m.Obligation.id).where(
            m.Obligation.order_id == production.order_id,
            m.Obligation.category_id == category_id,
            m.Obligation.obligor_id == production.party_id,
        )
    )
    if owed is None:
        raise Invalid.field(
            "category_id", "This category is not in this order, or is not owed by this party."
        )


def withhold(
    session: Session, actor: Actor, production_id: UUID, data: WithheldIn, now: datetime
) -> m.WithheldItem:
    """Put a numbered placeholder in the draft for something held back, with its ground."""
    production = drafting(session, actor, production_id)
    _check_owed(session, production, data.category_id)
    asked = [] if data.number is None else [data.number]
    numbers = GivenNumbers(session, draft_row(session, production.id), asked, many=False)
    number = numbers.free(None) if data.number is None else numbers.take(data.number)
    item = m.WithheldItem(
        production_id=production.id,
        party_id=production.party_id,
        category_id=data.category_id,
        position=max((w.position for w in production.withheld_items), default=-1) + 1,
        number=number,
        ground=data.ground,
        legal_text=data.legal_text,
        description=data.description,
    )
    if data.bates_first or data.bates_last:
        span = parse_range(data.bates_first or "", data.bates_last, "bates_first")
        check_free(span, given_ranges(session, production.party_id))
        item.bates_first, item.bates_last = span.first.text, span.last.text
    session.add(item)
    try:
        session.flush()
    except IntegrityError:
        raise number_taken(item.number) from None
    say(session, Act.item_withheld, actor, now, production_where(production))
    return item


def drop_withheld(
    session: Session, actor: Actor, production_id: UUID, item_id: UUID, now: datetime
) -> None:
    """Take a placeholder out of a draft; ``NotFound`` when it holds no such one."""
    production = drafting(session, actor, production_id)
    item = next((w for w in production.withheld_items if w.id == item_id), None)
    if item is None:
        raise NotFound
    session.delete(item)
    say(session, Act.item_dropped, actor, now, production_where(production))
