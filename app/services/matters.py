"""Matters: register, list, read, change the title, add what comes later."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import flag_modified

from app import models as m
from app.domain.access import Action, Actor, Place, allows
from app.domain.acts import Act, Where
from app.domain.record import PARTIES_MAX
from app.errors import FieldFault, Invalid, NotFound
from app.phrases import Phrase, phrase
from app.schemas.matters import (
    COUNSEL_MAX,
    DOCKETS_MAX,
    MatterAdditions,
    MatterChange,
    MatterIn,
    PartyIn,
    RepresentationAdded,
    RepresentationIn,
)
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
    _refuse(
        [
            *_twice("parties.{i}.name", [p.name for p in data.parties], _PARTY_TWICE),
            *_twice(
                "docket_numbers.{i}.number",
                [(d.kind, d.number) for d in data.docket_numbers],
                _NUMBER_TWICE,
            ),
            *_ends_early(data.parties),
        ]
    )


_PARTY_TWICE = phrase("This party is there twice.")
_NUMBER_TWICE = phrase("This number is there twice.")
_ENDS_EARLY = phrase("This ends before it begins.")


def _refuse(faults: list[FieldFault]) -> None:
    if faults:
        raise Invalid.all(faults)


def _twice(
    place: str, said: Sequence[Hashable], why: Phrase, there: Sequence[Hashable] = ()
) -> Iterator[FieldFault]:
    """What is said of the new that is there already, or a second time."""
    seen = set(there)
    for i, each in enumerate(said):
        if each in seen:
            yield FieldFault(place.format(i=i), why)
        seen.add(each)


def _ends_early(parties: Sequence[PartyIn]) -> Iterator[FieldFault]:
    for i, party in enumerate(parties):
        for j, counsel in enumerate(party.representations):
            if _is_early(counsel):
                yield FieldFault(f"parties.{i}.representations.{j}.until_on", _ENDS_EARLY)


def _is_early(counsel: RepresentationIn) -> bool:
    since, until = counsel.since_on, counsel.until_on
    return since is not None and until is not None and until < since


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


def add_to_matter(
    session: Session, actor: Actor, matter: m.Matter, data: MatterAdditions, now: datetime
) -> m.Matter:
    """Add docket numbers, parties and counsel. What is recorded of the matter stays as it is.

    Raises ``Invalid``, naming the place, on what the matter has already or more than it may.
    """
    authorize(actor, Action.matter_change, Place(matter.court_id, matter.id))
    # Whoever adds at the same moment waits, and is held against what this adds.
    session.execute(
        select(m.Matter.id).where(m.Matter.id == matter.id).with_for_update(key_share=True)
    )
    matter = matter_of(session, actor, matter.id)
    _check_new(matter, data)
    # Another party is another version too, though no column of the matter's own says it.
    flag_modified(matter, "title")
    dockets, parties = len(matter.docket_numbers), len(matter.parties)
    session.add_all(
        m.DocketNumber(matter_id=matter.id, position=i, kind=d.kind, number=d.number)
        for i, d in enumerate(data.docket_numbers, dockets)
    )
    matter.parties.extend(_party(i, p) for i, p in enumerate(data.parties, parties))
    session.add_all(m.Representation(**r.model_dump()) for r in data.representations)
    index_matter(session, matter.id)
    say(session, Act.matter_changed, actor, now, _place(matter))
    return matter_of(session, actor, matter.id)


def _check_new(matter: m.Matter, data: MatterAdditions) -> None:
    numbers = [(d.kind, d.number) for d in matter.docket_numbers]
    new = [(d.kind, d.number) for d in data.docket_numbers]
    names = [p.name for p in matter.parties]
    _refuse(
        [
            *_twice("parties.{i}.name", [p.name for p in data.parties], _PARTY_TWICE, names),
            *_twice("docket_numbers.{i}.number", new, _NUMBER_TWICE, numbers),
            *_ends_early(data.parties),
            *_wrong_counsel(matter, data.representations),
            *_too_many("docket_numbers", len(numbers) + len(new), DOCKETS_MAX),
            *_too_many("parties", len(names) + len(data.parties), PARTIES_MAX),
        ]
    )


def _too_many(place: str, there: int, most: int) -> Iterator[FieldFault]:
    if there > most:
        said = phrase("A matter has at most {most} of these.", most=most)
        yield FieldFault(place, said)


def _wrong_counsel(matter: m.Matter, added: Sequence[RepresentationAdded]) -> Iterator[FieldFault]:
    known = {p.id: {(r.counsel, r.since_on) for r in p.representations} for p in matter.parties}
    for i, counsel in enumerate(added):
        place = f"representations.{i}"
        theirs = known.get(counsel.party_id)
        if theirs is None:
            yield FieldFault(f"{place}.party_id", phrase("This party is not in this matter."))
            continue
        if _is_early(counsel):
            yield FieldFault(f"{place}.until_on", _ENDS_EARLY)
        if (counsel.counsel, counsel.since_on) in theirs:
            yield FieldFault(f"{place}.counsel", phrase("This counsel is there already."))
        theirs.add((counsel.counsel, counsel.since_on))
        yield from _too_many(f"{place}.counsel", len(theirs), COUNSEL_MAX)


def _place(matter: m.Matter) -> Where:
    return Where(court_id=matter.court_id, matter_id=matter.id)
