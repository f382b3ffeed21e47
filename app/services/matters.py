"""Matters: register, list, read, change the title."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain.access import Action, Actor, Place, allows
from app.domain.acts import Act, Where
from app.errors import FieldFault, Invalid, NotFound
from app.phrases import phrase
from app.schemas.matters import MatterChange, MatterIn, PartyIn
from app.services.access import authorize, visible
from app.services.courts import court_by_code
from app.services.log import say
from app.services.search import index_matter

_WHOLE = (
    selectinload(m.Matter.court),
    selectinload(m.Matter.docket_numbers),
    selectinload(m.Matter.parties).selectinload(m.Party.representations),
)


def register_matter(session: Session, actor: Actor, data: MatterIn, now: datetime) -> m.Matter:
    """Open a matter before a court. Raises ``Invalid``, naming the field."""
    court = court_by_code(session, data.court)
    if court is None or not allows(actor, Action.matter_register, Place(court.id)):
        # A court one does not belong to answers like one that does not exist.
        raise Invalid.field(
            "court", "There is no court of yours with the code {code}.", code=data.court
        )
    _check_once(data)
    matter = m.Matter(court_id=court.id, title=data.title, created_at=now)
    matter.docket_numbers = [
        m.DocketNumber(position=i, kind=d.kind, number=d.number)
        for i, d in enumerate(data.docket_numbers)
    ]
    matter.parties = [_party(i, p) for i, p in enumerate(data.parties)]
    session.add(matter)
    session.flush()
    say(session, Act.matter_registered, actor, now, _place(matter))
    return matter_of(session, actor, matter.id)


def _check_once(data: MatterIn) -> None:
    faults: list[FieldFault] = []
    names = [p.name for p in data.parties]
    numbers = [(d.kind, d.number) for d in data.docket_numbers]
    for i, name in enumerate(names):
        if name in names[:i]:
            faults.append(FieldFault(f"parties.{i}.name", phrase("This party is there twice.")))
    for i, number in enumerate(numbers):
        if number in numbers[:i]:
            faults.append(
                FieldFault(f"docket_numbers.{i}.number", phrase("This number is there twice."))
            )
    for i, party in enumerate(data.parties):
        for j, counsel in enumerate(party.representations):
            if counsel.since_on and counsel.until_on and counsel.until_on < counsel.since_on:
                faults.append(
                    FieldFault(
                        f"parties.{i}.representations.{j}.until_on",
                        phrase("This ends before it begins."),
                    )
                )
    if faults:
        raise Invalid.all(faults)


def _party(position: int, data: PartyIn) -> m.Party:
    party = m.Party(position=position, name=data.name, side=data.side, seat=data.seat)
    party.representations = [m.Representation(**r.model_dump()) for r in data.representations]
    return party


def matter_of(session: Session, actor: Actor, matter_id: UUID) -> m.Matter:
    """The matter, whole, if it exists for the actor; else ``NotFound``."""
    found = session.scalar(
        visible(select(m.Matter), m.Matter, actor)
        .where(m.Matter.id == matter_id)
        .options(*_WHOLE)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def matters(
    session: Session, actor: Actor, *, limit: int, after: tuple[datetime, UUID] | None
) -> Sequence[m.Matter]:
    """The matters that exist for the actor, newest first; at most ``limit``."""
    query = visible(select(m.Matter), m.Matter, actor).options(*_WHOLE)
    if after is not None:
        query = query.where(tuple_(m.Matter.created_at, m.Matter.id) < tuple_(*after))
    return session.scalars(
        query.order_by(m.Matter.created_at.desc(), m.Matter.id.desc()).limit(limit)
    ).all()


def matters_found(session: Session, actor: Actor, text: str, *, limit: int) -> Sequence[m.Matter]:
    """The actor's matters whose number, title or party holds ``text``, newest first."""
    query = visible(select(m.Matter), m.Matter, actor).options(
        selectinload(m.Matter.court),
        selectinload(m.Matter.docket_numbers),
        selectinload(m.Matter.parties),
    )
    if text:
        query = query.where(
            or_(
                m.Matter.title.icontains(text, autoescape=True),
                m.Matter.docket_numbers.any(m.DocketNumber.number.icontains(text, autoescape=True)),
                m.Matter.parties.any(m.Party.name.icontains(text, autoescape=True)),
            )
        )
    newest = query.order_by(m.Matter.created_at.desc(), m.Matter.id.desc())
    return session.scalars(newest.limit(limit)).all()


def change_matter(
    session: Session, actor: Actor, matter: m.Matter, data: MatterChange, now: datetime
) -> m.Matter:
    """Give the matter another title."""
    authorize(actor, Action.matter_change, Place(matter.court_id, matter.id))
    matter.title = data.title
    index_matter(session, matter.id)
    say(session, Act.matter_changed, actor, now, _place(matter))
    return matter


def _place(matter: m.Matter) -> Where:
    return Where(court_id=matter.court_id, matter_id=matter.id)
