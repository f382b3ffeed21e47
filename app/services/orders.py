"""Orders: register one with its categories, read, list, change how it is referred to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import flag_modified

from app import models as m
from app.calendars import court_calendar
from app.domain.access import Action, Actor, Place
from app.domain.acts import Act, Where
from app.domain.penalties import penalty_to_json
from app.domain.terms import term_to_json
from app.errors import FieldFault, Invalid, NotFound
from app.phrases import phrase
from app.rulepacks import rule_pack
from app.schemas.orders import CategoryIn, OrderChange, OrderIn, OrderReference
from app.services.access import authorize, visible
from app.services.courts import check_law
from app.services.facts import LAW, project
from app.services.lawbook import current_law, remember
from app.services.log import say
from app.services.matters import matter_of
from app.services.search import index_orders

WHOLE = (
    *LAW,
    selectinload(m.Order.references),
    selectinload(m.Order.categories)
    .selectinload(m.Category.obligations)
    .selectinload(m.Obligation.obligor)
    .selectinload(m.Party.representations),
    selectinload(m.Order.categories).selectinload(m.Category.beneficiaries),
    selectinload(m.Order.matter).selectinload(m.Matter.court),
    selectinload(m.Order.matter).selectinload(m.Matter.docket_numbers),
    selectinload(m.Order.matter)
    .selectinload(m.Matter.parties)
    .selectinload(m.Party.representations),
)


def register_order(
    session: Session, actor: Actor, matter_id: UUID, data: OrderIn, now: datetime
) -> m.Order:
    """Register a decision of the matter, with one obligation per category and obligor.

    The versions of the rule pack and the calendar in force now are pinned. Raises
    ``Invalid``, naming the field.
    """
    matter = matter_of(session, actor, matter_id)
    authorize(actor, Action.order_register, Place(matter.court_id, matter.id))
    _check_parties(matter, data)
    _refuse_future(data, now)
    order = _order(matter, actor, data, now)
    remember(session, *current_law(order), now)
    session.add(order)
    session.flush()
    order = order_of(session, actor, order.id)
    project(session, order, [])
    index_orders(session, [order.id])
    say(session, Act.order_registered, actor, now, order_where(order))
    return order


def order_where(order: m.Order) -> Where:
    """Where acts on the order are done, as the log says it."""
    return Where(order.court_id, order.matter_id, order.id)


def _refuse_future(data: OrderIn, now: datetime) -> None:
    # One day of grace: the court's day may be ahead of UTC's.
    if (data.made_on - now.date()).days > 1:
        raise Invalid.field("made_on", "A decision cannot be registered before it is made.")


def _check_parties(matter: m.Matter, data: OrderIn) -> None:
    known = {p.id for p in matter.parties}
    faults = [
        FieldFault(f"categories.{i}.{field}.{j}", phrase("This party is not in the matter."))
        for i, category in enumerate(data.categories)
        for field in ("obligors", "beneficiaries")
        for j, party_id in enumerate(getattr(category, field))
        if party_id not in known
    ]
    if faults:
        raise Invalid.all(faults)


def _order(matter: m.Matter, actor: Actor, data: OrderIn, now: datetime) -> m.Order:
    court = matter.court
    pack = data.rule_pack or court.rule_pack
    calendar = data.calendar or court.calendar
    time_zone = data.time_zone or court.time_zone
    check_law(pack, calendar, time_zone)
    order_id = uuid4()
    return m.Order(
        id=order_id,
        matter_id=matter.id,
        court_id=court.id,
        title=data.title,
        made_on=data.made_on,
        legal_basis=data.legal_basis,
        operative_part=data.operative_part,
        language=data.language,
        note=data.note,
        rule_pack=pack,
        rule_pack_version=rule_pack(pack).version,
        calendar=court_calendar(calendar).code,
        calendar_version=court_calendar(calendar).version,
        time_zone=time_zone,
        created_at=now,
        created_by=actor.user_id,
        references=_references(data.references),
        categories=[_category(order_id, i, c) for i, c in enumerate(data.categories)],
    )


def _references(given: list[OrderReference]) -> list[m.OrderReference]:
    return [
        m.OrderReference(position=i, kind=r.kind, reference=r.reference)
        for i, r in enumerate(given)
    ]


def _category(order_id: UUID, position: int, data: CategoryIn) -> m.Category:
    elements = [m.Element(position=i, text=t) for i, t in enumerate(data.elements)]
    return m.Category(
        position=position,
        number=data.number,
        kind=data.kind,
        text=data.text,
        period_from_on=data.period.from_on,
        period_to_on=data.period.to_on,
        period_note=data.period.note,
        redaction=data.redaction,
        term=term_to_json(data.term),
        penalty_terms=penalty_to_json(data.penalty_terms) if data.penalty_terms else None,
        elements=elements,
        milestones=[
            m.Milestone(
                position=i,
                name=one.name,
                term=term_to_json(one.term),
                documents=one.documents,
                links=[m.MilestoneElement(element=e) for e in elements if e.text in one.elements],
            )
            for i, one in enumerate(data.milestones)
        ],
        beneficiaries=[
            m.CategoryBeneficiary(party_id=p) for p in dict.fromkeys(data.beneficiaries)
        ],
        obligations=[
            m.Obligation(order_id=order_id, obligor_id=p, position=i)
            for i, p in enumerate(dict.fromkeys(data.obligors))
        ],
    )


def order_of(session: Session, actor: Actor, order_id: UUID, *, lock: bool = False) -> m.Order:
    """The order, whole, if it exists for the actor; else ``NotFound``.

    ``lock`` holds it until the transaction ends, for whoever is about to change it.
    """
    query = visible(select(m.Order), m.Order, actor).where(m.Order.id == order_id)
    if lock:
        query = query.with_for_update(of=m.Order)
    found = session.scalar(query.options(*WHOLE).execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def order_place(order: m.Order) -> Place:
    """Where acts on the order happen."""
    return Place(order.court_id, order.matter_id)


def orders(
    session: Session,
    actor: Actor,
    *,
    limit: int,
    after: tuple[datetime, UUID] | None,
    matter_id: UUID | None = None,
) -> Sequence[m.Order]:
    """The orders that exist for the actor, newest first; at most ``limit``."""
    query = visible(select(m.Order), m.Order, actor).options(*WHOLE)
    if matter_id is not None:
        query = query.where(m.Order.matter_id == matter_id)
    if after is not None:
        query = query.where(tuple_(m.Order.created_at, m.Order.id) < tuple_(*after))
    return session.scalars(
        query.order_by(m.Order.created_at.desc(), m.Order.id.desc()).limit(limit)
    ).all()


def change_order(
    session: Session, actor: Actor, order: m.Order, data: OrderChange, now: datetime
) -> m.Order:
    """Change the title, note and references. What it orders changes by events alone."""
    authorize(actor, Action.order_change, order_place(order))
    order.title = data.title
    order.note = data.note
    # Another reference is another version too, though no column of the order's own says it.
    flag_modified(order, "title")
    for gone in list(order.references):
        session.delete(gone)
    session.flush()
    session.add_all(
        m.OrderReference(order_id=order.id, position=i, kind=r.kind, reference=r.reference)
        for i, r in enumerate(data.references)
    )
    session.flush()
    index_orders(session, [order.id])
    say(session, Act.order_changed, actor, now, order_where(order))
    return order_of(session, actor, order.id)
