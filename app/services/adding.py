"""Stored files become exhibits of a draft: one after an upload, or thousands from an archive.

Written by statements of their own, no entity loaded: what it costs does not grow with what
the draft holds already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain.access import Actor
from app.domain.acts import Act
from app.domain.numbering import parse_number
from app.domain.placing import NameReading, read_name
from app.domain.record import EXHIBITS_MAX, ExhibitState
from app.errors import Conflict, Invalid
from app.services.access import visible
from app.services.fates import EVER, fates
from app.services.log import insert_rows, say
from app.services.numbers import PartyNumbers
from app.services.productions import (
    Incoming,
    check_places,
    drafting,
    number_taken,
    place_exhibit,
    production_where,
)
from app.storage.store import StoredFile

_LINKS = (selectinload(m.Exhibit.categories), selectinload(m.Exhibit.elements))
MANY = 20
"""From so many files on, the party's numbers are read once, not asked for one by one."""


def add_exhibit(
    session: Session,
    actor: Actor,
    production_id: UUID,
    file: StoredFile,
    said: Incoming,
    now: datetime,
) -> m.Exhibit:
    """Add a stored file to the draft, or put it in the place of the same number there.

    The bytes are already durable; this row comes last. What is not said is read from the name,
    where the name is sure: a number that is free, a title, a date. Without one the party's next
    free number is taken. A number of another production is never reused, except by what
    replaces its exhibit. The exhibit returned is a picture of its row.
    """
    [exhibit] = add_exhibits(session, actor, production_id, [(file, said)], now)
    return exhibit


def add_exhibits(
    session: Session,
    actor: Actor,
    production_id: UUID,
    files: Sequence[tuple[StoredFile, Incoming]],
    now: datetime,
) -> list[m.Exhibit]:
    """Add many stored files to the draft, as ``add_exhibit`` does one; all or none."""
    production = drafting(session, actor, production_id, whole=False)
    for places in {(said.category_ids, said.element_ids) for _, said in files}:
        if any(places):
            check_places(session, production, *places)
    keep_files(session, production.matter_id, [file for file, _ in files], now)
    numbers = PartyNumbers(session, production.party_id, many=len(files) >= MANY)
    position = _free_position(session, production, len(files))
    made = []
    for file, said in files:
        named = read_name(said.filename, said.folder)
        there, values = _values(session, actor, production, numbers, named, said)
        values |= _of_file(file, said, named) | {"uploaded_at": now, "uploaded_by": actor.user_id}
        if there is None:
            values["position"] = position
            position += 1
            made.append(_picture(values, said))
        else:
            made.append(_put_in_place(session, there, values, said))
    _insert(session, [e for e in made if e not in session])
    say(session, Act.exhibit_uploaded, actor, now, production_where(production))
    return made


def _values(
    session: Session,
    actor: Actor,
    production: m.Production,
    numbers: PartyNumbers,
    named: NameReading,
    said: Incoming,
) -> tuple[m.Exhibit | None, dict[str, Any]]:
    """The exhibit of the draft in whose place the file goes, if any; number and edition."""
    values: dict[str, Any] = {
        "production_id": production.id,
        "matter_id": production.matter_id,
        "party_id": production.party_id,
        "edition": 1,
        "replaces_id": None,
        "replaces_reason": "",
    }
    if said.replaces_id is not None:
        before = _replaced(session, actor, production, said)
        values |= {
            "number": before.number,
            "edition": before.edition + 1,
            "replaces_id": before.id,
            "replaces_reason": said.replaces_reason,
        }
        return None, values
    if said.number is None:
        return None, values | {"number": numbers.free(named.number)}
    number = str(parse_number(said.number))
    there = _same_number(session, production, number)
    if there is None:
        numbers.take(number)
    return there, values | {"number": number}


def _of_file(file: StoredFile, said: Incoming, named: NameReading) -> dict[str, Any]:
    return {
        "title": said.title or (named.title if named.number else said.filename),
        "dated_on": said.dated_on or named.dated_on,
        "filename": said.filename,
        "folder": said.folder,
        "media_type": said.media_type,
        "size_bytes": file.size_bytes,
        "sha256": file.sha256,
        "confidentiality": said.confidentiality,
    }


