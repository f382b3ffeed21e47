"""The deposit: one act that freezes a production, counts it, and answers with a receipt.

Pressed twice, or repeated after a lost connection, it gives the same receipt.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain import events as law
from app.domain.access import Action, Actor
from app.domain.acts import SALT_BYTES, Act
from app.domain.canonical import Value
from app.domain.compliance import assess
from app.domain.manifest import receipt_digest
from app.domain.record import Declaration
from app.domain.status import Status
from app.errors import Conflict, ExecutionSuspended, Invalid
from app.schemas.acts import CategoryAnswerFacts, ExhibitReplacedIn, ProductionDepositedIn
from app.schemas.event_kinds import EventBase
from app.schemas.receipts import (
    Receipt,
    ReceiptAnswer,
    ReceiptBody,
    ReceiptReplaced,
    ReceiptWithheld,
)
from app.services.access import authorize
from app.services.events import append, new_event
from app.services.facts import events_of, order_facts
from app.services.heads import current_key, sign_head
from app.services.lawbook import court_time
from app.services.log import say
from app.services.manifest import Contents, contents, write_manifest
from app.services.orders import order_of
from app.services.productions import production_of, production_place, production_where
from app.services.receipts import receipt_of
from app.storage.keys import KeyRing
from app.storage.store import FileStore

_WITHHELD = select(m.WithheldItem).order_by(m.WithheldItem.position)


def deposit(
    session: Session,
    actor: Actor,
    production_id: UUID,
    store: FileStore,
    ring: KeyRing,
    now: datetime,
    *,
    although_suspended: bool = False,
) -> Receipt:
    """Deposit the draft at ``now``; return its receipt, the same one if it is done already.

    Production, manifest, events, log entry and signed head are one transaction.

    Raises:
        Invalid: there is nothing in it, or an exhibit cannot be deposited.
        Conflict: a file is not in the store.
        ExecutionSuspended: execution is suspended or the obligation ended, and
            ``although_suspended`` was not said.
    """
    production = production_of(session, actor, production_id, whole=False)
    # The order is locked first, then the production: every act on an order queues there.
    order = order_of(session, actor, production.order_id, lock=True)
    production = production_of(session, actor, production_id, lock=True, whole=False)
    authorize(actor, Action.production_deposit, production_place(session, production))
    if production.receipt is not None:
        return receipt_of(session, actor, production_id)
    past = events_of(session, order.id)
    if not although_suspended:
        _refuse_suspended(session, order, production, past, now)
    draft = _draft(session, production)
    _check_stored(production, draft, store)
    current_key(session, ring, now)
    answers = list(_answers(order, draft))
    number = _next_number(session, production)
    recorded = _record(session, actor, order, production, draft, answers, number, past, now)
    written = write_manifest(session, production.id, draft.contents, _numbers(order))
    body = _body(session, actor, order, production, draft, answers, number, recorded, now)
    said = body.model_dump(mode="json")
    digest = receipt_digest(said, written.root, written.count)
    manifest: dict[str, Value] = {"root": written.root, "count": written.count}
    production.number = number
    production.deposited_at = now
    production.deposited_by = actor.user_id
    production.receipt_digest = digest
    production.receipt = {"body": said, "manifest": manifest, "digest": digest}
    facts: dict[str, Value] = {"digest": digest, "manifest": manifest}
    where = production_where(production)
    say(session, Act.production_deposited, actor, now, where, facts, written.rows)
    sign_head(session, ring, now)
    return receipt_of(session, actor, production_id)


@dataclass(frozen=True, slots=True)
class _Draft:
    contents: Contents
    answers: Sequence[m.Answer]
    withheld: Sequence[m.WithheldItem]


def _draft(session: Session, production: m.Production) -> _Draft:
    of_it = m.Answer.production_id == production.id
    found = _Draft(
        contents(session, production.id),
        session.scalars(select(m.Answer).where(of_it)).all(),
        session.scalars(_WITHHELD.where(m.WithheldItem.production_id == production.id)).all(),
    )
    if not (found.contents.exhibits or found.answers or found.withheld):
        raise Invalid.field(
            "production", "There is nothing in this production: no exhibit, no answer."
        )
    return found


def _refuse_suspended(
    session: Session,
    order: m.Order,
    production: m.Production,
    past: Sequence[law.Event],
    now: datetime,
) -> None:
    """A stay, or an end, that counsel may not have seen is told before anything is final."""
    found = assess(order_facts(order, court_time(session, order, past)), past, now, now)
    own = [o.status for o in found.obligations if o.obligation.obligor_id == production.party_id]
    if own and all(status is Status.ended for status in own):
        raise ExecutionSuspended(
            "What this party owes under the order has ended. To deposit all the same, say so."
        )
    if own and all(status in (Status.suspended, Status.ended) for status in own):
        raise ExecutionSuspended(
            "Execution of the order is suspended. To deposit all the same, say so."
        )


def _check_stored(production: m.Production, draft: _Draft, store: FileStore) -> None:
    by_hash = {e.sha256: e.number for e in draft.contents.exhibits}
    for sha256 in store.missing_among(production.matter_id, by_hash):
        raise Conflict(
            "The file of exhibit {number} is not in the store; upload it again.",
            number=by_hash[sha256],
        )


def _numbers(order: m.Order) -> dict[UUID, str]:
    return {c.id: c.number for c in order.categories}


def _answers(order: m.Order, draft: _Draft) -> Iterable[CategoryAnswerFacts]:
    """What the production says of each category it touches, as the record will keep it.

    Exhibits without a declaration are a part, more to come.
    """
    declared = {a.category_id: a for a in draft.answers}
    documents = Counter(c for each in draft.contents.categories.values() for c in set(each))
    ticked = {e for each in draft.contents.elements.values() for e in each}
    for category in order.categories:
        answer = declared.get(category.id)
        if answer is None and not documents[category.id]:
            continue
        own = {e.id for e in category.elements}
        stated = {UUID(k) for k, v in answer.values.items() if v} if answer else set()
        yield CategoryAnswerFacts(
            category_id=category.id,
            declaration=answer.declaration if answer else Declaration.partial,
            element_ids=sorted(own & (ticked | stated)),
            documents=documents[category.id],
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
    draft: _Draft,
    answers: list[CategoryAnswerFacts],
    number: int,
    past: Sequence[law.Event],
    now: datetime,
) -> list[law.Event]:
    """Record the deposit, then each replacement it brings; the whole record after it."""
    common = {"effective_at": now, "obligor_id": production.party_id}
    data: EventBase = ProductionDepositedIn.model_validate(
        {
            **common,
            "kind": "production_deposited",
            "reason": f"Production {number}",
            "production_id": production.id,
            "answers": answers,
        }
    )
    record = list(past)
    for each in (data, *_replacements(session, production, draft, common)):
        event = new_event(order, record, each, now)
        append(session, actor, order, record, event, each)
        record.append(event)
    return record


def _replacements(
    session: Session, production: m.Production, draft: _Draft, common: dict[str, object]
) -> Iterable[EventBase]:
    for exhibit in draft.contents.exhibits:
        if exhibit.replaces_id is None:
            continue
        before = session.scalars(
            select(m.ExhibitCategory.category_id).where(
                m.ExhibitCategory.exhibit_id == exhibit.replaces_id
            )
        ).all()
        yield ExhibitReplacedIn.model_validate(
            {
                **common,
                "kind": "exhibit_replaced",
                "reason": exhibit.replaces_reason,
                "exhibit_id": exhibit.replaces_id,
                "by_exhibit_id": exhibit.id,
                "production_id": production.id,
                "counted_in": set(before).intersection(
                    draft.contents.categories.get(exhibit.id, ())
                ),
            }
        )


def _body(
    session: Session,
    actor: Actor,
    order: m.Order,
    production: m.Production,
    draft: _Draft,
    answers: list[CategoryAnswerFacts],
    number: int,
    record: Sequence[law.Event],
    now: datetime,
) -> ReceiptBody:
    count = len(draft.contents.exhibits)
    numbers = _numbers(order)
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
        withheld=len(draft.withheld),
        withheld_items=[
            ReceiptWithheld(
                number=w.number,
                category_number=numbers[w.category_id],
                ground=w.ground,
                legal_text=w.legal_text,
            )
            for w in draft.withheld
        ],
        replaced=_replaced(session, draft),
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
    numbers = _numbers(order)
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


def _replaced(session: Session, draft: _Draft) -> list[ReceiptReplaced]:
    later = {e.replaces_id: e for e in draft.contents.exhibits if e.replaces_id is not None}
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
