"""A draft that takes files in: what it takes to judge them is read once, for all of them.

Written by statements of their own, no entity loaded: what it costs does not grow with what
the draft holds already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain.access import Actor
from app.domain.numbering import parse_number
from app.domain.placing import NameReading, read_name
from app.domain.record import EXHIBITS_MAX
from app.errors import Conflict
from app.services.given_numbers import MANY, GivenNumbers
from app.services.log import Row, insert_rows, key_of, take_rows
from app.services.productions import (
    DraftRow,
    Incoming,
    check_places,
    number_taken,
    place_exhibit,
)
from app.services.quotas import Room
from app.services.replacing import replaced_exhibit
from app.storage.store import StoredFile

_LINKS = (selectinload(m.Exhibit.categories), selectinload(m.Exhibit.elements))
_OF_DRAFT = m.Exhibit.production_id == bindparam("production_id", type_=m.Exhibit.id.type)
_LAST_POSITION = select(func.max(m.Exhibit.position)).where(_OF_DRAFT)
_COUNT = select(func.count()).select_from(m.Exhibit).where(_OF_DRAFT)
_KNOWN = select(m.StoredFile.sha256).where(
    m.StoredFile.matter_id == bindparam("matter_id", type_=m.StoredFile.matter_id.type),
    m.StoredFile.sha256.in_(bindparam("hashes", expanding=True, type_=m.StoredFile.sha256.type)),
)


class Answers(NamedTuple):
    """What a file is said to answer."""

    category_ids: tuple[UUID, ...]
    element_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """An exhibit made of a file, and what its act wrote."""

    exhibit: m.Exhibit
    file: m.StoredFile | None
    """Its file's row, where the file is new to the matter."""
    rewritten: Sequence[Row] | None
    """What was written already, where the exhibit stood in the draft before; else None."""

    def take_rows(self, session: Session) -> list[Row]:
        """Take what this exhibit's act wrote out of what is in no act yet."""
        made: list[m.Base] = [] if self.file is None else [self.file]
        if self.rewritten is None:
            made += [self.exhibit, *self.exhibit.categories, *self.exhibit.elements]
        return [*(self.rewritten or ()), *take_rows(session, map(key_of, made))]


class Filling:
    """A draft, held, that takes the ``files`` in: ``take`` judges each, ``write`` writes them."""

    def __init__(
        self,
        session: Session,
        production: DraftRow,
        files: Sequence[tuple[StoredFile, Incoming]],
        room: Room,
    ) -> None:
        self._session = session
        self._production = production
        self._room = room
        asked = [said.number for _, said in files if said.number and not said.replaces_id]
        self._numbers = GivenNumbers(session, production, asked, many=len(files) >= MANY)
        connection = session.connection()
        last = connection.scalar(_LAST_POSITION, {"production_id": production.id})
        self._position = 0 if last is None else last + 1
        hashes = {file.sha256 for file, _ in files}
        of_matter = {"matter_id": production.matter_id, "hashes": list(hashes)}
        self._known = set(connection.scalars(_KNOWN, of_matter))
        self._answered = {Answers((), ())}
        self._added: list[Added] = []
        """Taken, and not written yet."""

    def take(self, actor: Actor, file: StoredFile, said: Incoming, now: datetime) -> Added:
        """Make an exhibit of the file; raises as ``adding.add_exhibit`` does, and took nothing."""
        self._check_answers(said)
        if file.sha256 not in self._known:
            self._room.ask(file.size_bytes)
        named = read_name(said.filename, said.folder)
        values = self._place(actor, named, said, now)
        values |= _of_file(file, said, named) | {"uploaded_at": now, "uploaded_by": actor.user_id}
        if said.replaces_id is None and self._numbers.in_draft(values["number"]):
            there = self._same_number(values["number"])
            added = Added(there, self._file(file, now), self._put_in_place(there, values, said))
        else:
            exhibit = _picture(values | {"position": self._next_position()}, said)
            added = Added(exhibit, self._file(file, now), None)
        self._added.append(added)
        return added

    def write(self) -> None:
        """Write what was taken since the last time, by a statement a table."""
        new = [each.exhibit for each in self._added if each.rewritten is None]
        files = [each.file for each in self._added if each.file is not None]
        insert_rows(self._session, m.StoredFile, files)
        try:
            insert_rows(self._session, m.Exhibit, new)
        except IntegrityError:
            if len(new) == 1:
                raise number_taken(new[0].number) from None
            raise Conflict("A number was taken while this was being done; do it again.") from None
        insert_rows(self._session, m.ExhibitCategory, [c for e in new for c in e.categories])
        insert_rows(self._session, m.ExhibitElement, [x for e in new for x in e.elements])
        self._added.clear()

    def _check_answers(self, said: Incoming) -> None:
        answers = Answers(said.category_ids, said.element_ids)
        if answers not in self._answered:
            check_places(self._session, self._production, *answers)
            self._answered.add(answers)

    def _place(
        self, actor: Actor, named: NameReading, said: Incoming, now: datetime
    ) -> dict[str, Any]:
        """Where the exhibit goes: its draft, number and edition."""
        values: dict[str, Any] = {
            "production_id": self._production.id,
            "matter_id": self._production.matter_id,
            "party_id": self._production.party_id,
            "edition": 1,
            "replaces_id": None,
            "replaces_reason": "",
        }
        if said.replaces_id is not None:
            before = replaced_exhibit(self._session, actor, self._production, said)
            return values | {
                "number": before.number,
                "edition": before.edition + 1,
                "replaces_id": before.id,
                "replaces_reason": said.replaces_reason,
            }
        if said.number is None:
            return values | {"number": self._numbers.free(named.number)}
        number = str(parse_number(said.number))
        if not self._numbers.in_draft(number):
            self._numbers.take(number)
        return values | {"number": number}

    def _file(self, file: StoredFile, now: datetime) -> m.StoredFile | None:
        if file.sha256 in self._known:
            return None
        self._known.add(file.sha256)
        self._room.fill(file.size_bytes)
        return m.StoredFile(
            matter_id=self._production.matter_id,
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            stored_at=now,
        )

    def _same_number(self, number: str) -> m.Exhibit:
        return self._session.scalars(
            select(m.Exhibit)
            .where(
                m.Exhibit.production_id == self._production.id,
                m.Exhibit.number == number,
                m.Exhibit.edition == 1,
            )
            .options(*_LINKS)
            .execution_options(populate_existing=True)
        ).one()

    def _put_in_place(self, there: m.Exhibit, values: dict[str, Any], said: Incoming) -> list[Row]:
        """A file sent again under its number takes the place of the one in the draft."""
        for name, value in values.items():
            setattr(there, name, value)
        there.categories.clear()
        there.elements.clear()
        self._session.flush()
        place_exhibit(there, said.category_ids, said.element_ids)
        self._session.flush()
        return take_rows(self._session)

    def _next_position(self) -> int:
        if self._position >= EXHIBITS_MAX and self._held() >= EXHIBITS_MAX:
            raise Conflict("A production holds at most {largest} exhibits.", largest=EXHIBITS_MAX)
        position, self._position = self._position, self._position + 1
        return position

    def _held(self) -> int:
        of_it = {"production_id": self._production.id}
        written = self._session.connection().scalar(_COUNT, of_it) or 0
        return written + sum(each.rewritten is None for each in self._added)


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
