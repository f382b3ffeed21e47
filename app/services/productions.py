"""Productions: draft one, add exhibits, answer, withhold; see it once it is deposited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain.access import Action, Actor, Place
from app.domain.acts import Act, Where
from app.domain.record import Confidentiality
from app.errors import AlreadyDeposited, Conflict, FieldFault, Invalid, NotFound
from app.phrases import phrase
from app.schemas.productions import ExhibitChange, ProductionIn
from app.services.access import authorize, visible
from app.services.log import say
from app.services.orders import order_of
from app.storage.store import StoredFile

WHOLE = (
    selectinload(m.Production.party),
    selectinload(m.Production.exhibits).selectinload(m.Exhibit.categories),
    selectinload(m.Production.exhibits).selectinload(m.Exhibit.elements),
    selectinload(m.Production.answers),
    selectinload(m.Production.withheld_items),
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is said of a file when it is uploaded."""

    filename: str
    media_type: str
    folder: str = ""
    title: str = ""
    number: str | None = None
    dated_on: date | None = None
    category_ids: tuple[UUID, ...] = ()
    element_ids: tuple[UUID, ...] = ()
    confidentiality: Confidentiality = Confidentiality.ordinary
    replaces_id: UUID | None = None
    replaces_reason: str = ""


def draft_production(
    session: Session, actor: Actor, order_id: UUID, data: ProductionIn, now: datetime
) -> m.Production:
    """Start a production for a party that owes something under the order."""
    order = order_of(session, actor, order_id)
    authorize(
        actor,
        Action.production_draft,
        Place(order.court_id, order.matter_id, data.party_id, deposited=None),
    )
    if data.party_id not in {o.obligor_id for c in order.categories for o in c.obligations}:
        raise Invalid.field("party_id", "This party owes nothing under this order.")
    production = m.Production(
        matter_id=order.matter_id,
        order_id=order.id,
        party_id=data.party_id,
        title=data.title,
        created_at=now,
        created_by=actor.user_id,
    )
    session.add(production)
    session.flush()
    say(session, Act.production_drafted, actor, now, production_where(production))
    return production_of(session, actor, production.id)


