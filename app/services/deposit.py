"""The deposit: one act that freezes a production, counts it, and answers with a receipt.

Pressed twice, or repeated after a lost connection, it gives the same receipt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain import events as law
from app.domain.access import Action, Actor
from app.domain.acts import Act
from app.domain.canonical import Value
from app.domain.compliance import assess
from app.domain.manifest import receipt_digest
from app.domain.record import Declaration
from app.domain.status import Status
from app.errors import ExecutionSuspended, Invalid
from app.schemas.acts import CategoryAnswerFacts, ExhibitReplacedIn, ProductionDepositedIn
from app.schemas.event_kinds import EventBase
from app.schemas.receipts import Receipt
from app.services.access import authorize
from app.services.checks import blocking
from app.services.events import append, new_event
from app.services.facts import events_of, order_facts
from app.services.heads import current_key, sign_head
from app.services.lawbook import court_time
from app.services.log import say
from app.services.manifest import write_manifest
from app.services.orders import order_of
from app.services.presence import NOTHING_ASKED, Presence
from app.services.productions import production_of, production_place, production_where
from app.services.receipt_body import Holding, holding_of, numbers_of, receipt_body
from app.services.receipts import receipt_of
from app.storage.keys import KeyRing
from app.storage.store import FileStore


def deposit(
    session: Session,
    actor: Actor,
    production_id: UUID,
    store: FileStore,
    ring: KeyRing,
    now: datetime,
    *,
    signed_at: datetime | None = None,
    size_bytes_max: int | None = None,
    although_suspended: bool = False,
    presence: Presence = NOTHING_ASKED,
) -> Receipt:
    """Deposit the draft at ``now``; return its receipt, the same one if it is done already.

    Production, manifest, events, log entry and signed head are one transaction. The head
    bears the time ``signed_at``: in a sandbox, where ``now`` is what a request says, a
    signature is still made by the real clock. Default: ``now``.

    ``presence`` is what the store said before this transaction (``presence.ask_before``): it is
    asked here for files that arrived since, while their order waits.

    Raises:
        Invalid: there is nothing in it; or it names each exhibit that is empty, larger than
            ``size_bytes_max`` (where given) or not in the store.
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
    held = holding_of(session, production)
    exhibits = held.contents.exhibits
    # The production is locked: nothing arrives from here on, and nothing of it goes.
    stored = presence.along(store, production.matter_id, {e.sha256 for e in exhibits})
    if faults := blocking(exhibits, stored.missing, size_bytes_max=size_bytes_max):
        raise Invalid.all(faults)
    current_key(session, ring, signed_at or now)
    answers = list(_answers(order, held))
    number = _next_number(session, production)
    recorded = _record(session, actor, order, production, held, answers, number, past, now)
    written = write_manifest(session, production.id, held.contents, numbers_of(order))
    body = receipt_body(session, actor, order, production, held, answers, number, recorded, now)
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
    sign_head(session, ring, signed_at or now)
    return receipt_of(session, actor, production_id)


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


def _answers(order: m.Order, held: Holding) -> Iterable[CategoryAnswerFacts]:
    """What the production says of each category it touches, as the record will keep it.

    Exhibits without a declaration are a part, more to come.
    """
    declared = {a.category_id: a for a in held.answers}
    documents = Counter(c for each in held.contents.categories.values() for c in set(each))
    ticked = {e for each in held.contents.elements.values() for e in each}
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
    held: Holding,
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
    for each in (data, *_replacements(session, production, held, common)):
        event = new_event(order, record, each, now)
        append(session, actor, order, record, event, each)
        record.append(event)
    return record


def _replacements(
    session: Session, production: m.Production, held: Holding, common: dict[str, object]
) -> Iterable[EventBase]:
    for exhibit in held.contents.exhibits:
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
                    held.contents.categories.get(exhibit.id, ())
                ),
            }
        )
