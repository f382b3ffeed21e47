"""The deposit: one act that freezes a production, counts it, and answers with a receipt.

Pressed twice, or repeated after a lost connection, it gives the same receipt.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor
from app.domain.record import Confidentiality, Declaration
from app.errors import Conflict, Invalid
from app.schemas.acts import CategoryAnswerFacts, ProductionDepositedIn
from app.schemas.productions import Receipt, ReceiptAnswer, ReceiptFile
from app.services.access import authorize
from app.services.events import append, new_event
from app.services.facts import events_of
from app.services.orders import order_of
from app.services.productions import production_of, production_place
from app.storage.store import FileStore


def deposit(
    session: Session, actor: Actor, production_id: UUID, store: FileStore, now: datetime
) -> Receipt:
    """Deposit the draft at ``now``; return its receipt, the same one if it is done already.

    Raises ``Invalid`` when nothing is in it, ``Conflict`` when a file is not in the store.
    """
    production = production_of(session, actor, production_id)
    # The order is locked first, then the production: every act on an order queues there.
    order = order_of(session, actor, production.order_id, lock=True)
    production = production_of(session, actor, production_id, lock=True)
    authorize(actor, Action.production_deposit, production_place(session, production))
    if production.receipt is not None:
        return Receipt.model_validate(production.receipt)
    _check_filled(production)
    _check_stored(production, store)
    answers = list(_answers(order, production))
    number = _next_number(session, production)
    receipt = _receipt(session, actor, order, production, answers, number, now)
    _record(session, actor, order, production, answers, number, now)
    production.number = number
    production.deposited_at = now
    production.deposited_by = actor.user_id
    production.receipt = receipt.model_dump(mode="json")
    session.flush()
    return receipt


def receipt_of(session: Session, actor: Actor, production_id: UUID) -> Receipt:
    """The receipt of a deposited production; ``Conflict`` while it is a draft."""
    production = production_of(session, actor, production_id)
    if production.receipt is None:
        raise Conflict("This production is not deposited: there is no receipt.")
    receipt = Receipt.model_validate(production.receipt)
    if any(g.party_id == production.party_id for g in actor.grants):
        return receipt
    return receipt.model_copy(update={"files": [_shown(f) for f in receipt.files]})


def _shown(file: ReceiptFile) -> ReceiptFile:
    if file.confidentiality is Confidentiality.ordinary:
        return file
    hidden = dict.fromkeys(("title", "filename", "size_bytes", "sha256"))
    return file.model_copy(update={**hidden, "category_numbers": []})


def _check_filled(production: m.Production) -> None:
    if not (production.exhibits or production.answers or production.withheld_items):
        raise Invalid.field(
            "production", "There is nothing in this production: no exhibit, no answer."
        )


def _check_stored(production: m.Production, store: FileStore) -> None:
    exhibits = production.exhibits
    missing = store.missing(production.matter_id, {exhibit.sha256 for exhibit in exhibits})
    for exhibit in exhibits:
        if exhibit.sha256 in missing:
            raise Conflict(
                "The file of exhibit {number} is not in the store; upload it again.",
                number=exhibit.number,
            )


def _answers(order: m.Order, production: m.Production) -> Iterable[CategoryAnswerFacts]:
    """What the production says of each category it touches, as the record will keep it.

    Exhibits without a declaration are a part, more to come.
    """
    declared = {a.category_id: a for a in production.answers}
    for category in order.categories:
        exhibits = [
            e for e in production.exhibits if category.id in {c.category_id for c in e.categories}
        ]
        answer = declared.get(category.id)
        if answer is None and not exhibits:
            continue
        own = {e.id for e in category.elements}
        ticked = {x.element_id for e in production.exhibits for x in e.elements}
        stated = {UUID(k) for k, v in answer.values.items() if v} if answer else set()
        yield CategoryAnswerFacts(
            category_id=category.id,
            declaration=answer.declaration if answer else Declaration.partial,
            element_ids=sorted(own & (ticked | stated)),
            documents=len(exhibits),
            declared_total=answer.declared_total if answer else None,
        )


def _next_number(session: Session, production: m.Production) -> int:
    deposited = session.scalar(
        select(func.max(m.Production.number)).where(
            m.Production.order_id == production.order_id,
            m.Production.party_id == production.party_id,
        )
    )
    return (deposited or 0) + 1


def _record(
    session: Session,
    actor: Actor,
    order: m.Order,
    production: m.Production,
    answers: list[CategoryAnswerFacts],
    number: int,
    now: datetime,
) -> None:
    data = ProductionDepositedIn(
        kind="production_deposited",
        effective_at=now,
        obligor_id=production.party_id,
        reason=f"Production {number}",
        production_id=production.id,
        answers=answers,
    )
    past = events_of(session, order.id)
    append(session, actor, order, past, new_event(order, past, data, now), data)


def _receipt(
    session: Session,
    actor: Actor,
    order: m.Order,
    production: m.Production,
    answers: list[CategoryAnswerFacts],
    number: int,
    now: datetime,
) -> Receipt:
    numbers = {c.id: c.number for c in order.categories}
    elements = {c.id: len(c.elements) for c in order.categories}
    count = len(production.exhibits)
    return Receipt(
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
        files=[
            ReceiptFile(
                number=e.number,
                confidentiality=e.confidentiality,
                title=e.title,
                filename=e.filename,
                size_bytes=e.size_bytes,
                sha256=e.sha256,
                category_numbers=[
                    numbers[c.category_id] for c in e.categories if c.category_id in numbers
                ],
            )
            for e in production.exhibits
        ],
        answers=[
            ReceiptAnswer(
                category_number=numbers[a.category_id],
                declaration=a.declaration,
                documents=a.documents,
                answered_elements=len(a.element_ids),
                elements=elements[a.category_id],
            )
            for a in answers
        ],
        withheld=len(production.withheld_items),
    )