def production_of(
    session: Session, actor: Actor, production_id: UUID, *, lock: bool = False, whole: bool = True
) -> m.Production:
    """The production if it exists for the actor, else ``NotFound``; ``whole``: with all in it."""
    query = visible(select(m.Production), m.Production, actor).where(
        m.Production.id == production_id
    )
    if lock:
        query = query.with_for_update(of=m.Production, key_share=True)
    loaded = WHOLE if whole else (selectinload(m.Production.party),)
    found = session.scalar(query.options(*loaded).execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def productions(
    session: Session, actor: Actor, order_id: UUID, *, limit: int
) -> Sequence[tuple[m.Production, int]]:
    """The order's productions that exist for the actor, and how many exhibits each has."""
    order_of(session, actor, order_id)
    counts = (
        visible(select(m.Exhibit.production_id, func.count().label("n")), m.Exhibit, actor)
        .group_by(m.Exhibit.production_id)
        .subquery()
    )
    rows = session.execute(
        visible(select(m.Production, func.coalesce(counts.c.n, 0)), m.Production, actor)
        .outerjoin(counts, counts.c.production_id == m.Production.id)
        .where(m.Production.order_id == order_id)
        .options(selectinload(m.Production.party))
        .order_by(m.Production.created_at, m.Production.id)
        .limit(limit)
    ).all()
    return [(production, count) for production, count in rows]


def drafting(
    session: Session,
    actor: Actor,
    production_id: UUID,
    action: Action = Action.production_draft,
    *,
    lock: bool = True,
    whole: bool = True,
) -> m.Production:
    """The draft, for its own party to change; ``AlreadyDeposited`` once it is one.

    ``lock`` holds it until the transaction ends: only a question changes nothing.
    ``whole``: with all in it.
    """
    production = production_of(session, actor, production_id, lock=lock, whole=whole)
    authorize(actor, action, production_place(session, production))
    _refuse_deposited(production.deposited_at)
    return production


def _refuse_deposited(deposited_at: datetime | None) -> None:
    if deposited_at is not None:
        raise AlreadyDeposited("This production was deposited; it cannot change any more.")


class DraftRow(NamedTuple):
    """A production by the columns that taking files in needs: no entity is loaded."""

    id: UUID
    matter_id: UUID
    order_id: UUID
    party_id: UUID
    deposited_at: datetime | None
    court_id: UUID

    def open_to(self, actor: Actor, action: Action = Action.production_draft) -> None:
        """Let its own party change it; raises as ``drafting`` does."""
        deposited = self.deposited_at is not None
        place = Place(self.court_id, self.matter_id, self.party_id, deposited=deposited)
        authorize(actor, action, place)
        _refuse_deposited(self.deposited_at)


_ROW = (
    select(
        m.Production.id,
        m.Production.matter_id,
        m.Production.order_id,
        m.Production.party_id,
        m.Production.deposited_at,
        m.Matter.court_id,
    )
    .join(m.Matter, m.Matter.id == m.Production.matter_id)
    .where(m.Production.id == bindparam("production_id", type_=m.Production.id.type))
)
# Rows that name the production may go on being added: who holds the matter adds an upload, and
# would wait in a ring for whoever holds the production and waits for the matter.
_ROW_HELD = _ROW.with_for_update(of=m.Production, key_share=True)


def draft_row(session: Session, production_id: UUID, *, lock: bool = True) -> DraftRow:
    """The production's row, which says nothing yet of who may: ask ``open_to``.

    ``lock`` holds it until the transaction ends. ``NotFound`` where there is none.
    """
    query = _ROW_HELD if lock else _ROW
    found = session.connection().execute(query, {"production_id": production_id}).one_or_none()
    if found is None:
        raise NotFound
    return DraftRow(*found)


def production_where(production: m.Production | DraftRow) -> Where:
    """Where acts on the production are done, as the log says it."""
    return Where(None, production.matter_id, production.order_id, production.id)


def production_place(session: Session, production: m.Production) -> Place:
    """Where acts on the production happen."""
    court_id = session.scalar(select(m.Matter.court_id).where(m.Matter.id == production.matter_id))
    assert court_id is not None  # noqa: S101  a foreign key
    return Place(
        court_id,
        production.matter_id,
        production.party_id,
        deposited=production.deposited_at is not None,
    )


def keep_file(session: Session, matter_id: UUID, file: StoredFile, now: datetime) -> None:
    """Let the record know a stored file, once for the matter."""
    if not knows_file(session, matter_id, file.sha256):
        session.add(
            m.StoredFile(
                matter_id=matter_id, sha256=file.sha256, size_bytes=file.size_bytes, stored_at=now
            )
        )


def knows_file(session: Session, matter_id: UUID, sha256: str) -> bool:
    """Whether the matter has these bytes already: the same twice take no more room."""
    return session.get(m.StoredFile, (matter_id, sha256)) is not None


def check_number(session: Session, production: m.Production, number: str) -> None:
    """Raise ``Conflict`` when an exhibit of another production has the number."""
    elsewhere = select(m.Exhibit.id).where(
        m.Exhibit.party_id == production.party_id,
        m.Exhibit.number == number,
        m.Exhibit.production_id != production.id,
    )
    if session.scalar(elsewhere) is not None:
        raise number_taken(number)


def number_taken(number: str) -> Conflict:
    """What is said when an exhibit or a withheld item of the party has the number."""
    return Conflict("The number {number} is taken; numbers are never reused.", number=number)


def check_places(
    session: Session,
    production: m.Production | DraftRow,
    category_ids: Sequence[UUID],
    element_ids: Sequence[UUID],
) -> None:
    """Refuse a category or an element that is not the order's (``Invalid``)."""
    categories = set(
        session.scalars(select(m.Category.id).where(m.Category.order_id == production.order_id))
    )
    elements = set(
        session.scalars(
            select(m.Element.id)
            .join(m.Category, m.Category.id == m.Element.category_id)
            .where(m.Category.order_id == production.order_id)
        )
    )
    faults = [
        FieldFault(f"category_ids.{i}", phrase("This category is not in this order."))
        for i, category_id in enumerate(category_ids)
        if category_id not in categories
    ] + [
        FieldFault(f"element_ids.{i}", phrase("This element is not in this order."))
        for i, element_id in enumerate(element_ids)
        if element_id not in elements
    ]
    if faults:
        raise Invalid.all(faults)


def place_exhibit(
    exhibit: m.Exhibit, category_ids: Sequence[UUID], element_ids: Sequence[UUID]
) -> None:
    """Say which categories and elements the exhibit answers."""
    exhibit.categories = [m.ExhibitCategory(category_id=c) for c in dict.fromkeys(category_ids)]
    exhibit.elements = [m.ExhibitElement(element_id=e) for e in dict.fromkeys(element_ids)]


def exhibit_of(session: Session, actor: Actor, exhibit_id: UUID) -> m.Exhibit:
    """The exhibit, if it exists for the actor; else ``NotFound``."""
    found = session.scalar(
        visible(select(m.Exhibit), m.Exhibit, actor)
        .where(m.Exhibit.id == exhibit_id)
        .options(selectinload(m.Exhibit.categories), selectinload(m.Exhibit.elements))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def change_exhibit(
    session: Session, actor: Actor, exhibit: m.Exhibit, data: ExhibitChange, now: datetime
) -> m.Exhibit:
    """Change what is said of an exhibit of a draft. Its number and bytes stay."""
    production = drafting(session, actor, exhibit.production_id)
    check_places(session, production, data.category_ids, data.element_ids)
    exhibit = exhibit_of(session, actor, exhibit.id)
    exhibit.title = data.title
    exhibit.dated_on = data.dated_on
    exhibit.confidentiality = data.confidentiality
    session.flush()
    exhibit.categories.clear()
    exhibit.elements.clear()
    session.flush()
    place_exhibit(exhibit, data.category_ids, data.element_ids)
    say(session, Act.exhibit_changed, actor, now, production_where(production))
    return exhibit_of(session, actor, exhibit.id)


def remove_exhibit(session: Session, actor: Actor, exhibit: m.Exhibit, now: datetime) -> None:
    """Take an exhibit out of a draft. What was deposited is only ever withdrawn, by an act."""
    production = drafting(session, actor, exhibit.production_id)
    copies = select(m.StampedCopy).where(m.StampedCopy.exhibit_id == exhibit.id)
    for copy in session.scalars(copies):
        session.delete(copy)
    session.flush()
    session.delete(exhibit_of(session, actor, exhibit.id))
    say(session, Act.exhibit_removed, actor, now, production_where(production))