def _picture(values: dict[str, Any], said: Incoming) -> m.Exhibit:
    exhibit = m.Exhibit(id=uuid4(), version=1, bates_first=None, bates_last=None, **values)
    place_exhibit(exhibit, said.category_ids, said.element_ids)
    for category in exhibit.categories:
        category.exhibit_id = exhibit.id
    for element in exhibit.elements:
        element.exhibit_id = exhibit.id
    return exhibit


def _insert(session: Session, exhibits: Sequence[m.Exhibit]) -> None:
    if not exhibits:
        return
    try:
        insert_rows(session, m.Exhibit, exhibits)
    except IntegrityError:
        if len(exhibits) == 1:
            raise number_taken(exhibits[0].number) from None
        raise Conflict("A number was taken while this was being done; do it again.") from None
    insert_rows(session, m.ExhibitCategory, [c for e in exhibits for c in e.categories])
    insert_rows(session, m.ExhibitElement, [x for e in exhibits for x in e.elements])


def keep_files(
    session: Session, matter_id: UUID, files: Iterable[StoredFile], now: datetime
) -> None:
    """Let the record know stored files, each once for the matter."""
    by_hash = {file.sha256: file for file in files}
    known = set(
        session.scalars(
            select(m.StoredFile.sha256).where(
                m.StoredFile.matter_id == matter_id, m.StoredFile.sha256.in_(by_hash)
            )
        )
    )
    rows = [
        m.StoredFile(matter_id=matter_id, sha256=f.sha256, size_bytes=f.size_bytes, stored_at=now)
        for sha256, f in by_hash.items()
        if sha256 not in known
    ]
    insert_rows(session, m.StoredFile, rows)


# -- replacing


def _replaced(
    session: Session, actor: Actor, production: m.Production, said: Incoming
) -> m.Exhibit:
    """The deposited exhibit that the file replaces; refused unless it is the newest edition."""
    before = session.scalar(
        visible(select(m.Exhibit), m.Exhibit, actor).where(
            m.Exhibit.id == said.replaces_id, m.Exhibit.party_id == production.party_id
        )
    )
    if before is None:
        raise Invalid.field("replaces", "There is no such exhibit of this party.")
    if not said.replaces_reason:
        raise Invalid.field("reason", "Say why the exhibit is replaced.")
    if said.number is not None and parse_number(said.number) != parse_number(before.number):
        raise Invalid.field(
            "number", "What replaces exhibit {number} bears its number.", number=before.number
        )
    deposited = session.get(m.Production, before.production_id)
    if deposited is None or deposited.deposited_at is None:
        raise Conflict("This exhibit is in a draft: change it there.")
    if deposited.order_id != production.order_id:
        raise Invalid.field("replaces", "This exhibit was produced under another order.")
    fate = fates(session, production.order_id, EVER, EVER).get(before.id)
    if fate is not None and fate.state is ExhibitState.withdrawn:
        raise Conflict("This exhibit was withdrawn already.")
    newest = session.scalar(
        select(func.max(m.Exhibit.edition)).where(
            m.Exhibit.party_id == before.party_id, m.Exhibit.number == before.number
        )
    )
    if newest != before.edition:
        raise Conflict("Exhibit {number} was replaced already.", number=before.number)
    return before


def _same_number(session: Session, production: m.Production, number: str) -> m.Exhibit | None:
    return session.scalar(
        select(m.Exhibit)
        .where(
            m.Exhibit.party_id == production.party_id,
            m.Exhibit.number == number,
            m.Exhibit.production_id == production.id,
            m.Exhibit.edition == 1,
        )
        .options(*_LINKS)
    )


def _put_in_place(
    session: Session, there: m.Exhibit, values: dict[str, Any], said: Incoming
) -> m.Exhibit:
    """A file sent again under its number takes the place of the one in the draft."""
    for name, value in values.items():
        setattr(there, name, value)
    there.categories.clear()
    there.elements.clear()
    session.flush()
    place_exhibit(there, said.category_ids, said.element_ids)
    session.flush()
    return there


def _free_position(session: Session, production: m.Production, wanted: int) -> int:
    of_it = m.Exhibit.production_id == production.id
    last = session.scalar(select(func.max(m.Exhibit.position)).where(of_it))
    position = 0 if last is None else last + 1
    if position + wanted > EXHIBITS_MAX:
        held = session.scalar(select(func.count()).select_from(m.Exhibit).where(of_it)) or 0
        if held + wanted > EXHIBITS_MAX:
            raise Conflict("A production holds at most {largest} exhibits.", largest=EXHIBITS_MAX)
    return position
